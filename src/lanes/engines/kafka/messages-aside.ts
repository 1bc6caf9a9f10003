import { lanePolicies } from '../../lane-policy.ts'
import type { LaneName } from '../../lanes.ts'
import type { HeldBatch, HeldMessages } from './held-messages.ts'

export type MessagesAside = {
  /** Call once a second. `open`: kinds that are not handled at present. */
  readonly look: (state: { readonly open: readonly string[]; readonly isPaused: boolean }) => void
  /** Messages have been read. */
  readonly wake: () => void
  readonly settled: (batch: HeldBatch) => void
  readonly ended: () => Promise<void>
}

export type MessagesAsideOptions = {
  readonly lane: LaneName
  readonly held: HeldMessages
  /** Those that this process handles. */
  readonly kinds: ReadonlySet<string>
  readonly heldMax: number
  readonly putAside: (batch: HeldBatch, delayMs: number) => Promise<void>
  /** Of a batch that was picked: it is stored, or it is not. */
  readonly settle: (batch: HeldBatch) => void
  readonly giveBack: (batch: HeldBatch) => void
  /** The same, of messages that are not held any more. */
  readonly settleExcess: (batch: HeldBatch) => void
  readonly wakeReader: () => void
  readonly onFault: (error: unknown) => void
}

const batchMax = 1_000
/** Messages that nobody here handles at present come again after this; those of unknown kinds ever later. */
const delayMs = 10_000
const strangeDelayMsMax = 80_000
const tenantDelayMsMax = 300_000
const keptMin = 64
/** A tenant is slow when it was for so many looks. */
const slowLooks = 3

type Tenant = { readonly kind: string; readonly tenant: number }
type Slow = Tenant & { looks: number; perSecond: number }
type Growing = { delayMs: number; untilMs: number }

/** Puts aside what would keep others waiting: kinds that are not handled, and what a slow tenant has more than its part. */
export function createMessagesAside(options: MessagesAsideOptions): MessagesAside {
  const { lane, held, kinds, heldMax, putAside } = options
  const strangeDelays = createGrowingDelays()
  const slow = createSlowTenants(options)
  let open: readonly string[] = []
  let isWanted = false
  let running: Promise<void> | undefined

  const isFull = () => held.waiting >= heldMax
  const putKind = async (kind: string, ms: number) => {
    for (;;) {
      const batch = held.pick(kind, { limit: batchMax, tenants: held.all(kind) })
      if (batch.length === 0) return
      try {
        await putAside(batch, ms)
      } catch (error) {
        options.giveBack(batch)
        throw error
      }
      options.settle(batch)
    }
  }
  const putExcess = async ({ kind, tenant, perSecond }: Slow) => {
    const kept = keptOf(held, heldMax)
    const batch = held.takeLast(kind, { tenant, kept })
    const ms = perSecond === 0 ? tenantDelayMsMax : (kept / perSecond / 2) * 1000
    const delay = Math.round(Math.min(tenantDelayMsMax, Math.max(delayMs, ms)))
    for (let from = 0; from < batch.length; from += batchMax) {
      const some = batch.slice(from, from + batchMax)
      try {
        await putAside(some, delay)
      } catch (error) {
        held.bringBack(batch.slice(from))
        throw error
      }
      held.tookOut(some)
      options.settleExcess(some)
    }
    options.wakeReader()
  }
  const strange = () => held.kinds().filter((kind) => !kinds.has(kind))
  const work = async () => {
    while (isWanted) {
      isWanted = false
      for (const kind of strange()) await putKind(kind, strangeDelays.next(kind))
      for (const kind of isFull() ? open : []) await putKind(kind, delayMs)
      for (const tenant of isFull() ? slow.known() : []) await putExcess(tenant)
    }
  }
  const run = () => {
    isWanted = true
    running ??= work()
      .catch(options.onFault)
      .finally(() => {
        running = undefined
      })
  }
  const isNeeded = () => strange().length > 0 || (isFull() && (open.length > 0 || slow.known().length > 0))
  return {
    look: (state) => {
      open = state.open
      slow.look({ ...state, slowSeconds: Math.max(2, lanePolicies[lane].slaMs / 2_000), isFull: isFull() })
      if (isNeeded()) run()
    },
    wake: () => {
      if (isNeeded()) run()
    },
    settled: slow.settled,
    ended: async () => {
      isWanted = false
      await running
    },
  }
}

/** All tenants together have half of the room. */
function keptOf(held: HeldMessages, heldMax: number): number {
  const tenants = held.kinds().reduce((sum, kind) => sum + held.counts(kind).size, 0)
  return Math.max(keptMin, Math.floor(heldMax / 2 / Math.max(1, tenants)))
}

type Look = {
  readonly open: readonly string[]
  readonly isPaused: boolean
  readonly isFull: boolean
  readonly slowSeconds: number
}

/** Tenants with more than their part of what is held, which takes them long. */
function createSlowTenants({ held, heldMax }: Pick<MessagesAsideOptions, 'held' | 'heldMax'>) {
  let known = new Map<string, Slow>()
  let done = new Map<string, number>()
  let lookedAtMs = performance.now()
  const keyOf = ({ kind, tenant }: Tenant) => `${kind} ${tenant}`
  return {
    known: () => [...known.values()].filter(({ looks }) => looks >= slowLooks),
    settled: (batch: HeldBatch) => {
      for (const { message } of batch) {
        const key = keyOf(message)
        done.set(key, (done.get(key) ?? 0) + 1)
      }
    },
    look: ({ open, isPaused, isFull, slowSeconds }: Look) => {
      const seconds = Math.max(0.1, (performance.now() - lookedAtMs) / 1000)
      lookedAtMs = performance.now()
      const [before, handled] = [known, done]
      known = new Map()
      done = new Map()
      if (isPaused) return
      const kept = keptOf(held, heldMax)
      for (const kind of held.kinds()) {
        if (open.includes(kind)) continue
        for (const [tenant, waiting] of held.counts(kind)) {
          const key = keyOf({ kind, tenant })
          const perSecond = (handled.get(key) ?? 0) / seconds
          const looks = before.get(key)?.looks ?? 0
          const isSlow = waiting > kept && waiting > perSecond * slowSeconds
          // Once it was slow, it is until it has few.
          if ((isFull && isSlow) || (looks >= slowLooks && waiting > kept / 2)) {
            known.set(key, { kind, tenant, perSecond, looks: looks + 1 })
          }
        }
      }
    },
  }
}

function createGrowingDelays() {
  const delays = new Map<string, Growing>()
  return {
    next: (key: string): number => {
      const now = performance.now()
      const known = delays.get(key)
      if (known !== undefined && now < known.untilMs) return known.delayMs
      const isAgain = known !== undefined && now < known.untilMs + known.delayMs
      const grown = isAgain ? Math.min(strangeDelayMsMax, known.delayMs * 2) : delayMs
      delays.set(key, { delayMs: grown, untilMs: now + grown })
      return grown
    },
  }
}
