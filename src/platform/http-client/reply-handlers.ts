import type { Dispatcher } from 'undici'
import type { AnswerHeaders, HttpReply, HttpStream } from './http-call.ts'

type Names = readonly string[] | undefined
type GivenHeaders = Readonly<Record<string, string | string[] | undefined>>

function chosen(headers: GivenHeaders, names: Names): AnswerHeaders {
  const found = (names ?? []).flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')] as const]
  })
  return Object.fromEntries(found)
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

export class CallHandler implements Dispatcher.DispatchHandler {
  readonly reply: Promise<HttpReply>
  readonly #resolve: (reply: HttpReply) => void
  readonly #sending = new Sending()
  readonly #timer: NodeJS.Timeout
  readonly #bytesMax: number
  readonly #names: Names
  #settled = false
  #status = 0
  #headers: AnswerHeaders = {}
  #bytes = 0
  readonly #chunks: Buffer[] = []

  constructor(limits: { readonly timeoutMs: number; readonly bytesMax: number; readonly names: Names }) {
    const { timeoutMs, bytesMax, names } = limits
    const { promise, resolve } = Promise.withResolvers<HttpReply>()
    this.reply = promise
    this.#resolve = resolve
    this.#bytesMax = bytesMax
    this.#names = names
    this.#timer = setTimeout(() => {
      this.#end(lost(this.#sending, `no answer within ${timeoutMs} ms`))
      this.#sending.expire()
    }, timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#sending.begin(controller)
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: GivenHeaders): void {
    this.#status = status
    this.#headers = chosen(headers, this.#names)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes <= this.#bytesMax) this.#chunks.push(chunk)
    else controller.abort(new Error(`an answer of more than ${this.#bytesMax} bytes`))
  }

  onResponseEnd(): void {
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined
    const body = (only ?? Buffer.concat(this.#chunks)).toString('utf8')
    this.#end({ kind: 'answered', status: this.#status, headers: this.#headers, body })
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
export class StreamHandler implements Dispatcher.DispatchHandler {
  readonly reply: Promise<HttpStream>
  readonly #resolve: (reply: HttpStream) => void
  readonly #sending = new Sending()
  readonly #timeoutMs: number
  readonly #names: Names
  readonly #waiting: Buffer[] = []
  #timer: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #state: 'open' | 'ended' | Error = 'open'
  #wake: (() => void) | undefined

  constructor({ timeoutMs, names }: { readonly timeoutMs: number; readonly names: Names }) {
    const { promise, resolve } = Promise.withResolvers<HttpStream>()
    this.reply = promise
    this.#resolve = resolve
    this.#timeoutMs = timeoutMs
    this.#names = names
    this.#expect()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#sending.begin(controller)
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: GivenHeaders): void {
    if (status < 200) return
    this.#expect()
    this.#resolve({ kind: 'streaming', status, headers: chosen(headers, this.#names), chunks: this.#read() })
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
