import { CliFailure } from './failure.ts'

export type CsvFormat = {
  readonly delimiter: string
  /** A carriage return alone, or LF and CRLF. */
  readonly lineEnds: readonly string[]
  readonly headerLine: number
}

export type PreambleOptions = {
  readonly skip: number
  readonly delimiter?: string | undefined
}

const headerBytesMax = 1024 * 1024

/** Takes the delimiter from a line `sep=;`, and detects the line break. `rest` begins with the header. */
export async function readPreamble(
  chunks: AsyncGenerator<Buffer, void, void>,
  options: PreambleOptions,
): Promise<CsvFormat & { readonly rest: AsyncGenerator<Buffer, void, void> }> {
  let bytes: Buffer = Buffer.alloc(0)
  let ended = false
  for (;;) {
    const next = await chunks.next()
    if (next.done) ended = true
    else bytes = Buffer.concat([bytes, next.value])
    // One character per byte: the search is for ASCII, and positions are byte offsets.
    const text = bytes.toString('latin1')
    const found = findHeader(text, options, ended)
    if (found) {
      const start = bytes.subarray(found.start)
      async function* rest() {
        yield start
        yield* chunks
      }
      return { ...found, rest: rest() }
    }
    if (bytes.length > headerBytesMax * (options.skip + 1)) {
      throw new CliFailure(`the header's line has no end within ${headerBytesMax / 1024} KiB: this is no CSV file`)
    }
  }
}

/** Returns undefined when it needs more of the file. */
function findHeader(
  text: string,
  { skip, delimiter }: PreambleOptions,
  ended: boolean,
): (CsvFormat & { readonly start: number }) | undefined {
  let start = 0
  for (let line = 0; line < skip; line += 1) {
    const end = findLineEnd(text, start, ended)
    if (!end) return undefined
    start = end.next
  }
  const end = findLineEnd(text, start, ended)
  if (!end) return undefined
  const separator = /^"?sep=([^"]+)"?$/i.exec(text.slice(start, end.at))?.[1]
  if (separator === undefined) {
    const lineEnds = findHeaderEnds(text, start, ended)
    return lineEnds && { delimiter: delimiter ?? ',', lineEnds, headerLine: skip + 1, start }
  }
  const named = Buffer.from(separator, 'latin1').toString('utf8')
  if (delimiter === undefined && !isDelimiter(named)) {
    throw new CliFailure(`line ${skip + 1}: "sep=${named}" does not name one character; give --delimiter`)
  }
  const lineEnds = findHeaderEnds(text, end.next, ended)
  return lineEnds && { delimiter: delimiter ?? named, lineEnds, headerLine: skip + 2, start: end.next }
}

export function isDelimiter(text: string): boolean {
  return text.length === 1 && !'"\r\n'.includes(text)
}

type LineEnd = { readonly at: number; readonly next: number }

function findLineEnd(text: string, from: number, ended: boolean): LineEnd | undefined {
  const pattern = /\r\n|\n|\r/g
  pattern.lastIndex = from
  const match = pattern.exec(text)
  if (!match) return ended ? { at: text.length, next: text.length } : undefined
  // A line feed may still follow.
  if (match[0] === '\r' && pattern.lastIndex === text.length && !ended) return undefined
  return { at: match.index, next: pattern.lastIndex }
}

function findHeaderEnds(text: string, from: number, ended: boolean): readonly string[] | undefined {
  let quoted = false
  for (let at = from; at < text.length; at += 1) {
    const letter = text.charAt(at)
    if (letter === '"') quoted = !quoted
    if (quoted || (letter !== '\r' && letter !== '\n')) continue
    if (letter === '\n' || text.charAt(at + 1) === '\n') return ['\r\n', '\n']
    return at + 1 === text.length && !ended ? undefined : ['\r']
  }
  return ended ? ['\r\n', '\n'] : undefined
}
