import { type LedgerRefusalCode, ledgerRefusals } from '../refusals.ts'

const statusesAndTitles = {
  id_already_used: [409, 'The id belongs to another request'],
  transfer_not_found: [404, 'There is no such transfer'],
  transfer_not_pending: [409, 'The transfer was never pending'],
  transfer_already_posted: [409, 'The transfer has been posted already'],
  transfer_already_voided: [409, 'The transfer has been voided already'],
  transfer_expired: [409, 'The transfer has expired'],
  transfer_reserved: [409, 'The hold is kept by a payment'],
  hold_not_expired: [409, 'The hold has not expired'],
  amount_exceeds_hold: [422, 'More than what is held'],
  account_not_found: [404, 'There is no such account'],
  account_reserved: [422, 'The code is kept for the program'],
  accounts_must_differ: [422, 'Source and destination are the same'],
  asset_not_found: [404, 'There is no such asset'],
  asset_mismatch: [422, 'The accounts have another asset'],
  effective_at_in_future: [422, 'effective_at is in the future'],
  expires_at_in_past: [422, 'expires_at is in the past'],
  reference_taken: [409, 'The reference is taken'],
  account_closed: [422, 'The account is closed'],
  account_frozen: [422, 'The account is frozen'],
  condition_not_met: [422, 'A condition does not hold'],
  nothing_to_move: [422, 'There is nothing to move'],
  insufficient_funds: [422, 'The source has too little'],
  balance_limit_exceeded: [422, 'The destination would hold too much'],
  balance_overflow: [422, 'The balance would be too large to hold'],
  account_code_taken: [409, 'The code is taken'],
  asset_code_taken: [409, 'The asset code is taken'],
  account_not_empty: [422, 'The account is not empty'],
  account_not_frozen: [422, 'The account is not frozen'],
  limits_contradict: [422, 'The limits contradict one another'],
  group_refused: [422, 'Another transfer of the group was refused'],
} as const satisfies Record<LedgerRefusalCode, readonly [status: number, title: string]>

type LedgerProblem = { readonly status: number; readonly title: string; readonly explanation: string }

export const ledgerProblems: Readonly<Record<LedgerRefusalCode, LedgerProblem>> = Object.fromEntries(
  Object.entries(ledgerRefusals).map(([code, explanation]) => {
    const [status, title] = statusesAndTitles[code as LedgerRefusalCode]
    return [code, { status, title, explanation }]
  }),
) as Record<LedgerRefusalCode, LedgerProblem>

export function refusalStatus(code: LedgerRefusalCode): number {
  return statusesAndTitles[code][0]
}
