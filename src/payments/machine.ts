import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { LedgerRefusal, TransferCommand } from '#ledger'
import type { RailCapabilities, RailOperation, RailOutcome } from '#rails'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from './payment.ts'

/**
 * What may happen to a payment, capture, refund or payout. Inputs come from lane messages, from
 * rails' answers and events, from timers and from requests; each is handled under the row lock of
 * the payment (or payout), in the transaction that books what follows from it.
 */
export type Input =
  /** Accepted: begin. Also starts over what was put off (`unavailable`). */
  | { readonly kind: 'start' }
  /** What became of an attempt: the answer to a submission or inquiry, a callback, a statement line. */
  | { readonly kind: 'outcome'; readonly attempt: Attempt; readonly outcome: RailOutcome }
  /** A timer: an attempt has had no outcome for too long. */
  | { readonly kind: 'overdue'; readonly attempt: Attempt }
  /** Asked for: a capture has been stored. */
  | { readonly kind: 'capture'; readonly capture: Capture }
  /** Asked for: the authorization grows by this much. */
  | { readonly kind: 'increment'; readonly amount: bigint }
  | { readonly kind: 'cancel' }
  /** The authorization's time is over. */
  | { readonly kind: 'expire' }
  /**
   * The rail took money back by itself. `rail`: which, when not the one that carries the payment now;
   * `concerns`: its name of the charge or authorization, when it is known; `capture`: what it took back, when one of several.
   */
  | {
      readonly kind: 'dispute'
      readonly amount: bigint
      readonly railReference: string
      readonly rail?: string
      readonly concerns?: string
      readonly capture?: Capture
    }
  /**
   * A person's decision on a stuck one. `about`: the reason that the person saw; several matters may wait at once. `seen`:
   * what that matter was about then.
   */
  | {
      readonly kind: 'decision'
      readonly decision: StuckDecision
      readonly about?: StuckReason
      readonly seen?: Seen
    }

/** What a matter of a payment is about, by attempt: amounts as digits. */
export type Seen = Readonly<Record<Uuid, string>>

/** What a person may decide. `force` states the outcome, with evidence kept beside it. */
export type StuckDecision =
  | { readonly action: 'retry' }
  | { readonly action: 'inquire' }
  | { readonly action: 'force'; readonly outcome: 'succeeded' | 'failed'; readonly evidence: string }
  | { readonly action: 'reverse' }

/** A submission that is stored now and made after the commit. */
export type NewAttempt = {
  readonly id: Uuid
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly rail: string
  readonly operation: RailOperation
  readonly amount: bigint
  readonly instrument: string
  readonly concerns?: string
}

/** A message to come back by: `lane` defaults to the subject's own. Compensations name `rollback`. */
export type Timer = {
  readonly input: 'start' | 'overdue' | 'expire' | 'inquire'
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly attempt?: Uuid
  readonly at: Timestamp
  readonly lane?: LaneName
}

/**
 * What follows from an input. Everything in it commits together; attempts are made after that. The
 * rows are whole new versions (the engine counts `version`); absent ones stay.
 */
