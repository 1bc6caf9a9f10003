import { assert, type Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import { Dispatcher } from './dispatching/dispatcher.ts'
import { enqueueSteps } from './dispatching/enqueue.ts'
import { createPoller } from './dispatching/poller.ts'
import { lockOpenLetters } from './failures/failure-store.ts'
import { createReplays } from './failures/replay.ts'
import type { MetricSources } from './lane-metrics.ts'
import { type Capacity, defaultCapacity } from './lane-policy.ts'
import { type Handler, kindPattern, type Lanes } from './lanes.ts'
import { createMaintenance } from './operating/maintenance.ts'
import { createVendorPolicies } from './vendors/vendor-policy.ts'

export type LanesDependencies = {
  readonly database: Database
  /** Receives the faults of background work. */
  readonly onFault: (error: unknown) => void
  readonly capacity?: Partial<Capacity>
  readonly lookIntervalMs?: number
}

const lookIntervalMsDefault = 50
const kindForm = new RegExp(kindPattern)

export type LanesEngine = Lanes & {
  readonly metrics: MetricSources
}

/** Register the handlers before `start`. A process that never starts the lanes can still enqueue. */
export function createLanes(deps: LanesDependencies): LanesEngine {
  const { database, onFault } = deps
  const dispatcher = new Dispatcher({ database, onFault, capacity: { ...defaultCapacity, ...deps.capacity } })
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
  const maintenance = createMaintenance({ database, dispatcher, onFault })
  const handlers = new Map<string, Handler>()
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
      // A failure must not prevent the start: the next start passes the letters again.
      for (const handler of handlers.values()) await passDeadLetters(database, handler).catch(onFault)
      await maintenance.start()
      started = true
      dispatcher.start()
      for (const poller of pollers) poller.start()
    },
    stop: async (timeoutMs) => {
      if (!started) return
      started = false
      await Promise.all(pollers.map((poller) => poller.stop()))
      const inTime = await dispatcher.stop(timeoutMs)
      await maintenance.stop()
      if (!inTime) onFault(new Error(`messages were still being handled ${timeoutMs} ms after the stop`))
    },
    metrics: { counted: maintenance.counted, flows: dispatcher.flows },
  }
}

const lettersMax = 500

/** Each start passes all open dead letters, because they may be older than the handler's `onDead`. */
async function passDeadLetters(database: Database, { kind, onDeadFound }: Handler): Promise<void> {
  if (onDeadFound === undefined) return
  for (let after: Uuid | undefined; ; ) {
    const page = { after, limit: lettersMax }
    const dead = await database.transaction(async (tx) => {
      const letters = await lockOpenLetters(tx, kind, page)
      if (letters.length > 0) await onDeadFound(tx, letters)
      return letters
    })
    after = dead.at(-1)?.id
    // A page may be short: letters that are locked are left out.
    if (dead.length === 0) return
  }
}
