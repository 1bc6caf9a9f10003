import type { Transaction } from '#platform/postgres'
import type { DeadSubject, Handler, Lanes } from '../lanes.ts'
import type { KindSubject } from './dead-letter-store.ts'
import {
  discardLetters,
  findOpenLetters,
  type MessageTable,
  replayDiscardedLetters,
  replayOpenLetters,
  subjectsOf,
  subjectsWithoutLetters,
} from './replay-store.ts'

/**
 * What can be done with dead letters. Lock order: what the handlers keep about a subject, then its letters. So `onDead`
 * of a new letter waits for a replay, or the replay sees the letter.
 */
export function createReplays(
  handlers: ReadonlyMap<string, Handler>,
  table: MessageTable,
): Pick<Lanes, 'replay' | 'discard' | 'replayDiscarded'> {
  return {
    replay: async (tx, filter, { by, max }) => {
      const found = await findOpenLetters(tx, filter, max)
      if (found.length === 0) return { count: 0, hasMore: false }
      await tell(handlers, tx, 'beforeReplay', subjectsOf(found))
      const ids = found.map(({ id }) => id)
      const replayed = await replayOpenLetters(tx, ids, { table, by })
      await tell(handlers, tx, 'onReplayed', await subjectsWithoutLetters(tx, replayed))
      return { count: replayed.length, hasMore: found.length === max }
    },
    discard: discardLetters,
    replayDiscarded: async (tx, ids) => {
      if (ids.length > 0) await replayDiscardedLetters(tx, ids, table)
    },
  }
}

async function tell(
  handlers: ReadonlyMap<string, Handler>,
  tx: Transaction,
  hook: 'beforeReplay' | 'onReplayed',
  subjects: readonly KindSubject[],
): Promise<void> {
  for (const handler of handlers.values()) {
    const own: readonly DeadSubject[] = subjects.filter(({ kind }) => kind === handler.kind)
    if (own.length > 0) await handler[hook]?.(tx, own)
  }
}
