import { StringDecoder } from 'node:string_decoder'
import { Fault } from '#platform/faults'

/** A line of a file without its line break; `cut`: the line was too long, and this is its beginning. */
export type StatementLine = { readonly text: string; readonly cut: boolean }

export const lineLengthMax = 8_192

/** How long all waiting for a statement may take, and how much it must bring in each further second. */
const waitMs = 60_000
const bytesPerSecondMin = 4_096

/**
 * The chunks of a stream, as long as they come fast enough. Time that the reader needs for them does not count. Throws a
 * retryable Fault when a stream drips, so that it does not keep its turn for days.
 */
export async function* atPace(
  chunks: AsyncIterable<Buffer>,
  { patienceMs = waitMs }: { readonly patienceMs?: number } = {},
): AsyncGenerator<Buffer> {
  let waitedMs = 0
  let bytes = 0
  let askedMs = performance.now()
  for await (const chunk of chunks) {
    waitedMs += performance.now() - askedMs
    bytes += chunk.length
    if (waitedMs > patienceMs + (bytes / bytesPerSecondMin) * 1_000) {
      const message = `A statement brought ${bytes} bytes in ${Math.round(waitedMs / 1_000)} s, which is too slow.`
      throw new Fault({ code: 'statement_too_slow', message, retryable: true })
    }
    yield chunk
    askedMs = performance.now()
  }
}

/**
 * Divides a stream into lines at `
 * `; a `\r` before it belongs to the line break. Text after the last line break is returned as the rest: it is a line
 * only if the file is complete.
 */
export async function* divideLines(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<StatementLine, StatementLine | undefined> {
  const decoder = new StringDecoder('utf8')
  let open = ''
  let cut = false
  for await (const chunk of chunks) {
    const pieces = decoder.write(chunk).split('\n')
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      yield lineOf(open + piece, cut)
      open = ''
      cut = false
    }
    open += last
    if (open.length > lineLengthMax) {
      open = open.slice(0, lineLengthMax)
      cut = true
    }
  }
  open += decoder.end()
  return open === '' ? undefined : lineOf(open, cut)
}

/** PostgreSQL cannot store NUL characters and lone surrogates. */
function lineOf(text: string, cut: boolean): StatementLine {
  const ended = text.endsWith('\r') ? text.slice(0, -1) : text
  const storable = ended.replaceAll('\0', '\ufffd').toWellFormed()
  return storable.length > lineLengthMax
    ? { text: storable.slice(0, lineLengthMax), cut: true }
    : { text: storable, cut }
}
