import { formatTable } from '@munim/cli'

/** `--json` and any other `--name value`. */
export type BenchOptions = { readonly json: boolean; readonly values: ReadonlyMap<string, string> }

/** `npm run bench -- NAME` runs bench/NAME.ts. */
export type Bench = { readonly run: (options: BenchOptions) => Promise<void> }

export function parseBenchArguments(given: readonly string[]): BenchOptions {
  const values = new Map<string, string>()
  let json = false
  for (let at = 0; at < given.length; at += 1) {
    const [name = '', value] = [given[at], given[at + 1]]
    if (name === '--json') json = true
    else if (name.startsWith('--') && value !== undefined) {
      values.set(name.slice(2), value)
      at += 1
    } else {
      process.stderr.write(`${name} is neither --json nor --name with a value\n`)
      process.exit(2)
    }
  }
  return { json, values }
}

export function wholeNumber(options: BenchOptions, name: string, otherwise: number): number {
  const text = options.values.get(name)
  if (text === undefined) return otherwise
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  process.stderr.write(`--${name} must be a positive whole number\n`)
  process.exit(2)
}

/** What one client does to another, or a check to the work it checks. `without`: in the older form, in the same run. */
export type Compared = { readonly [figure: string]: { readonly with: number; readonly without: number } }

/** Operations per second are measured one after another. */
export type Latencies = {
  readonly per_s: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly p99_ms: number
  readonly max_ms: number
}

export function summarize(latenciesMs: readonly number[]): Latencies {
  const sorted = [...latenciesMs].sort((one, other) => one - other)
  const at = (share: number) => rounded(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0)
  const totalMs = sorted.reduce((sum, latency) => sum + latency, 0)
  return {
    per_s: Math.round((sorted.length * 1000) / totalMs),
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    max_ms: at(1),
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}

/** The first row has the titles. Only the first column is aligned to the left. */
export function table([titles = [], ...rows]: readonly (readonly (string | number)[])[]): string {
  const columns = titles.map((title, at) => ({ title: String(title), right: at > 0 }))
  const cells = rows.map((row) => row.map(String))
  return formatTable(process.stdout, columns, cells).trimEnd()
}

const progressMs = 5000
let shownAt = Number.NEGATIVE_INFINITY

/** One line on a terminal; elsewhere a line every few seconds. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[2K${text}`)
    return
  }
  if (performance.now() - shownAt < progressMs) return
  shownAt = performance.now()
  process.stderr.write(`${text}\n`)
}
