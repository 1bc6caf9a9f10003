import type { StuckWriter } from '#sagas'
import { toStuckList } from './dead-letters.ts'
import { stuckSteps } from './stuck-store.ts'

/** Opens the entry of a saga whose compensation failed, or resolves it. */
const writeStuck: StuckWriter = async (tx, change) => {
  const { saga: id, book } = change
  const subject = { kind: 'saga', id } as const
  const entry =
    change.change === 'stuck'
      ? ({ subject, book, change: 'stuck', reason: 'compensation_failed', detail: change.detail } as const)
      : ({ subject, book, change: 'resolved' } as const)
  await tx.burst(stuckSteps([entry]))
}

/** The stuck list as sagas need it: an entry for a failed compensation, and for a message that is not tried again. */
export const stuckSagas = { writeStuck, deadLetters: toStuckList(() => 'saga') }
