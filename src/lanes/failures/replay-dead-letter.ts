import { accepted, assert, type Result, refused, type Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { Lanes } from '../lanes.ts'
import { laneRefusals } from '../refusals.ts'
import { type DeadLetter, findDeadLetter } from './dead-letter-store.ts'

export type ReplayDeadLetter = { readonly book: number; readonly id: Uuid; readonly by: Uuid }

export async function replayDeadLetter(
  lanes: Pick<Lanes, 'replay'>,
  tx: Transaction,
  { book, id, by }: ReplayDeadLetter,
): Promise<Result<DeadLetter, 'dead_letter_not_found' | 'dead_letter_replayed'>> {
  const known = await findDeadLetter(tx, { book, id, lock: true })
  if (known === undefined) return refused('dead_letter_not_found', laneRefusals.dead_letter_not_found)
  if (known.replayedAt !== undefined) return refused('dead_letter_replayed', laneRefusals.dead_letter_replayed)
  const count = await lanes.replay(tx, { book, id }, { by, max: 1 })
  assert(count === 1, 'a locked dead letter that was not replayed is there to be replayed')
  const replayed = await findDeadLetter(tx, { book, id, lock: false })
  assert(replayed !== undefined, 'a replayed dead letter stays')
  return accepted(replayed)
}
