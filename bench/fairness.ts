import { type BenchOptions, type Compared, showProgress, table } from './bench.ts'
import { measureCheck } from './fairness-check.ts'
import { measureLedger } from './fairness-ledger.ts'
import { measureRail } from './fairness-rail.ts'
import { measureRefunds } from './fairness-refunds.ts'

/**
 * The cost of one client for another, each with the mechanism and without it: thousands of slow calls on a rail, batches
 * of 10,000 transfers, the thousandth refund of a payment; and the check that no step strands a payment. The options
 * are `--seconds` (5) for each load of the ledger, and `--refunds` (1,000).
 */
export async function run(options: BenchOptions): Promise<void> {
  const measured: Record<string, Compared> = {}
  const cases: readonly [string, (options: BenchOptions) => Promise<Record<string, Compared>>][] = [
    ['the check', measureCheck],
    ['a rail', measureRail],
    ['the ledger', measureLedger],
    ['refunds', measureRefunds],
  ]
  for (const [name, measure] of cases) {
    showProgress(`measuring: ${name}`)
    Object.assign(measured, await measure(options))
  }
  const rows = Object.entries(measured).flatMap(([name, values]) =>
    Object.entries(values).map(([figure, of]) => [name, figure, of.with, of.without]),
  )
  process.stdout.write(`${table([['case', 'figure', 'with', 'without'], ...rows])}\n`)
  if (options.json) process.stdout.write(`${JSON.stringify({ bench: 'fairness', ...measured })}\n`)
}
