import { type Dispatcher, Pool } from 'undici'

export type HttpCall = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Names and values, alternating. The client's own headers come first. */
  readonly headers?: readonly string[]
  readonly body?: string
  /** Bounds the whole call, to the last byte of the answer. */
  readonly timeoutMs?: number
}

/** A failure of the network or the other server is returned, never thrown. */
export type HttpReply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** No byte of the request was sent, so the other server certainly did nothing. */
  | { readonly kind: 'not_sent'; readonly why: string }
  /** The request may have arrived: no answer in time, a broken connection, or an unreadable answer. */
  | { readonly kind: 'broken'; readonly why: string }

/** A streamed body. Read its chunks at once or end the stream. Reading throws when the stream breaks. */
export type HttpStream =
  | { readonly kind: 'streaming'; readonly status: number; readonly chunks: AsyncIterable<Buffer> }
  | Exclude<HttpReply, { kind: 'answered' }>

export type HttpClient = {
  readonly call: (call: HttpCall) => Promise<HttpReply>
  /** Like `call`, for bodies of any length. `timeoutMs` bounds the wait for the head and for each chunk. */
  readonly stream: (call: Pick<HttpCall, 'path' | 'headers' | 'timeoutMs'>) => Promise<HttpStream>
  readonly close: () => Promise<void>
}

export type HttpClientOptions = {
  /** Such as `https://rail.example`. Its path, if any, precedes the path of every call. */
  readonly url: string
  readonly headers?: readonly string[]
  /** Calls in progress at once. Others wait within their deadline. Default 512. */
  readonly connectionsMax?: number
  readonly connectTimeoutMs?: number
  readonly timeoutMs: number
  readonly answerBytesMax?: number
}

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
  const pool = new Pool(origin, {
    connections: options.connectionsMax ?? 512,
    pipelining: 1,
    connect: { timeout: options.connectTimeoutMs ?? 3_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMaxMs,
    maxHeaderSize: headerBytesMax,
  })
  const headers = [...(options.headers ?? [])]
  const request = (call: HttpCall): Dispatcher.DispatchOptions => ({
    method: call.method,
    path: base + call.path,
    headers: call.headers === undefined ? headers : [...headers, ...call.headers],
    ...(call.body !== undefined && { body: call.body }),
  })
  const dispatch = <Reply>(call: HttpCall, handler: CallHandler | StreamHandler, reply: Promise<Reply>) => {
    try {
      pool.dispatch(request(call), handler)
    } catch (error) {
      // The client was closed, or a header is invalid.
      handler.fail(error instanceof Error ? error : new Error(String(error)))
    }
    return reply
  }
  return {
    call: (call) => {
      const handler = new CallHandler({ timeoutMs: call.timeoutMs ?? options.timeoutMs, bytesMax: answerBytesMax })
      return dispatch(call, handler, handler.reply)
    },
    stream: (call) => {
      const handler = new StreamHandler(call.timeoutMs ?? options.timeoutMs)
      return dispatch({ ...call, method: 'GET' }, handler, handler.reply)
    },
    close: () => pool.destroy(),
  }
}

class Sending {
  #controller: Dispatcher.DispatchController | undefined
  #expired = false

  /** undici calls this right before it writes the request. An expired request is not written. */
  begin(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#expired) controller.abort(new Error('the deadline had passed before the request was sent'))
  }

  get begun(): boolean {
    return this.#controller !== undefined
  }

  expire(): void {
    this.#expired = true
    this.#controller?.abort(new Error('the deadline has passed'))
  }
}

class CallHandler implements Dispatcher.DispatchHandler {
  readonly reply: Promise<HttpReply>
  readonly #resolve: (reply: HttpReply) => void
  readonly #sending = new Sending()
  readonly #timer: NodeJS.Timeout
  readonly #bytesMax: number
  #settled = false
  #status = 0
  #bytes = 0
  readonly #chunks: Buffer[] = []

  constructor({ timeoutMs, bytesMax }: { readonly timeoutMs: number; readonly bytesMax: number }) {
    const { promise, resolve } = Promise.withResolvers<HttpReply>()
    this.reply = promise
    this.#resolve = resolve
    this.#bytesMax = bytesMax
    this.#timer = setTimeout(() => {
      this.#end(lost(this.#sending, `no answer within ${timeoutMs} ms`))
      this.#sending.expire()
    }, timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#sending.begin(controller)
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes <= this.#bytesMax) this.#chunks.push(chunk)
    else controller.abort(new Error(`an answer of more than ${this.#bytesMax} bytes`))
  }

  onResponseEnd(): void {
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined
    const body = (only ?? Buffer.concat(this.#chunks)).toString('utf8')
    this.#end({ kind: 'answered', status: this.#status, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.fail(error)
  }

  fail(error: Error): void {
    this.#end(lost(this.#sending, describe(error)))
  }

  #end(reply: HttpReply): void {
    if (this.#settled) return
    this.#settled = true
    clearTimeout(this.#timer)
    this.#resolve(reply)
  }
}

/** Pauses the connection while the caller does not read. */
class StreamHandler implements Dispatcher.DispatchHandler {
  readonly reply: Promise<HttpStream>
  readonly #resolve: (reply: HttpStream) => void
  readonly #sending = new Sending()
  readonly #timeoutMs: number
  readonly #waiting: Buffer[] = []
  #timer: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #state: 'open' | 'ended' | Error = 'open'
  #wake: (() => void) | undefined

  constructor(timeoutMs: number) {
    const { promise, resolve } = Promise.withResolvers<HttpStream>()
    this.reply = promise
    this.#resolve = resolve
    this.#timeoutMs = timeoutMs
    this.#expect()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#sending.begin(controller)
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return
    this.#expect()
    this.#resolve({ kind: 'streaming', status, chunks: this.#read() })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // undici passes an empty chunk when it finishes a paused body that was aborted.
    if (chunk.length === 0) return
    this.#waiting.push(chunk)
    controller.pause()
    clearTimeout(this.#timer)
    this.#wake?.()
  }

  onResponseEnd(): void {
    this.#close('ended')
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.fail(error)
  }

  fail(error: Error): void {
    this.#close(error)
    this.#resolve(lost(this.#sending, describe(error)))
  }

  async *#read(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const chunk = this.#waiting.shift()
        if (chunk !== undefined) yield chunk
        else if (this.#state === 'ended') return
        else if (this.#state !== 'open') throw this.#state
        else await this.#more()
      }
    } finally {
      if (this.#state === 'open') this.#controller?.abort(new Error('the reader has stopped'))
    }
  }

  #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    this.#expect()
    this.#controller?.resume()
    return promise
  }

  #expect(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.fail(new Error(`nothing came for ${this.#timeoutMs} ms`))
      this.#sending.expire()
    }, this.#timeoutMs)
  }

  #close(state: 'ended' | Error): void {
    if (this.#state === 'open') this.#state = state
    clearTimeout(this.#timer)
    this.#wake?.()
  }
}

function lost(sending: Sending, why: string): Exclude<HttpReply, { kind: 'answered' }> {
  return { kind: sending.begun ? 'broken' : 'not_sent', why }
}

function describe(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : ''
  return `${code}${error.message}`.slice(0, 200)
}
