import { assert } from '#kernel'
import type { Database } from '#platform/postgres'
import { Dispatcher } from './dispatching/dispatcher.ts'
import type { OpenEngine } from './engines/engine.ts'
import { openPostgresEngine } from './engines/postgres/postgres-engine.ts'
import { createLettersPass } from './failures/pass-dead-letters.ts'
import { createReplays } from './failures/replay.ts'
import type { MetricSources } from './lane-metrics.ts'
import { type Capacity, defaultCapacity } from './lane-policy.ts'
import { type Handler, kindPattern, type Lanes } from './lanes.ts'
import { createMaintenance } from './operating/maintenance.ts'
import { createPatientStart } from './operating/patient-start.ts'
import type { ScalerDependencies } from './operating/scaler.ts'
import { createVendorCeilings } from './vendors/vendor-ceilings.ts'
import { createVendorPolicies } from './vendors/vendor-policy.ts'

export type LanesDependencies = {
  readonly database: Database
  /** Receives the faults of background work. */
  readonly onFault: (error: unknown) => void
  readonly capacity?: Partial<Capacity>
  readonly lookIntervalMs?: number
  readonly onScaling?: ScalerDependencies['onDecision']
  readonly openEngine?: OpenEngine | undefined
  /** A start does not fail when the engine cannot reach its servers, and does not wait for them: it is tried again. */
  readonly mayWait?: boolean
  /** Such a start failed later, for a reason that no time mends. */
  readonly onRefused?: (error: unknown) => void
}

const lookIntervalMsDefault = 50
const kindForm = new RegExp(kindPattern)

export type LanesEngine = Lanes & {
  /** Resolves when the open dead letters have been passed to the handlers after the start. */
  readonly lettersPassed: () => Promise<void>
  readonly metrics: MetricSources
  /** What the engine cannot reach at present, in sentences. Without it messages wait in the database. */
  readonly lacks: () => readonly string[]
}

/** Register the handlers before `start`. A process that never starts the lanes can still enqueue. */
export function createLanes(deps: LanesDependencies): LanesEngine {
  const { database, onFault, openEngine = openPostgresEngine, lookIntervalMs = lookIntervalMsDefault } = deps
  const ceilings = createVendorCeilings(database)
  const capacity = { ...defaultCapacity, ...deps.capacity }
  const engine = openEngine({ database, onFault, lookIntervalMs })
  const dispatcher = new Dispatcher({ database, engine, onFault, capacity, ceilingOf: ceilings.of })
  const maintenance = createMaintenance({
    ...{ database, engine, dispatcher, ceilings, onFault },
    onDecision: deps.onScaling ?? (() => undefined),
  })
  const handlers = new Map<string, Handler>()
  const letters = createLettersPass({ database, handlers, onFault })
  const { enqueueSteps, wake } = engine
  const { mayWait = false, onRefused = onFault } = deps
  const starting = createPatientStart({ mayWait, onFault, onRefused })
  let started = false

  return {
    enqueueSteps,
    enqueue: async (tx, messages) => {
      if (messages.length > 0) await tx.burst(enqueueSteps(messages))
    },
    wake,
    register: (handler) => {
      assert(!started && !handlers.has(handler.kind), 'each kind has one handler, registered before the start')
      assert(kindForm.test(handler.kind), 'a kind is a noun and a verb, such as payment.input')
      handlers.set(handler.kind, handler)
      dispatcher.register(handler)
    },
    ...createVendorPolicies(database),
    nameSubject: ({ kind, subject, payload }) => handlers.get(kind)?.nameSubject?.({ subject, payload }),
    ...createReplays(handlers, engine.table),
    start: async () => {
      await maintenance.start()
      started = true
      dispatcher.start()
      await starting.start(() => engine.start(dispatcher.intake()))
      letters.start()
    },
    stop: async (timeoutMs) => {
      if (!started) return
      started = false
      await starting.stop()
      await Promise.all([engine.stop(), letters.stop()])
      const inTime = await dispatcher.stop(timeoutMs)
      await engine.close()
      await maintenance.stop()
      if (!inTime) onFault(new Error(`messages were still being handled ${timeoutMs} ms after the stop`))
    },
    lettersPassed: letters.passed,
    metrics: {
      ...{ counted: maintenance.counted, scaling: maintenance.scaling },
      flows: dispatcher.flows,
      passed: engine.passed,
      unreached: engine.unreached,
    },
    lacks: () => {
      const fault = starting.fault()
      return fault === undefined ? engine.lacks() : [fault.message]
    },
  }
}
