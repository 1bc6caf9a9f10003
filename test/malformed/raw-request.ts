import { connect } from 'node:net'

/** A request that is wrong in some way: what is wrong with it, and its very bytes. */
export type MalformedRequest = { readonly what: string; readonly bytes: Buffer }

/** What came back, or why nothing did. */
export type RawResponse =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: ReadonlyMap<string, string>
      readonly body: string
    }
  | { readonly kind: 'unanswered'; readonly reason: string }

export type RequestParts = {
  readonly method: string
  readonly path: string
  readonly key: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: Buffer | string
}

/** The bytes of a request, with whatever its parts hold; nothing is encoded or checked. */
export function requestBytes({ method, path, key, headers = [], body }: RequestParts): Buffer {
  const bytes = body === undefined ? undefined : Buffer.from(body)
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const all = [
    ['Host', 'localhost'],
    ['Authorization', `Bearer ${key}`],
    ...(bytes === undefined ? [] : [['Content-Type', 'application/json']]),
    ...(bytes === undefined ? [] : [['Content-Length', String(bytes.length)]]),
    ['Connection', 'close'],
  ].filter(([name = '']) => !given.has(name.toLowerCase()))
  const lines = [...all, ...headers].map(([name, value]) => `${name}: ${value}\r\n`)
  // Latin-1, so that a header or a path can hold any byte.
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
  return bytes === undefined ? head : Buffer.concat([head, bytes])
}

/** Sends bytes on a connection of their own and reads the answer until the server ends it. */
export function sendRaw(port: number, bytes: Buffer, timeoutMs: number): Promise<RawResponse> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1')
    let reason = 'the connection was closed without an answer'
    socket.setTimeout(timeoutMs, () => {
      reason = `no answer within ${timeoutMs} ms`
      socket.destroy()
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    // A server that has answered may close while the rest of a large body is still being sent.
    socket.on('error', (error) => {
      reason = error.message
    })
    socket.on('close', () => resolve(parseResponse(Buffer.concat(chunks)) ?? { kind: 'unanswered', reason }))
    socket.write(bytes)
  })
}

function parseResponse(bytes: Buffer): RawResponse | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]
  if (end < 0 || status === undefined) return undefined
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
  // What follows the length is the answer to bytes that were taken for a second request.
  const body = bytes.subarray(end + 4, end + 4 + Number(headers.get('content-length') ?? 0))
  return { kind: 'answered', status: Number(status), headers, body: body.toString('utf8') }
}
