import { StringDecoder } from 'node:string_decoder'
import { Fault } from '#platform/faults'

/** Without its line break. `cut`: the line was too long, and this is its beginning. */
export type StatementLine = { readonly text: string; readonly cut: boolean }

export const lineLengthMax = 8_192

/** The longest total wait for a statement, extended by one second for each `bytesPerSecondMin` bytes. */
const waitMs = 60_000
const bytesPerSecondMin = 4_096

/** Throws a retryable Fault when a stream drips, which would hold its lock for days. The reader's time is excluded. */
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

/** Lines end with LF or CRLF. Text after the last one is returned as the rest: a line only if the file is complete. */
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
