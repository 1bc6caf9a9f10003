import {
  collectNeeds,
  costsOf,
  type Decided,
  type Decision,
  decideBatch,
  type Facts,
  noFacts,
  recordDecision,
  type Scenario,
  type Subject,
  type WindowSpec,
} from '#risk'
import { type BenchOptions, showProgress, summarize, table, wholeNumber } from './bench.ts'
import { type Baseline, celBaseline, jsonRulesBaseline, type PlainFacts } from './risk-rules-baselines.ts'
import { inputs, plainRules, scenarioOf, subjectsCount, subjectsOf, windows } from './risk-rules-inputs.ts'

const batchSize = 500

/**
 * Stands in for the kit of windows: one number for each window and key, updated by every decided subject and never
 * expired. It costs a look-up for each read, as a prepared window does.
 */
function standInWindows(scenario: Scenario): { readonly facts: Facts; readonly record: (decision: Decision) => void } {
  const needed = [...collectNeeds([scenario], []).windows.values()].map(({ window }) => window)
  const kept = new Map<string, Map<string, number | bigint>>(needed.map(({ id }) => [id, new Map()]))
  const read = ({ id, isOfAmounts }: WindowSpec, key: string) => kept.get(id)?.get(key) ?? (isOfAmounts ? 0n : 0)
  const record = ({ subject }: Decision) => {
    for (const { id, event } of needed) {
      const key = event.accepts(subject) ? event.key(subject) : undefined
      if (key === undefined) continue
      const values = kept.get(id) ?? new Map<string, number | bigint>()
      const value = event.value(subject)
      if (typeof value === 'bigint') values.set(key, BigInt(values.get(key) ?? 0n) + value)
      else values.set(key, Number(values.get(key) ?? 0) + 1)
    }
  }
  return { facts: { ...noFacts, windows: { read } }, record }
}

type Micros = { readonly p50_us: number; readonly p99_us: number; readonly max_us: number }

type Measured = { readonly per_s: number; readonly latencies: Micros | undefined; readonly hits: number }

type Work = { readonly seconds: number; readonly once: (from: number) => number | Promise<number> }

/** `once` does a batch from a place on, and counts hits. */
async function perSecond({ seconds, once }: Work): Promise<number> {
  for (let from = 0; from < subjectsCount; from += batchSize) await once(from)
  let done = 0
  const startedAt = performance.now()
  while (performance.now() - startedAt < seconds * 1000) {
    await once(done % subjectsCount)
    done += batchSize
  }
  return Math.round((done * 1000) / (performance.now() - startedAt))
}

type Ours = {
  readonly scenario: Scenario
  readonly subjects: readonly Subject[]
  readonly seconds: number
  readonly withNeeds: boolean
}

async function measureOurs({ scenario, subjects, seconds, withNeeds }: Ours): Promise<Measured> {
  const { facts, record } = standInWindows(scenario)
  const batchOf = (from: number) => subjects.slice(from, from + batchSize)
  const decide = (from: number, onDecided?: (decision: Decision) => void): Decided[] => {
    const batch = batchOf(from)
    if (withNeeds) collectNeeds([scenario], batch)
    return decideBatch({ live: scenario, subjects: batch, facts, ...(onDecided && { onDecided }) })
  }
  const per_s = await perSecond({
    seconds,
    once: (from) => decide(from, withNeeds ? record : undefined).length,
  })
  const latenciesMs: number[] = []
  let before = 0
  for (let from = 0; from < subjectsCount; from += batchSize) {
    before = performance.now()
    decide(from, (decision) => {
      if (withNeeds) record(decision)
      const now = performance.now()
      latenciesMs.push(now - before)
      before = now
    })
  }
  let hits = 0
  for (let from = 0; from < subjectsCount; from += batchSize) {
    for (const { decision } of decide(from)) hits += decision.results.filter(({ counts }) => counts).length
  }
  return { per_s, latencies: inMicros(latenciesMs), hits }
}

