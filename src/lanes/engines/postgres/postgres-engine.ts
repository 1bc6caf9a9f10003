import { putBack } from '../../failures/failure-store.ts'
import type { Intake, LaneEngine, OpenEngine } from '../engine.ts'
import { enqueueing } from '../enqueue.ts'
import { createOutgoingAdoption } from './adopt-outgoing.ts'
import { claimStep, reclaimStep, takenMessages } from './message-store.ts'
import { createPoller, type Poller } from './poller.ts'

const table = 'lanes.messages'
const nothing = { messages: 0, oldestMs: 0 }
const allReached = { unread: 0, unwritten: 0, lost: 0 }

/** Messages are rows. A handler takes its messages by deleting the rows in its own transaction. */
export const openPostgresEngine: OpenEngine = ({ database, onFault, lookIntervalMs }): LaneEngine => {
  const enqueueSteps = enqueueing({ name: 'lanes-enqueue', table })
  const adoption = createOutgoingAdoption({ database, onFault })
  let pollers: readonly Poller[] = []
  let intake: Intake | undefined

  return {
    name: 'postgres',
    table,
    enqueueSteps: (messages) => {
      if (intake !== undefined) {
        const now = performance.now()
        for (const message of messages) if (message.notBefore === undefined) intake.expect(message, now)
      }
      return enqueueSteps(messages)
    },
    wake: () => intake?.wake(),
    take: (queue, claim) => ({
      steps: [claimStep(queue, claim)],
      taken: ([answer]) => takenMessages(queue, answer),
      again: (messages) => ({
        steps: [reclaimStep(queue, messages)],
        taken: ([answer]) => takenMessages(queue, answer),
      }),
      settled: () => {},
      returned: () => {},
    }),
    putBack,
    apply: () => {},
    underway: () => nothing,
    passed: () => 0,
    unreached: () => allReached,
    workersMax: () => undefined,
    start: async (dispatcher) => {
      intake = dispatcher
      pollers = [true, false].map((urgent) =>
        createPoller({
          ...{ database, onFault, urgent, intervalMs: lookIntervalMs },
          queues: dispatcher.queues,
          onFound: dispatcher.found,
        }),
      )
      for (const poller of pollers) poller.start()
      adoption.start({ isAtOnce: true })
    },
    stop: async () => {
      intake = undefined
      await Promise.all([adoption.stop(), ...pollers.map((poller) => poller.stop())])
    },
    close: async () => {},
    lacks: () => [],
  }
}
