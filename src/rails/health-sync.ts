import { createPeriodic } from '#platform/background'
import type { Database, Transaction } from '#platform/postgres'
import { addCounts, addProbe, type HealthPolicy, type HealthRow, isDue, takePermits } from './health-rules.ts'
import {
  type KnownHealth,
  lockHealth,
  makeHealthRows,
  readHealth,
  releaseProbeLease,
  takeProbeLease,
  writeHealth,
} from './health-store.ts'
import { RailView } from './rail-view.ts'

export type HealthChange = { readonly rail: string; readonly row: HealthRow; readonly type: 'rail.down' | 'rail.up' }

export type HealthSyncDeps = {
  readonly database: Database
  readonly rails: readonly { readonly name: string; readonly probe: () => Promise<boolean> }[]
  readonly policy: HealthPolicy
  readonly intervalMs: number
  readonly onChanges: (tx: Transaction, changes: readonly HealthChange[]) => Promise<void>
  readonly onChanged: (change: HealthChange) => void
  readonly onFault: (fault: Error) => void
  readonly random: () => number
}

export type HealthSync = {
  readonly view: (rail: string) => RailView | undefined
  readonly exchange: () => Promise<void>
  readonly hurry: () => void
  /** Reads the health as it is stored now, such as after this process has changed it. */
  readonly refresh: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** One process reserves a health check for at most this time. */
const probeLeaseMs = 10_000
/** Permits that one process takes at once while a rail is probing, so that other processes get some. */
const permitsAtOnce = 2

export function createHealthSync(deps: HealthSyncDeps): HealthSync {
  const { database, policy, intervalMs, onFault } = deps
  const names = deps.rails.map(({ name }) => name)
  const views = new Map(names.map((name) => [name, new RailView(name, policy.refusedMax)]))
  const probes = new Set<Promise<void>>()

  const learn = (known: readonly KnownHealth[]) => {
    for (const one of known) views.get(one.rail)?.learn(one)
  }

  let isStarted = false
  let isStopped = false
  const work = async () => {
    const eager = [...views.values()].filter((view) => view.hasNews())
    if (eager.length > 0) await tell(deps, eager, (rail, row) => startProbe(rail, row))
    learn(await readHealth(database, names))
    return undefined
  }
  const periodic = createPeriodic({ name: 'keeping the health of rails', restMs: intervalMs, work, onFault })

  const startProbe = (rail: string, row: HealthRow) => {
    const probe = runProbe(deps, { rail, asked: row, isStopped: () => isStopped })
      .catch(onFault)
      .finally(() => probes.delete(probe))
    probes.add(probe)
  }

  return {
    view: (rail) => views.get(rail),
    exchange: periodic.round,
    hurry: () => {
      if (isStarted) void periodic.round()
    },
    refresh: async () => learn(await readHealth(database, names)),
    start: async () => {
      if (names.length === 0) return
      await makeHealthRows(database, names)
      learn(await readHealth(database, names))
      isStarted = true
      periodic.start()
    },
    stop: async () => {
      isStarted = false
      isStopped = true
      await periodic.stop()
      await Promise.all(probes)
    },
  }
}

async function tell(
  deps: HealthSyncDeps,
  views: readonly RailView[],
  startProbe: (rail: string, row: HealthRow) => void,
): Promise<void> {
  const taken = views.map((view) => ({ view, ...view.take() }))
  try {
    const reported = await deps.database.transaction(async (tx) => {
      const known = await lockHealth(
        tx,
        views.map(({ rail }) => rail),
      )
      const news = known.map((one) =>
        decide(
          deps,
          one,
          taken.find(({ view }) => view.rail === one.rail),
        ),
      )
      const probed = new Set<string>()
      for (const { rail, row, now } of news) {
        if (isDue(row, now) && (await takeProbeLease(tx, rail, probeLeaseMs))) probed.add(rail)
      }
      await writeHealth(
        tx,
        news.filter(({ row, before }) => row !== before),
      )
      await deps.onChanges(tx, news.flatMap(changeOf))
      return { news, probed }
    })
    for (const one of reported.news) {
      views.find(({ rail }) => rail === one.rail)?.learn(one, one.permits)
      for (const change of changeOf(one)) deps.onChanged(change)
      if (reported.probed.has(one.rail)) startProbe(one.rail, one.row)
    }
  } catch (error) {
    for (const { giveBack } of taken) giveBack()
    throw error
  }
}

export type News = KnownHealth & { readonly before: HealthRow; readonly permits: ReadonlyMap<number, number> }

/** What the counts and wishes of one process make of a row. */
export function decide(
  { policy, random }: Pick<HealthSyncDeps, 'policy' | 'random'>,
  known: KnownHealth,
  taken: ReturnType<RailView['take']> | undefined,
): News {
  const moment = { now: known.now, policy, random: random() }
  const counted = taken && taken.counts.calls > 0 ? addCounts(known.row, taken.counts, moment) : known.row
  const permitted = takePermits(counted, taken?.demand ?? new Map(), { policy, atOnce: permitsAtOnce })
  return { ...known, before: known.row, row: permitted.row, permits: permitted.taken }
}

function changeOf({ rail, before, row }: Pick<News, 'rail' | 'before' | 'row'>): HealthChange[] {
  if (before.state === 'up' && row.state !== 'up') return [{ rail, row, type: 'rail.down' }]
  return before.state !== 'up' && row.state === 'up' ? [{ rail, row, type: 'rail.up' }] : []
}

type Probe = { readonly rail: string; readonly asked: HealthRow; readonly isStopped: () => boolean }

/** The result has no effect when the state of the rail has changed meanwhile, or when the stop has ended the probe. */
async function runProbe(deps: HealthSyncDeps, { rail, asked, isStopped }: Probe): Promise<void> {
  const healthy = await deps.rails.find(({ name }) => name === rail)?.probe()
  const isEnded = healthy !== true && isStopped()
  const changes = await deps.database.transaction(async (tx) => {
    const [known] = await lockHealth(tx, [rail])
    await releaseProbeLease(tx, rail)
    if (isEnded || known === undefined || known.row.state !== asked.state || known.row.openings !== asked.openings)
      return []
    const moment = { now: known.now, policy: deps.policy, random: deps.random() }
    const row = addProbe(known.row, healthy === true, moment)
    await writeHealth(tx, [{ rail, row }])
    const changed = changeOf({ rail, before: known.row, row })
    await deps.onChanges(tx, changed)
    return changed
  })
  for (const change of changes) deps.onChanged(change)
}
