import { assert } from '#kernel'
import type { Database } from '#platform/postgres'
import { Dispatcher } from './dispatching/dispatcher.ts'
import { enqueueSteps } from './dispatching/enqueue.ts'
import { createPoller } from './dispatching/poller.ts'
import { createLettersPass } from './failures/pass-dead-letters.ts'
import { createReplays } from './failures/replay.ts'
import type { MetricSources } from './lane-metrics.ts'
import { type Capacity, defaultCapacity } from './lane-policy.ts'
import { type Handler, kindPattern, type Lanes } from './lanes.ts'
import { createMaintenance } from './operating/maintenance.ts'
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
}

const lookIntervalMsDefault = 50
const kindForm = new RegExp(kindPattern)

export type LanesEngine = Lanes & {
  /** Resolves when the open dead letters have been passed to the handlers after the start. */
  readonly lettersPassed: () => Promise<void>
  readonly metrics: MetricSources
}

/** Register the handlers before `start`. A process that never starts the lanes can still enqueue. */
export function createLanes(deps: LanesDependencies): LanesEngine {
  const { database, onFault } = deps
  const ceilings = createVendorCeilings(database)
  const capacity = { ...defaultCapacity, ...deps.capacity }
  const dispatcher = new Dispatcher({ database, onFault, capacity, ceilingOf: ceilings.of })
  const pollers = [true, false].map((urgent) =>
    createPoller({
      database,
      onFault,
      urgent,
      queues: () => dispatcher.queues(),
      onFound: (tenants) => dispatcher.found(tenants),
      intervalMs: deps.lookIntervalMs ?? lookIntervalMsDefault,
    }),
  )
  const maintenance = createMaintenance({
    ...{ database, dispatcher, ceilings, onFault },
    onDecision: deps.onScaling ?? (() => undefined),
  })
  const handlers = new Map<string, Handler>()
  const letters = createLettersPass({ database, handlers, onFault })
  let started = false

  const steps: Lanes['enqueueSteps'] = (messages) => {
    const now = performance.now()
    for (const message of messages) {
      if (!started || message.notBefore !== undefined) continue
      dispatcher.expect(message, now)
    }
    return enqueueSteps(messages)
  }
  return {
    enqueueSteps: steps,
    enqueue: async (tx, messages) => {
      if (messages.length > 0) await tx.burst(steps(messages))
    },
    wake: () => dispatcher.wake(),
    register: (handler) => {
      assert(!started && !handlers.has(handler.kind), 'each kind has one handler, registered before the start')
      assert(kindForm.test(handler.kind), 'a kind is a noun and a verb, such as payment.input')
      handlers.set(handler.kind, handler)
      dispatcher.register(handler)
    },
    ...createVendorPolicies(database),
    nameSubject: ({ kind, subject, payload }) => handlers.get(kind)?.nameSubject?.({ subject, payload }),
    ...createReplays(handlers),
    start: async () => {
      await maintenance.start()
      started = true
      dispatcher.start()
      for (const poller of pollers) poller.start()
      letters.start()
    },
    stop: async (timeoutMs) => {
      if (!started) return
      started = false
      await Promise.all([...pollers.map((poller) => poller.stop()), letters.stop()])
      const inTime = await dispatcher.stop(timeoutMs)
      await maintenance.stop()
      if (!inTime) onFault(new Error(`messages were still being handled ${timeoutMs} ms after the stop`))
    },
    lettersPassed: letters.passed,
    metrics: { counted: maintenance.counted, scaling: maintenance.scaling, flows: dispatcher.flows },
  }
}
