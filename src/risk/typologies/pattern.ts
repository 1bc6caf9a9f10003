/** What all patterns have. Amounts are digit strings in minor units of `asset`; times are seconds; shares are 1/10,000. */
type Common = {
  readonly id: string
  readonly version: number
  /** Absent: any asset, each by itself. Patterns with amounts need one. */
  readonly asset?: string
  /** From 1 to 100: the least score of a finding. More than the least makes it higher. */
  readonly score: number
  /** The longest time from the first transfer of a finding to its last. */
  readonly withinSeconds: number
}

/** Money that returns to where it began over other accounts. */
export type CyclePattern = Common & {
  readonly kind: 'cycle'
  readonly hopsMin: number
  readonly hopsMax: number
  /** The smallest hop is at most this much smaller than the largest. 0: all are equal. */
  readonly bandBps: number
  /** `time`: from some hop on, none is earlier than the hop before it. `any`: hops of any order. */
  readonly order: 'time' | 'any'
  readonly amountMin?: string
}

/** Many sources pay one account, or one account pays many destinations. */
export type FanPattern = Common & {
  readonly kind: 'fan_in' | 'fan_out'
  readonly counterpartiesMin: number
  /** Each transfer differs from the closing one by at most this. 10,000: amounts do not matter. */
  readonly bandBps: number
  readonly amountMin?: string
  /** The counterparties are this many times as many as ever before in a window of that length: no wages every month. */
  readonly timesUsual?: number
  /** How long the stream must have run to say what is usual. */
  readonly historySeconds?: number
  /**
   * Only transfers count whose amount is this many times larger or smaller than the mean of what the counterparty
   * otherwise pays or gets, and of what the account itself does, if there is anything else.
   */
  readonly unlikeFactor?: number
  /** An account with more transfers in the window, such as a merchant or an employer, is a hub and no fan. */
  readonly hubTransfersMax: number
}

/** Amounts just under a limit that add up to more than it. */
export type StructuringPattern = Common & {
  readonly kind: 'structuring'
  readonly side: 'source' | 'destination'
  readonly limit: string
  /** How far below the limit an amount counts. */
  readonly marginBps: number
  readonly countMin: number
  /** The least share of such transfers among all transfers of the account on that side. */
  readonly shareMinBps: number
}

/** An account that pays on what it gets, soon and nearly whole. */
export type PassThroughPattern = Common & {
  readonly kind: 'pass_through'
  readonly amountMin: string
  /** What left is at least this share of what came. */
  readonly shareMinBps: number
  /** And at most this one. */
  readonly shareMaxBps: number
  readonly hubTransfersMax: number
}

/** An account without transfers for long that suddenly moves much. */
export type DormantPattern = Common & {
  readonly kind: 'dormant_woken'
  readonly idleSeconds: number
  readonly amountMin: string
  /** What moved since is this many times the mean of its earlier transfers. */
  readonly timesUsual: number
}

/** Most of what an account pays out, or gets, are multiples of a large unit. */
export type RoundAmountsPattern = Common & {
  readonly kind: 'round_amounts'
  readonly side: 'source' | 'destination'
  readonly unit: string
  readonly countMin: number
  readonly shareMinBps: number
}

/** Accounts found by a pass-through pattern that are connected, directly or by one account that is no hub. */
export type MuleClusterPattern = Common & {
  readonly kind: 'mule_cluster'
  /** The id of the pattern. */
  readonly passThrough: string
  readonly accountsMin: number
  readonly hubTransfersMax: number
}

export type Pattern =
  | CyclePattern
  | FanPattern
  | StructuringPattern
  | PassThroughPattern
  | DormantPattern
  | RoundAmountsPattern
  | MuleClusterPattern

export type TypologyKind = Pattern['kind']

const hopsMost = 6
const basis = 10_000

/** What is wrong with the patterns, in words; empty when nothing is. */
export function patternProblems(patterns: readonly Pattern[]): string[] {
  const problems: string[] = []
  const ids = new Set<string>()
  for (const pattern of patterns) {
    const report = (text: string) => problems.push(`pattern ${pattern.id}: ${text}`)
    if (ids.has(pattern.id)) report('another pattern has this id')
    ids.add(pattern.id)
    for (const [field, value] of Object.entries(pattern)) checkNumber({ field, value }, report)
    for (const field of ['amountMin', 'limit', 'unit'] as const) checkAmount(pattern, field, report)
    if (pattern.kind === 'cycle') checkHops(pattern, report)
    if (pattern.kind === 'mule_cluster' && !isPassThrough(patterns, pattern.passThrough)) {
      report('passThrough is not the id of a pattern of the kind pass_through')
    }
  }
  return problems
}

type Report = (text: string) => void

function checkNumber({ field, value }: { readonly field: string; readonly value: unknown }, report: Report): void {
  if (typeof value !== 'number') return
  if (field === 'timesUsual' || field === 'unlikeFactor') {
    if (!(value >= 1 && value <= 1_000)) report(`${field} is not from 1 to 1,000`)
    return
  }
  if (!Number.isSafeInteger(value) || value < (field === 'bandBps' ? 0 : 1)) report(`${field} is not a whole number`)
  if (field === 'score' && value > 100) report('score is more than 100')
  if (field.endsWith('Bps') && field !== 'shareMaxBps' && value > basis) report(`${field} is more than 10,000`)
}

function checkAmount(pattern: Pattern, field: 'amountMin' | 'limit' | 'unit', report: Report): void {
  const value = (pattern as Readonly<Record<string, unknown>>)[field]
  if (value === undefined) return
  if (typeof value !== 'string' || !/^[1-9]\d{0,18}$/.test(value)) report(`${field} is not a positive amount`)
  if (pattern.asset === undefined) report(`${field} needs an asset`)
}

function checkHops({ hopsMin, hopsMax }: CyclePattern, report: Report): void {
  if (hopsMin < 2 || hopsMax > hopsMost || hopsMin > hopsMax) report(`hops are not from 2 to ${hopsMost}`)
}

function isPassThrough(patterns: readonly Pattern[], id: string): boolean {
  return patterns.some((pattern) => pattern.id === id && pattern.kind === 'pass_through')
}
