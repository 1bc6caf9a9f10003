import type { Timestamp } from '#kernel'
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

/** Also of refused ones, which have failed: their `start` asks the rails for what a lost server has submitted. */
export function storePaymentsSteps(
  payments: readonly Payment[],
  lanes: Pick<Lanes, 'enqueueSteps'>,
  { encoder, now }: { readonly encoder?: CopyEncoder; readonly now?: Timestamp } = {},
): BurstStep[] {
  const [first] = payments
  if (first === undefined) return []
  const messages: NewMessage[] = []
  const events: OutboxEvent[] = []
  for (const payment of payments) {
    const { book, id } = payment
    messages.push(inputMessage({ book, kind: 'payment', id, root: id, input: { kind: 'start' } }, payment))
    const data = renderPayment(payment)
    events.push({ book, type: 'payment.created', data })
    if (payment.state === 'failed') events.push({ book, type: 'payment.failed', data })
  }
  return [
    insertPaymentsStep(payments, encoder),
    ...metadataTermsSteps(payments.map(({ book, id, metadata }) => ({ book, id, kind: 'payment', metadata }))),
    ...lanes.enqueueSteps(messages),
    ...appendEventsSteps(now ?? first.createdAt, events),
  ]
}

export function storePayoutSteps(payout: Payout, lanes: Pick<Lanes, 'enqueueSteps'>): BurstStep[] {
  const { book, id, metadata, state } = payout
  const data = renderPayout(payout)
  const types = state === 'failed' ? ['payout.created', 'payout.failed'] : ['payout.created']
  return [
    insertPayoutsStep([payout]),
    ...metadataTermsSteps([{ book, id, kind: 'payout', metadata }]),
    ...lanes.enqueueSteps([inputMessage({ book, kind: 'payout', id, root: id, input: { kind: 'start' } }, payout)]),
    ...appendEventsSteps(
      payout.createdAt,
      types.map((type) => ({ book, type, data })),
    ),
  ]
}
