import { createPeriodic } from '#platform/background'
import type { Database, Session } from '#platform/postgres'
import type { LaneName } from '../lanes.ts'
import {
  type FoundTenant,
  findTenantsStep,
  foundTenants,
  promoteDueStep,
  promotedCount,
  type QueueName,
} from './message-store.ts'

/** Polls for messages of other processes, messages with a time, and messages left by a restart. */
export type Poller = { readonly start: () => void; readonly stop: () => Promise<void> }

export type PollerDependencies = {
  readonly database: Database
  /** `rollback` alone, or all other lanes: urgent messages must not wait for the poll of a long queue. */
  readonly urgent: boolean
  readonly queues: () => readonly { readonly name: QueueName }[]
  readonly onFound: (tenants: readonly FoundTenant[]) => void
  readonly onFault: (error: unknown) => void
  readonly intervalMs: number
}

/** For one queue; the next poll continues after them. */
const tenantsMax = 256
const promotedMax = 1_000
/** The fraction of the time that polling may use when old snapshots make it slow. */
const busyMax = 0.25
const intervalMsMax = 1_000
/** The urgent lane is polled more often while it has recent work, so that this work begins in time. */
const urgentMs = 20
const urgentForMs = 2_000
const beforeAll = -2_147_483_648

export function createPoller(deps: PollerDependencies): Poller {
  let session: Session | undefined
  let foundMs = Number.NEGATIVE_INFINITY
  const after = new Map<string, number>()

  // A plan made while the table was small would keep scanning the whole table after it grew.
  const openSession = () => deps.database.session('lanes poller', { settings: { enable_seqscan: 'off' } })
  const look = async () => {
    if (session?.closed()) await session.close()
    if (session === undefined || session.closed()) session = await openSession()
    const places = deps
      .queues()
      .filter(({ name }) => (name.lane === 'rollback') === deps.urgent)
      .map(({ name }) => ({ ...name, after: after.get(placeOf(name)) ?? beforeAll }))
    const [promoted, looked] = await session.burst([
      promoteDueStep({ urgent: deps.urgent, max: promotedMax }),
      findTenantsStep(places, tenantsMax),
    ])
    const found = foundTenants(looked)
    for (const place of places) {
      const ofQueue = found.filter(({ lane, kind }) => lane === place.lane && kind === place.kind)
      after.set(placeOf(place), ofQueue.length < tenantsMax ? beforeAll : (ofQueue.at(-1)?.tenant ?? beforeAll))
    }
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
    return hasMore ? 0 : pauseAfter(performance.now() - begun)
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

function placeOf({ lane, kind }: { readonly lane: LaneName; readonly kind: string }): string {
  return `${lane} ${kind}`
}
