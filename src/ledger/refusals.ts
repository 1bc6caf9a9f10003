import type { Refusal } from '#kernel'

/** Refusals in order of precedence: the first that applies is returned. The texts include the next action. */
export const ledgerRefusals = {
  id_already_used:
    'The id belongs to an earlier request with other content; `param` names the first field that differs. Use a new id for a new transfer, or send the same content to repeat the old one.',
  transfer_not_found: 'There is no transfer with this id in this book.',
  transfer_not_pending: 'The transfer is not a pending one, so it can be neither posted nor voided.',
  transfer_already_posted: 'The pending transfer has already been posted.',
  transfer_already_voided: 'The pending transfer has already been voided.',
  transfer_expired: 'The pending transfer has expired, and its hold has lapsed.',
  transfer_reserved:
    'The pending transfer belongs to a payment, refund or payout, which ends it. Capture or cancel the payment instead.',
  hold_not_expired: 'The pending transfer has no expiry, or its time has not come.',
  amount_exceeds_hold:
    'The amount to post is larger than the amount held. Post at most the amount of the pending transfer.',
  account_not_found: 'No account of this book has this id or code.',
  account_reserved:
    'The code is reserved for an account that the program opens itself and keeps open without limits, such as suspense:USD. Choose another code. Transfers to and from such an account are allowed.',
  accounts_must_differ: 'Source and destination are the same account.',
  asset_not_found:
    'The asset is neither a currency of ISO 4217 nor a custom asset of this book. Create it with POST /v1/assets.',
  asset_mismatch: 'The asset is not that of both accounts. Money moves only between accounts of the same asset.',
  effective_at_in_future: 'effective_at is in the future; it may be now or in the past.',
  expires_at_in_past: 'expires_at must be in the future.',
  reference_taken: 'Another transfer of this book has that reference.',
  account_closed: 'The account is closed.',
  account_frozen: 'The account is frozen. Unfreeze it first.',
  condition_not_met:
    'A condition of the request does not hold; `param` names it. Read the account again and decide again.',
  nothing_to_move: 'A balancing transfer found nothing to move.',
  insufficient_funds: "The source's available balance would fall below its min_available.",
  balance_limit_exceeded: "The destination's balance would exceed its max_balance.",
  balance_overflow: 'A balance would exceed the range of a signed 64-bit integer.',
  account_not_empty: 'The account has a balance or open holds; bring both to zero before closing it.',
  account_not_frozen: 'The account is not frozen.',
  limits_contradict: 'min_available is larger than max_balance.',
  account_code_taken: 'Another account of this book has this code.',
  asset_code_taken: 'The book has an asset with this code and other content, or the code is a currency of ISO 4217.',
  group_refused: 'Another transfer of the same all-or-nothing group was refused; see its answer.',
} as const

export type LedgerRefusalCode = keyof typeof ledgerRefusals

export type LedgerRefusal = Refusal<LedgerRefusalCode>
