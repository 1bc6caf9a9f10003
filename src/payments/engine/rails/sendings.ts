import type { Lanes } from '#lanes'
import type { Database } from '#platform/postgres'
import type { Rails } from '#rails'
import { inputMessage } from '../handling/queued-input.ts'
import { findBelongings } from './find-belongings.ts'

export type SendingDependencies = {
  readonly database: Database
  readonly lanes: Pick<Lanes, 'enqueueSteps' | 'wake'>
  readonly rails: Pick<Rails, 'rail'>
  readonly onFault: (fault: Error) => void
}

/** More than a day. After that, the rail counts as having refused. */
export const triesMax = 60
export const batchMax = 16

const firstPauseMs = 5_000
const pauseMaxMs = 1_800_000

/** In microseconds. */
export function pauseAfterTry(tries: number): number {
  return Math.min(firstPauseMs * 2 ** Math.min(tries, 20), pauseMaxMs) * 1_000
}

export async function enqueueAnswer(
  { database, lanes }: Pick<SendingDependencies, 'database' | 'lanes'>,
  queued: Parameters<typeof inputMessage>[0],
): Promise<void> {
  const { book, root } = queued
  await database.transaction(async (tx) => {
    const belonging = (await findBelongings(tx, [{ book, root }])).get(root)
    if (belonging !== undefined) await tx.burst(lanes.enqueueSteps([inputMessage(queued, belonging)]))
  })
  lanes.wake()
}

/** What is sent to rails after the commit of its message. Another try is stored before, so a failure loses nothing. */
export function createSendings<Due>(
  send: (due: Due) => Promise<void>,
  onFault: (error: Error) => void,
): {
  /** `onSent` is called for each, whether or not it failed. */
  readonly sendAll: (due: readonly Due[], onSent: (due: Due) => void) => Promise<void>
  /** Waits for what is under way. */
  readonly stop: () => Promise<void>
} {
  const underWay = new Set<Promise<void>>()
  const track = (work: Promise<void>) => {
    const tracked = work.catch(onFault).finally(() => underWay.delete(tracked))
    underWay.add(tracked)
    return tracked
  }
  return {
    sendAll: async (due, onSent) => {
      await Promise.all(due.map((one) => track(send(one)).finally(() => onSent(one))))
    },
    stop: async () => {
      await Promise.all(underWay)
    },
  }
}
