import type { SubjectAction } from '#cases'
import type { Timestamp, Uuid } from '#kernel'
import type { LedgerRefusal, TransferCommand } from '#ledger'
import type { CallNotice, RailCapabilities, RailOperation, RailOutcome } from '#rails'
import type { Dispute, DisputeNews } from './dispute.ts'
import type { Attempt, Capture, Payment, Payout, Recall, Refund, Returned, SubjectKind } from './payment.ts'

/** The engine handles each input under the row lock of the payment (or payout) and books it in the same transaction. */
export type Input =
  /** Also restarts a deferred subject (`unavailable`). `lost`: nothing starts, and a refused retry is asked for. */
  | { readonly kind: 'start'; readonly lost?: LostRetry }
  | { readonly kind: 'outcome'; readonly attempt: Attempt; readonly outcome: RailOutcome }
  /** `isByHand`: an operator asks for an inquiry, and for nothing else. `dueAt`: of the timer of the next inquiry. */
  | { readonly kind: 'overdue'; readonly attempt: Attempt; readonly isByHand?: boolean; readonly dueAt?: Timestamp }
  | { readonly kind: 'capture'; readonly capture: Capture }
  /** `request` is the same when the request is repeated. Messages of older programs have none. */
  | { readonly kind: 'increment'; readonly amount: bigint; readonly request?: Uuid }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'expire'; readonly dueAt?: Timestamp }
  /** `rail`: if not the payment's current one. `originalReference`: the rail's, of the charge or authorization. */
  | {
      readonly kind: 'dispute'
      readonly amount: bigint
      readonly railReference: string
      readonly rail?: string
      readonly originalReference?: string
      readonly capture?: Capture
    }
  | DisputeInput
  /** Money of a succeeded attempt came back. `looks`: how often it has waited for the attempt's own outcome. */
  | {
      readonly kind: 'returned'
      readonly attempt: Attempt
      readonly returned: Returned
      readonly message: string
      readonly looks: number
    }
  /** The rail says something of an attempt that moves no money. */
  | { readonly kind: 'notice'; readonly attempt: Attempt; readonly notice: CallNotice | RecallNotice }
  /** `about`: the reason that the operator saw. `seen`: the content of that matter at that time. */
  | {
      readonly kind: 'decision'
      readonly decision: SubjectAction
      readonly about?: CaseReason
      readonly seen?: Seen
    }

/** A retry that is refused, and may repeat one of a lost server. */
export type LostRetry = {
  readonly request: Uuid
  readonly rail: string
  readonly instrument: string
  /** Why it is refused. */
  readonly reason: string
}

/** Of a dispute that is stored. `capture`: the disputed one, if it is a capture. */
export type DisputeInput = {
  readonly kind: 'dispute'
  readonly dispute: Dispute
  readonly news: DisputeNews
  readonly capture?: Capture
}

/** What became of a recall. */
export type RecallNotice = { readonly kind: 'recall'; readonly recall: Recall; readonly why?: string }

/** The content of a matter: amounts, as strings of digits, by attempt. Of losses: by their time. */
export type Seen = Readonly<Record<string, string>>

export type { SubjectAction }

/** Stored now and sent after the commit. */
export type NewAttempt = {
  readonly id: Uuid
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly rail: string
  readonly operation: RailOperation
  readonly amount: bigint
  readonly instrument: string
  readonly originalReference?: string
  /** It may have been submitted before another server took over, and is only asked for, by its timer at this time. */
  readonly askedAt?: Timestamp
}

/** A delayed message back to the subject. `lane` defaults to the subject's lane; compensations use `rollback`. */
export type Timer = {
  readonly input: 'start' | 'overdue' | 'expire' | 'inquire'
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly attempt?: Uuid
  readonly at: Timestamp
  readonly lane?: 'rollback'
  readonly isByHand?: boolean
}

