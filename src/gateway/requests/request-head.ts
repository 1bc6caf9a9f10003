import type { IncomingMessage } from 'node:http'
import { assertedHeaders, type HttpProblemCode } from '#platform/http'

/** A request that may be passed on. `headers`: what of them goes on, names and values alternating. */
export type RequestHead = {
  readonly method: string
  readonly url: string
  readonly headers: readonly string[]
  readonly hasBody: boolean
  /** Of the body; undefined: it comes in chunks. */
  readonly length: number | undefined
  /** Twice has the effect of once. */
  readonly isRepeatable: boolean
}

export type HeadResult =
  | { readonly ok: true; readonly head: RequestHead }
  | { readonly ok: false; readonly code: HttpProblemCode; readonly detail?: string }

type Received = Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'rawHeaders' | 'headers'>

const urlLengthMax = 8192
const headersMax = 100
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])
const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** All else, such as the metrics of an API, is not for clients. */
const exposed = /^\/(?:v1\/|oauth\/|\.well-known\/|docs(?:[/?]|$)|openapi\.json(?:\?|$))/
/** A rail sends its callbacks again by itself, so each counts once. */
const callback = /^\/v1\/rails\/[^/?]+\/callbacks(?:\?|$)/

/** Of one connection; `Connection` may name no others, or a client could take headers out of a request. */
const connectionOptions: ReadonlySet<string> = new Set(['keep-alive', 'close', 'upgrade', 'te', 'http2-settings'])
const ofConnection: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings', 'expect', 'host', 'content-length'],
])
/** Only a gateway or proxy says who the client is. What a client says itself is dropped. */
const aboutClients: ReadonlySet<string> = new Set<string>([
  ...Object.values(assertedHeaders),
  ...['client-cert-chain', 'forwarded', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'request-id'],
])

/** What Node's parser accepts and a gateway may not, because another parser might understand it otherwise. */
export function readHead(request: Received): HeadResult {
  const { method = '', url = '' } = request
  const wrong = wrongLine(request) ?? wrongHeaders(request) ?? wrongBody(request)
  if (wrong !== undefined) return malformed(wrong)
  if (!methods.has(method)) return { ok: false, code: 'method_not_allowed' }
  if (url.length > urlLengthMax) return { ok: false, code: 'url_too_long' }
  if (request.rawHeaders.length > 2 * headersMax) {
    return { ok: false, code: 'headers_too_large', detail: `There are more than ${headersMax} headers.` }
  }
  if (!exposed.test(url)) return { ok: false, code: 'route_not_found' }
  const { 'transfer-encoding': encoding, 'content-length': length, 'idempotency-key': key } = request.headers
  const hasBody = encoding !== undefined || Number(length ?? 0) > 0
  return {
    ok: true,
    head: {
      method,
      url,
      headers: passedOn(request.rawHeaders),
      hasBody,
      length: encoding === undefined ? Number(length ?? 0) : undefined,
      isRepeatable: idempotent.has(method) || (key !== undefined && key !== '') || callback.test(url),
    },
  }
}

function malformed(detail: string): HeadResult {
  return { ok: false, code: 'malformed_request', detail }
}

function wrongLine({ httpVersion, url = '', rawHeaders }: Received): string | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'The version must be HTTP/1.1.'
  if (!url.startsWith('/') || url.includes('#')) return 'The target must be a path that begins with /.'
  const hosts = valuesOf(rawHeaders, 'host').length
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return 'There must be one header Host.'
  return undefined
}

function wrongHeaders({ rawHeaders }: Received): string | undefined {
  const options = valuesOf(rawHeaders, 'connection').flatMap((value) => value.split(','))
  const strange = options.map((option) => option.trim().toLowerCase()).find((name) => !isOption(name))
  return strange === undefined ? undefined : 'The header Connection may not name other headers.'
}

function isOption(name: string): boolean {
  return name === '' || connectionOptions.has(name)
}

/** Node has compared `Content-Length` with `Transfer-Encoding` already. */
function wrongBody({ method = '', httpVersion, rawHeaders, headers }: Received): string | undefined {
  const encodings = valuesOf(rawHeaders, 'transfer-encoding')
  const isPlain = encodings.length === 1 && encodings[0]?.trim().toLowerCase() === 'chunked'
  if (encodings.length > 0 && !isPlain) return 'Transfer-Encoding may only be chunked.'
  if (encodings.length > 0 && httpVersion === '1.0') return 'Transfer-Encoding needs HTTP/1.1.'
  const hasBody = encodings.length > 0 || Number(headers['content-length'] ?? 0) > 0
  return hasBody && bodiless.has(method) ? `A ${method} request has no body.` : undefined
}

function valuesOf(rawHeaders: readonly string[], wanted: string): string[] {
  const found: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.length === wanted.length && name.toLowerCase() === wanted) found.push(rawHeaders[at + 1] as string)
  }
  return found
}

function passedOn(rawHeaders: readonly string[]): string[] {
  const kept: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase()
    if (ofConnection.has(name) || isAboutClient(name)) continue
    kept.push(name, rawHeaders[at + 1] as string)
  }
  return kept
}

/** Also as `X_Forwarded_For`, which some servers take for the same name. */
function isAboutClient(name: string): boolean {
  const usual = name.replaceAll('_', '-')
  return aboutClients.has(usual) || usual.startsWith('x-forwarded-') || usual.startsWith('x-ssl-client-')
}
