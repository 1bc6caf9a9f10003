import type { Payments } from '#payments'
import { faultPoint } from '#platform/faults'
import { derivedUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { CompensationOutcome, SagaStep, StepContext } from '#sagas'
import { findCheckoutPayment } from '../checkout-store.ts'
import { appendOrderEvent } from '../order-event.ts'
import { lockOrder, updateOrder } from '../order-store.ts'

type ConfirmDeps = { readonly payments: Pick<Payments, 'capture' | 'lockPayment'> }
type Outcome = Awaited<ReturnType<SagaStep['action']>>

/** Of several checkouts of one order, one confirms it and the others are refused. Only that one reverses it. */
export function confirmStep({ payments }: ConfirmDeps): SagaStep {
  return {
    name: 'confirm',
    action: async (tx, saga) => {
      faultPoint('orders.confirm.action.before')
      const outcome = await confirm(payments, tx, saga)
      faultPoint('orders.confirm.action.after')
      return outcome
    },
    compensation: async (tx, saga) => {
      faultPoint('orders.confirm.compensation.before')
      const outcome = await unconfirm(payments, tx, saga)
      faultPoint('orders.confirm.compensation.after')
      return outcome
    },
  }
}

async function confirm(payments: ConfirmDeps['payments'], tx: Transaction, saga: StepContext): Promise<Outcome> {
  const order = await lockOrder(tx, saga.book, saga.subject)
  if (order === undefined) return { kind: 'refused', reason: 'order_not_found' }
  if (order.confirmedBy === saga.id) return { kind: 'done' }
  if (order.isCanceled) return { kind: 'refused', reason: 'canceled' }
  if (order.state !== 'processing') return { kind: 'refused', reason: 'order_already_ended' }
  const payment = await findCheckoutPayment(tx, saga.id)
  if (payment === undefined) return { kind: 'refused', reason: 'payment_not_found' }
  const money = order.capture === 'manual' ? await capture(payments, tx, { saga, payment }) : taken
  if (money.kind !== 'done') return money
  const confirmed = await updateOrder(tx, order, { state: 'confirmed', confirmedBy: saga.id, payment })
  await appendOrderEvent(tx, 'order.confirmed', confirmed)
  return taken
}

const taken: Outcome = { kind: 'done' }

async function capture(
  payments: ConfirmDeps['payments'],
  tx: Transaction,
  { saga, payment: id }: { readonly saga: StepContext; readonly payment: string },
): Promise<Outcome> {
  const payment = await payments.lockPayment(tx, { book: saga.book, payment: id })
  if (payment === undefined) return { kind: 'refused', reason: 'payment_not_found' }
  if (payment.amountCaptured === payment.amount) return taken
  if (payment.amountCapturing > 0n) return { kind: 'waiting', waitsFor: saga.waitsFor ?? id }
  if (saga.waitsFor !== undefined) return { kind: 'refused', reason: payment.reason ?? 'capture_failed' }
  const captured = await payments.capture(tx, {
    // The same id on every server, like the payment's.
    id: derivedUuid(saga.id, 'capture'),
    book: saga.book,
    payment: id,
  })
  if (!captured.ok) return { kind: 'refused', reason: captured.refusal.code }
  if (captured.value.state === 'succeeded') return taken
  return { kind: 'waiting', waitsFor: captured.value.id }
}

async function unconfirm(
  payments: ConfirmDeps['payments'],
  tx: Transaction,
  saga: StepContext,
): Promise<CompensationOutcome> {
  const order = await lockOrder(tx, saga.book, saga.subject)
  if (order === undefined) return { kind: 'nothing' }
  if (saga.waitsFor !== undefined && (await isCapturing(payments, tx, saga))) {
    // A running capture can be refunded only after it has ended.
    return { kind: 'waiting', waitsFor: saga.waitsFor }
  }
  if (order.confirmedBy !== saga.id) return { kind: 'nothing' }
  await updateOrder(tx, order, { state: 'processing' })
  return { kind: 'done' }
}

async function isCapturing(payments: ConfirmDeps['payments'], tx: Transaction, saga: StepContext): Promise<boolean> {
  const id = await findCheckoutPayment(tx, saga.id)
  if (id === undefined) return false
  const payment = await payments.lockPayment(tx, { book: saga.book, payment: id })
  return payment !== undefined && payment.amountCapturing > 0n
}
