import type { Lanes } from '#lanes'
import type { Database } from '#platform/postgres'
import type { Answered } from './outcome-queue.ts'
import { receiveRailEvents } from './rail-events.ts'

/**
 * Keeps what rails said to have done and could not be handled. The row may not be there any more, on a server that
 * lacks what came last: then what was taken or paid is taken in as if the rail had told of it by itself, and is a
 * person's when it stays nobody's.
 */
export type KeptWords = {
  readonly keep: (answered: Answered) => void
  /** Tries what is left once more. */
  readonly stop: () => Promise<void>
}

type KeptWordsDependencies = {
  readonly database: Database
  readonly lanes: Pick<Lanes, 'enqueueSteps' | 'wake'>
  readonly onFault: (fault: Error) => void
}

const pauseMs = 500
/** Until another server has taken over: five minutes at least. */
const triesMax = 600
/** As many as rails are asked at once, and more. */
const keptMax = 4_096

export function createKeptWords({ database, lanes, onFault }: KeptWordsDependencies): KeptWords {
  const waiting = new Set<Promise<void>>()
  const stopping = Promise.withResolvers<void>()
  let isStopped = false

  const tryOften = async ({ called, input }: Answered): Promise<void> => {
    if (input.kind !== 'outcome' || input.outcome.kind !== 'succeeded') return
    const { id: call, rail, operation, asset, createdAt: occurredAt } = called
    const { railReference, amount } = input.outcome
    const outcome = { kind: 'succeeded', railReference, amount } as const
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
