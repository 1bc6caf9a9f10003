import { assert } from '#kernel'
import type { Lanes, NewMessage } from '#lanes'
import type { Transaction } from '#platform/postgres'
import type { FinishSaga } from './finish-saga.ts'
import type { Saga, SagaDecision, SagaDefinition, SagaFacts, SagaStep, StepRow } from './saga.ts'
import type { LateEffect } from './saga-store.ts'

export const sagaMessageKind = 'saga.step'

/** `advance`: the orchestrator decides what comes next. `wake`: continue a step that waits. */
export type StepOrder =
  | { readonly do: 'advance' }
  | {
      readonly do: 'action' | 'compensation' | 'wake'
      readonly step: string
      readonly reason?: string
    }

/** `late`: reopen a step that ended at `endedAt`. `ended`: the subject whose end showed its late effect. */
export type SagaOrder = StepOrder | ({ readonly do: 'late' } & LateEffect)

export type Coordinator = {
  readonly begin: (tx: Transaction, saga: SagaFacts) => Promise<void>
  /** `failures`: failed tries of the message before this one. */
  readonly handle: (tx: Transaction, saga: SagaFacts, order: StepOrder, failures: number) => Promise<void>
  readonly reverse: (tx: Transaction, saga: SagaFacts, reason: string) => Promise<void>
  readonly resume: (
    tx: Transaction,
    saga: SagaFacts,
    decided: { readonly steps: readonly string[]; readonly decision: SagaDecision },
  ) => Promise<void>
  /** Continues from the saga's current place, in case a message was lost. No effect when it waits for none. */
  readonly goOn: (tx: Transaction, saga: Saga, steps: readonly StepRow[]) => Promise<void>
  /** Compensates a step after the others, or while they are being compensated. */
  readonly compensateLate: (tx: Transaction, saga: SagaFacts, late: LateEffect) => Promise<void>
}

export type CoordinatorDeps = {
  readonly definitionOf: (saga: SagaFacts) => SagaDefinition
  readonly enqueue: Lanes['enqueue']
  readonly finish: FinishSaga
}

export function sagaMessage(saga: SagaFacts, order: SagaOrder, direction: 'forward' | 'back'): NewMessage {
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
