import {
  acceptedAt,
  type Capture,
  isAuthorized,
  isRetryable,
  nothingMoved,
  type Payment,
  type Payout,
  type Refund,
  retried,
  type Share,
  untouched,
  withCancelRequested,
  withRefundRequested,
} from '#payments'
import { found, type World } from './payments-world.ts'

function begin(world: World, subject: { readonly kind: 'payment' | 'payout'; readonly id: string }): void {
  if (world.startsLater) world.timers.push({ input: 'start', subject, at: world.now })
  else world.input(subject.kind, subject.id, { kind: 'start' })
}

/** Each returns undefined when payments would refuse the request. */

export function newPayment(world: World, parts: Partial<Payment> & Pick<Payment, 'source'>): Payment {
  const amount = parts.amount ?? 100n
  const payment: Payment = {
    id: world.newId(),
    book: 1,
    ...untouched,
    asset: 'USD',
    amount,
    destinations: [{ account: 'shop', amount }],
    fee: undefined,
    capture: 'automatic',
    ...nothingMoved,
    rail: undefined,
    railReference: undefined,
    vendor: 0,
    lane: 'standard',
    reference: undefined,
    metadata: {},
    expiresAt: undefined,
    createdAt: world.now,
    ...parts,
  }
  world.payments.set(payment.id, payment)
  begin(world, { kind: 'payment', id: payment.id })
  return found(world.payments, payment.id)
}

export function newCapture(world: World, id: string, amount: bigint, final: boolean): Capture | undefined {
  const payment = found(world.payments, id)
  const isClosing = [...world.captures.values()].some(
    (one) => one.payment === id && one.final && one.state === 'processing',
  )
  if (!isAuthorized(payment, world.now) || isClosing || amount <= 0n || amount > payment.amountCapturable)
    return undefined
  const capture: Capture = {
    id: world.newId(),
    payment: id,
    amount,
    final,
    state: 'processing',
    reason: undefined,
    currentAttempt: undefined,
    createdAt: world.now,
  }
  world.payments.set(id, {
    ...payment,
    amountCapturable: payment.amountCapturable - amount,
    amountCapturing: payment.amountCapturing + amount,
  })
  world.captures.set(capture.id, capture)
  return capture
}

export function acceptCancel(world: World, id: string, { wantsBack = false } = {}): boolean {
  const payment = found(world.payments, id)
  const isWantedInReview = wantsBack && payment.phase === 'review'
  if (payment.state !== 'processing' && payment.state !== 'authorized' && !isWantedInReview) return false
  world.payments.set(id, wantsBack ? withRefundRequested(payment) : withCancelRequested(payment))
  return true
}

export function newRefund(
  world: World,
  id: string,
  request: {
    readonly id?: string
    readonly amount: bigint
    readonly from: readonly Share[]
    readonly to?: string
    readonly isReversal?: boolean
  },
): Refund | undefined {
  const payment = found(world.payments, id)
  const { amount, from, to, isReversal = false } = request
  const left = payment.amountCaptured - payment.amountRefunded - payment.amountRefunding
  if (amount <= 0n || amount > left) return undefined
  const refund: Refund = {
    id: request.id ?? world.newId(),
    book: 1,
    payment: id,
    amount,
    asset: 'USD',
    to: to === undefined ? { kind: 'source' } : { kind: 'wallet', account: to },
    from,
    ...untouched,
    isReversal,
    metadata: {},
    createdAt: acceptedAt(payment, world.now),
  }
  world.payments.set(id, { ...payment, amountRefunding: payment.amountRefunding + amount })
  world.refunds.set(refund.id, refund)
  return refund
}

export function newPayout(world: World, parts: Partial<Payout> = {}): Payout {
  const payout: Payout = {
    id: world.newId(),
    book: 1,
    amount: 100n,
    asset: 'USD',
    source: 'shop',
    rail: 'card',
    otherRails: [],
    instrument: 'bank_ok',
    ...untouched,
    railReference: undefined,
    vendor: 0,
    lane: 'standard',
    reference: undefined,
    metadata: {},
    createdAt: world.now,
    ...parts,
  }
  world.payouts.set(payout.id, payout)
  begin(world, { kind: 'payout', id: payout.id })
  return found(world.payouts, payout.id)
}

export function retryPayment(world: World, id: string): boolean {
  const payment = found(world.payments, id)
  if (!isRetryable(payment)) return false
  world.payments.set(id, retried(payment, payment.source, world.newId()))
  world.input('payment', id, { kind: 'start' })
  return true
}