export type Transition = {
  readonly payment?: Payment
  readonly capture?: Capture
  readonly refund?: Refund
  readonly payout?: Payout
  /** Refunds that the program begins by itself; they get their own `start` on the rollback lane. */
  readonly newRefunds?: readonly Refund[]
  /** Booked all or nothing. */
  readonly commands?: readonly TransferCommand[]
  /** What follows instead when the ledger refuses; without it a refusal is a defect. */
  readonly refused?: (refusal: LedgerRefusal) => Transition
  /** What is now known of attempts: state, rail reference, reason. */
  readonly attempt?: Attempt
  /** Others of which less, or more, lies in suspense now. */
  readonly attempts?: readonly Attempt[]
  readonly newAttempts?: readonly NewAttempt[]
  /** Submit this known attempt again after the commit, under the same id: the rail has never heard of it. */
  readonly resubmit?: Attempt
  /** Ask the rail about this attempt after the commit. */
  readonly inquire?: Attempt
  readonly timers?: readonly Timer[]
  /** `payment.succeeded`, `refund.failed`, …: to the outbox, with the row's public form. */
  readonly events?: readonly string[]
  /** Shown in the timeline, for people: what happened and why, one sentence. */
  readonly note?: string
  /** Hands it to a person, or takes it from them. `subject`: whose it is, when not the input's own. */
  readonly stuck?: StuckHere | 'resolved'
  /** Needs a person as well: another matter than `stuck`, or another subject's. */
  readonly also?: readonly StuckHere[]
  /** What else of the subject needs no person any more, whatever the step was about. */
  readonly settles?: readonly StuckReason[]
  /** Why nothing follows: a repetition, or too late. Nothing is stored of it. */
  readonly ignored?: string
}

export type StuckHere = {
  readonly why: StuckReason
  readonly detail: string
  /** `event`: what a rail told, which is nobody's. */
  readonly subject?: { readonly kind: SubjectKind | 'event'; readonly id: Uuid }
  /** What the step was about is over, and this is the next. */
  readonly isNext?: boolean
  /** Nothing new to a person who has one of these of the subject already; it is one of them. */
  readonly unlessOpen?: readonly StuckReason[]
}

export const stuckReasons = [
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
export type StuckReason = (typeof stuckReasons)[number]

/** Matters of a payment whose decisions move what lies in suspense for it. */
export const reasonsOfSuspense: readonly StuckReason[] = ['late_success', 'wrong_amount', 'booking_refused']

/** What a machine may know beside the rows. Pure: no clock, no randomness of its own. */
export type MachineContext = {
  readonly now: Timestamp
  /** Fresh ids, for transfers and attempts. */
  readonly newId: () => Uuid
  /** An id that follows from another and a text: the same wherever it is asked for. */
  readonly derivedId: (from: Uuid, text: string) => Uuid
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  readonly capabilities: (rail: string) => RailCapabilities | undefined
  /** Whether the rail is being submitted to; a rail that is down is passed over when another may carry it. */
  readonly isUp: (rail: string) => boolean
  /**
   * Why the accounts of a payment cannot take what a rail would bring now, as a code; asked before a rail is.
   * Undefined: nothing speaks against it, or nobody looked.
   */
  readonly refusalOf?: (payment: Payment) => string | undefined
  /**
   * A payment's refunds. Known to decisions and disputes about it, to decisions about its captures, and wherever something
   * lies in suspense for it.
   */
  readonly refundsOf: (payment: Payment) => readonly Refund[]
  /**
   * The attempts of a payment, capture, refund or payout, the oldest first. Known to decisions about it, and where one that is
   * told of may be one of several that a person has (`mayBeOneOfSeveral`).
   */
  readonly attemptsOf: (subject: Payment | Capture | Refund | Payout) => readonly Attempt[]
  /**
   * The charges and captures for a payment by which something came that lies in suspense, the oldest first, and maybe others;
   * and the attempts to refund that left something there which had been stated to be given back.
   */
  readonly broughtBy: (payment: Payment) => readonly Attempt[]
  /** The codes of the chart of accounts, such as `rails:card:clearing:USD`; the engine opens them when they do not exist. */
  readonly accounts: {
    readonly clearing: (rail: string, asset: string) => string
    readonly suspense: (asset: string) => string
  }
}

/** Pure machines: the engine locks and loads the rows, and carries out what they answer. */
export type Machines = {
  readonly payment: (payment: Payment, input: Input, context: MachineContext) => Transition
  readonly capture: (payment: Payment, capture: Capture, input: Input, context: MachineContext) => Transition
  readonly refund: (payment: Payment, refund: Refund, input: Input, context: MachineContext) => Transition
  readonly payout: (payout: Payout, input: Input, context: MachineContext) => Transition
}
