import { CliFailure } from './failure.ts'

/** A text with column placeholders: `node:{nodeid}`. `{{` and `}}` are literal braces. */
export type Template = {
  readonly text: string
  readonly columns: readonly number[]
  readonly fill: (fields: readonly string[]) => string
}

/** Throws when a column is unknown or ambiguous, or a brace is not closed. */
export function parseTemplate(
  { option, text }: { readonly option: string; readonly text: string },
  header: readonly string[],
): Template {
  const parts: (string | number)[] = []
  let literal = ''
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at)
    if ((letter === '{' || letter === '}') && text.charAt(at + 1) === letter) {
      literal += letter
      at += 1
    } else if (letter === '}') {
      throw new CliFailure(`${option}: "}" without "{" in "${text}"`)
    } else if (letter === '{') {
      const end = text.indexOf('}', at)
      if (end === -1) throw new CliFailure(`${option}: "{" without "}" in "${text}"`)
      parts.push(literal, columnOf({ option, name: text.slice(at + 1, end) }, header))
      literal = ''
      at = end
    } else literal += letter
  }
  if (literal !== '') parts.push(literal)
  return {
    text,
    columns: parts.filter((part) => typeof part === 'number'),
    fill: (fields) => {
      let filled = ''
      for (const part of parts) filled += typeof part === 'string' ? part : (fields[part] ?? '').trim()
      return filled
    },
  }
}

function columnOf(
  { option, name }: { readonly option: string; readonly name: string },
  header: readonly string[],
): number {
  const wanted = name.trim()
  const index = header.indexOf(wanted)
  if (index === -1) {
    throw new CliFailure(`${option}: the file has no column "${wanted}"; it has ${header.join(', ')}`)
  }
  if (header.indexOf(wanted, index + 1) !== -1) {
    throw new CliFailure(`${option}: the file has two columns "${wanted}"`)
  }
  return index
}
