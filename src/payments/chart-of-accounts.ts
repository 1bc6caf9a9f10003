/**
 * The accounts that payments keep by themselves, beside those of the book's own: one clearing account
 * for each rail and asset, and one of suspense for each asset. They are opened when they are first
 * needed, without limits, by nobody else: their codes are reserved. A fee goes to whatever account the request names, by custom `fees:ASSET`.
 */
export const chartOfAccounts = {
  /**
   * Money between Munim and a rail. What the rail took from payers and has not yet brought to the
   * bank makes its balance negative (the rail owes it); what it gave back or paid out makes it rise.
   */
  clearing: (rail: string, asset: string): string => `rails:${rail}:clearing:${asset}`,
  /** Money that really moved and whose owner is not settled; every unit in it is somebody's task. */
  suspense: (asset: string): string => `suspense:${asset}`,
} as const

/** Neither has a lower limit: a rail may owe any amount, and what really moved is always booked. */
export const chartAccountLimits = { minAvailable: null, maxBalance: null } as const

/** Whether a code is that of an account of the chart, of any rail and asset: kept for the program. */
export function isOfChart(code: string): boolean {
  return code.startsWith(suspense) || clearing.test(code)
}

const suspense = chartOfAccounts.suspense('')
const clearing = new RegExp(`^${chartOfAccounts.clearing('[^:]+', '')}`)
