/** By the kind of their data. `.resolved`: a subject in `requires_review` continues, or an operator has decided it. */
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
    'payment.requires_action',
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
