import type { Transaction } from '#platform/postgres'
import type { SagaCaseChange, SagaDefinition, SagaFacts } from './saga.ts'
import { cancelPendingSteps, hasStepsLeft, lockSaga, markEnded } from './saga-store.ts'

/** Opens or resolves the case of a saga, in the caller's transaction. */
export type SagaCaseWriter = (tx: Transaction, change: SagaCaseChange) => Promise<void>

export type FinishSaga = (
  tx: Transaction,
  saga: SagaFacts,
  end: { readonly state: 'completed' | 'reversed' } | { readonly state: 'stuck'; readonly detail: string },
) => Promise<void>

export function createFinishSaga(
  definitionOf: (saga: SagaFacts) => SagaDefinition,
  writeCase: SagaCaseWriter,
): FinishSaga {
  return async (tx, saga, end) => {
    if (end.state === 'reversed') {
      // Before the saga's row is locked: the holder of a step's lock may be waiting for that row.
      await cancelPendingSteps(tx, saga.id)
      await lockSaga(tx, saga.id)
      // When several steps are compensated late, the last one ends the saga.
      if (await hasStepsLeft(tx, saga.id)) return
    }
    const reason = await markEnded(tx, saga.id, end.state)
    const { id, book } = saga
    if (end.state === 'stuck') await writeCase(tx, { saga: id, book, change: 'stuck', detail: end.detail })
    await definitionOf(saga).ended?.(tx, saga, { state: end.state, reason })
  }
}
