import { amountText, encodeId, idPrefix, type Uuid } from '#kernel'
import type { Payment, Payments, Refund } from '#payments'
import { faultPoint } from '#platform/faults'
import { derivedUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { CompensationOutcome, SagaStep, StepContext } from '#sagas'
import { findCheckoutPayment, insertCheckout } from '../checkout-store.ts'
import { lockOrder, updateOrder } from '../order-store.ts'
import { paymentFor } from '../payment-for.ts'

type PayDeps = {
  readonly payments: Pick<
    Payments,
    'acceptPayment' | 'cancel' | 'createRefund' | 'findRefund' | 'findReversalOfAll' | 'lockPayment' | 'reversalId'
  >
}

/** Only this checkout's payment is reversed: another checkout of the same order has its own. */
export function payStep({ payments }: PayDeps): SagaStep {
  return {
    name: 'pay',
    action: async (tx, saga) => {
      faultPoint('orders.pay.action.before')
      const payment = await ownPayment(payments, tx, saga)
      const outcome = payment === undefined ? await begin(payments, tx, saga) : look(payment)
      faultPoint('orders.pay.action.after')
      return outcome
    },
    compensation: async (tx, saga) => {
      faultPoint('orders.pay.compensation.before')
      const outcome = await giveBack(payments, tx, saga)
      faultPoint('orders.pay.compensation.after')
      return outcome
    },
  }
}

type Outcome = Awaited<ReturnType<SagaStep['action']>>

async function begin(payments: PayDeps['payments'], tx: Transaction, saga: StepContext): Promise<Outcome> {
  const order = await lockOrder(tx, saga.book, saga.subject)
  if (order === undefined) return { kind: 'refused', reason: 'order_not_found' }
  if (order.isCanceled) return { kind: 'refused', reason: 'canceled' }
  if (order.state !== 'processing') return { kind: 'refused', reason: 'order_already_ended' }
  const metadata = { order: encodeId(idPrefix.order, order.id) }
  const accepted = await payments.acceptPayment(tx, paymentFor({ ...order, metadata }, saga.id))
  if (!accepted.ok) return { kind: 'refused', reason: accepted.refusal.code }
  const { id } = accepted.value
  await insertCheckout(tx, { saga: saga.id, order: order.id, payment: id })
  await updateOrder(tx, order, { payment: id })
  return { kind: 'waiting', waitsFor: id }
}

function look(payment: Payment): Outcome {
  if (payment.state === 'succeeded' || payment.state === 'authorized') return { kind: 'done' }
  if (payment.state === 'failed' || payment.state === 'canceled') {
    return { kind: 'refused', reason: payment.reason ?? `payment_${payment.state}` }
  }
  return { kind: 'waiting', waitsFor: payment.id }
}

async function giveBack(
  payments: PayDeps['payments'],
  tx: Transaction,
  saga: StepContext,
): Promise<CompensationOutcome> {
  const payment = await ownPayment(payments, tx, saga)
  if (payment === undefined) return { kind: 'nothing' }
  switch (payment.state) {
    case 'failed':
    case 'canceled':
      return { kind: 'nothing' }
    case 'requires_review':
      // An operator has a case for it already; its end shows the outcome.
      return { kind: 'waiting', waitsFor: payment.id }
    case 'processing':
    case 'authorized':
      return cancel(payments, tx, { saga, payment })
    case 'succeeded':
      return refund(payments, tx, { saga, payment })
  }
}

async function cancel(
  payments: PayDeps['payments'],
  tx: Transaction,
  { saga, payment }: { readonly saga: StepContext; readonly payment: Payment },
): Promise<CompensationOutcome> {
  const named = { id: derivedUuid(saga.id, 'cancel'), book: payment.book, payment: payment.id }
  const canceled = await payments.cancel(tx, { ...named, isReversal: true })
  if (canceled.ok && canceled.value.state === 'canceled') return { kind: 'done' }
  // A payment that can no longer be canceled is about to succeed or fail.
  return { kind: 'waiting', waitsFor: payment.id }
}

/**
 * When running refunds cover the rest, it waits for the payment: they decide what remains. After a refund of its own
 * has failed, it makes another only when an operator has decided so; only then is `waitsFor` undefined. An amount that
 * an operator has returned in another way is not refunded; what comes to be left beyond that is.
 */
async function refund(
  payments: PayDeps['payments'],
  tx: Transaction,
  { saga, payment }: { readonly saga: StepContext; readonly payment: Payment },
): Promise<CompensationOutcome> {
  const settled = settledOf(saga)
  const left = payment.amountCaptured - payment.amountRefunded - payment.amountRefunding - settled.amount
  if (left <= 0n) {
    return payment.amountRefunding === 0n ? { kind: 'done' } : { kind: 'waiting', waitsFor: payment.id }
  }
  const { book, asset } = payment
  const { failed, nextId, count } = await ownRefunds(payments, tx, { saga, payment, settled: settled.refunds })
  const toSettle = settledText({ amount: settled.amount + left, refunds: count })
  if (failed !== undefined && saga.waitsFor !== undefined) {
    const detail = `the refund of ${amountText(failed.amount, asset)} did not succeed, and ${amountText(left, asset)} are not refunded`
    return { kind: 'failed', reason: 'refund_failed', detail, left: toSettle }
  }
  const isFirst = count === 0 && left === payment.amountCaptured
  const reversal = isFirst ? await payments.reversalId(tx, { payment, request: nextId }) : undefined
  const refunded = await payments.createRefund(tx, {
    id: reversal ?? nextId,
    book,
    payment: payment.id,
    amount: left,
    isReversal: true,
    metadata: payment.metadata,
  })
  if (!refunded.ok) {
    const { code, message } = refunded.refusal
    return { kind: 'failed', reason: code, detail: message, left: toSettle }
  }
  if (refunded.value.state === 'succeeded') return { kind: 'done' }
  return { kind: 'waiting', waitsFor: refunded.value.id }
}

/** What an operator has returned in another way: the amount, and the number of own refunds until then. */
type Settled = { readonly amount: bigint; readonly refunds: number }

function settledOf({ settled }: StepContext): Settled {
  if (settled === undefined) return { amount: 0n, refunds: 0 }
  const { amount, refunds } = JSON.parse(settled) as { readonly amount: string; readonly refunds: number }
  return { amount: BigInt(amount), refunds }
}

function settledText({ amount, refunds }: Settled): string {
  return JSON.stringify({ amount: amount.toString(), refunds })
}

type OwnRefunds = { readonly failed: Refund | undefined; readonly nextId: Uuid; readonly count: number }

type OwnOf = { readonly saga: StepContext; readonly payment: Payment; readonly settled: number }

/** The latest failed refund that is not settled, and the id of the next one, which is the same on every server. */
async function ownRefunds(
  payments: PayDeps['payments'],
  tx: Transaction,
  { saga: { id, book }, payment, settled }: OwnOf,
): Promise<OwnRefunds> {
  let failed: Refund | undefined
  for (let count = 0; ; count += 1) {
    const nextId = derivedUuid(id, `refund ${count + 1}`)
    const named = await payments.findRefund(tx, { book, refund: nextId })
    const made = named ?? (count === 0 ? await firstOfAll(payments, tx, payment) : undefined)
    if (made === undefined) return { failed, nextId, count }
    const isOpen = count >= settled && (made.state === 'failed' || made.state === 'canceled')
    if (isOpen) failed = made
  }
}

/** The first one, if it has the id that the program would have given to its own refund of all. */
async function firstOfAll(payments: PayDeps['payments'], tx: Transaction, payment: Payment) {
  const refund = await payments.findReversalOfAll(tx, payment)
  const isOwn = refund?.isReversal === true && refund.metadata.order === payment.metadata.order
  return isOwn && payment.metadata.order !== undefined ? refund : undefined
}

/** Locks the payment, so that it cannot end unnoticed. */
async function ownPayment(
  payments: PayDeps['payments'],
  tx: Transaction,
  { id, book }: StepContext,
): Promise<Payment | undefined> {
  const payment = await findCheckoutPayment(tx, id)
  return payment === undefined ? undefined : payments.lockPayment(tx, { book, payment })
}
