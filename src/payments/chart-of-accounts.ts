/**
 * The accounts that payments keep for themselves: a clearing account for each rail and asset, and a suspense account
 * for each asset. The engine opens them without limits when they are first needed. Their codes are reserved, so clients
 * cannot open them. A fee goes to the account that the request names, by convention `fees:ASSET`.
 */
export const chartOfAccounts = {
  /**
   * Money between Munim and a rail. A negative balance is money that the rail took from payers and has not yet brought
   * to the bank: the rail owes it. Refunds and payouts raise the balance.
   */
  clearing: (rail: string, asset: string): string => `rails:${rail}:clearing:${asset}`,
  /** Money that really moved and whose owner is not settled. An operator has to settle every unit in it. */
  suspense: (asset: string): string => `suspense:${asset}`,
} as const

/** No lower limit: a rail may owe any amount, and money that really moved is always booked. */
export const chartAccountLimits = { minAvailable: null, maxBalance: null } as const

/** Whether a code belongs to the chart, for any rail and asset. Such codes are reserved for the program. */
export function isOfChart(code: string): boolean {
  return code.startsWith(suspense) || clearing.test(code)
}

const suspense = chartOfAccounts.suspense('')
const clearing = new RegExp(`^${chartOfAccounts.clearing('[^:]+', '')}`)
