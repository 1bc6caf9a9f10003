import type { Timestamp } from '#kernel'
import { createPeriodic } from '#platform/background'
import type { Database, Transaction } from '#platform/postgres'
import { addProbe, type HealthPolicy, isDue } from '../health-rules.ts'
import { decide, type News } from '../health-sync.ts'
import type { RailCall } from '../rail.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import type { KeyHealth } from '../rail-parts.ts'
import type { Verdict } from '../rail-view.ts'
import {
  deleteKeyHealth,
  lockKeyHealth,
  makeKeyHealth,
  pruneKeyHealth,
  readKeyHealth,
  writeKeyHealth,
} from './key-health-store.ts'
import { type KeyAdmission, type KeyEntry, type KeyRecorded, KeyViews, type KnownKey, keysMax } from './key-views.ts'
import { type AnnouncedMaintenance, readMaintenance } from './maintenance-store.ts'

/** The parts of one rail, as this process knows them. */
export type RailKeys = {
  /** Undefined: the call depends on no part of the rail. */
  readonly admit: (call: RailCall) => RailKeyAdmission | undefined
  readonly health: () => readonly KeyHealth[]
  /** Now and later. */
  readonly maintenance: () => readonly AnnouncedMaintenance[]
  /** Of the whole rail, now. */
  readonly isAway: () => AnnouncedMaintenance | undefined
}

export type RailKeyAdmission =
  | {
      readonly ok: true
      readonly giveBack: () => void
      /** Whether the call counts for its part alone, and not for the rail. */
      readonly record: (verdict: Verdict) => boolean
    }
  | Exclude<KeyAdmission, { ok: true }>

