import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/** A request as the HTTP server has read it, within its limits. */
export type ProviderRequest = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export type ProviderAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly body: string
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

class HeldResponse extends ServerResponse {
  onEnd: ((body: string) => void) | undefined = undefined

  override end(...given: readonly unknown[]): this {
    const [body] = given
    const text = Buffer.isBuffer(body) ? body.toString('utf8') : typeof body === 'string' ? body : ''
    this.onEnd?.(text)
    return this
  }
}

type Exchanged = {
  readonly origin: URL
  readonly request: ProviderRequest
  /** Called before the application sees the request. */
  readonly onRequest: (raw: IncomingMessage) => void
}

/**
 * Has a Koa application answer a request that was read already. Its own server never sees the connection, so our limits
 * of connections, bodies and times apply. `origin` is the server's address, whatever the client calls it.
 */
export function exchangeWith(
  handle: Handler,
  { origin, request, onRequest }: Exchanged,
): { readonly raw: IncomingMessage; readonly answered: Promise<ProviderAnswer> } {
  const socket = Object.assign(new Socket(), { encrypted: origin.protocol === 'https:' })
  const raw = new IncomingMessage(socket)
  raw.method = request.method
  raw.url = request.path
  raw.httpVersionMajor = 1
  raw.httpVersionMinor = 1
  raw.headers = given({ ...request.headers, host: origin.host, 'content-length': String(request.body.length) })
  raw.complete = true
  raw.push(request.body)
  raw.push(null)
  onRequest(raw)
  const response = new HeldResponse(raw)
  const answered = new Promise<ProviderAnswer>((resolve, reject) => {
    response.onEnd = (body) =>
      resolve({ status: response.statusCode, headers: headersOf(response), cookies: cookiesOf(response), body })
    Promise.resolve(handle(raw, response)).catch(reject)
  })
  return { raw, answered }
}

function given(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(entries)
}

function headersOf(response: ServerResponse): Record<string, string> {
  const entries = Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)] as const)
  return Object.fromEntries(entries.filter(([name]) => name !== 'set-cookie'))
}

/** Each is a header of its own. */
function cookiesOf(response: ServerResponse): readonly string[] {
  const set = response.getHeader('set-cookie') ?? []
  return Array.isArray(set) ? set : [String(set)]
}
