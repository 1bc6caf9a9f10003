import { createPeriodic } from '#platform/background'
import type { Database, Session } from '#platform/postgres'
import { promoteDueStep, promotedCount } from '../promote-due.ts'
import type { FoundTenant, QueueName } from '../taken-message.ts'
import { Arrivals, findArrivalsStep, lastIdStep } from './arrivals.ts'
import { findTenantsStep, foundTenants } from './message-store.ts'

/** Polls for messages of other processes, messages with a time, and messages left by a restart. */
export type Poller = { readonly start: () => void; readonly stop: () => Promise<void> }

export type PollerDependencies = {
  readonly database: Database
  /** `rollback` alone, or all other lanes: urgent messages must not wait for the poll of a long queue. */
  readonly urgent: boolean
  readonly queues: () => readonly QueueName[]
  readonly onFound: (tenants: readonly FoundTenant[]) => void
  readonly onFault: (error: unknown) => void
  readonly intervalMs: number
}

/** For one place; the next poll continues after them. While polls are quick, they look at more, up to the most. */
const tenantsMin = 256
const tenantsMost = 4_096
const quickMs = 10
const slowMs = 25
const promotedMax = 1_000
/** The fraction of the time that polling may use when old snapshots make it slow. */
const busyMax = 0.25
const intervalMsMax = 1_000
/** The urgent lane is polled more often while it has recent work, so that this work begins in time. */
const urgentMs = 20
const urgentForMs = 2_000
/**
 * A queue is looked through in two places at once: work without a vendor, by book, and that of vendors. So thousands of
 * vendors do not delay the work of the books, which are few. The newest work of vendors is looked at besides.
 */
const books = { before: -2_147_483_648, until: 0 }
const vendors = { before: 0, until: 2_147_483_647 }

export function createPoller(deps: PollerDependencies): Poller {
  let session: Session | undefined
  let arrivals: Arrivals | undefined
  let foundMs = Number.NEGATIVE_INFINITY
  const after = new Map<string, number>()
  let tenantsMax = tenantsMin

  // A plan made while the table was small would keep scanning the whole table after it grew.
  const openSession = () => deps.database.session('lanes poller', { settings: { enable_seqscan: 'off' } })
  const look = async () => {
    if (session?.closed()) await session.close()
    if (session === undefined || session.closed() || arrivals === undefined) {
      session = await openSession()
      // Another server may have given fewer ids.
      const [last] = await session.burst([lastIdStep])
      arrivals = new Arrivals(BigInt(last?.rows[0]?.[0] ?? 0), { nowMs: performance.now() })
    }
    const places = deps
      .queues()
      .filter(({ lane }) => (lane === 'rollback') === deps.urgent)
      .flatMap((name) =>
        [books, vendors].map(({ before, until }) => {
          const known = after.get(placeOf(name, until))
          return { ...name, before, until, after: known ?? before }
        }),
      )
    const stretches = arrivals.stretches(performance.now())
    const [promoted, looked, arrived] = await session.burst([
      promoteDueStep({ to: 'lanes.messages', urgent: deps.urgent, max: promotedMax }),
      findTenantsStep(places, tenantsMax),
      findArrivalsStep(stretches, { urgent: deps.urgent }),
    ])
    const found = foundTenants(looked)
    for (const { lane, kind, before, until } of places) {
      const here = found.filter((one) => one.lane === lane && one.kind === kind && one.tenant > 0 === before >= 0)
      const isCutOff = here.length >= tenantsMax
      after.set(placeOf({ lane, kind }, until), isCutOff ? (here.at(-1)?.tenant ?? before) : before)
    }
    found.push(...arrivals.found(arrived, stretches, performance.now()))
    if (found.length > 0) foundMs = performance.now()
    deps.onFound(found)
    return promotedCount(promoted) === promotedMax
  }
  const pauseAfter = (lookedMs: number): number => {
    if (deps.urgent) return performance.now() - foundMs < urgentForMs ? urgentMs : deps.intervalMs
    return Math.max(deps.intervalMs, Math.min(intervalMsMax, lookedMs / busyMax))
  }
  const work = async () => {
    const begun = performance.now()
    const hasMore = await look()
    const lookedMs = performance.now() - begun
    if (lookedMs < quickMs) tenantsMax = Math.min(tenantsMost, tenantsMax * 2)
    else if (lookedMs > slowMs) tenantsMax = Math.max(tenantsMin, tenantsMax / 2)
    return hasMore ? 0 : pauseAfter(lookedMs)
  }
  const periodic = createPeriodic({
    ...{ name: 'looking for messages', restMs: deps.intervalMs, restAfterFaultMs: intervalMsMax },
    ...{ work, onFault: deps.onFault },
  })
  return {
    start: () => periodic.start({ isAtOnce: true }),
    stop: async () => {
      await periodic.stop()
      await session?.close()
    },
  }
}

function placeOf({ lane, kind }: QueueName, until: number): string {
  return `${lane} ${kind} ${until}`
}
