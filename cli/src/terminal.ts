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
export function styled(stream: Output, style: Style, text: string): string {
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

/** Amounts become digit strings. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part), indent)
}

export type Column = { readonly title: string; readonly right?: boolean }

export function formatTable(stream: Output, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, at) =>
    rows.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), column.title.length),
  )
  const align = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (columns[at]?.right ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  const titles = align(columns.map((column) => column.title))
  return [styled(stream, 'bold', titles), ...rows.map(align)].map((line) => `${line}\n`).join('')
}

export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ',')
}
