import type { Lanes } from '#lanes'
import type { Database } from '#platform/postgres'
import { receiveRailEvents } from '../rails/rail-events.ts'
import type { Answered } from './outcome-queue.ts'

/** Passes unhandled successes on as events of the rail: a server may lack the commit that stored their row. */
export type KeptWords = {
  readonly keep: (answered: Answered) => void
  readonly stop: () => Promise<void>
}

type KeptWordsDependencies = {
  readonly database: Database
  readonly lanes: Pick<Lanes, 'enqueueSteps' | 'replayDiscarded' | 'wake'>
  readonly onFault: (fault: Error) => void
}

const pauseMs = 500
/** Until another server has taken over: five minutes at least. */
const triesMax = 600
/** More than the calls under way at once. */
const keptMax = 4_096

export function createKeptWords({ database, lanes, onFault }: KeptWordsDependencies): KeptWords {
  const waiting = new Set<Promise<void>>()
  const stopping = Promise.withResolvers<void>()
  let isStopped = false

  const tryOften = async ({ called, input }: Answered): Promise<void> => {
    if (input.kind !== 'outcome' || input.outcome.kind !== 'succeeded') return
    const { id: call, rail, operation, asset, createdAt: occurredAt } = called
    const { outcome } = input
    const { railReference } = outcome
    const event = { rail, eventId: `answer ${call}`, call, railReference, operation, outcome, asset, occurredAt }
    for (let tries = 1; ; tries += 1) {
      try {
        await database.transaction((tx) => receiveRailEvents(lanes, tx, [event]))
        lanes.wake()
        return
      } catch (error) {
        if (isStopped || tries >= triesMax) {
          onFault(error as Error)
          return
        }
        const timer = Promise.withResolvers<void>()
        setTimeout(timer.resolve, pauseMs).unref()
        await Promise.race([timer.promise, stopping.promise])
      }
    }
  }
  return {
    keep: (answered) => {
      if (waiting.size >= keptMax) return
      const trying = tryOften(answered).finally(() => waiting.delete(trying))
      waiting.add(trying)
    },
    stop: async () => {
      isStopped = true
      stopping.resolve()
      await Promise.all(waiting)
    },
  }
}
