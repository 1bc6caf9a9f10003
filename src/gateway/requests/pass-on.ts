import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ForwardedFailure, ForwardedRequest } from '#platform/http-client'
import { noteAnswered, noteBroken, noteNotSent, type Upstream } from '../upstreams/upstream.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import { AnswerRelay, type RelayOutcome } from './answer-relay.ts'
import { leftOfDeadline } from './left-of-deadline.ts'
import type { BodyFlaw, RequestBody } from './request-body.ts'
import type { RequestHead } from './request-head.ts'

/** A request that has its place. */
export type PassedRequest = {
  readonly head: Pick<RequestHead, 'method' | 'url' | 'isRepeatable' | 'length'>
  /** With what the gateway says of the client. */
  readonly headers: readonly string[]
  readonly body: RequestBody
  readonly response: ServerResponse
  /** When its head had arrived. */
  readonly startedMs: number
  readonly isLast: () => boolean
}

export type PassedOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly code: 'gateway_broken' | 'gateway_unreachable' | 'gateway_timeout' }
  | { readonly kind: 'flawed'; readonly flaw: BodyFlaw }
  /** Nobody waits for an answer any more, or a part of it was sent. */
  | { readonly kind: 'ended' }

export type PassOnDeps = {
  readonly upstreams: Pick<Upstreams, 'choose'>
  readonly timeoutMs: number
  /** For how long a request that may be repeated is. */
  readonly retryMs: number
  /** For an answer that stops in its middle, or whose client does not read it. */
  readonly stuckMs: number
  readonly onDown: (upstream: Upstream, why: string) => void
  readonly onFailure: (upstream: Upstream, failure: ForwardedFailure['kind'] | 'cut') => void
  readonly onRetry: (reason: RetryReason) => void
}

type RetryReason = 'not_sent' | 'broken' | 'busy'

/** A request that ends the process that handles it must not end them all. */
const sendsMax = 2
const pausesMs = [0, 50, 100, 200, 400, 800] as const

export type PassOn = {
  readonly pass: (request: PassedRequest) => Promise<PassedOutcome>
  /** The process does not answer any more: what it has may be repeated elsewhere, as if it were gone. */
  readonly giveUp: (upstream: Upstream) => void
  readonly stop: () => void
}

/**
 * Sends a request to one of the processes, and to another one when that is safe: nothing was sent, or the request may
 * be repeated and is still here as a whole.
 */
export function createPassOn(deps: PassOnDeps): PassOn {
  const relays = new Map<AnswerRelay, Passing>()
  const look = () => {
    const late = performance.now() - deps.stuckMs
    for (const relay of relays.keys())
      if ((relay.stuckSinceMs() ?? late + 1) <= late) relay.abort('the answer has stopped')
  }
  const timer = setInterval(look, Math.min(1_000, deps.stuckMs / 2)).unref()
  return {
    pass: (request) => new Passing(deps, relays, request).run(),
    giveUp: (upstream) => {
      for (const passing of relays.values()) passing.leave(upstream)
    },
    stop: () => clearInterval(timer),
  }
}

class Passing {
  readonly #deps: PassOnDeps
  readonly #relays: Map<AnswerRelay, Passing>
  readonly #request: PassedRequest
  readonly #tried = new Set<Upstream>()
  readonly #begunMs = performance.now()
  readonly #deadline: NodeJS.Timeout
  #relay: AnswerRelay | undefined
  #upstream: Upstream | undefined
  #isLate = false
  /** Tries that may have had an effect. */
  #sends = 0