function inMicros(latenciesMs: readonly number[]): Micros {
  const { p50_ms, p99_ms, max_ms } = summarize(latenciesMs.map((latency) => latency * 1000))
  return { p50_us: p50_ms, p99_us: p99_ms, max_us: max_ms }
}

async function measureBaseline(baseline: Baseline, plain: readonly PlainFacts[], seconds: number): Promise<Measured> {
  const per_s = await perSecond({
    seconds,
    once: async (from) => {
      let hits = 0
      for (const facts of plain.slice(from, from + batchSize)) {
        const answer = baseline(facts)
        hits += typeof answer === 'number' ? answer : await answer
      }
      return hits
    },
  })
  const latenciesMs: number[] = []
  let hits = 0
  for (const facts of plain) {
    const before = performance.now()
    hits += await baseline(facts)
    latenciesMs.push(performance.now() - before)
  }
  return { per_s, latencies: inMicros(latenciesMs), hits }
}

/**
 * 20 rules on fields only, and 14 with 6 windows from a stand-in, on one core, against libraries with the same 20 rules.
 * Ours makes decisions with a trace; the libraries only count hits. `--seconds` (3) of each.
 */
export async function measureRules(options: BenchOptions): Promise<void> {
  const seconds = wholeNumber(options, 'seconds', 3)
  const rules = plainRules()
  const { json, plain } = inputs()
  const subjects = subjectsOf(json)
  const fieldsOnly = scenarioOf(rules, [])
  const withWindows = scenarioOf(rules, windows)
  const measured: Record<string, Measured> = {}
  const measure = async (name: string, run: () => Promise<Measured>) => {
    showProgress(name)
    measured[name] = await run()
  }
  await measure('20 rules on fields', () => measureOurs({ scenario: fieldsOnly, subjects, seconds, withNeeds: false }))
  await measure('with 6 windows', () => measureOurs({ scenario: withWindows, subjects, seconds, withNeeds: true }))
  await measure('reading subjects from JSON', async () => ({
    per_s: await perSecond({ seconds, once: (from) => subjectsOf(json.slice(from, from + batchSize)).length }),
    latencies: undefined,
    hits: 0,
  }))
  const decided = decideBatch({ live: fieldsOnly, subjects: subjects.slice(0, batchSize), facts: noFacts })
  await measure('decisions to JSON text', async () => ({
    per_s: await perSecond({
      seconds,
      once: () => decided.reduce((sum, { decision }) => sum + JSON.stringify(recordDecision(decision)).length, 0),
    }),
    latencies: undefined,
    hits: 0,
  }))
  await measure('@marcbachmann/cel-js', () => measureBaseline(celBaseline(rules), plain, seconds))
  await measure('json-rules-engine', () => measureBaseline(jsonRulesBaseline(rules), plain, seconds))
  report(options, measured, { costs: [fieldsOnly, withWindows].map(({ cost }) => cost) })
  const first = costsOf(fieldsOnly)[0]?.cost
  process.stdout.write(`a rule on fields costs ${first}, the scenario with windows ${withWindows.cost}\n`)
}

function report(
  options: BenchOptions,
  measured: Readonly<Record<string, Measured>>,
  { costs }: { readonly costs: readonly number[] },
): void {
  const rows = Object.entries(measured).map(([name, { per_s, latencies, hits }]) => {
    const times = latencies === undefined ? ['', '', ''] : [latencies.p50_us, latencies.p99_us, latencies.max_us]
    return [name, per_s, ...times, hits === 0 ? '' : hits]
  })
  const titles = ['risk: rules', 'subjects/s', 'p50 µs', 'p99 µs', 'max µs', 'hits']
  process.stdout.write(`${table([titles, ...rows])}\n`)
  const same = ['20 rules on fields', '@marcbachmann/cel-js', 'json-rules-engine'].map((name) => measured[name]?.hits)
  if (new Set(same).size !== 1) throw new Error(`the rules do not agree: ${same.join(', ')} hits`)
  if (options.json) process.stdout.write(`${JSON.stringify({ bench: 'risk-rules', measured, costs })}\n`)
}
