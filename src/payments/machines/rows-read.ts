import { assert, type Uuid } from '#kernel'
import type { RailOutcome } from '#rails'
import type { Input, MachineContext } from '../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'
import { mayBeOneOfSeveral } from './attempts/denied.ts'
import { isSum } from './booking/ended-refunds.ts'
import { arrivedOf } from './payments/payment-rows.ts'

/** The rows that the engine loads for an input. A look-up of other rows throws, because its answer would be partial. */
export type RowsRead = {
  /** Of a payment: also those of its captures and refunds. */
  readonly attempts: boolean
  readonly refunds: boolean
  /** Each ended refund and its attempts. Otherwise those that undid nothing come as one row, without attempts. */
  readonly ended: boolean
  /** The attempts that brought the payment's money in suspense, and the refunds that hold it. */
  readonly arrivals: boolean
}

type AnyInput = { readonly kind: Input['kind']; readonly outcome?: RailOutcome }

/** Independent of the rows. With `arrivals`, the engine reads all rows when money is in suspense. */
export function rowsFor(kind: SubjectKind, { kind: what, outcome }: AnyInput): RowsRead {
  const isWide = what === 'decision' || what === 'dispute' || what === 'returned'
  // An attempt that was given up may turn out to have succeeded.
  const mayComeLate = what === 'overdue' || outcome?.kind === 'succeeded'
  // A canceled one may have waited for its rail.
  const isOfRail = what === 'outcome' || what === 'overdue' || what === 'cancel'
  switch (kind) {
    case 'payment':
    case 'capture':
      return { attempts: isWide, refunds: isWide, ended: isWide, arrivals: isWide || mayComeLate }
    case 'refund':
      // Any step of a refund may free money, which then pays for a dispute that was booked as lost.
      return { attempts: isWide || isOfRail, refunds: true, ended: isWide, arrivals: true }
    case 'payout':
      return { attempts: isWide || isOfRail, refunds: false, ended: true, arrivals: false }
  }
}

export function rowsReadFor(
  kind: SubjectKind,
  input: AnyInput,
  payment: Payment | undefined,
  attempt: Attempt | undefined,
): RowsRead {
  const { attempts, refunds, ended, arrivals } = rowsFor(kind, input)
  const isInSuspense = arrivals && payment !== undefined && arrivedOf(payment) !== 0n
  return {
    attempts: attempts || isInSuspense || isOneOfSeveral(kind, input, payment, attempt),
    refunds: refunds || isInSuspense,
    ended: ended || isInSuspense,
    arrivals,
  }
}

export function isOneOfSeveral(
  kind: SubjectKind,
  { kind: what, outcome }: AnyInput,
  payment: Payment | undefined,
  attempt: Attempt | undefined,
): boolean {
  if (kind !== 'payment' || payment === undefined) return false
  if (attempt === undefined) return isEndOfWaiting(what, payment)
  return mayBeOneOfSeveral(payment, attempt) || (outcome !== undefined && mayJoinCase(payment, attempt, outcome))
}

/** It waits for its rail, and ends: a lost server may have submitted its attempt. */
function isEndOfWaiting(what: Input['kind'], { phase, currentAttempt }: Payment): boolean {
  const mayEnd = what === 'cancel' || what === 'expire' || what === 'start'
  return mayEnd && currentAttempt !== undefined && (phase === 'new' || phase === 'review')
}

/** A release that fails or releases less, or a success that comes late: its case shows it together with others. */
function mayJoinCase({ currentAttempt, phase }: Payment, attempt: Attempt, outcome: RailOutcome): boolean {
  const { kind } = outcome
  const { id, operation, state, originalReference } = attempt
  if (operation === 'void') return kind !== 'succeeded' || outcome.amount < attempt.amount
  const isIncrement = originalReference !== undefined && phase === 'held'
  return kind === 'succeeded' && state !== 'succeeded' && id !== currentAttempt && !isIncrement
}

export const nothingRead: RowsRead = { attempts: false, refunds: false, ended: false, arrivals: false }

export function allRead(one: RowsRead, other: RowsRead): RowsRead {
  return {
    attempts: one.attempts || other.attempts,
    refunds: one.refunds || other.refunds,
    ended: one.ended || other.ended,
    arrivals: one.arrivals || other.arrivals,
  }
}

export type LookUps = Pick<MachineContext, 'refundsOf' | 'attemptsOf' | 'broughtBy' | 'returningOf'>

type Knowing = {
  readonly readOf: (root: Uuid) => RowsRead
  /** Whether the refund was created with the input: all its rows are in memory. */
  readonly isNew: (refund: Uuid) => boolean
}

export function lookUpsOf(lookUps: LookUps, { readOf, isNew }: Knowing): LookUps {
  const known = (what: keyof RowsRead, root: Uuid) =>
    assert(readOf(root)[what], `the ${what} of ${root} are asked for, and were not read for this input`)
  return {
    refundsOf: (payment) => {
      known('refunds', payment.id)
      return lookUps.refundsOf(payment)
    },
    attemptsOf: (subject) => {
      assert(!('to' in subject && isSum(subject)), `the attempts of the ended refunds of ${subject.id} are not read`)
      if (!isNew(subject.id)) known('attempts', rootOf(subject))
      return lookUps.attemptsOf(subject)
    },
    broughtBy: (payment) => {
      known('arrivals', payment.id)
      return lookUps.broughtBy(payment)
    },
    returningOf: (payment) => {
      known('arrivals', payment.id)
      return lookUps.returningOf(payment)
    },
  }
}

function rootOf(subject: Payment | Capture | Refund | Payout): Uuid {
  return 'payment' in subject ? subject.payment : subject.id
}
