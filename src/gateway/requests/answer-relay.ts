import type { ServerResponse } from 'node:http'
import type { ForwardedAnswer, ForwardedFailure, Forwarding } from '#platform/http-client'
import { endAnswer } from '../answers.ts'
import { answerHeader, answerHeaders } from './answer-head.ts'

export type RelayOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  /** A part of the answer had been sent. */
  | { readonly kind: 'cut'; readonly why: string }
  /** The first try of the request is still running somewhere. */
  | { readonly kind: 'busy' }
  /** A refusal of this try alone, which says nothing of the tries before it. */
  | { readonly kind: 'uncertain' }
  | ForwardedFailure

export type AskedRelay = {
  readonly response: ServerResponse
  readonly method: string
  /** Not the first try: the one before may have had its effect, or have it yet. */
  readonly isRepeat: boolean
  readonly isLast: () => boolean
  readonly onHead: () => void
}

/** An answer up to this size is sent once it is there as a whole: a request whose answer breaks off can be repeated. */
const heldMax = 64 * 1024
/** Bytes that wait for the client, beyond which no more are read. */
const waitingMax = 64 * 1024

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Answered before an Idempotency-Key is looked for. 504: for its deadline. */
const ofOneTry: ReadonlySet<number> = new Set([401, 403, 408, 429, 504])

type GivenAnswer = { readonly method: string; readonly status: number; readonly headers: readonly string[] }

/** Why the answer to a repetition does not say what became of the request. */
function unsaid({ method, status, headers }: GivenAnswer): 'busy' | 'uncertain' | undefined {
  if (status === 409 && answerHeader(headers, 'retry-after') !== undefined) return 'busy'
  if (reads.has(method) || answerHeader(headers, 'idempotent-replayed') !== undefined) return undefined
  // What was deleted is not there for the next try.
  return ofOneTry.has(status) || (method === 'DELETE' && status === 404) ? 'uncertain' : undefined
}

/** Passes one answer on to the client, as fast as the client reads. */
export class AnswerRelay implements ForwardedAnswer {
  readonly outcome: Promise<RelayOutcome>
  readonly #resolve: (outcome: RelayOutcome) => void
  readonly #asked: AskedRelay
  #forwarding: Forwarding | undefined
  #head: { readonly status: number; readonly headers: readonly string[] } | undefined
  #held: Buffer[] | undefined
  #dropped: 'busy' | 'uncertain' | undefined
  #isPaused = false
  #movedMs = performance.now()

  constructor(asked: AskedRelay) {
    this.#asked = asked
    const { promise, resolve } = Promise.withResolvers<RelayOutcome>()
    this.outcome = promise
    this.#resolve = resolve
  }

  begin(forward: (answer: ForwardedAnswer) => Forwarding): void {
    this.#asked.response.on('drain', this.#onDrain).on('close', this.#onClose)
    this.#forwarding = forward(this)
  }

  abort(why: string): void {
    this.#forwarding?.abort(why)
  }

  /** Since when neither side has moved, once the answer has begun. */
  stuckSinceMs(): number | undefined {
    return this.#head === undefined ? undefined : this.#movedMs
  }

  onHead(status: number, headers: readonly string[]): void {
    this.#head = { status, headers: answerHeaders(headers) }
    this.#movedMs = performance.now()
    const { isRepeat, method, onHead } = this.#asked
    this.#dropped = isRepeat ? unsaid({ method, status, headers }) : undefined
    if (this.#dropped !== 'busy') onHead()
    const length = answerHeader(headers, 'content-length')
    const isSmall = method === 'HEAD' || status === 204 || status === 304 || Number(length ?? Number.NaN) <= heldMax
    if (isSmall || this.#dropped !== undefined) this.#held = []
    else this.#writeHead()
  }

  onData(chunk: Buffer): boolean {
    this.#movedMs = performance.now()
    if (this.#held !== undefined) {
      this.#held.push(chunk)
      return true
    }
    const { response } = this.#asked
    this.#isPaused = !response.write(chunk) && response.writableLength > waitingMax
    return !this.#isPaused
  }

  onEnd(): void {
    this.#leave()
    if (this.#dropped !== undefined) {
      this.#resolve({ kind: this.#dropped })
      return
    }
    const { response } = this.#asked
    if (this.#held === undefined) endAnswer(response, '')
    else if (this.#writeHead()) endAnswer(response, Buffer.concat(this.#held))
    this.#resolve({ kind: 'answered', status: this.#head?.status ?? 0 })
  }

  onFailure(failure: ForwardedFailure): void {
    this.#leave()
    const { response } = this.#asked
    // The client must not take what it has for the whole answer.
    if (response.headersSent) response.destroy()
    this.#resolve(response.headersSent ? { kind: 'cut', why: failure.why } : failure)
  }

  #writeHead(): boolean {
    const { response, isLast } = this.#asked
    if (this.#head === undefined || response.destroyed) return false
    const { status, headers } = this.#head
    response.writeHead(status, isLast() ? [...headers, 'connection', 'close'] : [...headers])
    return true
  }

  readonly #onDrain = () => {
    this.#movedMs = performance.now()
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#forwarding?.resume()
  }

  readonly #onClose = () => {
    if (!this.#asked.response.writableFinished) this.abort('the client has left')
  }

  #leave(): void {
    this.#asked.response.off('drain', this.#onDrain).off('close', this.#onClose)
  }
}
