import {
  collectNeeds,
  compileScenario,
  costsOf,
  type Decided,
  type Decision,
  decideBatch,
  type Facts,
  noFacts,
  problemText,
  readScenario,
  readSubject,
  recordDecision,
  type Scenario,
  type Subject,
  standardEnvironment,
  standardSchemas,
  type WindowSpec,
} from '#risk'
import { createRandom } from '../scripts/random.ts'
import { type BenchOptions, showProgress, summarize, table, wholeNumber } from './bench.ts'
import {
  type Baseline,
  celBaseline,
  jsonRulesBaseline,
  type PlainFacts,
  type PlainRule,
} from './risk-rules-baselines.ts'

const batchSize = 500
const subjectsCount = 20_000
const countries = ['IN', 'NP', 'BD', 'LK', 'US', 'GB', 'DE', 'SG', 'AE', 'FR']
const start = Date.parse('2026-03-01T10:00:00Z') * 1000

function plainRules(): PlainRule[] {
  const random = createRandom(7)
  return Array.from({ length: 20 }, (_, at) => ({
    id: `rule-${at}`,
    least: 100 * (at + 1),
    most: random.between({ least: 1, most: 4 }),
    countries: Array.from({ length: 3 }, () => random.pick(countries)),
  }))
}

const windows = [
  'window("payment", "1h").by(payer.id).count() >= 30',
  'window("payment", "24h").by(payer.id).sum(amount) > money("90000.00 INR")',
  'window("payment", "7d").by(payer.id).average(amount) * 4 < amount',
  'window("payment", "1h").by(device.id).count() >= 40',
  'window("payment", "24h").by(instrument.fingerprint).count() >= 50',
  'window("payment", "24h").by(payer.id, payee.id).max(amount) < amount',
]

function scenarioOf(rules: readonly PlainRule[], more: readonly string[]): Scenario {
  const plain = rules.map(({ least, most, countries: among }) => {
    const amount = `money("${least}.00 INR")`
    return `amount > ${amount} && payer.kycLevel <= ${most} && payer.country in ${JSON.stringify(among)}`
  })
  // A window in front of fields is asked for by every subject: the most expensive place.
  const conditions = [...plain.slice(0, 20 - more.length), ...more]
  const read = readScenario({
    id: 'bench',
    version: 1,
    subject: 'payment',
    rules: conditions.map((when, at) => ({ id: `rule-${at}`, reason: 'Measured.', when, score: 5 })),
    thresholds: [{ from: 50, outcome: 'review' }],
  })
  if (!read.ok) throw new Error(read.problems.map(problemText).join())
  const compiled = compileScenario(read.value.definition, standardEnvironment)
  if (!compiled.ok) throw new Error(compiled.problems.map(problemText).join())
  return compiled.value
}

type Inputs = { readonly json: readonly Readonly<Record<string, unknown>>[]; readonly plain: readonly PlainFacts[] }

function inputs(): Inputs {
  const random = createRandom(11)
  const plain = Array.from({ length: subjectsCount }, () => ({
    amount: Math.floor(Math.exp(random.next() * 6) * 100),
    level: random.below(6),
    country: random.pick(countries),
  }))
  const json = plain.map(({ amount, level, country }) => ({
    amount: { minor: String(amount * 100), asset: 'INR' },
    rail: 'upi',
    'payer.id': `payer-${random.below(2000)}`,
    'payer.country': country,
    'payer.kycLevel': level,
    'payee.id': `payee-${random.below(300)}`,
    'device.id': `device-${random.below(3000)}`,
    'instrument.fingerprint': `card-${random.below(3000)}`,
  }))
  return { json, plain }
}

function subjectsOf(json: Inputs['json']): Subject[] {
  const schema = standardSchemas.get('payment')
  return json.map((fields, at) => {
    const subject = schema && readSubject(schema, { id: `pay_${at}`, at: start + at * 1000, fields })
    if (subject === undefined || !subject.ok) throw new Error('a subject of the bench is wrong')
    return subject.value
  })
}

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
