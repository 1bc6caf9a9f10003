/** What a customer of a level may have and move, as data. Amounts are digits in minor units. */
export type KycLevels = {
  readonly version: number
  /** By name, such as `none`, `basic`, `full`. */
  readonly levels: Readonly<Record<string, readonly KycLimit[]>>
}

export type KycLimit = {
  readonly asset: string
  /** The most that the account may hold; absent: no limit. */
  readonly balanceMax?: string
  /** The most that may leave, or come, in a period; absent: no limit. */
  readonly outMax?: PeriodLimit
  readonly inMax?: PeriodLimit
}

export type PeriodLimit = { readonly amount: string; readonly per: 'day' | 'month' | 'year' }

/**
 * Bounds of accounts of the ledger. The customer's own account gets `minAvailable` and `maxBalance`. A limit of a period is an
 * account too: it is filled with `amount` when the period begins, every transfer takes its amount from it in the same
 * atomic group, and it cannot fall below zero.
 */
export type AccountBounds = {
  readonly minAvailable: bigint
  /** Null: no limit. */
  readonly maxBalance: bigint | null
  readonly allowances: readonly Allowance[]
}

export type Allowance = {
  readonly direction: 'out' | 'in'
  readonly per: PeriodLimit['per']
  readonly amount: bigint
}

/** An asset that the level does not name may not be held: its bound is zero. So is every asset of an unknown level. */
export function kycBounds(
  levels: KycLevels,
  { level, asset }: { readonly level: string; readonly asset: string },
): AccountBounds {
  const limits = Object.hasOwn(levels.levels, level) ? levels.levels[level] : undefined
  const limit = limits?.find((candidate) => candidate.asset === asset)
  if (limit === undefined) return { minAvailable: 0n, maxBalance: 0n, allowances: [] }
  const allowance = (direction: Allowance['direction'], period: PeriodLimit | undefined) =>
    period === undefined ? [] : [{ direction, per: period.per, amount: BigInt(period.amount) }]
  return {
    minAvailable: 0n,
    maxBalance: limit.balanceMax === undefined ? null : BigInt(limit.balanceMax),
    allowances: [...allowance('out', limit.outMax), ...allowance('in', limit.inMax)],
  }
}
