import type { Transaction } from '#platform/postgres'
import type { SagaDefinition, SagaFacts, SagaStuck } from './saga.ts'
import { cancelPendingSteps, hasStepsLeft, lockSaga, markEnded } from './saga-store.ts'

/** Writes down on the stuck list what becomes of a saga; part of the caller's transaction. */
export type StuckWriter = (tx: Transaction, change: SagaStuck) => Promise<void>

/** How a coordinator ends a saga; `detail` is for the person who has to decide. */
export type FinishSaga = (
  tx: Transaction,
  saga: SagaFacts,
  end: { readonly state: 'completed' | 'reversed' } | { readonly state: 'stuck'; readonly detail: string },
) => Promise<void>

/** Makes what ends sagas: stores the end, tells the definition, and whoever sees to stuck ones. */
export function createFinishSaga(
  definitionOf: (saga: SagaFacts) => SagaDefinition,
  writeStuck: StuckWriter,
): FinishSaga {
  return async (tx, saga, end) => {
    if (end.state === 'reversed') {
      // Before the saga's own row: whoever holds a step's row may be waiting for that one.
      await cancelPendingSteps(tx, saga.id)
      await lockSaga(tx, saga.id)
      // Of several that are taken back by themselves, the last one ends it.
      if (await hasStepsLeft(tx, saga.id)) return
    }
    const reason = await markEnded(tx, saga.id, end.state)
    const { id, book } = saga
    if (end.state === 'stuck') await writeStuck(tx, { saga: id, book, change: 'stuck', detail: end.detail })
    await definitionOf(saga).ended?.(tx, saga, { state: end.state, reason })
  }
}
