import { buildConnector, Pool } from 'undici'
import { checkedLookup, type OutgoingSource, type Resolve, refusalOfHost, refused } from '#platform/outgoing'
import { connectOptions, type Tls, type TlsTexts } from '../tls/index.ts'
import { createCurrentPool } from './current-pool.ts'
import type { HttpCall, HttpReply, HttpStream, RequestSigner } from './http-call.ts'
import { CallHandler, StreamHandler } from './reply-handlers.ts'

export type HttpClient = {
  readonly call: (call: HttpCall) => Promise<HttpReply>
  /** Like `call`, for bodies of any length. `timeoutMs` bounds the wait for the head and for each chunk. */
  readonly stream: (call: Pick<HttpCall, 'path' | 'headers' | 'answerHeaders' | 'timeoutMs'>) => Promise<HttpStream>
  readonly close: () => Promise<void>
}

export type HttpClientOptions = {
  /** Such as `https://rail.example`. Its path, if any, precedes the path of every call. */
  readonly url: string
  /** Where the URL comes from. One from data goes to public addresses only. No redirect is followed from either. */
  readonly source: OutgoingSource
  readonly headers?: readonly string[]
  /** Calls in progress at once. Others wait within their deadline. Default: more than the places of a rail. */
  readonly connectionsMax?: number
  readonly connectTimeoutMs?: number
  readonly timeoutMs: number
  readonly answerBytesMax?: number
  /** The client's certificate, and the authorities that it trusts. */
  readonly tls?: Tls | undefined
  readonly sign?: RequestSigner
  readonly resolve?: Resolve
}

type MadeRequest = Pick<HttpCall, 'method' | 'path' | 'body'> & { readonly headers: string[] }

/**
 * Callers divide the places of a rail among books and vendors: 659 for its calls, and some 200 for questions about
 * instruments, recalls and answers to disputes. A call that has a place must not wait for a connection that a slow call
 * of another book has.
 */
const connectionsMaxDefault = 1_024
/** Closes idle connections before the other server is likely to. */
const keepAliveMs = 4_000
const keepAliveMaxMs = 60_000
const headerBytesMax = 16 * 1024

/** It connects at the first call. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { origin, pathname } = new URL(options.url)
  const base = pathname.replace(/\/+$/, '')
  const answerBytesMax = options.answerBytesMax ?? 1024 * 1024
  // Each call's own deadline applies. undici's timeouts are coarse and would only fire later.
  const makePool = (texts: TlsTexts | undefined) =>
    new Pool(origin, {
      connections: options.connectionsMax ?? connectionsMaxDefault,
      pipelining: 1,
      // In HTTP/2, calls would share a connection and its failures.
      allowH2: false,
      connect: connector(options, texts),
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMaxMs,
      maxHeaderSize: headerBytesMax,
    })
  const pool = createCurrentPool(makePool, options.tls)
  const headers = [...(options.headers ?? [])]
  const request = (call: HttpCall): MadeRequest => ({
    method: call.method,
    path: base + call.path,
    headers: call.headers === undefined ? headers : [...headers, ...call.headers],
    ...(call.body !== undefined && { body: call.body }),
  })
  const signed = async (call: HttpCall, sign: RequestSigner): Promise<MadeRequest> => {
    const made = request(call)
    const bytes = typeof call.body === 'object' ? call.body : Buffer.from(call.body ?? '')
    const added = await sign({ method: call.method, url: origin + made.path, headers: made.headers, bytes })
    return { ...made, headers: [...made.headers, ...added], ...(call.body !== undefined && { body: bytes }) }
  }
  const send = (made: MadeRequest, handler: CallHandler | StreamHandler) => {
    try {
      pool.get().dispatch(made, handler)
    } catch (error) {
      // The client was closed, or a header is invalid.
      handler.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }
  const dispatch = <Reply>(call: HttpCall, handler: CallHandler | StreamHandler, reply: Promise<Reply>) => {
    if (options.sign === undefined) send(request(call), handler)
    else {
      signed(call, options.sign).then(
        (made) => send(made, handler),
        (error: unknown) => handler.fail(notSigned(error)),
      )
    }
    return reply
  }
  return {
    call: (call) => {
      const timeoutMs = call.timeoutMs ?? options.timeoutMs
      const handler = new CallHandler({ timeoutMs, bytesMax: answerBytesMax, names: call.answerHeaders })
      return dispatch(call, handler, handler.reply)
    },
    stream: (call) => {
      const handler = new StreamHandler({ timeoutMs: call.timeoutMs ?? options.timeoutMs, names: call.answerHeaders })
      return dispatch({ ...call, method: 'GET' }, handler, handler.reply)
    },
    close: pool.destroy,
  }
}

/** A name is resolved once for a connection, which then goes to an address that was checked. */
function connector(
  { source, resolve, connectTimeoutMs }: HttpClientOptions,
  texts: TlsTexts | undefined,
): buildConnector.connector {
  const timeout = connectTimeoutMs ?? 3_000
  const lookup = checkedLookup(source, resolve)
  // A session that is taken up again is not verified again.
  const tls = texts && { ...connectOptions(texts), maxCachedSessions: 0 }
  const connect = buildConnector({ timeout, allowH2: false, lookup, ...tls })
  return (target, done) => {
    const refusal = refusalOfHost(target.hostname, source)
    if (refusal === undefined) connect(target, done)
    else process.nextTick(done, refused(refusal), null)
  }
}

/** The message of a signer's failure may hold a secret. */
function notSigned(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
  return new Error(`the request could not be signed (${code})`)
}
