import { accepted, assert, type Result, type Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { Lanes } from '../lanes.ts'
import { refuse } from '../refusals.ts'
import { type DeadLetter, findDeadLetter } from './dead-letter-store.ts'

export type ReplayDeadLetter = { readonly book: number; readonly id: Uuid; readonly by: Uuid }

type ReplayRefusal = 'dead_letter_not_found' | 'dead_letter_replayed' | 'dead_letter_discarded'

/** A discarded letter is refused: its subject has gone on without it, so its work could be done twice. */
export async function replayDeadLetter(
  lanes: Pick<Lanes, 'replay'>,
  tx: Transaction,
  { book, id, by }: ReplayDeadLetter,
): Promise<Result<DeadLetter, ReplayRefusal>> {
  const { count } = await lanes.replay(tx, { book, id }, { by, max: 1 })
  const letter = await findDeadLetter(tx, { book, id })
  if (letter === undefined) return refuse('dead_letter_not_found')
  if (count === 1) return accepted(letter)
  if (letter.replayedAt !== undefined) return refuse('dead_letter_replayed')
  assert(letter.discardedAt !== undefined, 'an open dead letter is replayed')
  return refuse('dead_letter_discarded')
}
