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
