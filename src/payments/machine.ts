import type { SubjectAction } from '#cases'
import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { LedgerRefusal, TransferCommand } from '#ledger'
import type { RailCapabilities, RailOperation, RailOutcome } from '#rails'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from './payment.ts'

/**
 * The inputs of a payment, capture, refund or payout. They come from lane messages, from answers and events of rails,
 * from timers and from requests. The engine handles each under the row lock of the payment (or payout), in the
 * transaction that books its consequences.
 */
export type Input =
  /** The subject is accepted, and starts. Also restarts a deferred subject (`unavailable`). */
  | { readonly kind: 'start' }
  /** The outcome of an attempt: the answer to a submission or inquiry, a callback, or a statement line. */
  | { readonly kind: 'outcome'; readonly attempt: Attempt; readonly outcome: RailOutcome }
  /** A timer: an attempt has had no outcome for too long. */
  | { readonly kind: 'overdue'; readonly attempt: Attempt }
  /** A capture was requested and stored. */
  | { readonly kind: 'capture'; readonly capture: Capture }
  /** `request`: the id of the request, the same when the request is repeated. Messages of older programs have none. */
  | { readonly kind: 'increment'; readonly amount: bigint; readonly request?: Uuid }
  | { readonly kind: 'cancel' }
  /** The authorization has reached its `expires_at`. */
  | { readonly kind: 'expire' }
  /**
   * The rail took money back, as in a chargeback. `rail`: given when it is not the one that carries the payment now.
   * `originalReference`: the rail's reference of the charge or authorization, when known. `capture`: the disputed one of
   * several captures.
   */
  | {
      readonly kind: 'dispute'
      readonly amount: bigint
      readonly railReference: string
      readonly rail?: string
      readonly originalReference?: string
      readonly capture?: Capture
    }
  /**
   * An operator's decision on a stuck subject. `about`: the reason that the operator saw, as several matters may be
   * open. `seen`: the content of that matter at that time.
   */
  | {
      readonly kind: 'decision'
      readonly decision: SubjectAction
      readonly about?: CaseReason
      readonly seen?: Seen
    }

/** The content of a matter: amounts, as strings of digits, by attempt. Of losses: by their time. */
export type Seen = Readonly<Record<string, string>>

export type { SubjectAction }

/** A submission, stored now and sent after the commit. */
export type NewAttempt = {
  readonly id: Uuid
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly rail: string
  readonly operation: RailOperation
  readonly amount: bigint
  readonly instrument: string
  readonly originalReference?: string
}

/** A delayed message back to the subject. `lane` defaults to the subject's lane; compensations use `rollback`. */
export type Timer = {
  readonly input: 'start' | 'overdue' | 'expire' | 'inquire'
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly attempt?: Uuid
  readonly at: Timestamp
  readonly lane?: LaneName
}

/**
 * The consequences of an input. All of it commits together; the rails are called after the commit. Rows are whole new
 * versions (the engine counts `version`); absent rows do not change.
 */
export type Transition = {
  readonly payment?: Payment
  readonly capture?: Capture
  readonly refund?: Refund
  readonly payout?: Payout
  /** Refunds that the program starts itself. Each gets a `start` on the rollback lane. */
  readonly newRefunds?: readonly Refund[]
  /** Booked all or nothing. */
  readonly commands?: readonly TransferCommand[]
  /** The transition to apply when the ledger refuses. Without it, a refusal is a defect. */
  readonly refused?: (refusal: LedgerRefusal) => Transition
  /** An attempt with its new state, rail reference and reason. */
  readonly attempt?: Attempt
  /** Other attempts whose amount in suspense has changed. */
  readonly attempts?: readonly Attempt[]
  readonly newAttempts?: readonly NewAttempt[]
  /** Submit this attempt again after the commit, under the same id: the rail does not know it. */
  readonly resubmit?: Attempt
  /** Inquire about this attempt at the rail after the commit. */
  readonly inquire?: Attempt
  readonly timers?: readonly Timer[]
  /** Types such as `payment.succeeded`. They go to the outbox with the row's public form. */
  readonly events?: readonly string[]
  /** One sentence for the timeline: what happened, and why. */
  readonly note?: string
  /** Opens a case for operators, or resolves it. `subject`: given when it is not the input's own. */
  readonly stuck?: StuckHere | 'resolved'
  /** Further matters for an operator: of another reason than `stuck`, or of another subject. */
  readonly also?: readonly StuckHere[]
  /** Further matters of the subject that are resolved, whatever the step was about. */
  readonly settles?: readonly CaseReason[]
  /** Why the input has no effect: a repetition, or too late. Nothing of it is stored. */
  readonly ignored?: string
}

