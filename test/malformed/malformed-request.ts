/** A malformed request: the description of its fault, and its bytes. */
export type MalformedRequest = { readonly what: string; readonly bytes: Buffer }

export type RequestParts = {
  readonly method: string
  readonly path: string
  readonly key: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: Buffer | string
}

/** The bytes of a request, with its parts as they are; nothing is encoded or checked. */
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
