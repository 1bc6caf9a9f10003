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
  | ForwardedFailure

export type AskedRelay = {
  readonly response: ServerResponse
  /** The answer has no body, whatever its headers say. */
  readonly isHead: boolean
  /** Not the first try: its Idempotency-Key may be in use by the one before. */
  readonly isRepeat: boolean
  readonly isLast: () => boolean
  readonly onHead: () => void
}

/** An answer up to this size is sent once it is there as a whole: a request whose answer breaks off can be repeated. */
const heldMax = 64 * 1024
/** Bytes that wait for the client, beyond which no more are read. */
const waitingMax = 64 * 1024

/** Passes one answer on to the client, as fast as the client reads. */
export class AnswerRelay implements ForwardedAnswer {
  readonly outcome: Promise<RelayOutcome>
  readonly #resolve: (outcome: RelayOutcome) => void
  readonly #asked: AskedRelay
  #forwarding: Forwarding | undefined
  #head: { readonly status: number; readonly headers: readonly string[] } | undefined
  #held: Buffer[] | undefined
  #isBusy = false
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
    this.#isBusy = this.#asked.isRepeat && status === 409 && answerHeader(headers, 'retry-after') !== undefined
    if (!this.#isBusy) this.#asked.onHead()
    const length = answerHeader(headers, 'content-length')
    const isSmall = this.#asked.isHead || status === 204 || status === 304 || Number(length ?? Number.NaN) <= heldMax
    if (isSmall || this.#isBusy) this.#held = []
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
    if (this.#isBusy) {
      this.#resolve({ kind: 'busy' })
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