export type StuckHere = {
  readonly why: CaseReason
  readonly detail: string
  /** `event`: a report of a rail that matches no known attempt. */
  readonly subject?: { readonly kind: SubjectKind | 'event'; readonly id: Uuid }
  /** This matter follows the one that the step was about, which is resolved. */
  readonly isNext?: boolean
  /** It is resolved, when it is open. */
  readonly isOver?: boolean
  /** Do not open it while the subject has an open matter with one of these reasons: it is part of that one. */
  readonly unlessOpen?: readonly CaseReason[]
}

export const caseReasons = [
  'outcome_unknown',
  'wrong_amount',
  'late_success',
  'compensation_failed',
  'dispute_after_refund',
  'unmatched_event',
  'booking_refused',
  'rail_unavailable',
  'unbooked',
  'dead_letter',
] as const
export type CaseReason = (typeof caseReasons)[number]

/** Reasons of a payment's matters whose decisions move its money in suspense. */
export const reasonsOfSuspense: readonly CaseReason[] = ['late_success', 'wrong_amount', 'booking_refused']

/** The input of a machine beside the rows. Machines are pure: they have no clock and no randomness of their own. */
export type MachineContext = {
  readonly now: Timestamp
  readonly newId: () => Uuid
  /** An id derived from another id and a text: always the same for the same arguments. */
  readonly derivedId: (from: Uuid, text: string) => Uuid
  /** A new id for what is made because of another object. Ids derived from it are the same if it is lost and made again. */
  readonly renewableId: (from: Uuid, text: string) => Uuid
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  readonly capabilities: (rail: string) => RailCapabilities | undefined
  /** Whether the rail accepts submissions. A rail that is down is skipped when another may carry the payment. */
  readonly isUp: (rail: string) => boolean
  /**
   * The code for which the payment's accounts cannot take the rail's money now, checked before the rail is called.
   * Undefined: no account refuses it, or none was read.
   */
  readonly refusalOf?: (payment: Payment) => string | undefined
  /** All refunds of a payment. These and the other look-ups throw for inputs that `rowsFor` does not read them for. */
  readonly refundsOf: (payment: Payment) => readonly Refund[]
  /** All attempts of a subject, the oldest first. */
  readonly attemptsOf: (subject: Payment | Capture | Refund | Payout) => readonly Attempt[]
  /**
   * The charges and captures that brought money in suspense for the payment, the oldest first, and possibly others.
   * Also the refund attempts that left money in suspense although an operator had stated that they gave it back.
   */
  readonly broughtBy: (payment: Payment) => readonly Attempt[]
  /** The refunds that hold money in suspense for the payment, and possibly others. */
  readonly returningOf: (payment: Payment) => readonly Refund[]
  /** Codes of the chart of accounts, such as `rails:card:clearing:USD`. The engine opens missing accounts. */
  readonly accounts: {
    readonly clearing: (rail: string, asset: string) => string
    readonly suspense: (asset: string) => string
  }
}

/** Pure functions: the engine locks and loads the rows, and carries out the transitions. */
export type Machines = {
  readonly payment: (payment: Payment, input: Input, context: MachineContext) => Transition
  readonly capture: (payment: Payment, capture: Capture, input: Input, context: MachineContext) => Transition
  readonly refund: (payment: Payment, refund: Refund, input: Input, context: MachineContext) => Transition
  readonly payout: (payout: Payout, input: Input, context: MachineContext) => Transition
}
