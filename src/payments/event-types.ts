/**
 * The types of the events of payments, by what their data is. A `payment.captured` is of the payment;
 * `payment.updated` says that its amounts have changed otherwise, as by a refund or an increment.
 */
export const paymentEventTypes = {
  payment: [
    'payment.created',
    'payment.authorized',
    'payment.captured',
    'payment.succeeded',
    'payment.failed',
    'payment.canceled',
    'payment.retried',
    'payment.requires_review',
    'payment.updated',
    'payment.disputed',
  ],
  refund: ['refund.created', 'refund.succeeded', 'refund.failed', 'refund.canceled', 'refund.requires_review'],
  payout: ['payout.created', 'payout.succeeded', 'payout.failed', 'payout.canceled', 'payout.requires_review'],
} as const
