import type { Problem } from '../problems.ts'

export type Token = {
  readonly kind: 'name' | 'whole' | 'number' | 'text' | 'sign' | 'end'
  /** Of a text, its content. */
  readonly text: string
  readonly offset: number
}

export const textBounds = { lengthMax: 20_000, tokensMax: 20_000 }

/** What stops the reading of a text. It never leaves the folder: the parser answers with its problem. */
export class Stop extends Error {
  override readonly name = 'Stop'
  readonly problem: Pick<Problem, 'code' | 'message' | 'advice'>
  readonly offset: number

  constructor(offset: number, problem: Pick<Problem, 'message' | 'advice'> & { readonly code?: Problem['code'] }) {
    super(problem.message)
    this.offset = offset
    this.problem = { code: 'syntax', ...problem }
  }
}

const white = /[ \t\r\n]*/y
const word = /[A-Za-z_][A-Za-z0-9_]*/y
const digits = /\d+(\.\d+)?([eE][+-]?\d+)?/y
const sign = /&&|\|\||==|!=|<=|>=|[<>!+\-*/%?:.,()[\]]/y
const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y

/** Signs of other languages, with the one of this. */
const foreign: readonly (readonly [found: RegExp, written: string, advice: string])[] = [
  [/===/y, '===', 'Write =='],
  [/!==/y, '!==', 'Write !='],
  [/<>/y, '<>', 'Write !='],
  [/=>/y, '=>', 'Write >='],
  [/=</y, '=<', 'Write <='],
  [/=(?!=)/y, '=', 'Write =='],
  [/&(?!&)/y, '&', 'Write &&'],
  [/\|(?!\|)/y, '|', 'Write ||'],
  [/\/\/|#/y, 'a comment', 'Write the reason into the reason of the rule'],
  [/[{}]/y, 'a brace', 'Write a list with [ and ]'],
  [/;/y, ';', 'Write one expression, and join conditions with &&'],
  [/[“”‘’]/y, 'a curly quote', 'Write a straight quote: "'],
  [/[$£€₹]/y, 'a sign of a currency', 'Write money("10.00 EUR")'],
]

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}

export function lex(text: string): Token[] {
  const tokens: Token[] = []
  let offset = matchAt(white, text, 0)?.length ?? 0
  while (offset < text.length) {
    const token = tokenAt(text, offset)
    tokens.push(token.token)
    if (tokens.length > textBounds.tokensMax) {
      throw new Stop(offset, {
        code: 'too_long',
        message: 'The rule has too many words',
        advice: 'Divide it into several rules',
      })
    }
    offset += token.length
    offset += matchAt(white, text, offset)?.length ?? 0
  }
  tokens.push({ kind: 'end', text: 'the end', offset: text.length })
  return tokens
}

function tokenAt(text: string, offset: number): { readonly token: Token; readonly length: number } {
  for (const [pattern, written, advice] of foreign) {
    if (matchAt(pattern, text, offset) !== undefined) {
      throw new Stop(offset, { message: `${written} has no meaning here`, advice })
    }
  }
  const name = matchAt(word, text, offset)
  if (name !== undefined) return { token: { kind: 'name', text: name, offset }, length: name.length }
  const number = matchAt(digits, text, offset)
  if (number !== undefined) {
    const kind = /[.eE]/.test(number) ? 'number' : 'whole'
    return { token: { kind, text: number, offset }, length: number.length }
  }
  const string = matchAt(quoted, text, offset)
  if (string !== undefined) {
    return { token: { kind: 'text', text: unquote(string, offset), offset }, length: string.length }
  }
  const found = matchAt(sign, text, offset)
  if (found !== undefined) return { token: { kind: 'sign', text: found, offset }, length: found.length }
  if (/["']/.test(text[offset] ?? '')) {
    throw new Stop(offset, {
      message: 'The text has no end on its line',
      advice: 'Close it with the quote that opens it',
    })
  }
  const letter = String.fromCodePoint(text.codePointAt(offset) ?? 63)
  throw new Stop(offset, {
    message: `${JSON.stringify(letter)} has no meaning here`,
    advice: 'Remove it, or put it into quotes',
  })
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
}

function unquote(string: string, offset: number): string {
  return string.slice(1, -1).replaceAll(/\\(u[0-9A-Fa-f]{4}|.)/g, (whole, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    const letter = escapes[code]
    if (letter !== undefined) return letter
    throw new Stop(offset, { message: `${whole} is no escape`, advice: 'Write \\\\ for a backslash' })
  })
}

/** Line and column from 1, in UTF-16 units as editors count them. */
export function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}
