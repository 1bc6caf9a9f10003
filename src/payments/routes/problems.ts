import { type ProblemCatalog, problemsOf } from '#platform/http'
import { type PaymentRefusalCode, paymentRefusals } from '../refusals.ts'

/** 404: does not exist. 409: wrong state. 422: wrong content. */
const statusesAndTitles = {
  payment_not_found: [404, 'There is no such payment'],
  refund_not_found: [404, 'There is no such refund'],
  payout_not_found: [404, 'There is no such payout'],
  dispute_not_found: [404, 'There is no such dispute'],
  erasure_not_found: [404, 'There is no such erasure'],
  vendor_not_found: [404, 'There is no such vendor'],
  rail_not_found: [404, 'There is no such rail'],
  operation_not_supported_by_rail: [422, 'The rail cannot do this'],
  account_not_found: [404, 'There is no such account'],
  chart_account_unusable: [409, 'An account of the program cannot be used'],
  accounts_must_differ: [422, 'Source and destination are the same'],
  asset_not_found: [404, 'There is no such asset'],
  asset_mismatch: [422, 'The account has another asset'],
  account_closed: [422, 'The account is closed'],
  account_frozen: [422, 'The account is frozen'],
  balance_limit_exceeded: [422, 'The destination would hold too much'],
  shares_do_not_add_up: [422, 'The shares do not add up to the amount'],
  expires_at_not_in_future: [422, 'expires_at is not in the future'],
  payment_reference_taken: [409, 'The reference is taken'],
  payment_not_authorized: [409, 'The payment is not authorized'],
  payment_not_cancelable: [409, 'The payment can no longer be canceled'],
  payout_not_cancelable: [409, 'The payout can no longer be canceled'],
  payout_not_recallable: [409, 'The payout cannot be recalled'],
  dispute_not_answerable: [409, 'The dispute cannot be answered'],
  payment_not_refundable: [409, 'There is nothing to refund'],
  payment_not_retryable: [409, 'The payment cannot be tried again'],
  amount_too_large: [422, 'The amount is too large'],
  amount_exceeds_capturable: [422, 'More than can be captured'],
  amount_exceeds_refundable: [422, 'More than can be refunded'],
  too_many_refunds: [409, 'The payment has too many refunds'],
  too_many_captures: [409, 'The payment has too many captures'],
} as const satisfies Record<PaymentRefusalCode, readonly [status: number, title: string]>

const declaredElsewhere = [
  'vendor_not_found',
  'rail_not_found',
  'account_not_found',
  'accounts_must_differ',
  'asset_not_found',
  'asset_mismatch',
  'account_closed',
  'account_frozen',
  'balance_limit_exceeded',
] as const satisfies readonly PaymentRefusalCode[]

type OwnCode = Exclude<PaymentRefusalCode, (typeof declaredElsewhere)[number]>

/** In order of precedence. */
export const paymentProblems = Object.fromEntries(
  Object.entries(problemsOf(paymentRefusals, statusesAndTitles)).filter(
    ([code]) => !declaredElsewhere.some((other) => other === code),
  ),
) as ProblemCatalog<OwnCode>