/** Commits as a whole; rails are called after that. Rows are whole new versions, and the engine counts `version`. */
export type Transition = {
  readonly payment?: Payment
  readonly capture?: Capture
  readonly refund?: Refund
  readonly payout?: Payout
  readonly dispute?: Dispute
  /** Started by the program itself. Each gets a `start` on the rollback lane. */
  readonly newRefunds?: readonly Refund[]
  /** Booked all or nothing. */
  readonly commands?: readonly TransferCommand[]
  /** Applied when the ledger refuses. Without it, a refusal is a defect. */
  readonly refused?: (refusal: LedgerRefusal) => Transition
  readonly attempt?: Attempt
  readonly attempts?: readonly Attempt[]
  readonly newAttempts?: readonly NewAttempt[]
  /** Submitted again after the commit, under the same id: the rail does not know it. */
  readonly resubmit?: Attempt
  readonly inquire?: Attempt
  /** Its reversal is sent after the commit. */
  readonly reverse?: Attempt
  readonly timers?: readonly Timer[]
  /** Such as `payment.succeeded`. They go to the outbox with the row's public form. */
  readonly events?: readonly string[]
  readonly note?: string
  readonly caseChange?: OpenedCase | 'resolved'
  /** Further matters: of another reason than `caseChange`, or of another subject. */
  readonly also?: readonly OpenedCase[]
  readonly settles?: readonly CaseReason[]
  /** Why the input has no effect: a repetition, or too late. Nothing is stored. */
  readonly ignored?: string
  /** The input comes again at this time. */
  readonly again?: Timestamp
}

export type OpenedCase = {
  readonly why: CaseReason
  readonly detail: string
  /** Default: the input's own. `event`: a report of a rail that matches no known attempt. */
  readonly subject?: { readonly kind: SubjectKind | 'event'; readonly id: Uuid }
  /** This matter follows the one that the step was about, which is resolved. */
  readonly isNext?: boolean
  readonly isOver?: boolean
  /** Not opened while the subject has an open matter with one of these reasons: it is part of that one. */
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
  'incoming_credit',
  'credit_retracted',
  'stranded',
] as const
export type CaseReason = (typeof caseReasons)[number]

/** Decisions on these matters move the payment's money in suspense. */
export const reasonsOfSuspense: readonly CaseReason[] = ['late_success', 'wrong_amount', 'booking_refused']

/** Machines are pure: they have no clock and no randomness of their own. */
export type MachineContext = {
  readonly now: Timestamp
  readonly newId: () => Uuid
  /** Always the same for the same arguments. */
  readonly derivedId: (from: Uuid, text: string) => Uuid
  /** A new id. Ids derived from it stay the same when the object is lost and made again. */
  readonly renewableId: (from: Uuid, text: string) => Uuid
  /** In [0, 1), for jitter. */
  readonly random: () => number
  readonly capabilities: (rail: string) => RailCapabilities | undefined
  /** Whether the rail accepts submissions. A rail that is down is skipped when another may carry the payment. */
  readonly isUp: (rail: string) => boolean
  /** The code for which the payment's accounts cannot take its money now. Undefined: none refuses, or none was read. */
  readonly refusalOf?: (payment: Payment) => string | undefined
  /** Whether another server may have submitted it since what this one knows. */
  readonly mayBeLost?: (subject: { readonly createdAt: Timestamp }) => boolean
  /** The same, however long ago another server had it. */
  readonly hasSwitched?: (subject: { readonly createdAt: Timestamp }) => boolean
  /** Why the scheme of the payment's instrument does not let it be tried over the rail now. */
  readonly retryRefusalOf?: (payment: Payment, rail: string) => string | undefined
  /** This and the other look-ups throw for inputs for which `rowsFor` does not read the rows. */
  readonly refundsOf: (payment: Payment) => readonly Refund[]
  /** Oldest first. */
  readonly attemptsOf: (subject: Payment | Capture | Refund | Payout) => readonly Attempt[]
  /** Attempts that brought money in suspense, or left it despite a stated return. Oldest first, maybe with others. */
  readonly broughtBy: (payment: Payment) => readonly Attempt[]
  /** The refunds that hold money in suspense for the payment, and possibly others. */
  readonly returningOf: (payment: Payment) => readonly Refund[]
  /** Codes such as `rails:card:clearing:USD`. The engine opens missing accounts. */
  readonly accounts: {
    readonly clearing: (of: { readonly rail: string; readonly asset: string }) => string
    readonly suspense: (asset: string) => string
    readonly fees: (of: { readonly rail: string; readonly asset: string }) => string
    readonly writeOffs: (asset: string) => string
  }
}

/** Pure functions. The engine locks and loads the rows, and carries out the transitions. */
export type Machines = {
  readonly payment: (payment: Payment, input: Input, context: MachineContext) => Transition
  readonly capture: (payment: Payment, capture: Capture, input: Input, context: MachineContext) => Transition
  readonly refund: (payment: Payment, refund: Refund, input: Input, context: MachineContext) => Transition
  readonly payout: (payout: Payout, input: Input, context: MachineContext) => Transition
}
