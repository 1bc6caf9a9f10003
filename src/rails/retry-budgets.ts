/**
 * How often a scheme lets a declined card be tried again. Of the entries of one scheme and `per`, the latest one whose
 * `from` has come is in force. `per`: the declines that count are those of the card, or of the card in the same amount.
 */
export type RetryBudget = {
  readonly scheme: string
  /** A day in UTC, such as `2026-04-18`. */
  readonly from: string
  readonly per: 'instrument' | 'instrument_and_amount'
  readonly declinesMax: number
  readonly withinDays: number
}

/** Dated, because the schemes change them. */
export const cardRetryBudgets: readonly RetryBudget[] = [
  { scheme: 'visa', from: '2021-04-17', per: 'instrument', declinesMax: 15, withinDays: 30 },
  { scheme: 'visa', from: '2026-04-18', per: 'instrument', declinesMax: 20, withinDays: 30 },
  { scheme: 'mastercard', from: '2022-10-14', per: 'instrument', declinesMax: 10, withinDays: 1 },
  { scheme: 'mastercard', from: '2022-10-14', per: 'instrument_and_amount', declinesMax: 35, withinDays: 30 },
]
