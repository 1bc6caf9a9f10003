import type { Readable } from 'node:stream'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import { type CertificateRole, checkRole, connectOptions, type Tls, type TlsTexts } from '../tls/index.ts'
import { createCurrentPool } from './current-pool.ts'

/** A request that is passed on as it is. `headers`: names and values, alternating, without those of the connection. */
export type ForwardedRequest = {
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
  readonly body: Buffer | Readable | undefined
}

export type ForwardedFailure = {
  /** `not_sent`: no byte of the request was sent. `broken`: it may have arrived. */
  readonly kind: 'not_sent' | 'broken'
  readonly why: string
}

/** What becomes of the answer. After `onEnd` or `onFailure`, nothing more is called. */
export type ForwardedAnswer = {
  readonly onHead: (status: number, headers: readonly string[]) => void
  /** Returns false to get no more until `resume`. */
  readonly onData: (chunk: Buffer) => boolean
  readonly onEnd: () => void
  readonly onFailure: (failure: ForwardedFailure) => void
}

export type Forwarding = { readonly resume: () => void; readonly abort: (why: string) => void }

export type Forwarder = {
  readonly forward: (request: ForwardedRequest, answer: ForwardedAnswer) => Forwarding
  readonly close: () => Promise<void>
}

export type ForwarderOptions = {
  /** Such as `https://api.internal:8080`. */
  readonly origin: string
  /** Of the host, which is not resolved again. */
  readonly address: { readonly address: string; readonly family: number }
  readonly connectionsMax: number
  readonly connectTimeoutMs: number
  readonly tls: Tls | undefined
  /** What the other process must be, by its certificate. Without authorities of our own, nobody says so. */
  readonly role: CertificateRole
}

/** Shorter than the other side's, so that a kept connection is seldom closed while a request is being sent. */
const keepAliveMs = 30_000
const headerBytesMax = 16 * 1024

/** Connects at the first request. Deadlines are the caller's. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { origin, address, connectionsMax, connectTimeoutMs, role } = options
  const makePool = (texts: TlsTexts | undefined) => {
    // A session that is taken up again is not verified again.
    const tls = texts && {
      ...connectOptions(texts),
      maxCachedSessions: 0,
      ...(texts.ca !== undefined && { checkServerIdentity: checkRole(role) }),
    }
    return new Pool(origin, {
      connections: connectionsMax,
      pipelining: 1,
      allowH2: false,
      connect: buildConnector({
        timeout: connectTimeoutMs,
        allowH2: false,
        lookup: (_name, { all }, done) =>
          all === true ? done(null, [address]) : done(null, address.address, address.family),
        ...tls,
      }),
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      maxHeaderSize: headerBytesMax,
    })
  }
  const pool = createCurrentPool(makePool, options.tls)
  return {
    forward: ({ method, path, headers, body }, answer) => {
      const handler = new ForwardHandler(answer)
      try {
        const given = { path, headers: [...headers], method: method as Dispatcher.HttpMethod }
        pool.get().dispatch({ ...given, ...(body !== undefined && { body }) }, handler)
      } catch (error) {
        handler.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)))
      }
      return handler
    },
    close: pool.destroy,
  }
}

class ForwardHandler implements Dispatcher.DispatchHandler, Forwarding {
  readonly #answer: ForwardedAnswer
  #controller: Dispatcher.DispatchController | undefined
  #aborted: Error | undefined
  #isOver = false

  constructor(answer: ForwardedAnswer) {
    this.#answer = answer
  }

  /** undici calls this right before it writes the request. An aborted request is not written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#aborted !== undefined) controller.abort(this.#aborted)
    else this.#controller = controller
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: GivenHeaders): void {
    if (status >= 200 && !this.#isOver) this.#answer.onHead(status, flat(headers))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isOver && !this.#answer.onData(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#answer.onEnd()
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : ''
    const kind = this.#controller === undefined ? 'not_sent' : 'broken'
    this.#answer.onFailure({ kind, why: `${code}${error.message}`.slice(0, 200) })
  }

  resume(): void {
    this.#controller?.resume()
  }

  /** Reports the failure at once, although the connection may still be opening. */
  abort(why: string): void {
    if (this.#isOver) return
    const error = new Error(why)
    this.#aborted = error
    this.onResponseError(undefined, error)
    this.#controller?.abort(error)
  }
}

type GivenHeaders = Readonly<Record<string, string | string[] | undefined>>

function flat(headers: GivenHeaders): string[] {
  const all: string[] = []
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') all.push(name, value)
    else for (const one of value ?? []) all.push(name, one)
  }
  return all
}
