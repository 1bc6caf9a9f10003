import { encodeId, type IdPrefix, type Uuid } from '#kernel'
import type { Handler, Lanes, Message } from '#lanes'
import type { Database, Transaction } from '#platform/postgres'
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
const batchMax = 16

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

export type Sendings = { readonly handler: Handler; readonly stop: () => Promise<void> }

type Sending<Due> = {
  readonly kind: string
  readonly prefix: IdPrefix
  /** Stores another try of each before it is sent, so a failure loses nothing. */
  readonly enqueueNext: (tx: Transaction, messages: readonly Message[]) => Promise<readonly Due[]>
  readonly subjectOf: (due: Due) => Uuid
  /** After the commit of the messages, before anything is sent. */
  readonly onSending: () => void
  readonly send: (due: Due) => Promise<void>
}

/** Messages that are sent to rails until these have answered. `stop` waits for what is under way. */
export function createSendings<Due>(sending: Sending<Due>, onFault: (error: Error) => void): Sendings {
  const { kind, prefix, enqueueNext, subjectOf, onSending, send } = sending
  const underWay = new Set<Promise<void>>()
  const track = (work: Promise<void>) => {
    const tracked = work.catch(onFault).finally(() => underWay.delete(tracked))
    underWay.add(tracked)
    return tracked
  }
  return {
    handler: {
      kind,
      nameSubject: ({ subject }) => encodeId(prefix, subject),
      batchMax: () => batchMax,
      isSlow: true,
      handle: async (tx, messages) => {
        const due = await enqueueNext(tx, messages)
        return async (settled) => {
          onSending()
          const settle = (one: Due) => settled(messages.filter(({ subject }) => subject === subjectOf(one)))
          await Promise.all(due.map((one) => track(send(one)).finally(() => settle(one))))
        }
      },
    },
    stop: async () => {
      await Promise.all(underWay)
    },
  }
}
