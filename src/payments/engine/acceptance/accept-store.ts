import type { Lanes, NewMessage } from '#lanes'
import { appendEventsSteps, type OutboxEvent } from '#platform/outbox'
import type { BurstStep, CopyEncoder } from '#platform/postgres'
import { metadataTermsSteps } from '../../lists/metadata-terms.ts'
import type { Payment, Payout } from '../../payment.ts'
import { renderPayment } from '../../rendering/render-payment.ts'
import { renderPayout } from '../../rendering/render-payout.ts'
import { inputMessage } from '../handling/queued-input.ts'
import { insertPaymentsStep } from '../rows/payment-store.ts'
import { insertPayoutsStep } from '../rows/payout-store.ts'

export function storePaymentsSteps(
  payments: readonly Payment[],
  lanes: Pick<Lanes, 'enqueueSteps'>,
  encoder?: CopyEncoder,
): BurstStep[] {
  const [first] = payments
  if (first === undefined) return []
  const messages: NewMessage[] = []
  const events: OutboxEvent[] = []
  for (const payment of payments) {
    const { book, id } = payment
    messages.push(inputMessage({ book, kind: 'payment', id, root: id, input: { kind: 'start' } }, payment))
    events.push({ book, type: 'payment.created', data: renderPayment(payment) })
  }
  return [
    insertPaymentsStep(payments, encoder),
    ...metadataTermsSteps(payments.map(({ book, id, metadata }) => ({ book, id, kind: 'payment', metadata }))),
    ...lanes.enqueueSteps(messages),
    ...appendEventsSteps(first.createdAt, events),
  ]
}

export function storePayoutSteps(payout: Payout, lanes: Pick<Lanes, 'enqueueSteps'>): BurstStep[] {
  const { book, id, metadata } = payout
  return [
    insertPayoutsStep([payout]),
    ...metadataTermsSteps([{ book, id, kind: 'payout', metadata }]),
    ...lanes.enqueueSteps([inputMessage({ book, kind: 'payout', id, root: id, input: { kind: 'start' } }, payout)]),
    ...appendEventsSteps(payout.createdAt, [{ book, type: 'payout.created', data: renderPayout(payout) }]),
  ]
}
