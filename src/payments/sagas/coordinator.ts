import { assert } from '#kernel'
import type { Lanes, NewMessage } from '#lanes'
import type { Transaction } from '#platform/postgres'
import type { FinishSaga } from './finish-saga.ts'
import type { Saga, SagaDecision, SagaDefinition, SagaFacts, SagaStep, StepRow } from './saga.ts'

/** The kind of all messages of sagas. */
export const sagaMessageKind = 'saga.step'

/**
 * What a message of a saga asks for. `advance`: whatever is next, which the orchestrator decides. The
 * rest is addressed to one step: its action, its compensation, or to go on with the one that waits.
 */
export type StepOrder =
  | { readonly do: 'advance' }
  | {
      readonly do: 'action' | 'compensation' | 'wake'
      readonly step: string
      /** Why it is to be taken back. */
      readonly reason?: string
    }

/** Decides what follows from what, over the steps of any definition. */
export type Coordinator = {
  /** Enqueues what a new saga begins with. */
  readonly begin: (tx: Transaction, saga: SagaFacts) => Promise<void>
  /** Carries out a message. `failures`: tries of it before this one. */
  readonly handle: (tx: Transaction, saga: SagaFacts, order: StepOrder, failures: number) => Promise<void>
  /** Begins to take back what has been done. */
  readonly reverse: (tx: Transaction, saga: SagaFacts, reason: string) => Promise<void>
  /** Goes on from steps that had failed, now to be tried again, or forced: taken back in some other way. */
  readonly resume: (
    tx: Transaction,
    saga: SagaFacts,
    decided: { readonly steps: readonly string[]; readonly decision: SagaDecision },
  ) => Promise<void>
  /** Goes on from where the saga is, as a message about it may never come; does nothing when it waits for none. */
  readonly goOn: (tx: Transaction, saga: Saga, steps: readonly StepRow[]) => Promise<void>
  /** Takes back what a step has left after the others have been, or are being, taken back. */
  readonly takeBackLate: (tx: Transaction, saga: SagaFacts, step: string) => Promise<void>
}

export type CoordinatorDeps = {
  readonly definitionOf: (saga: SagaFacts) => SagaDefinition
  readonly enqueue: Lanes['enqueue']
  readonly finish: FinishSaga
}

/** A message of a saga: forward on the saga's own lane, back on `rollback`. */
export function sagaMessage(saga: SagaFacts, order: StepOrder, direction: 'forward' | 'back'): NewMessage {
  const { id, book, vendor, lane } = saga
  return {
    lane: direction === 'back' ? 'rollback' : lane,
    kind: sagaMessageKind,
    book,
    vendor,
    subject: id,
    payload: JSON.stringify(order),
  }
}

/** The step of that name. */
export function stepOf(definition: SagaDefinition, name: string): SagaStep {
  const step = definition.steps.find((each) => each.name === name)
  assert(step !== undefined, `a saga of kind ${definition.kind} has a step ${name}`)
  return step
}
