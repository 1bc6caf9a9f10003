import type { CaseReason, Transition } from '../machine.ts'
import { arrivedOf, owedOf } from '../machines/payments/payment-rows.ts'
import type { RowsRead } from '../machines/rows-read.ts'
import type { Arrivals } from '../machines/suspense/suspended.ts'
import type { Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'
import { arrivalsAfter, remembering } from './arrivals-after.ts'
import { type CaseRow, type Content, contentOf, heldOf, isOwnOf } from './content-of.ts'

export type Rows = {
  readonly payments: Finding<Payment>
  readonly captures: Finding<Capture>
  readonly refunds: Finding<Refund>
  readonly payouts: Finding<Payout>
}

type Finding<Row> = Pick<ReadonlyMap<string, Row>, 'get'>

/** `read`: whether the look-ups have all rows of the payment or payout. */
export type Known = { readonly lookUps: Arrivals; readonly read: Pick<RowsRead, 'attempts' | 'arrivals'> }

type Named = { readonly kind: SubjectKind; readonly id: string }
export type CaseOf = Named & { readonly reason: CaseReason }

/** What a case is about before and after a step. */
export type Around = { readonly before: Content | undefined; readonly after: Content; readonly asset: string }

export type ContentsAround = {
  /** Undefined: there is no such subject. */
  readonly of: (one: CaseOf) => Around | undefined
  /** The cases, if they are open, that are about something else after the step. */
  readonly changed: (subject: Named) => readonly (CaseOf & Around)[]
}

export function contentsAround(before: Rows, step: Transition, { lookUps, read }: Known): ContentsAround {
  const after = rowsAfter(before, step)
  // Most steps concern no case.
  let looking: { readonly before: Arrivals; readonly after: Arrivals } | undefined
  const of = (one: CaseOf): Around | undefined => {
    const row = caseRowOf(after, one)
    if (row === undefined) return undefined
    const rowBefore = caseRowOf(before, one)
    looking ??= lookUpsAround(lookUps, step)
    return {
      before: rowBefore && contentOf(rowBefore, one.reason, looking.before),
      after: contentOf(row, one.reason, looking.after),
      asset: row.kind === 'capture' ? row.payment.asset : row.row.asset,
    }
  }
  const changed = (subject: Named) =>
    changing(subject, before, after, read).flatMap((one) => {
      const around = of(one)
      return around === undefined || isSame(around) ? [] : [{ ...one, ...around }]
    })
  return { of, changed }
}

function lookUpsAround(lookUps: Arrivals, step: Transition) {
  const before = remembering(lookUps)
  return { before, after: remembering(arrivalsAfter(before, step)) }
}

/** The cases that the step may have changed. */
function changing(subject: Named, before: Rows, after: Rows, read: Known['read']): CaseOf[] {
  const payment = paymentOf(before, subject)
  const isTried = read.attempts && (subject.kind === 'refund' || subject.kind === 'payout')
  const own = isTried ? ofTried.map((reason) => ({ ...subject, reason })) : []
  if (payment === undefined) return own
  const { id } = payment
  const row = after.payments.get(id) ?? payment
  const isLossChanged = payment.amountLost !== row.amountLost || payment.disputed !== row.disputed
  const isArrived = isLossChanged || [payment, row].some((one) => arrivedOf(one) !== 0n || owedOf(one) !== 0n)
  const reasons = [
    ...(isLossChanged ? ofLosses : []),
    ...(read.attempts ? ofAttempts : []),
    ...(read.attempts && read.arrivals && isArrived ? ofArrivals : []),
    ...(isArrived || heldOf(payment) === heldOf(row) ? [] : ofHeld(row)),
  ]
  return [...reasons.map((reason) => ({ kind: 'payment', id, reason }) as const), ...own]
}

/** Nothing is in suspense, so no other row is needed: the payment's own case is about what is held. */
function ofHeld(payment: Payment): CaseReason[] {
  return ofArrivals.filter((reason) => isOwnOf(payment, reason))
}

const ofLosses: readonly CaseReason[] = ['dispute_after_refund']
const ofAttempts: readonly CaseReason[] = ['outcome_unknown', 'compensation_failed', 'unbooked']
const ofArrivals: readonly CaseReason[] = ['late_success', 'wrong_amount', 'booking_refused']
const ofTried: readonly CaseReason[] = [
  'outcome_unknown',
  'unbooked',
  'late_success',
  'wrong_amount',
  'booking_refused',
]

function isSame({ before, after }: Around): boolean {
  if (before === undefined) return false
  const { attempts } = before
  const isOfSame = attempts.length === after.attempts.length && attempts.every((id, at) => id === after.attempts[at])
  return before.amount === after.amount && before.sentence === after.sentence && isOfSame
}

function rowsAfter(before: Rows, { payment, capture, refund, payout, newRefunds = [] }: Transition): Rows {
  return {
    payments: withRow(before.payments, payment),
    captures: withRow(before.captures, capture),
    refunds: [refund, ...newRefunds].reduce((rows, one) => withRow(rows, one), before.refunds),
    payouts: withRow(before.payouts, payout),
  }
}

function withRow<Row extends { readonly id: string }>(rows: Finding<Row>, row: Row | undefined): Finding<Row> {
  return row === undefined ? rows : { get: (id) => (id === row.id ? row : rows.get(id)) }
}

function caseRowOf({ payments, captures, refunds, payouts }: Rows, { kind, id }: Named): CaseRow | undefined {
  switch (kind) {
    case 'payment': {
      const row = payments.get(id)
      return row && { kind, row }
    }
    case 'capture': {
      const row = captures.get(id)
      const payment = row && payments.get(row.payment)
      return payment && { kind, row, payment }
    }
    case 'refund': {
      const row = refunds.get(id)
      return row && { kind, row }
    }
    case 'payout': {
      const row = payouts.get(id)
      return row && { kind, row }
    }
  }
}

function paymentOf({ payments, captures, refunds }: Rows, { kind, id }: Named): Payment | undefined {
  if (kind === 'payment') return payments.get(id)
  if (kind === 'payout') return undefined
  return payments.get((kind === 'capture' ? captures.get(id) : refunds.get(id))?.payment ?? '')
}
