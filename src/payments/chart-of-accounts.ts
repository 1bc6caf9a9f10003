/** The engine opens these accounts, without limits, when they are first needed. Clients cannot open their codes. */
export const chartOfAccounts = {
  /** Money between Munim and a rail. A negative balance is money that the rail took from payers and still owes. */
  clearing: ({ rail, asset }: { readonly rail: string; readonly asset: string }): string =>
    `rails:${rail}:clearing:${asset}`,
  /** What a rail charges for disputes. A negative balance is the sum of its fees. */
  fees: ({ rail, asset }: { readonly rail: string; readonly asset: string }): string => `rails:${rail}:fees:${asset}`,
  /** Money that really moved and whose owner is not settled. An operator must settle every unit of it. */
  suspense: (asset: string): string => `suspense:${asset}`,
  /** What operators have given up. A negative balance is a loss, a positive one is money that nobody was found for. */
  writeOffs: (asset: string): string => `write_offs:${asset}`,
} as const

/** No lower limit: a rail may owe any amount, and money that really moved is always booked. */
export const chartAccountLimits = { minAvailable: null, maxBalance: null } as const

/** Whether a code is reserved for the chart, for any rail and asset. */
export function isOfChart(code: string): boolean {
  return code.startsWith(suspense) || code.startsWith(writeOffs) || ofRail.test(code)
}

const suspense = chartOfAccounts.suspense('')
const writeOffs = chartOfAccounts.writeOffs('')
const ofRail = /^rails:[^:]+:(clearing|fees):/
