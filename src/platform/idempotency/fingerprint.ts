import { createHash, hash } from 'node:crypto'

/** Up to this size, joining the parts is faster than a streaming hash. */
const joinedBytesMax = 16_384

/** SHA-256 over method, path with query, and the exact bytes of the body. */
export function fingerprintRequest(
  { method, url }: { readonly method: string; readonly url: string },
  body: Buffer | undefined,
): Buffer {
  const head = `${method}\n${url}\n`
  if (body === undefined) return hash('sha256', head, 'buffer')
  if (body.length > joinedBytesMax) return createHash('sha256').update(head).update(body).digest()
  const joined = Buffer.allocUnsafe(head.length * 3 + body.length)
  const at = joined.write(head)
  return hash('sha256', joined.subarray(0, at + body.copy(joined, at)), 'buffer')
}

const bytesPerTurn = 1024 * 1024

/** The same of a large body, and yields after each mebibyte. */
export function* fingerprintInTurns(
  { method, url }: { readonly method: string; readonly url: string },
  body: Buffer,
): Generator<undefined, Buffer, undefined> {
  const hash = createHash('sha256').update(`${method}\n${url}\n`)
  for (let from = 0; from < body.length; from += bytesPerTurn) {
    if (from > 0) yield
    hash.update(body.subarray(from, from + bytesPerTurn))
  }
  return hash.digest()
}
