import {
  adaptThreshold,
  type ChangeEntry,
  createThreshold,
  observeValues,
  type ThresholdDefinition,
  type ThresholdState,
  thresholdAt,
} from '#risk'
import { createRandom, type Random } from '../scripts/random.ts'
import { type BenchOptions, table } from './bench.ts'

const hour = 3_600_000_000
const day = 24 * hour
/** A Monday. */
const start = Date.UTC(2026, 5, 1) * 1000
const days = 90
const perHour = 80
const median = 50_000
const deviation = 0.8
/** The 99.5% quantile of an ordinary day. */
const initial = Math.round(median * Math.exp(2.5758 * deviation))

const guarded: ThresholdDefinition = {
  name: 'large amounts',
  version: 1,
  hits: 'above',
  statistic: { kind: 'quantile', quantile: 0.995 },
  initial,
  bounds: { least: Math.round(initial / 4), most: initial * 4 },
  speed: { share: 0.03, step: 0 },
  isWhole: true,
  sampleMin: 2000,
  warmUpDays: 7,
  periods: 14,
  turnedShareMax: 0.01,
  perSourceMax: 5,
}

const { perSourceMax: _, ...uncapped } = guarded

/** Follows its quantile wherever it goes. */
const unguarded: ThresholdDefinition = {
  ...uncapped,
  bounds: { least: 1, most: initial * 1_000_000 },
  speed: { share: 0.99, step: initial * 1_000_000 },
  turnedShareMax: 1,
}

type Payment = { readonly value: number; readonly source: string; readonly isFraud: boolean }

type Traffic = {
  readonly name: string
  readonly isSeasonal?: boolean
  /** The median of an hour of the simulation, relative to that of the first day. */
  readonly level: (hours: number) => number
  readonly others?: (random: Random, place: { readonly dayNumber: number; readonly threshold: number }) => Payment[]
}

const isWorking = (hours: number) => hours % 24 >= 8 && hours % 24 < 20 && hours % 168 < 120

const traffics: readonly Traffic[] = [
  { name: 'growth of 1% a day', level: (hours) => 1.01 ** (hours / 24) },
  { name: 'season by hour of week', isSeasonal: true, level: (hours) => (isWorking(hours) ? 1.6 : 0.5) },
  { name: 'sudden attack', level: () => 1, others: attack },
  { name: 'poisoned for 50 days', level: () => 1, others: poison },
]

/** For two days, 20 frauds an hour at 1.5 to 3 times the ordinary threshold. */
function attack(random: Random, { dayNumber }: { readonly dayNumber: number }): Payment[] {
  if (dayNumber < 60 || dayNumber > 61) return []
  return frauds(random, 20)
}

/** 40 of 120 payments an hour are just above the threshold of the moment; then comes the fraud that this was made for. */
function poison(random: Random, { dayNumber, threshold }: { readonly dayNumber: number; readonly threshold: number }) {
  if (dayNumber < 30 || dayNumber >= 85) return []
  if (dayNumber >= 80) return frauds(random, 10)
  return Array.from({ length: 40 }, (): Payment => {
    return { value: Math.round(threshold * 1.05), source: `poisoner ${random.below(20)}`, isFraud: false }
  })
}

function frauds(random: Random, count: number): Payment[] {
  return Array.from({ length: count }, () => ({
    value: Math.round(initial * (1.5 + 1.5 * random.next())),
    source: `fraud ${random.below(500)}`,
    isFraud: true,
  }))
}

function ordinary(random: Random, level: number): Payment {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const value = Math.max(1, Math.round(median * level * Math.exp(normal * deviation)))
  return { value, source: `customer ${random.below(20_000)}`, isFraud: false }
}

type Outcome = {
  readonly traffic: string
  readonly threshold: string
  readonly false_hits_percent: number
  readonly frauds_found_percent: number | null
  readonly last_of_initial: number
  readonly changes: number
  readonly proposals: number
}

type Counts = { ordinary: number; falseHits: number; frauds: number; found: number }

/** Simulated days of hourly traffic under a fixed threshold, an adaptive one, and one without any guard. */
export function measureThresholds(options: BenchOptions): void {
  const outcomes = traffics.flatMap((traffic) => [
    simulate(traffic, 'fixed', undefined),
    simulate(traffic, 'adaptive', {
      ...guarded,
      ...(traffic.isSeasonal && {
        isSeasonal: true,
        sampleMin: 200,
        speed: { share: 0.2, step: 0 },
        turnedShareMax: 0.1,
      }),
    }),
    simulate(traffic, 'without guards', unguarded),
  ])
  const percent = (value: number | null) => (value === null ? '' : value.toFixed(2))
  console.log(
    table([
      ['thresholds', '', 'false hits %', 'frauds found %', 'last ÷ first', 'changes', 'proposals'],
      ...outcomes.map((one) => [
        one.traffic,
        one.threshold,
        percent(one.false_hits_percent),
        percent(one.frauds_found_percent),
        one.last_of_initial.toFixed(2),
        one.changes,
        one.proposals,
      ]),
    ]),
  )
  if (options.json) console.log(JSON.stringify({ thresholds: outcomes }))
}

function simulate(traffic: Traffic, name: string, definition: ThresholdDefinition | undefined): Outcome {
  const random = createRandom(9)
  const counts: Counts = { ordinary: 0, falseHits: 0, frauds: 0, found: 0 }
  const log: ChangeEntry[] = []
  let state: ThresholdState | undefined = definition && createThreshold(definition)
  for (let hours = 0; hours < days * 24; hours += 1) {
    const now = start + hours * hour
    const threshold = definition && state ? thresholdAt(definition, state, now) : initial
    const dayNumber = Math.floor(hours / 24)
    const payments = Array.from({ length: perHour }, () => ordinary(random, traffic.level(hours)))
    payments.push(...(traffic.others?.(random, { dayNumber, threshold }) ?? []))
    if (dayNumber >= days / 3) count(counts, { payments, threshold })
    if (definition && state) {
      const observations = payments.map(({ value, source }) => ({ at: now, value, source }))
      state = observeValues(definition, state, { observations, now })
      // The thresholds of all hours of a week cost more, and change less often.
      if (!definition.isSeasonal || hours % 24 === 0) {
        const adapted = adaptThreshold(definition, state, now)
        state = adapted.state
        log.push(...adapted.entries)
      }
    }
  }
  const end = start + days * day
  return {
    traffic: traffic.name,
    threshold: name,
    false_hits_percent: (counts.falseHits * 100) / counts.ordinary,
    frauds_found_percent: counts.frauds > 0 ? (counts.found * 100) / counts.frauds : null,
    last_of_initial: (definition && state ? thresholdAt(definition, state, end) : initial) / initial,
    changes: log.filter(({ kind }) => kind === 'adapted').length,
    proposals: log.filter(({ kind }) => kind === 'proposed').length,
  }
}

function count(
  counts: Counts,
  { payments, threshold }: { readonly payments: readonly Payment[]; readonly threshold: number },
) {
  for (const { value, source, isFraud } of payments) {
    if (isFraud) {
      counts.frauds += 1
      if (value > threshold) counts.found += 1
    } else if (source.startsWith('customer')) {
      counts.ordinary += 1
      if (value > threshold) counts.falseHits += 1
    }
  }
}
