import { assert } from '#kernel'
import type { Lanes, NewMessage } from '#lanes'
import type { Transaction } from '#platform/postgres'
import type { FinishSaga } from './finish-saga.ts'
import type { Saga, SagaDecision, SagaDefinition, SagaFacts, SagaStep, StepRow } from './saga.ts'

export const sagaMessageKind = 'saga.step'

/**
 * The order in a message of a saga. `advance`: the orchestrator decides what is next. The others address one step: run
 * its action, run its compensation, or continue the waiting one.
 */
export type StepOrder =
  | { readonly do: 'advance' }
  | {
      readonly do: 'action' | 'compensation' | 'wake'
      readonly step: string
      /** Why it is to be compensated. */
      readonly reason?: string
    }

/** Decides the order of steps and compensations, for any definition. */
export type Coordinator = {
  readonly begin: (tx: Transaction, saga: SagaFacts) => Promise<void>
  /** Carries out a message. `failures`: failed tries of it before this one. */
  readonly handle: (tx: Transaction, saga: SagaFacts, order: StepOrder, failures: number) => Promise<void>
  /** Starts to compensate the finished steps. */
  readonly reverse: (tx: Transaction, saga: SagaFacts, reason: string) => Promise<void>
  /**
   * Continues from failed steps after an operator's decision: a retry, or that they were compensated in another way.
   */
  readonly resume: (
    tx: Transaction,
    saga: SagaFacts,
    decided: { readonly steps: readonly string[]; readonly decision: SagaDecision },
  ) => Promise<void>
  /** Continues from the saga's current place, as a message may never come. Does nothing when it waits for none. */
  readonly goOn: (tx: Transaction, saga: Saga, steps: readonly StepRow[]) => Promise<void>
  /** Compensates a step late, after the others are, or while they are being, compensated. */
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

export function stepOf(definition: SagaDefinition, name: string): SagaStep {
  const step = definition.steps.find((each) => each.name === name)
  assert(step !== undefined, `a saga of kind ${definition.kind} has a step ${name}`)
  return step
}
