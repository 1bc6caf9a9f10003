import { type Refusal, refusing } from '#kernel'
import { ledgerRefusals } from '#ledger'

/** In order of precedence. An accepted payment may still fail; its `reason` is then a code of the ledger or a rail. */
export const paymentRefusals = {
  payment_not_found: 'There is no payment with this id in this book.',
  refund_not_found: 'There is no refund with this id in this book.',
  payout_not_found: 'There is no payout with this id in this book.',
  dispute_not_found: 'There is no dispute with this id in this book.',
  erasure_not_found: 'There is no erasure with this id in this book.',
  vendor_not_found: 'No vendor of this book has this code. Create it with POST /v1/vendors.',
  rail_not_found: 'There is no rail with this name. GET /v1/rails lists them.',
  operation_not_supported_by_rail:
    'The rail lacks an operation that this needs, or does not carry the asset. GET /v1/rails lists what each rail can do.',
  account_not_found: ledgerRefusals.account_not_found,
  chart_account_unusable:
    'The clearing account of the rail, or the suspense account of the asset, was opened in another asset or closed before its code was reserved for the program, so nothing can be booked there; `munim verify` names it. Or the request names such an account as a payer or payee: use another one.',
  accounts_must_differ: ledgerRefusals.accounts_must_differ,
  asset_not_found: ledgerRefusals.asset_not_found,
  asset_mismatch: ledgerRefusals.asset_mismatch,
  account_closed: ledgerRefusals.account_closed,
  account_frozen: ledgerRefusals.account_frozen,
  balance_limit_exceeded: ledgerRefusals.balance_limit_exceeded,
  shares_do_not_add_up:
    'The amounts of the destinations and the fee must add up to the amount, each positive, with no account twice.',
  expires_at_not_in_future: 'expires_at must be in the future.',
  payment_reference_taken: 'Another payment or payout of this book has this reference.',
  payment_not_authorized:
    'The payment is not authorized. It can be captured or increased only between its authorization and its capture, cancellation or expiry.',
  payment_not_cancelable: 'The payment has ended or has been captured. Refund it instead.',
  payout_not_cancelable:
    'The payout has started, or has ended. Ask the rail to get it back: POST /v1/payouts/{id}/recall.',
  payout_not_recallable:
    'No rail has the payout, all of it has come back, or the rail has an earlier recall, which it has not refused.',
  dispute_not_answerable:
    'The dispute is over, is challenged, or has an answer that the rail has not confirmed yet. An answer is possible at the stages inquiry, opened and pre_arbitration.',
  payment_not_refundable: 'Nothing of the payment has been captured, so there is nothing to refund.',
  payment_not_retryable: 'Only a failed pay-in over a rail, of which nothing was captured, can be tried again.',
  amount_too_large: 'The payment would be larger than an amount can be.',
  amount_exceeds_capturable: 'The amount is larger than what is authorized and not yet captured.',
  amount_exceeds_refundable: 'The amount is larger than what was captured and not yet refunded or being refunded.',
  too_many_refunds:
    'The payment has had 1,000 refunds, failed ones included, and takes no more. Pay the rest to the payer in another way, such as a payout.',
  too_many_captures: 'The payment has had 1,000 captures, failed ones included. Cancel it to release the rest.',
} as const

export type PaymentRefusalCode = keyof typeof paymentRefusals

export const refuse = refusing(paymentRefusals)

export type PaymentRefusal = Refusal<PaymentRefusalCode>

/** The refusals about the accounts that a request names, in order of precedence. */
export const accountRefusalCodes = [
  'account_not_found',
  'chart_account_unusable',
  'accounts_must_differ',
  'asset_not_found',
  'asset_mismatch',
  'account_closed',
  'account_frozen',
  'balance_limit_exceeded',
] as const satisfies readonly PaymentRefusalCode[]
