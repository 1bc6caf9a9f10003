/**
 * The types of the events of payments, by what their data is. A `payment.captured` is of the payment;
 * `.resolved`: what was `requires_review` goes on, or has been decided by a person.
 */
export const paymentEventTypes = {
  payment: [
    'payment.created',
    'payment.authorized',
    'payment.incremented',
    'payment.captured',
    'payment.succeeded',
    'payment.failed',
    'payment.canceled',
    'payment.retried',
    'payment.requires_review',
    'payment.resolved',
    'payment.disputed',
  ],
  refund: [
    'refund.created',
    'refund.succeeded',
    'refund.failed',
    'refund.canceled',
    'refund.requires_review',
    'refund.resolved',
  ],
  payout: [
    'payout.created',
    'payout.succeeded',
    'payout.failed',
    'payout.canceled',
    'payout.requires_review',
    'payout.resolved',
  ],
} as const
