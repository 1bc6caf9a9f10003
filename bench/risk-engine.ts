import {
  backtest,
  collectNeeds,
  createEngine,
  type Decision,
  decideBatch,
  noFacts,
  type Scenario,
  type StoredArrival,
  type Subject,
  type WindowAnswer,
  type WindowSpec,
} from '#risk'
import { type BenchOptions, showProgress, summarize, table, wholeNumber } from './bench.ts'
import { celBaseline } from './risk-rules-baselines.ts'
import { inputs, plainRules, scenarioOf, start, subjectsOf, windows } from './risk-rules-inputs.ts'

const day = 86_400_000_000
const spanMicros = 14 * day
const pageLength = 1000

/** `cpu_us`: processor time of one, which says more than the rate on a busy machine. */
type Row = {
  readonly name: string
  readonly per_s: number
  readonly cpu_us: number
  readonly p99_us: number | undefined
  readonly hits: number
}

function arrivalsOf(count: number): StoredArrival[] {
  const subjects = subjectsOf(inputs().json)
  return Array.from({ length: count }, (_, position) => {
    const at = start + Math.floor((position * spanMicros) / count)
    const subject = { ...(subjects[position % subjects.length] as Subject), id: `pay_${position}`, at }
    return { subject, position, arrivedAt: at, isDecided: true }
  })
}

type Played = { readonly hits: number; readonly latenciesMs?: readonly number[] }

async function measured(name: string, count: number, run: () => Played | Promise<Played>): Promise<Row> {
  showProgress(name)
  const cpu = process.cpuUsage()
  const begin = performance.now()
  const { hits, latenciesMs } = await run()
  const elapsed = performance.now() - begin
  const { user, system } = process.cpuUsage(cpu)
  return {
    name,
    per_s: Math.round((count * 1000) / elapsed),
    cpu_us: Math.round(((user + system) * 10) / count) / 10,
    p99_us: latenciesMs && summarize(latenciesMs.map((latency) => latency * 1000)).p99_ms,
    hits,
  }
}

function hitsOf(results: Decision['results']): number {
  let hits = 0
  for (const { counts } of results) if (counts) hits += 1
  return hits
}

function decideAll(live: Scenario, arrivals: readonly StoredArrival[], batchSize: number): Played {
  const engine = createEngine({ since: 0, roles: [{ live }] })
  const latenciesMs: number[] = []
  let hits = 0
  for (let from = 0; from < arrivals.length; from += batchSize) {
    let before = performance.now()
    engine.decide({
      arrivals: arrivals.slice(from, from + batchSize),
      facts: noFacts,
      onDecided: ({ results }) => {
        const now = performance.now()
        latenciesMs.push(now - before)
        before = now
        hits += hitsOf(results)
      },
    })
  }
  return { hits, latenciesMs }
}

/** All events of a key in an array, of which each read looks at every one. */
function decideByBruteForce(live: Scenario, arrivals: readonly StoredArrival[]): Played {
  const specs = [...collectNeeds([live], []).windows.values()].map(({ window }) => window)
  const events = new Map<string, Subject[]>()
  const keyOf = (spec: WindowSpec, key: string) => `${spec.id} ${key}`
  const read = (spec: WindowSpec, key: string, at: number): WindowAnswer => {
    const inside = (events.get(keyOf(spec, key)) ?? []).filter((one) => one.at > at - spec.lengthMicros && one.at <= at)
    if (spec.statistic === 'count') return inside.length
    const minors = inside.map((one) => BigInt(spec.event.value(one) ?? 0))
    const sum = minors.reduce((total, minor) => total + minor, 0n)
    if (spec.statistic === 'sum') return sum
    if (minors.length === 0) return undefined
    if (spec.statistic === 'max') return minors.reduce((most, minor) => (minor > most ? minor : most))
    const count = BigInt(minors.length)
    return (sum * 2n + count) / (count * 2n)
  }
  const onDecided = ({ subject }: { readonly subject: Subject }) => {
    for (const spec of specs) {
      const key = spec.event.key(subject)
      if (key === undefined) continue
      const known = events.get(keyOf(spec, key))
      if (known) known.push(subject)
      else events.set(keyOf(spec, key), [subject])
    }
  }
  const subjects = arrivals.map(({ subject }) => subject)
  const decided = decideBatch({ live, subjects, facts: { ...noFacts, windows: { read } }, onDecided })
  return { hits: decided.reduce((sum, { decision }) => sum + hitsOf(decision.results), 0) }
}

