import { connect } from 'node:net'

/** `status` is 0 when the server closed without an answer. */
export type RawResponse = { readonly status: number; readonly head: string; readonly body: string }

/** Reads until the answer is complete or the server closes. Rejects when nothing arrives for `timeoutMs`. */
export function sendRaw(url: string, bytes: string | Buffer, timeoutMs = 5000): Promise<RawResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<RawResponse>()
  const { hostname, port } = new URL(url)
  const chunks: Buffer[] = []
  const socket = connect(Number(port), hostname)
  const settle = () => {
    const response = parseResponse(Buffer.concat(chunks).toString('latin1'))
    resolve(response ?? { status: 0, head: '', body: '' })
    socket.destroy()
  }
  socket.setTimeout(timeoutMs, () => {
    reject(new Error(`no answer within ${timeoutMs} ms`))
    socket.destroy()
  })
  socket.on('connect', () => socket.write(bytes))
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    if (parseResponse(Buffer.concat(chunks).toString('latin1'))?.whole) settle()
  })
  // A server that has answered may reset the connection while the rest of a body is still being sent.
  socket.on('error', settle)
  socket.on('close', settle)
  return promise
}

function parseResponse(text: string): (RawResponse & { readonly whole: boolean }) | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = text.slice(0, end)
  const body = text.slice(end + 4)
  const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? Number.POSITIVE_INFINITY)
  return { status: Number(head.split(' ')[1]), head, body, whole: body.length >= length }
}
