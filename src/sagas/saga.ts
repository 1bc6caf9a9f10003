import type { Result, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { Queryable, Transaction } from '#platform/postgres'

/**
 * How the next step is decided. `orchestrated`: one coordinator reads the saga's progress and sends the next step.
 * `choreographed`: each step reacts to the event of its neighbor.
 */
export const coordinators = ['orchestrated', 'choreographed'] as const
export type CoordinatorName = (typeof coordinators)[number]

/**
 * `running`: going forward. `reversing`: compensating finished steps. The others are ends; `stuck` needs an operator.
 */
export type SagaState = 'running' | 'reversing' | 'completed' | 'reversed' | 'stuck'

/** The facts of a saga, fixed from its start. */
export type SagaFacts = {
  readonly id: Uuid
  readonly book: number
  /** The name of its definition. */
  readonly kind: string
  /** The purpose of the saga, such as an order. */
  readonly subject: Uuid
  readonly vendor: number
  /** The lane of its forward steps. Compensations go on `rollback`. */
  readonly lane: LaneName
  readonly coordinator: CoordinatorName
  /** JSON text, given at the start. */
  readonly payload: string
}

export type Saga = SagaFacts & {
  readonly state: SagaState
  /** Why it is or was reversed: a refusal's code, or the reason given to `reverse`. */
  readonly reason: string | undefined
}

/**
 * The state of a step. `acting`, `compensating`: begun, and waiting for an end outside. `refused`: its action refused
 * and had no effect. `failed`: its compensation failed, and an operator has to decide. `canceled`: it never began and
 * never will.
 */
export type StepState =
  | 'pending'
  | 'acting'
  | 'done'
  | 'refused'
  | 'compensating'
  | 'compensated'
  | 'failed'
  | 'canceled'

export type StepRow = {
  readonly place: number
  readonly name: string
  readonly state: StepState
  readonly reason: string | undefined
  /** The result of its action: JSON text. */
  readonly result: string | undefined
  /** The payment, capture, refund or payout whose end it waits for. */
  readonly waitsFor: Uuid | undefined
  /** It is compensated separately: an effect of it appeared after the others were compensated. */
  readonly isLate: boolean
}

/** The argument of a step: the saga's facts, the result of its own action, and the subject it waited for last. */
export type StepContext = SagaFacts & Pick<StepRow, 'result' | 'waitsFor'>

/**
 * The outcome of an action. `waiting`: it has started something outside and is called again when that ends. `refused`:
 * it cannot be done and has no effect; the steps before it are compensated.
 */
export type ActionOutcome =
  | { readonly kind: 'done'; readonly result?: string }
  | { readonly kind: 'waiting'; readonly waitsFor: Uuid; readonly result?: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** The outcome of a compensation. `failed`: it cannot be done; the saga stops and an operator has to decide. */
export type CompensationOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'waiting'; readonly waitsFor: Uuid }
  | { readonly kind: 'failed'; readonly reason: string; readonly detail: string }

/**
 * A step: an action and its compensation. Both run in the transaction that stores the state of the step. After
 * `waiting` both are called again: they look at the current state and continue.
 *
 * A step that waits must hold a lock on the subject, or have created it in the same transaction. Otherwise its end
 * could pass unnoticed. A compensation may be called while its action waits. An error rolls the call back. A retryable
 * fault is retried. Any other error reverses the saga (in an action) or fails the compensation.
 */
export type SagaStep = {
  readonly name: string
  readonly action: (tx: Transaction, saga: StepContext) => Promise<ActionOutcome>
  readonly compensation: (tx: Transaction, saga: StepContext) => Promise<CompensationOutcome>
}

/** The end of a saga. A `stuck` one ends again after an operator's decision, a `completed` one when it is reversed. */
export type SagaEnd = { readonly state: 'completed' | 'reversed' | 'stuck'; readonly reason: string | undefined }

/** The steps of a kind of saga, in the order of the actions. */
export type SagaDefinition = {
  readonly kind: string
  readonly steps: readonly SagaStep[]
  /** Called in the transaction in which a saga ends. */
  readonly ended?: (tx: Transaction, saga: SagaFacts, end: SagaEnd) => Promise<void>
}

export type NewSaga = Pick<SagaFacts, 'book' | 'kind' | 'subject' | 'coordinator'> & {
  /** Chosen by the caller; generated otherwise. */
  readonly id?: Uuid
  /** A vendor's code; its policy chooses the lane. */
  readonly vendor?: string
  readonly payload?: string
}

export type SagaStuck =
  | { readonly saga: Uuid; readonly book: number; readonly change: 'stuck'; readonly detail: string }
  | { readonly saga: Uuid; readonly book: number; readonly change: 'resolved' }

/** An operator's decision on a saga whose compensation failed. `force`: it was compensated in another way. */
export type SagaDecision = 'retry' | 'force'

export type Sagas = {
  /** Defines a kind of saga, once, before anything starts. */
  readonly define: (definition: SagaDefinition) => void
  /** Starts a saga in the caller's transaction; answers its id, or refuses with `vendor_not_found`. */
  readonly start: (tx: Transaction, saga: NewSaga) => Promise<Result<Uuid, 'vendor_not_found'>>
  /** Compensates the finished steps, also of a completed saga; no effect when it is or was reversed already. */
  readonly reverse: (tx: Transaction, saga: Uuid, reason: string) => Promise<void>
  /**
   * Compensates a late effect of a step in a saga that is or was reversed, such as a failed payment that its payer
   * retried. False, and no effect, when the saga runs forward or the step is still to be compensated anyway. `ended`: the
   * subject whose end has shown the effect, which the step then has waited for.
   */
  readonly takeBackLate: (tx: Transaction, saga: Uuid, step: string, ended?: Uuid) => Promise<boolean>
  /** Continues the steps that wait for one of these. Call it in the transaction that ends them. */
  readonly subjectsEnded: (tx: Transaction, subjects: readonly Uuid[]) => Promise<void>
  /** Carries out an operator's decision on a stuck saga; false when it is not stuck. */
  readonly decide: (tx: Transaction, saga: Uuid, decision: SagaDecision) => Promise<boolean>
  /** Continues a saga from its current place, when a message about it became a dead letter. */
  readonly resume: (tx: Transaction, saga: Uuid) => Promise<void>
  /** A saga and its steps; undefined when there is none. */
  readonly find: (
    on: Queryable,
    saga: Uuid,
  ) => Promise<{ readonly saga: Saga; readonly steps: readonly StepRow[] } | undefined>
}
