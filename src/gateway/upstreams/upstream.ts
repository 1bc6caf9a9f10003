import type { Forwarder } from '#platform/http-client'

/** A process with the role `api`, at one address. */
export type Upstream = {
  /** Host and port, for operators. */
  readonly name: string
  readonly forwarder: Forwarder
  /** `unknown`: it has not been asked yet. */
  state: 'unknown' | 'up' | 'down'
  /** Of its checks, in a row. */
  failedChecks: number
  /** Of requests, in a row. */
  broken: number
  running: number
  /** Its address is not one of the name any more. */
  isLeaving: boolean
}

/** One lost check may be a pause; a connection that is refused is news at once. */
const failedChecksMax = 2
const brokenMax = 3

export function createUpstream(name: string, forwarder: Forwarder): Upstream {
  return { name, forwarder, state: 'unknown', failedChecks: 0, broken: 0, running: 0, isLeaving: false }
}

/** Each returns whether the state has changed. */
export function noteCheck(upstream: Upstream, result: 'ready' | 'refused' | 'failed'): boolean {
  const before = upstream.state
  if (result === 'ready') {
    upstream.state = 'up'
    upstream.failedChecks = 0
    upstream.broken = 0
  } else {
    upstream.failedChecks += 1
    // One that says itself that it is not ready is stopping, or has no database.
    if (result === 'refused' || upstream.failedChecks >= failedChecksMax) upstream.state = 'down'
  }
  return upstream.state !== before
}

export function noteNotSent(upstream: Upstream): boolean {
  const before = upstream.state
  upstream.state = 'down'
  return before !== 'down'
}

export function noteBroken(upstream: Upstream): boolean {
  upstream.broken += 1
  return upstream.broken >= brokenMax && noteNotSent(upstream)
}

export function noteAnswered(upstream: Upstream): void {
  upstream.broken = 0
}

/**
 * Of two at random, the one with fewer requests (the power of two choices). One that is up before others, and one of
 * `tried` only if there is no other. When none is up, the checks may be wrong, and requests find out.
 */
export function chooseUpstream(
  all: readonly Upstream[],
  tried: ReadonlySet<Upstream>,
  random: () => number,
): Upstream | undefined {
  const present = all.filter(({ isLeaving }) => !isLeaving)
  const fresh = present.filter((one) => !tried.has(one))
  const isUp = ({ state }: Upstream) => state === 'up'
  const [candidates = []] = [fresh.filter(isUp), fresh, present.filter(isUp), present].filter(
    ({ length }) => length > 0,
  )
  const first = Math.floor(random() * candidates.length)
  const other = (first + 1 + Math.floor(random() * (candidates.length - 1))) % Math.max(1, candidates.length)
  const [one, another] = [candidates[first], candidates[other]]
  return one !== undefined && another !== undefined && another.running < one.running ? another : one
}
