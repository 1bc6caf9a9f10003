import type { Pattern } from './pattern.ts'

const hour = 3_600
const day = 24 * hour

/** Amounts of the starter patterns, in minor units of the asset. */
export type StarterAmounts = {
  readonly asset: string
  /** From which amount a transfer must be reported. */
  readonly reportingLimit: bigint
  /** Below it, nothing but cycles and fans matters. */
  readonly notable: bigint
}

/** Patterns to begin with. The ids say what to look for; every number may be changed. */
export function starterPatterns({ asset, reportingLimit, notable }: StarterAmounts): readonly Pattern[] {
  const limit = reportingLimit.toString()
  const common = { version: 1, asset }
  const structuring = { ...common, kind: 'structuring', score: 60, withinSeconds: 7 * day, limit } as const
  const under = { marginBps: 1_500, countMin: 4, shareMinBps: 5_000 }
  const fan = { ...common, score: 55, withinSeconds: 2 * day, counterpartiesMin: 10, bandBps: 10_000 } as const
  const unusual = {
    timesUsual: 2,
    historySeconds: 35 * day,
    hubTransfersMax: 500,
    amountMin: (notable / 20n || 1n).toString(),
  }
  const passing = { amountMin: notable.toString(), shareMinBps: 9_000, shareMaxBps: 10_000, hubTransfersMax: 60 }
  return [
    { ...structuring, ...under, id: 'structuring-paid', side: 'source' },
    { ...structuring, ...under, id: 'structuring-got', side: 'destination' },
    { ...fan, ...unusual, id: 'fan-in-burst', kind: 'fan_in' },
    { ...fan, ...unusual, id: 'fan-out-burst', kind: 'fan_out' },
    {
      ...common,
      id: 'cycle-in-order',
      kind: 'cycle',
      score: 70,
      withinSeconds: 14 * day,
      hopsMin: 3,
      hopsMax: 6,
      bandBps: 1_500,
      order: 'time',
    },
    {
      ...common,
      id: 'cycle-of-equal-amounts',
      kind: 'cycle',
      score: 75,
      withinSeconds: 180 * day,
      hopsMin: 3,
      hopsMax: 6,
      bandBps: 0,
      order: 'any',
    },
    { ...common, ...passing, id: 'pass-through', kind: 'pass_through', score: 50, withinSeconds: 2 * day },
    {
      ...common,
      id: 'mule-cluster',
      kind: 'mule_cluster',
      score: 75,
      withinSeconds: 3 * day,
      passThrough: 'pass-through',
      accountsMin: 3,
      hubTransfersMax: 60,
    },
    {
      ...common,
      id: 'dormant-woken',
      kind: 'dormant_woken',
      score: 55,
      withinSeconds: 3 * day,
      idleSeconds: 90 * day,
      amountMin: notable.toString(),
      timesUsual: 5,
    },
    {
      ...common,
      id: 'round-amounts',
      kind: 'round_amounts',
      score: 40,
      withinSeconds: 14 * day,
      side: 'source',
      unit: notable.toString(),
      countMin: 4,
      shareMinBps: 7_000,
    },
  ]
}

/** For schemes that take months: few transfers of small amounts that are unlike all others of their accounts. */
export function slowPatterns({ asset }: { readonly asset: string }): readonly Pattern[] {
  const slow = {
    version: 1,
    asset,
    score: 45,
    withinSeconds: 150 * day,
    counterpartiesMin: 3,
    bandBps: 6_000,
    unlikeFactor: 4,
    hubTransfersMax: 250,
  }
  return [
    { ...slow, id: 'slow-fan-in', kind: 'fan_in' },
    { ...slow, id: 'slow-fan-out', kind: 'fan_out' },
  ]
}
