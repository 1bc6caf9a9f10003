import type { StuckWriter } from '../sagas/finish-saga.ts'
import { stuckSteps } from './stuck-store.ts'

/** Puts a saga whose compensation failed on the stuck list, and takes it off again. */
export const sagaStuckWriter: StuckWriter = async (tx, change) => {
  const subject = { kind: 'saga', id: change.saga } as const
  const { book } = change
  await tx.burst(
    stuckSteps([
      change.change === 'stuck'
        ? { subject, book, change: 'stuck', reason: 'compensation_failed', detail: change.detail }
        : { subject, book, change: 'resolved' },
    ]),
  )
}
