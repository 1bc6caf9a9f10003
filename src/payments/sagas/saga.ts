import type { Result, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { Queryable, Transaction } from '#platform/postgres'

/**
 * Who decides what comes next. `orchestrated`: one place reads where the saga is and sends on the next
 * step. `choreographed`: each step reacts to what the one before, or after, says has happened.
 */
export const coordinators = ['orchestrated', 'choreographed'] as const
export type CoordinatorName = (typeof coordinators)[number]

/** `running`: going forward. `reversing`: what was done is being taken back. The rest are ends; `stuck` needs a person. */
export type SagaState = 'running' | 'reversing' | 'completed' | 'reversed' | 'stuck'

/** What a saga is about: fixed from its start. */
export type SagaFacts = {
  readonly id: Uuid
  readonly book: number
  /** The name of its definition. */
  readonly kind: string
  /** What it is done for, such as an order. */
  readonly subject: Uuid
  readonly vendor: number
  /** Where its forward steps are enqueued; what goes back is enqueued on `rollback`. */
  readonly lane: LaneName
  readonly coordinator: CoordinatorName
  /** JSON text, given at the start. */
  readonly payload: string
}

export type Saga = SagaFacts & {
  readonly state: SagaState
  /** Why it goes or went back: a refusal's code, or what `reverse` was given. */
  readonly reason: string | undefined
}

/**
 * Where a step is. `acting`, `compensating`: begun, and waiting for an end outside. `refused`: its action
 * said no and left nothing behind. `failed`: its compensation did not work out; a person has to decide.
 * `canceled`: it never began and never will.
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

/** A step of a saga as it is stored. */
export type StepRow = {
  readonly place: number
  readonly name: string
  readonly state: StepState
  readonly reason: string | undefined
  /** What its action left: JSON text. */
  readonly result: string | undefined
  /** The payment, capture, refund or payout whose end it waits for. */
  readonly waitsFor: Uuid | undefined
  /** It is taken back by itself: something of it showed after the others had been. */
  readonly isLate: boolean
}

/** What a step is told: what the saga is about, what its own action has left, and what it waited for last. */
export type StepContext = SagaFacts & Pick<StepRow, 'result' | 'waitsFor'>

/**
 * What an action came to. `waiting`: it has begun something outside and is called again when that has
 * ended. `refused`: it cannot be done, and nothing of it is left; the steps before it are taken back.
 */
export type ActionOutcome =
  | { readonly kind: 'done'; readonly result?: string }
  | { readonly kind: 'waiting'; readonly waitsFor: Uuid; readonly result?: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** What a compensation came to. `failed`: it cannot be done; the saga stops and a person has to decide. */
export type CompensationOutcome =
  | { readonly kind: 'done' }
  /** There is nothing to take back. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'waiting'; readonly waitsFor: Uuid }
  | { readonly kind: 'failed'; readonly reason: string; readonly detail: string }

/**
 * A step: an action and what takes it back, side by side. Both run in the transaction that stores how
 * the step stands, and both may be called again after they have `waiting` said: they look at what is
 * there and go on. Whoever decides to wait must hold a lock on what is waited for, or have made it in
 * the same transaction, so that its end cannot pass unseen. A compensation may be called while its
 * action waits. What they throw undoes the call: a retryable fault is tried again, anything else
 * makes an action's saga go back and a compensation failed.
 */
export type SagaStep = {
  readonly name: string
  readonly action: (tx: Transaction, saga: StepContext) => Promise<ActionOutcome>
  readonly compensation: (tx: Transaction, saga: StepContext) => Promise<CompensationOutcome>
}

/** How a saga ended. A `stuck` one ends again after a person's decision, a `completed` one when it is reversed. */
export type SagaEnd = { readonly state: 'completed' | 'reversed' | 'stuck'; readonly reason: string | undefined }

/** The steps of a kind of saga, in the order of the actions. */
export type SagaDefinition = {
  readonly kind: string
  readonly steps: readonly SagaStep[]
  /** Called in the transaction in which a saga ends. */
  readonly ended?: (tx: Transaction, saga: SagaFacts, end: SagaEnd) => Promise<void>
}

export type NewSaga = Pick<SagaFacts, 'book' | 'kind' | 'subject' | 'coordinator'> & {
  /** Chosen by the caller; made up otherwise. */
  readonly id?: Uuid
  /** A vendor's code; its policy chooses the lane. */
  readonly vendor?: string
  /** Default `{}`. */
  readonly payload?: string
}

/** What becomes of a saga on the stuck list. */
export type SagaStuck =
  | { readonly saga: Uuid; readonly book: number; readonly change: 'stuck'; readonly detail: string }
  | { readonly saga: Uuid; readonly book: number; readonly change: 'resolved' }

/** A person's decision on a saga whose compensation failed. `force`: it was given back in some other way. */
export type SagaDecision = 'retry' | 'force'

/** The door of the sagas. */
export type Sagas = {
  /** Before anything starts: the one definition of a kind. */
  readonly define: (definition: SagaDefinition) => void
  /** Starts a saga in the caller's transaction; answers its id, or refuses with `vendor_not_found`. */
  readonly start: (tx: Transaction, saga: NewSaga) => Promise<Result<Uuid, 'vendor_not_found'>>
  /** Takes back what the saga has done, also when it is completed; without effect when it goes or went back already. */
  readonly reverse: (tx: Transaction, saga: Uuid, reason: string) => Promise<void>
  /**
   * Takes back what a step has left after all in a saga that went or goes back, such as a payment that
   * had failed and was tried again by its payer. False, and without effect, when there is nothing to it:
   * the saga goes forward, or the step is still to be taken back anyway.
   */
  readonly takeBackLate: (tx: Transaction, saga: Uuid, step: string) => Promise<boolean>
  /** Goes on with steps that wait for one of these; to be called in the transaction that ends them. */
  readonly subjectsEnded: (tx: Transaction, subjects: readonly Uuid[]) => Promise<void>
  /** Carries out a person's decision on a stuck saga; false when it is not stuck. */
  readonly decide: (tx: Transaction, saga: Uuid, decision: SagaDecision) => Promise<boolean>
  /** Goes on from where a saga is, when a message about it has been put aside for good. */
  readonly resume: (tx: Transaction, saga: Uuid) => Promise<void>
  /** How a saga and its steps stand; undefined: there is none. */
  readonly find: (
    on: Queryable,
    saga: Uuid,
  ) => Promise<{ readonly saga: Saga; readonly steps: readonly StepRow[] } | undefined>
}