export type KeySync = {
  readonly of: (rail: string) => RailKeys | undefined
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type KeySyncDeps = {
  readonly database: Database
  readonly adapters: readonly Pick<RailAdapter, 'name' | 'healthKey'>[]
  readonly policy: HealthPolicy
  readonly intervalMs: number
  readonly onChanged: (change: { readonly rail: string; readonly key: string; readonly isUp: boolean }) => void
  readonly onFault: (fault: Error) => void
  readonly random: () => number
}

const keyPattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/
const accountPattern = /\d{9}/
const silentMs = 120_000
const pruneEveryMs = 10_000

/** The breakers of the parts of rails, such as banks behind them. It does nothing without an adapter that has some. */
export function createKeySync(deps: KeySyncDeps): KeySync {
  const { database, policy, intervalMs, onFault } = deps
  const keyed = deps.adapters.filter(({ healthKey }) => healthKey !== undefined)
  const rails = keyed.map(({ name }) => name)
  let clock: { readonly now: Timestamp; readonly atMs: number } | undefined
  const now = () => (clock === undefined ? 0 : clock.now + Math.round((performance.now() - clock.atMs) * 1000))
  let announced: readonly AnnouncedMaintenance[] = []
  const views = new Map(rails.map((rail) => [rail, new KeyViews(rail, { policy, now })]))
  let prunedMs = performance.now()

  const look = async () => {
    const [row] = await database.query<{ now: bigint }>({
      name: 'rails-key-clock',
      text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
      values: [],
    })
    clock = { now: Number(row?.now ?? 0), atMs: performance.now() }
    announced = await readMaintenance(database, rails)
    const known = await readKeyHealth(database, rails)
    for (const view of views.values()) view.learn(known.filter(({ rail }) => rail === view.rail))
  }
  const work = async () => {
    await tell(deps, views)
    await look()
    if (performance.now() - prunedMs > pruneEveryMs) {
      prunedMs = performance.now()
      await pruneKeyHealth(database, silentMs)
    }
    return undefined
  }
  const periodic = createPeriodic({ name: 'keeping the health of parts of rails', restMs: intervalMs, work, onFault })

  let isStarted = false
  const onTripped = () => {
    if (isStarted) void periodic.round()
  }
  const keys = new Map<string, RailKeys>()
  for (const adapter of keyed) {
    const view = views.get(adapter.name)
    const own = () => announced.filter(({ rail }) => rail === adapter.name)
    if (view !== undefined) keys.set(adapter.name, keysOf(adapter, { view, own, now, onTripped, onFault }))
  }

  return {
    of: (rail) => keys.get(rail),
    start: async () => {
      if (rails.length === 0) return
      await look()
      isStarted = true
      periodic.start()
    },
    stop: () => {
      isStarted = false
      return periodic.stop()
    },
  }
}

type KeysDeps = Pick<KeySyncDeps, 'onFault'> & {
  readonly view: KeyViews
  readonly own: () => readonly AnnouncedMaintenance[]
  readonly now: () => Timestamp
  readonly onTripped: () => void
}

function keysOf(adapter: Pick<RailAdapter, 'name' | 'healthKey'>, deps: KeysDeps): RailKeys {
  const { view, own, now, onTripped, onFault } = deps
  const keyOf = keyReader(adapter, onFault)
  const away = (key: string | undefined) =>
    own().find((one) => (one.key === undefined || one.key === key) && one.startsAt <= now() && now() < one.endsAt)
  const noted = ({ isOwn, isTripped }: KeyRecorded): boolean => {
    if (isTripped) onTripped()
    return isOwn
  }
  return {
    admit: (call) => {
      const key = keyOf(call)
      const announced = away(key)
      if (announced !== undefined) return { ok: false, why: 'maintenance is announced', retryAt: announced.endsAt }
      const admission = key === undefined ? undefined : view.admit({ key, book: call.book ?? 0 })
      if (admission?.ok !== true) return admission
      return { ...admission, record: (verdict) => noted(admission.record(verdict)) }
    },
    health: () => view.health(),
    maintenance: own,
    isAway: () => away(undefined),
  }
}

/** A key of another form is a defect of the adapter: its calls then depend on the rail alone. */
function keyReader({ name, healthKey }: Pick<RailAdapter, 'name' | 'healthKey'>, onFault: (fault: Error) => void) {
  let isReported = false
  const report = (text: string) => {
    if (!isReported) onFault(new Error(`${name}: ${text}`))
    isReported = true
  }
  return (call: RailCall): string | undefined => {
    try {
      const key = healthKey?.(call)
      if (key === undefined || (keyPattern.test(key) && !accountPattern.test(key))) return key
      report('a health key is not of the documented form')
    } catch {
      report('the health key of a call could not be read')
    }
    return undefined
  }
}

type Eager = { readonly rail: string; readonly entry: KeyEntry; readonly taken: ReturnType<KeyEntry['view']['take']> }

async function tell(deps: KeySyncDeps, views: ReadonlyMap<string, KeyViews>): Promise<void> {
  const eager = [...views.values()].flatMap((view) =>
    view.withNews().map((entry): Eager => ({ rail: view.rail, entry, taken: entry.view.take() })),
  )
  if (eager.length === 0) return
  try {
    const news = await deps.database.transaction((tx) => exchange(deps, tx, eager))
    for (const { one, key } of news) {
      const entry = views.get(one.rail)?.entry(key)
      if (entry !== undefined) entry.isStored = true
      entry?.view.learn(one, one.permits)
      const isUp = one.row.state === 'up'
      if (isUp !== (one.before.state === 'up')) deps.onChanged({ rail: one.rail, key, isUp })
    }
    // The rail has as many keys as it may have.
    const notified = new Set(news.map(({ one, key }) => `${one.rail} ${key}`))
    for (const { rail, entry } of eager) if (!notified.has(`${rail} ${entry.key}`)) views.get(rail)?.forget(entry.key)
  } catch (error) {
    for (const { taken } of eager) taken.giveBack()
    throw error
  }
}

type KeyNews = { readonly key: string; readonly one: News }

async function exchange(deps: KeySyncDeps, tx: Transaction, eager: readonly Eager[]): Promise<KeyNews[]> {
  const named = eager.map(({ rail, entry }) => ({ rail, key: entry.key, row: entry.fresh, entry }))
  await makeKeyHealth(
    tx,
    named.filter(({ entry }) => !entry.isStored),
    keysMax,
  )
  const known = await lockKeyHealth(tx, named)
  const news = known.map((one) => ({
    key: one.key,
    one: decideKey(deps, one, eager.find(({ rail, entry }) => rail === one.rail && entry.key === one.key)?.taken),
  }))
  const changed = news.filter(({ one }) => one.row !== one.before).map(({ key, one }) => ({ ...one, key }))
  await writeKeyHealth(tx, changed)
  await deleteKeyHealth(tx, changed.filter(isQuiet))
  return news
}

/** No health check tests a part of a rail: when its time has come, a few submissions do. */
function decideKey(deps: KeySyncDeps, known: KnownKey, taken: Eager['taken'] | undefined): News {
  const decided = decide(deps, known, taken)
  if (!isDue(decided.row, known.now)) return decided
  const moment = { now: known.now, policy: deps.policy, random: deps.random() }
  return { ...decided, row: addProbe(decided.row, true, moment) }
}

function isQuiet({ row }: Pick<News, 'row'>): boolean {
  return row.state === 'up' && row.failures === 0 && row.failuresBefore === 0 && row.refused === 0
}
