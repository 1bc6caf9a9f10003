import { createPeriodic } from '#platform/background'
import { newUuid } from '#platform/ids'
import type { Database, Session } from '#platform/postgres'
import type { Dispatcher } from '../dispatching/dispatcher.ts'
import type { LaneEngine } from '../engines/engine.ts'
import { laneNames } from '../lanes.ts'
import type { VendorCeilings } from '../vendors/vendor-ceilings.ts'
import { createCommitWatch } from './commit-watch.ts'
import { readControls } from './control-store.ts'
import { copyFlows } from './lane-flow.ts'
import { type CountedLane, readLaneStates } from './lane-read-model.ts'
import { createScaler, type Scaler, type ScalerDependencies } from './scaler.ts'
import { trueRate } from './scaling.ts'
import { forgetWorker, reportWorker, type WorkerReport } from './worker-store.ts'

export type Maintenance = {
  /** Applies the current settings before it resolves, then runs once a second. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly counted: () => readonly CountedLane[]
  readonly scaling: Scaler['latest']
}

const intervalMs = 1_000
/** Counting takes longer with more messages: it uses at most this fraction of the time. */
const countBusyMax = 0.02
const countMsMin = 5_000
/** Rows removed between two vacuums; autovacuum alone runs too rarely for a queue. */
const rowsPerVacuum = 50_000
const vacuumBusyMax = 0.1
const rateShare = 0.3
const faultsMax = 3

export function createMaintenance(deps: {
  readonly database: Database
  readonly engine: LaneEngine
  readonly dispatcher: Dispatcher
  readonly ceilings: VendorCeilings
  readonly onFault: (error: unknown) => void
  readonly onDecision: ScalerDependencies['onDecision']
}): Maintenance {
  const { database, engine, dispatcher, ceilings, onFault, onDecision } = deps
  const report = createReporter(dispatcher, engine)
  const counting = createCounting(database)
  const commits = createCommitWatch()
  const scaler = createScaler({
    ...{ apply: (lane, step) => dispatcher.scale(lane, step), onDecision, workersMax: engine.workersMax },
  })
  const id = newUuid()
  let cleaning: Promise<void> | undefined
  let vacuuming: Session | undefined
  let isStopped = false
  let cleanedAt = 0
  let cleanAfterMs = 0

  const clean = async () => {
    const begun = performance.now()
    // A session of its own, which a stop can close.
    const session = await database.session('vacuum')
    vacuuming = session
    try {
      // Truncating would block all sessions. `skip_locked` skips a table that another process is vacuuming.
      for (const table of [engine.table, 'lanes.later']) {
        if (!isStopped) await session.query({ text: `vacuum (skip_locked, truncate off) ${table}` })
      }
    } finally {
      await session.close()
    }
    cleanAfterMs = begun + (performance.now() - begun) / vacuumBusyMax
  }
  const cleanWhenDue = () => {
    const removed = laneNames.reduce((sum, lane) => sum + dispatcher.flows[lane].done, 0)
    if (removed - cleanedAt >= rowsPerVacuum && performance.now() > cleanAfterMs && cleaning === undefined) {
      cleanedAt = removed
      cleaning = clean()
        .catch((error: unknown) => {
          if (!isStopped) onFault(error)
        })
        .finally(() => {
          cleaning = undefined
        })
    }
  }
  const work = async () => {
    try {
      const begunMs = performance.now()
      const controls = await readControls(database)
      const readMs = performance.now() - begunMs
      await dispatcher.apply(controls)
      const reports = report()
      const writingMs = performance.now()
      await reportWorker(database, id, reports)
      // What a busy process adds to both is not the database's.
      commits.note(Math.max(0, performance.now() - writingMs - readMs))
      if (await counting.count()) scaler.decide(counting.counted(), commits.read())
    } finally {
      cleanWhenDue()
    }
    return undefined
  }
  const periodic = createPeriodic({ name: 'looking after the lanes', restMs: intervalMs, work, onFault })
  const readCeilings = async () => {
    const isAll = await ceilings.read()
    dispatcher.ceilingsRead()
    return isAll ? undefined : 0
  }
  const reading = createPeriodic({
    ...{ name: 'reading the ceilings of vendors', restMs: intervalMs, work: readCeilings, onFault },
  })
  return {
    start: async () => {
      await dispatcher.apply(await readControls(database))
      periodic.start({ isAtOnce: true })
      reading.start({ isAtOnce: true })
    },
    stop: async () => {
      isStopped = true
      await Promise.all([periodic.stop(), reading.stop()])
      await vacuuming?.close()
      await cleaning
      await forgetWorker(database, id).catch(onFault)
    },
    counted: counting.counted,
    // What was decided before the database was lost is no advice.
    scaling: () => (periodic.status().faultsInARow > faultsMax ? undefined : scaler.latest()),
  }
}

function createReporter({ flows, occupancy }: Dispatcher, { underway }: LaneEngine): () => WorkerReport[] {
  let before = copyFlows(flows)
  let beforeMs = performance.now()
  const trueRates = new Map(laneNames.map((lane) => [lane, 0]))
  return () => {
    const now = performance.now()
    const seconds = Math.max(0.001, (now - beforeMs) / 1000)
    const reports = laneNames.map((lane) => {
      const [then, since] = [before[lane], flows[lane]]
      const rate = trueRate({
        messages: since.done - then.done,
        sessionMs: since.sessionMs - then.sessionMs,
        slotMs: since.slotMs - then.slotMs,
        sessionsMax: occupancy.sessionsMax(lane),
        slotsMax: occupancy.slotsMax(lane),
      })
      const known = trueRates.get(lane) ?? 0
      if (rate !== undefined) trueRates.set(lane, known === 0 ? rate : known + (rate - known) * rateShare)
      return {
        lane,
        inFlight: occupancy.inFlight(lane),
        done: since.done,
        perSecond: (since.done - then.done) / seconds,
        truePerSecond: trueRates.get(lane) ?? 0,
        underway: underway(lane),
      }
    })
    before = copyFlows(flows)
    beforeMs = now
    return reports
  }
}

function createCounting(database: Database) {
  let counted: readonly CountedLane[] = []
  let countedMs = 0
  let nextMs = 0
  return {
    counted: () => counted,
    /** Whether it was time to. */
    count: async () => {
      const begun = performance.now()
      if (begun < nextMs) return false
      const states = await readLaneStates(database)
      const now = performance.now()
      const seconds = (now - countedMs) / 1000
      counted = states.map((state) => {
        const before = counted.find(({ lane }) => lane === state.lane)
        const grown = before === undefined ? 0 : (state.ready - before.ready) / seconds
        return { ...state, arrivalPerSecond: Math.max(0, state.perSecond + grown) }
      })
      countedMs = now
      nextMs = now + Math.max(countMsMin, (now - begun) / countBusyMax)
      return true
    },
  }
}
