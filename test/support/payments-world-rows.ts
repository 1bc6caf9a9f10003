import { assert } from '#kernel'
import type { Attempt, Capture, contentOf, NewAttempt, Payment, Payout, Refund, SubjectKind } from '#payments'

type Rows = {
  readonly payments: ReadonlyMap<string, Payment>
  readonly captures: ReadonlyMap<string, Capture>
  readonly refunds: ReadonlyMap<string, Refund>
  readonly payouts: ReadonlyMap<string, Payout>
}

export type Named = { readonly kind: SubjectKind; readonly id: string }

export function isBrought({ captures, refunds }: Rows, payment: string, attempt: Attempt): boolean {
  const { subject, operation, suspended } = attempt
  if (operation === 'refund') return suspended !== undefined && refunds.get(subject.id)?.payment === payment
  if (operation === 'capture') return captures.get(subject.id)?.payment === payment
  return operation === 'charge' && subject.id === payment
}

export function found<Row>(rows: ReadonlyMap<string, Row>, id: string): Row {
  const row = rows.get(id)
  assert(row !== undefined, `there is no row ${id}`)
  return row
}

export function paymentOf(rows: Rows, { kind, id }: Named): Payment | undefined {
  if (kind === 'payout') return undefined
  if (kind === 'payment') return rows.payments.get(id)
  return found(rows.payments, found<Capture | Refund>(kind === 'capture' ? rows.captures : rows.refunds, id).payment)
}

export function caseRowOf({ payments, captures, refunds, payouts }: Rows, id: string): Parameters<typeof contentOf>[0] {
  const [payment, capture, refund] = [payments.get(id), captures.get(id), refunds.get(id)]
  if (payment !== undefined) return { kind: 'payment', row: payment }
  if (capture !== undefined) return { kind: 'capture', row: capture, payment: found(payments, capture.payment) }
  return refund === undefined ? { kind: 'payout', row: found(payouts, id) } : { kind: 'refund', row: refund }
}

/** As the engine stores it. */
export function attemptOf(made: NewAttempt, now: number): Attempt {
  assert(made.amount > 0n, 'an attempt is of something')
  const isAsked = made.askedAt !== undefined
  return {
    ...made,
    book: 1,
    asset: 'USD',
    originalReference: made.originalReference,
    state: isAsked ? 'unknown' : 'submitting',
    railReference: undefined,
    reason: undefined,
    inquiries: 0,
    ...(isAsked && ({ exchange: { isLost: true, inquireAt: made.askedAt } } as const)),
    createdAt: now,
  }
}