  constructor(deps: PassOnDeps, relays: Map<AnswerRelay, Passing>, request: PassedRequest) {
    this.#deps = deps
    this.#relays = relays
    this.#request = request
    this.#deadline = setTimeout(() => {
      this.#isLate = true
      this.#relay?.abort('the deadline has passed')
    }, deps.timeoutMs)
  }

  async run(): Promise<PassedOutcome> {
    try {
      for (let tries = 0; ; tries += 1) {
        const upstream = this.#deps.upstreams.choose(this.#tried)
        const outcome = upstream === undefined ? unreachable : await this.#attempt(upstream)
        const end = this.#endOf(outcome)
        if (end !== undefined) return end
        this.#deps.onRetry(outcome.kind as RetryReason)
        if (upstream !== undefined && outcome.kind !== 'busy') this.#tried.add(upstream)
        await sleep(pausesMs[Math.min(tries, pausesMs.length - 1)])
        if (this.#isLate || this.#request.response.destroyed) return this.#failed()
      }
    } finally {
      clearTimeout(this.#deadline)
    }
  }

  leave(upstream: Upstream): void {
    const hasBegun = this.#relay?.stuckSinceMs() !== undefined
    if (this.#upstream !== upstream || hasBegun || this.#sends > 0) return
    const outcome = { kind: 'broken', why: 'the process does not answer' } as const
    if (mayRepeat(outcome, { ...this.#request, sends: 1 })) this.#relay?.abort(outcome.why)
  }

  async #attempt(upstream: Upstream): Promise<RelayOutcome> {
    const { head, response, isLast } = this.#request
    const onHead = () => clearTimeout(this.#deadline)
    const relay = new AnswerRelay({
      response,
      isLast,
      method: head.method,
      isRepeat: this.#sends > 0,
      onHead,
    })
    this.#relay = relay
    this.#upstream = upstream
    this.#relays.set(relay, this)
    upstream.running += 1
    relay.begin((answer) => upstream.forwarder.forward(forwarded(this.#request), answer))
    const outcome = await relay.outcome
    upstream.running -= 1
    this.#relays.delete(relay)
    this.#note(upstream, outcome)
    return outcome
  }

  /** An upstream is not blamed for a client that has left, or for the deadline of one request. */
  #note(upstream: Upstream, outcome: RelayOutcome): void {
    if (outcome.kind === 'answered' || outcome.kind === 'busy' || outcome.kind === 'uncertain') {
      noteAnswered(upstream)
      return
    }
    if (this.#isLate || this.#request.response.destroyed || this.#flaw() !== undefined) return
    this.#deps.onFailure(upstream, outcome.kind)
    const isNews = outcome.kind === 'not_sent' ? noteNotSent(upstream) : noteBroken(upstream)
    if (isNews) this.#deps.onDown(upstream, outcome.why)
  }

  /** undefined: it is tried once more. */
  #endOf(outcome: RelayOutcome): PassedOutcome | undefined {
    if (outcome.kind === 'answered') return outcome
    if (outcome.kind === 'cut') return { kind: 'ended' }
    if (outcome.kind === 'uncertain') return this.#failed()
    if (outcome.kind === 'broken') this.#sends += 1
    const flaw = this.#flaw()
    if (flaw !== undefined && !this.#request.response.destroyed) return { kind: 'flawed', flaw }
    const isOver =
      this.#isLate || performance.now() - this.#begunMs > this.#deps.retryMs || this.#request.response.destroyed
    return isOver || !mayRepeat(outcome, { ...this.#request, sends: this.#sends }) ? this.#failed() : undefined
  }

  #failed(): PassedOutcome {
    if (this.#request.response.destroyed) return { kind: 'ended' }
    if (this.#isLate) return { kind: 'failed', code: 'gateway_timeout' }
    return { kind: 'failed', code: this.#sends > 0 ? 'gateway_broken' : 'gateway_unreachable' }
  }

  #flaw(): BodyFlaw | undefined {
    const { body } = this.#request
    return body.kind === 'streaming' ? body.flaw() : undefined
  }
}

const unreachable: RelayOutcome = { kind: 'not_sent', why: 'there is no upstream' }

type Repeatable = Pick<PassedRequest, 'head' | 'body'> & { readonly sends: number }

function mayRepeat(outcome: RelayOutcome, { head, body, sends }: Repeatable): boolean {
  const isHere = body.kind !== 'streaming' || !body.isRead()
  if (outcome.kind === 'not_sent') return isHere
  return isHere && head.isRepeatable && sends < sendsMax
}

function forwarded({ head, headers: given, body, startedMs }: PassedRequest): ForwardedRequest {
  const { method, url: path, length } = head
  const headers = leftOfDeadline(given, performance.now() - startedMs)
  if (body.kind === 'none') return { method, path, headers, body: undefined }
  if (body.kind === 'whole') return { method, path, headers, body: body.bytes }
  const framing = length === undefined ? [] : ['content-length', String(length)]
  return { method, path, headers: [...headers, ...framing], body: body.open() }
}