/**
 * 20 rules of which 6 have a window, in batches of 50 and of 500, against the rules with arrays of events by key and
 * against rules on fields only. `--payments` (60,000) over 14 days.
 */
export async function measureEngine(options: BenchOptions): Promise<void> {
  const count = wholeNumber(options, 'payments', 60_000)
  const arrivals = arrivalsOf(count)
  const [plain, live] = [scenarioOf(plainRules(), []), scenarioOf(plainRules(), windows)]
  decideAll(live, arrivals.slice(0, 5000), 500)
  const rows: Row[] = []
  for (const size of [50, 500]) {
    rows.push(await measured(`6 windows, batches of ${size}`, count, () => decideAll(live, arrivals, size)))
    rows.push(await measured(`fields only, batches of ${size}`, count, () => decideAll(plain, arrivals, size)))
  }
  rows.push(await measured('6 windows, arrays of events by key', count, () => decideByBruteForce(live, arrivals)))
  report(options, 'engine', rows)
  agree([rows[0], rows[2], rows[4]])
}

async function* pagesOf(arrivals: readonly StoredArrival[]): AsyncGenerator<readonly StoredArrival[]> {
  for (let from = 0; from < arrivals.length; from += pageLength) yield arrivals.slice(from, from + pageLength)
}

/** Live and draft each evaluate all rules. */
async function playBack(live: Scenario, draft: Scenario, arrivals: readonly StoredArrival[]): Promise<Played> {
  const stream = pagesOf(arrivals)
  const made = await backtest({ stream, live, draft, closedCases: new Map(), facts: noFacts, since: 0 })
  return { hits: made.draft.rules.reduce((sum, { hits }) => sum + hits, 0) }
}

/**
 * A live scenario and a draft over stored payments, with rules on fields only and with 6 windows, against the rules on
 * fields in a CEL library and against windows as arrays of events by key. `--payments` (60,000) over 14 days.
 */
export async function measureBacktest(options: BenchOptions): Promise<void> {
  const count = wholeNumber(options, 'payments', 60_000)
  const arrivals = arrivalsOf(count)
  const rules = plainRules()
  const [plain, plainDraft] = [scenarioOf(rules, []), scenarioOf(rules, [])]
  const [live, draft] = [scenarioOf(rules, windows), scenarioOf(rules, windows)]
  await playBack(live, draft, arrivals.slice(0, 5000))
  const cel = celBaseline(rules)
  const given = inputs().plain
  const rows = [
    await measured('fields only', count, () => playBack(plain, plainDraft, arrivals)),
    await measured('fields only, @marcbachmann/cel-js', count, () => {
      let hits = 0
      for (const { position } of arrivals) {
        const facts = given[position % given.length] as (typeof given)[number]
        // Live and draft are both evaluated.
        hits += (Number(cel(facts)) + Number(cel(facts))) / 2
      }
      return { hits }
    }),
    await measured('6 windows', count, () => playBack(live, draft, arrivals)),
    await measured('6 windows, arrays of events by key, live only', count, () => decideByBruteForce(live, arrivals)),
  ]
  report(options, 'backtest', rows)
  agree(rows.slice(0, 2))
  agree(rows.slice(2))
}

function agree(rows: readonly (Row | undefined)[]): void {
  if (new Set(rows.map((row) => row?.hits)).size === 1) return
  throw new Error(`they do not agree: ${rows.map((row) => row?.hits).join(', ')} hits`)
}

function report(options: BenchOptions, name: string, rows: readonly Row[]): void {
  const lines = rows.map(({ name: title, per_s, cpu_us, p99_us, hits }) => [title, per_s, cpu_us, p99_us ?? '', hits])
  process.stdout.write(`${table([[`risk: ${name}`, 'payments/s', 'cpu µs', 'p99 µs', 'hits'], ...lines])}\n`)
  if (options.json) process.stdout.write(`${JSON.stringify({ bench: `risk-${name}`, measured: rows })}\n`)
}
