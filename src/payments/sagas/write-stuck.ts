import { stuckSteps } from '../stuck/stuck-store.ts'
import type { StuckWriter } from './finish-saga.ts'

/** Opens the entry of a saga whose compensation failed, or resolves it. */
export const writeStuck: StuckWriter = async (tx, change) => {
  const { saga: id, book } = change
  const subject = { kind: 'saga', id } as const
  const entry =
    change.change === 'stuck'
      ? ({ subject, book, change: 'stuck', reason: 'compensation_failed', detail: change.detail } as const)
      : ({ subject, book, change: 'resolved' } as const)
  await tx.burst(stuckSteps([entry]))
}
