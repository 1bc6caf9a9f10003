import { styleText } from 'node:util'

export type Output = {
  readonly write: (text: string) => boolean
  readonly once: (event: 'drain' | 'error', listener: (error: Error) => void) => unknown
  readonly off: (event: 'drain' | 'error', listener: (error: Error) => void) => unknown
  readonly on: (event: 'error', listener: (error: Error) => void) => unknown
  readonly errored?: Error | null
  readonly isTTY?: boolean
  readonly columns?: number
}

export type Terminal = { readonly stdout: Output; readonly stderr: Output }

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

/** Styles text on a terminal, unless NO_COLOR is set. */
export function styled(stream: Pick<Output, 'isTTY'>, style: Style, text: string): string {
  if (stream.isTTY !== true || process.env.NO_COLOR || process.env.TERM === 'dumb') return text
  return styleText(style, text, { validateStream: false })
}

/** Writes, and waits while the reader is slow. Throws when the reader has closed the stream. */
export async function write(stream: Output, text: string): Promise<void> {
  if (stream.errored) throw stream.errored
  if (stream.write(text)) return
  await new Promise<void>((resolve, reject) => {
    const onDrain = () => {
      stream.off('error', onError)
      resolve()
    }
    const onError = (error: Error) => {
      stream.off('drain', onDrain)
      reject(error)
    }
    stream.once('drain', onDrain)
    stream.once('error', onError)
  })
}

/**
 * Amounts become digit strings. JSON.stringify leaves DEL, C1 controls and bidirectional marks as they are; here they
 * are escaped as well.
 */
export function toJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? part.toString() : part), indent)
  return text.replace(/[\u007f-\u009f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (found) => `\\u${hexOf(found, 4)}`)
}

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Makes control characters, line breaks and bidirectional marks visible: `\x1b`, `\n`, `\u202e`. Printed raw, a stored
 * text could clear the screen, write the clipboard or forge a line.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (found) => {
    const isShort = found.charCodeAt(0) < 256
    return shortEscapes[found] ?? (isShort ? `\\x${hexOf(found, 2)}` : `\\u${hexOf(found, 4)}`)
  })
}

function hexOf(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0')
}

export type Column = { readonly title: string; readonly right?: boolean }
export type TableLayout = { readonly indent?: string; readonly gap?: string }

/** A line of titles, and one for each row. The titles are bold on a terminal. */
export function formatTable(
  stream: Pick<Output, 'isTTY'>,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { indent = '', gap = '  ' }: TableLayout = {},
): string {
  const lines = rows.map((row) => row.map(printable))
  const widths = columns.map((column, at) =>
    lines.reduce((width, line) => Math.max(width, line[at]?.length ?? 0), column.title.length),
  )
  const align = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (columns[at]?.right ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join(gap)
      .trimEnd()
  const titles = styled(stream, 'bold', align(columns.map((column) => column.title)))
  return [titles, ...lines.map(align)].map((line) => `${`${indent}${line}`.trimEnd()}\n`).join('')
}

/** `mark` is printed as it is, so that it can be styled. It never comes from the server. */
export type Pair = readonly [name: string, value: string, mark?: string]

export function formatPairs(pairs: readonly Pair[]): string {
  const lines = pairs.map(([name, value, mark = '']) => [printable(name), `${printable(value)}${mark}`] as const)
  const width = lines.reduce((most, [name]) => Math.max(most, name.length), 0)
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('')
}

export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ',')
}
