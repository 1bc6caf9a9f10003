import type { Result, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { Queryable, Transaction } from '#platform/postgres'

/** `orchestrated`: a coordinator chooses the next step. `choreographed`: each step reacts to its neighbor's event. */
export const coordinators = ['orchestrated', 'choreographed'] as const
export type CoordinatorName = (typeof coordinators)[number]

/** `running`: going forward. `reversing`: compensating finished steps. `stuck`: needs an operator. */
export type SagaState = 'running' | 'reversing' | 'completed' | 'reversed' | 'stuck'

/** The facts of a saga, fixed from its start. */
export type SagaFacts = {
  readonly id: Uuid
  readonly book: number
  readonly kind: string
  readonly subject: Uuid
  readonly vendor: number
  /** Of the forward steps. Compensations use `rollback`. */
  readonly lane: LaneName
  readonly coordinator: CoordinatorName
  /** JSON text. */
  readonly payload: string
}

export type Saga = SagaFacts & {
  readonly state: SagaState
  /** A refusal's code, or the reason passed to `reverse`. */
  readonly reason: string | undefined
}

/** `refused`: had no effect. `failed`: the compensation failed; needs an operator. `canceled`: never began. */
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
  /** JSON text from its action. */
  readonly result: string | undefined
  /** The payment, capture, refund or payout whose end it waits for. */
  readonly waitsFor: Uuid | undefined
  /** It is compensated separately: its effect appeared after the others were compensated. */
  readonly isLate: boolean
  /** What of its effect operators have compensated in another way: the `left` of the failures that they decided. */
  readonly settled: string | undefined
  /** The `left` of its last failure. */
  readonly toSettle: string | undefined
}

export type StepContext = SagaFacts & Pick<StepRow, 'result' | 'waitsFor' | 'settled'>

/** `waiting`: called again when the outside work ends. `refused`: had no effect; earlier steps are compensated. */
export type ActionOutcome =
  | { readonly kind: 'done'; readonly result?: string }
  | { readonly kind: 'waiting'; readonly waitsFor: Uuid; readonly result?: string }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * `failed`: it cannot be done. The saga stops, and an operator must decide. `left`: JSON text, passed as `settled` from
 * then on if the operator has done it in another way. It includes what was settled before. Absent: all is settled.
 */
export type CompensationOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'waiting'; readonly waitsFor: Uuid }
  | { readonly kind: 'failed'; readonly reason: string; readonly detail: string; readonly left?: string }

/**
 * Both functions run in the transaction that stores the step's state. After `waiting` they are called again and
 * continue from the current state. A step that waits must hold a lock on the subject or have created it in the same
 * transaction. Otherwise its end could go unnoticed. A compensation may be called while its action waits. Errors roll
 * the call back. Retryable faults are retried. Any other error reverses the saga (action) or fails the compensation.
 */
export type SagaStep = {
  readonly name: string
  readonly action: (tx: Transaction, saga: StepContext) => Promise<ActionOutcome>
  readonly compensation: (tx: Transaction, saga: StepContext) => Promise<CompensationOutcome>
}

/** A `stuck` saga ends again after an operator's decision, a `completed` one when it is reversed. */
export type SagaEnd = { readonly state: 'completed' | 'reversed' | 'stuck'; readonly reason: string | undefined }

/** A kind of saga; its steps are in the order of the actions. */
export type SagaDefinition = {
  readonly kind: string
  readonly steps: readonly SagaStep[]
  /** Runs in the transaction in which a saga ends. */
  readonly ended?: (tx: Transaction, saga: SagaFacts, end: SagaEnd) => Promise<void>
}

export type NewSaga = Pick<SagaFacts, 'book' | 'kind' | 'subject' | 'coordinator'> & {
  readonly id?: Uuid
  readonly vendor?: string
  readonly payload?: string
}

export type SagaCaseChange =
  | { readonly saga: Uuid; readonly book: number; readonly change: 'stuck'; readonly detail: string }
  | { readonly saga: Uuid; readonly book: number; readonly change: 'resolved' }

/** `force`: the compensation was done in another way. */
export type SagaDecision = 'retry' | 'force'

export type Sagas = {
  /** Call it once per kind, before any saga starts. */
  readonly define: (definition: SagaDefinition) => void
  /** Refuses with `vendor_not_found`. */
  readonly start: (tx: Transaction, saga: NewSaga) => Promise<Result<Uuid, 'vendor_not_found'>>
  /** Compensates the finished steps, also of a completed saga. No effect while reversing or after a reversal. */
  readonly reverse: (tx: Transaction, saga: Uuid, reason: string) => Promise<void>
  /**
   * Compensates a step's late effect in a saga that is or was reversed, such as a failed payment that its payer
   * retried. False, with no effect, when the saga runs forward or the step is yet to be compensated. `ended`: the
   * subject whose end showed the effect. The caller has locked that subject, as the step does when it ends. The saga is
   * not locked: a step locks it before the subject.
   */
  readonly compensateLate: (
    tx: Transaction,
    late: { readonly saga: Uuid; readonly step: string; readonly ended?: Uuid },
  ) => Promise<boolean>
  /** Continues the steps that wait for these subjects. Call it in the transaction that ends them. */
  readonly subjectsEnded: (tx: Transaction, subjects: readonly Uuid[]) => Promise<void>
  readonly decide: (tx: Transaction, saga: Uuid, decision: SagaDecision) => Promise<boolean>
  /** Continues a saga from its current place after its dead letters were discarded. */
  readonly resume: (tx: Transaction, saga: Uuid) => Promise<void>
  readonly find: (
    on: Queryable,
    saga: Uuid,
  ) => Promise<{ readonly saga: Saga; readonly steps: readonly StepRow[] } | undefined>
}
