import type { Timestamp, Uuid } from '#kernel'
import type { RailAction, RailDecline, RailHandle } from './rail-answers.ts'
import type { RailInstrument, RailParty } from './rail-instrument.ts'

// A mandate is a payer's consent to debits that the payer does not approve one by one: UPI Autopay, a direct debit of SEPA
// or ACH, a card on file.

export const mandateFrequencies = [
  'one_time',
  'daily',
  'weekly',
  'fortnightly',
  'monthly',
  'bimonthly',
  'quarterly',
  'half_yearly',
  'yearly',
  'as_presented',
] as const
export type MandateFrequency = (typeof mandateFrequencies)[number]

/** What the payer allows. Dates such as `2026-11-30` are those of the rail's calendar. */
export type MandateTerms = {
  /** `exact`: each debit is of this amount. `max`: of this amount at most. `any`: the scheme sets no bound. */
  readonly amountRule: 'exact' | 'max' | 'any'
  readonly amount: bigint
  readonly asset: string
  readonly frequency: MandateFrequency
  /** The day of the week (1 is Monday) or month of a debit. `rule`: relative to it. Default: any day of the period. */
  readonly debitDay?: { readonly rule: 'on' | 'before' | 'after'; readonly day: number }
  readonly startsOn?: string
  readonly endsOn?: string
  /** At most so many debits. */
  readonly debitsMax?: number
  /** The payer cannot revoke it. Default: the payer can. */
  readonly isIrrevocable?: true
}

/** A call about a mandate, made from what its caller keeps. */
export type MandateCall = {
  /** The idempotency key of this call: the same for every repetition. */
  readonly id: Uuid
  /** Munim's id of the mandate: the id of the call that created it. */
  readonly mandate: Uuid
  /** The rail's own reference of the mandate, once it is known: a UMN, a mandate id, a network's transaction id. */
  readonly reference?: string
  readonly terms: MandateTerms
  /** The payer's token or address, as of a charge. */
  readonly instrument: string
  readonly typed?: RailInstrument
  readonly party?: RailParty
  readonly purpose?: string
  /** Shown to the payer; at most 35 characters. */
  readonly descriptor?: string
  /** When and how the payer has consented, for schemes in which the biller keeps that (SEPA, ACH). */
  readonly consent?: { readonly at: Timestamp; readonly means: 'paper' | 'web' | 'phone' | 'in_person' }
  /** What earlier answers about the mandate added. */
  readonly handle?: RailHandle
  /** The rail may have received this call before. */
  readonly isRepeated?: true
  readonly book?: number
}

/** Where the rail does not know a pause, only `terms`. */
export type MandateAmendment =
  | { readonly kind: 'terms'; readonly terms: MandateTerms }
  | { readonly kind: 'instrument'; readonly instrument: string; readonly typed?: RailInstrument }
  | { readonly kind: 'pause'; readonly untilOn?: string }
  | { readonly kind: 'resume' }

/** The announcement of one debit to the payer, where the rail sends it. */
export type DebitNotice = {
  readonly amount: bigint
  readonly asset: string
  readonly debitAt: Timestamp
  /** Of the debits of the mandate: 1, 2, 3. */
  readonly number: number
}

export const mandateStates = ['pending', 'active', 'paused', 'declined', 'revoked', 'expired'] as const
/** `pending`: the payer has not approved it. `expired`: also when its last debit was made. The last three are ends. */
export type MandateState = (typeof mandateStates)[number]

/** How a rail reports a mandate. What it does not say is as it was. */
export type MandateReport = {
  readonly reference: string
  readonly state: MandateState
  /** As they are now. */
  readonly terms?: MandateTerms
  /** What is charged by it from now on, if the rail gives a token for that. */
  readonly instrument?: string
  readonly pausedUntilOn?: string
  /** The rail's code and words for a decline or an end. */
  readonly reason?: { readonly code: string; readonly message: string }
}

