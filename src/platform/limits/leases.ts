import { withinMs } from '../time/index.ts'
import type { Asked, Granted, Lease, Meter } from './lease.ts'
import { RateLease } from './rate-lease.ts'
import { SlotLease } from './slot-lease.ts'

export type Entered =
  | {
      readonly ok: true
      readonly headers: Readonly<Record<string, string>>
      /** Call it once when the request has ended. Undefined: no limit counts requests at once. */
      readonly leave: (() => void) | undefined
    }
  | {
      readonly ok: false
      /** The policy that refused. */
      readonly policy: string
      readonly headers: Readonly<Record<string, string>>
    }

export type Leases = {
  /**
   * The parts of this process in what all processes share: one of each key, whatever it allows now. Keep them until
   * `onDropped`: a look-up costs more than their use.
   */
  readonly of: (meters: readonly Meter[]) => readonly Lease[]
  /** Takes from all, or from none. Returns a promise only when the database has to be asked. */
  readonly enter: (leases: readonly Lease[]) => Entered | Promise<Entered>
  /** Renews leases and gives unused ones back. */
  readonly renew: () => Promise<void>
}

export type LeasesDeps = {
  readonly exchange: (asked: readonly Asked[]) => Promise<readonly Granted[]>
  /** How many processes share the limits, as far as is known. */
  readonly processes: () => number
  /** Leases that nobody has used for long are forgotten: do not use kept ones any more. */
  readonly onDropped: () => void
  readonly onFault: (error: unknown) => void
  readonly nowMs?: () => number
}

/** A request waits no longer for the database than this. */
const patienceMs = 1_000
const triesMax = 3
/** More are kept only while they are in use. */
const idleMax = 10_000

export function createLeases(deps: LeasesDeps): Leases {
  const { processes, onDropped, nowMs = () => performance.now() } = deps
  /** Two of one key would ask for the same bucket. */
  const known = new Map<string, Lease>()
  const { ask, active } = createExchanges({ ...deps, nowMs })

  const leaseOf = (meter: Meter): Lease => {
    const before = known.get(meter.key)
    if (before !== undefined) {
      before.follow(meter)
      return before
    }
    const made = 'rate' in meter ? new RateLease(meter, processes) : new SlotLease(meter, processes)
    known.set(meter.key, made)
    return made
  }
  const dropIdle = (now: number) => {
    for (const [key, lease] of known) if (lease.isIdle(now)) known.delete(key)
    onDropped()
  }

  const tryEnter = (leases: readonly Lease[]): Entered | Promise<void> => {
    const now = nowMs()
    let unknown: Lease[] | undefined
    for (const lease of leases) {
      const may = lease.look(now)
      if (may === false) return refused(lease, leases, now)
      if (may === undefined) {
        unknown ??= []
        unknown.push(lease)
      }
    }
    if (unknown !== undefined) {
      for (const lease of unknown) lease.want()
      return Promise.all(unknown.map(ask)).then(() => undefined)
    }
    for (const lease of leases) {
      lease.take(now)
      if (lease.isLow(now)) void ask(lease)
    }
    return { ok: true, headers: headersOf(leases, now), leave: leaveOf(leases) }
  }

  const enterLater = async (first: Promise<void>, leases: readonly Lease[]): Promise<Entered> => {
    let waiting = first
    for (let tries = 1; tries <= triesMax; tries += 1) {
      await waiting
      const entered = tryEnter(leases)
      if (!(entered instanceof Promise)) return entered
      waiting = entered
    }
    await waiting
    const [lease] = leases
    return { ok: false, policy: lease?.policy ?? '', headers: { ...headersOf(leases, nowMs()), 'retry-after': '1' } }
  }

  return {
    of: (meters) => meters.map(leaseOf),
    enter: (leases) => {
      const entered = tryEnter(leases)
      return entered instanceof Promise ? enterLater(entered, leases) : entered
    },
    renew: async () => {
      const now = nowMs()
      await Promise.all([...active].map(ask))
      for (const lease of active) if (lease.isIdle(now)) active.delete(lease)
      if (known.size > idleMax) dropIdle(now)
    },
  }
}

/** All that ask in one turn of the event loop, or during an exchange, share the next one. */
function createExchanges({ exchange, onFault, nowMs }: Required<LeasesDeps>) {
  /** With something to renew or to give back. */
  const active = new Set<Lease>()
  let asking = new Set<Lease>()
  let next: Promise<void> | undefined
  let underWay: Promise<void> = Promise.resolve()

  const exchangeFor = async (leases: readonly Lease[]) => {
    const startMs = nowMs()
    const asked = leases.flatMap((lease) => {
      const what = lease.ask(startMs)
      return what === undefined ? [] : [{ lease, what }]
    })
    if (asked.length === 0) return
    const miss = () => {
      for (const { lease } of asked) lease.miss(nowMs())
    }
    const answered = exchange(asked.map(({ what }) => what)).then(
      (granted) => {
        for (const [at, one] of granted.entries()) asked[at]?.lease.tell(one, nowMs())
        return true
      },
      (error: unknown) => {
        miss()
        onFault(error)
        return true
      },
    )
    underWay = answered.then(() => undefined)
    // The exchange goes on, and the requests do not wait for it.
    if (!(await withinMs(answered, patienceMs, false))) miss()
  }
  const go = async () => {
    await new Promise(setImmediate)
    await withinMs(underWay, patienceMs, undefined)
    next = undefined
    const leases = [...asking]
    asking = new Set()
    await exchangeFor(leases)
  }
  const ask = (lease: Lease): Promise<void> => {
    asking.add(lease)
    active.add(lease)
    next ??= go()
    return next
  }
  return { ask, active }
}

function refused(lease: Lease, leases: readonly Lease[], nowMs: number): Entered {
  const headers = { ...headersOf(leases, nowMs), 'retry-after': String(lease.retryAfterSeconds(nowMs)) }
  return { ok: false, policy: lease.policy, headers }
}

/** As in draft-ietf-httpapi-ratelimit-headers. What other processes hold is not known, so `r` is an estimate. */
function headersOf(leases: readonly Lease[], nowMs: number): Readonly<Record<string, string>> {
  const [only] = leases
  if (leases.length === 1 && only !== undefined)
    return { 'ratelimit-policy': only.policy, ratelimit: only.state(nowMs) }
  return {
    'ratelimit-policy': leases.map(({ policy }) => policy).join(', '),
    ratelimit: leases.map((lease) => lease.state(nowMs)).join(', '),
  }
}

function leaveOf(leases: readonly Lease[]): (() => void) | undefined {
  const slots = leases.filter((lease) => lease instanceof SlotLease)
  if (slots.length === 0) return undefined
  return () => {
    for (const lease of slots) lease.leave()
  }
}
