import { assert } from '#kernel'
import type { Database } from '#platform/postgres'
import { createCaretaker } from './caretaker.ts'
import { Dispatcher } from './dispatcher.ts'
import { enqueueSteps, shareOf } from './enqueue.ts'
import type { FigureSources } from './lane-figures.ts'
import { type Capacity, defaultCapacity } from './lane-policy.ts'
import { kindPattern, type Lanes } from './lanes.ts'
import { createLookout } from './lookout.ts'
import { createVendorPolicies } from './vendor-policy.ts'

export type LanesDependencies = {
  readonly database: Database
  /** Told of faults in background work, which concern no caller. */
  readonly onFault: (error: unknown) => void
  readonly capacity?: Partial<Capacity>
  /** Between two looks for what other processes have enqueued; 50 ms when not given. */
  readonly lookIntervalMs?: number
}

const lookIntervalMsDefault = 50
const kindForm = new RegExp(kindPattern)

/** The lanes with what an operator may see of them. */
export type LanesEngine = Lanes & {
  readonly figures: FigureSources
}

/**
 * Puts the lanes together. `register` the handlers, then `start`; `stop` at the end. A process that
 * never starts them can still enqueue.
 */
export function createLanes(deps: LanesDependencies): LanesEngine {
  const { database, onFault } = deps
  const dispatcher = new Dispatcher({ database, onFault, capacity: { ...defaultCapacity, ...deps.capacity } })
  const lookouts = [true, false].map((urgent) =>
    createLookout({
      database,
      onFault,
      urgent,
      queues: () => dispatcher.queues(),
      onFound: (shares) => dispatcher.found(shares),
      intervalMs: deps.lookIntervalMs ?? lookIntervalMsDefault,
    }),
  )
  const caretaker = createCaretaker({ database, dispatcher, onFault })
  const kinds = new Set<string>()
  let started = false

  const steps: Lanes['enqueueSteps'] = (messages) => {
    const now = performance.now()
    for (const message of messages) {
      if (!started || message.notBefore !== undefined) continue
      dispatcher.expect(message.lane, message.kind, shareOf(message), now)
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
      assert(!started && !kinds.has(handler.kind), 'each kind has one handler, registered before the start')
      assert(kindForm.test(handler.kind), 'a kind is a noun and a verb, such as payment.input')
      kinds.add(handler.kind)
      dispatcher.register(handler)
    },
    vendorPolicy: createVendorPolicies(database),
    start: async () => {
      await caretaker.start()
      started = true
      dispatcher.start()
      for (const lookout of lookouts) lookout.start()
    },
    stop: async (timeoutMs) => {
      if (!started) return
      started = false
      await Promise.all(lookouts.map((lookout) => lookout.stop()))
      const inTime = await dispatcher.stop(timeoutMs)
      await caretaker.stop()
      if (!inTime) onFault(new Error(`messages were still being handled ${timeoutMs} ms after the stop`))
    },
    figures: { counted: caretaker.counted, flows: dispatcher.flows },
  }
}