/** `handle`: kept with the mandate, added to what is there. */
export type MandateOutcome =
  | { readonly kind: 'reported'; readonly mandate: MandateReport; readonly handle?: RailHandle }
  /** Accepted. An event or an inquiry says what becomes of it; the payer may have to act before. */
  | {
      readonly kind: 'pending'
      readonly reference?: string
      readonly action?: RailAction
      readonly handle?: RailHandle
    }
  | { readonly kind: 'failed'; readonly decline: RailDecline }
  /** It may have been done. The same call may be repeated under its id. */
  | { readonly kind: 'unknown'; readonly why: string; readonly handle?: RailHandle }
  | { readonly kind: 'unavailable'; readonly why: string; readonly retryAt?: Timestamp }
  /** The answer to an inquiry. */
  | { readonly kind: 'not_found'; readonly finality?: 'never' | 'not_yet' }

/** `reference`: the rail's own, of the notice, which the debit names. */
export type NoticeOutcome =
  | { readonly kind: 'accepted'; readonly reference: string }
  | Extract<MandateOutcome, { readonly kind: 'failed' | 'unknown' | 'unavailable' }>

export const mandateChanges = ['activated', 'declined', 'paused', 'revoked', 'expired', 'amended'] as const
export type MandateChangeKind = (typeof mandateChanges)[number]

/** What became of a mandate: by the payer, the bank or time, or by a call. `activated`: also resumed. */
export type MandateChange = {
  readonly kind: 'mandate'
  readonly change: MandateChangeKind
  readonly mandate: MandateReport
  /** Munim's id of the mandate, if the rail repeats it. */
  readonly id?: Uuid
}

/** In a charge or authorization: it is made by a mandate, without the payer. */
export type MandateUse = {
  /** The rail's own reference of the mandate. */
  readonly reference: string
  /** `single`: its only debit. `final`: after it, the mandate has ended. */
  readonly sequence: 'single' | 'first' | 'recurring' | 'final'
  /** Why the payer is not there. Default: `recurring`. The others are those of card schemes. */
  readonly kind?: 'recurring' | 'installment' | 'unscheduled' | 'resubmission' | 'delayed' | 'no_show'
  /** Of the notice that the payer got: the rail's reference, if the rail sent it. */
  readonly notice?: { readonly at: Timestamp; readonly reference?: string }
  readonly handle?: RailHandle
}

/** Who tells the payer of a debit before it, and when. */
export type PreNotification = {
  /** `rail`: by `notifyDebit`. `biller`: by the caller's own letter or mail. */
  readonly by: 'rail' | 'biller'
  /** Before the debit. */
  readonly atLeastMs: number
  readonly atMostMs?: number
  /** `changed`: only of a debit whose amount or day is not that of the one before. Default: `every`. */
  readonly of?: 'every' | 'changed'
  /** Debits that need none: of these frequencies, and the first one if it comes so soon after the creation. */
  readonly exempt?: {
    readonly frequencies?: readonly MandateFrequency[]
    readonly first?: { readonly withinMs: number; readonly upTo?: { readonly amount: bigint; readonly asset: string } }
  }
}

/** The rules of a rail about mandates. They are dated in the adapter, if they change. */
export type MandateRules = {
  readonly frequencies: readonly MandateFrequency[]
  readonly amountRules: readonly MandateTerms['amountRule'][]
  readonly preNotification?: PreNotification
  /** Debits that may be tried for one due date, the first one included. */
  readonly triesPerDebit?: number
  /** A larger debit needs the payer. */
  readonly withoutPayerUpTo?: readonly { readonly amount: bigint; readonly asset: string }[]
  /** How long the payer has to approve it. */
  readonly approvalMs?: number
}

/**
 * A repetition under the same id has no second effect, and every call has a deadline. An absent member is not known by the
 * rail. A rail that keeps no mandates (SEPA) reports what it was given as active.
 */
export type RailMandates = {
  readonly createMandate: (call: MandateCall) => Promise<MandateOutcome>
  /** By the rail's reference, or by the id of the mandate while there is none. Never `unavailable`. */
  readonly inquireMandate: (call: MandateCall) => Promise<MandateOutcome>
  readonly amendMandate?: (call: MandateCall, amendment: MandateAmendment) => Promise<MandateOutcome>
  readonly cancelMandate: (call: MandateCall) => Promise<MandateOutcome>
  /** Where `preNotification` is by the rail. */
  readonly notifyDebit?: (call: MandateCall, notice: DebitNotice) => Promise<NoticeOutcome>
}
