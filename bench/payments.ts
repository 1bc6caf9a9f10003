import type { Payments } from '#payments'
import type { Database } from '#platform/postgres'
import { type BenchOptions, showProgress, summarize, table, wholeNumber } from './bench.ts'
import { type ApiMeasured, measureApi } from './payment-api.ts'
import { type SoakSample, soak, soakTable } from './payment-soak.ts'
import { keepInFlight, type PayIn } from './payment-workload.ts'
import { type Beside, measureBeside } from './payments-beside.ts'
import { withPayments } from './payments-place.ts'
import { serverCpuSeconds } from './server-cpu.ts'

type Measured = Omit<ApiMeasured, 'errors'> & {
  readonly errors?: number
  /** Processor time per payment: of this process, which is load and program, and of the database server. */
  readonly code_us?: number
  readonly sql_us?: number
}

/**
 * Payments from the request to the books. `wallet_api`: over HTTP at 64 connections, with `Prefer: wait`; the server is
 * a separate process. `internal_batch`: without HTTP, 2,048 in flight. `card_50ms`: pay-ins over a card rail that
 * answers after 50 ms. `ledger_beside`: transfers alone and beside `--payments-per-second` (20). `--seconds` (8) per
 * case, `--accounts` (10,000), `--only NAME`. `--soak-minutes N` instead runs an even load, and shows whether memory,
 * tables or connections grow.
 */
export async function run(options: BenchOptions): Promise<void> {
  const seconds = wholeNumber(options, 'seconds', 8)
  const accounts = wholeNumber(options, 'accounts', 10_000)
  const only = options.values.get('only')
  const isAsked = (name: string) => only === undefined || only === name
  const measured = new Map<string, Measured>()
  if (options.values.has('soak-minutes')) {
    const minutes = wholeNumber(options, 'soak-minutes', 1)
    await withPayments(options, { accounts }, async ({ payments, database }) => {
      reportSoak(options, await soak({ payments, database, accounts, minutes }))
    })
    return
  }
  if (isAsked('wallet_api')) {
    showProgress('measuring: wallet_api')
    measured.set('wallet_api', await measureApi({ accounts, connections: 64, seconds }))
  }
  let beside: Beside | undefined
  if (['internal_batch', 'card_50ms', 'ledger_beside'].some(isAsked)) {
    await withPayments(options, { accounts }, async ({ ledger, payments, database }) => {
      const cases: [name: string, from: PayIn, inFlight: number][] = [
        ['internal_batch', 'wallet', 2_048],
        ['card_50ms', 'card', 512],
      ]
      for (const [name, from, inFlight] of cases.filter(([one]) => isAsked(one))) {
        showProgress(`measuring: ${name}`)
        await keepInFlight(payments, { accounts, from, inFlight, seconds: 2 })
        await database.query({ text: 'checkpoint' })
        measured.set(name, await measure(database, payments, { accounts, from, inFlight, seconds }))
      }
      if (!isAsked('ledger_beside')) return
      showProgress('measuring: ledger_beside')
      const paymentsPerSecond = wholeNumber(options, 'payments-per-second', 20)
      beside = await measureBeside({ ledger, payments, accounts, paymentsPerSecond, secondsARound: 3, rounds: 5 })
    })
  }
  report(options, measured, beside)
}

type Load = { readonly accounts: number; readonly from: PayIn; readonly inFlight: number; readonly seconds: number }

async function measure(database: Database, payments: Payments, load: Load): Promise<Measured> {
  const latencies: number[] = []
  const before = { code: process.cpuUsage(), sql: await serverCpuSeconds(database) }
  const begin = performance.now()
  await keepInFlight(payments, { ...load, onEnd: (latencyMs) => latencies.push(latencyMs) })
  const wallMs = performance.now() - begin
  const code = process.cpuUsage(before.code)
  const sql = (await serverCpuSeconds(database)) - before.sql
  const { p50_ms, p99_ms, max_ms } = summarize(latencies)
  const count = latencies.length
  return {
    per_s: Math.round((count * 1000) / wallMs),
    ...{ p50_ms, p99_ms, max_ms },
    code_us: Math.round((code.user + code.system) / count),
    sql_us: Math.round((sql * 1e6) / count),
  }
}

function report(options: BenchOptions, measured: ReadonlyMap<string, Measured>, beside: Beside | undefined): void {
  const columns = ['per_s', 'p50_ms', 'p99_ms', 'max_ms', 'errors', 'code_us', 'sql_us'] as const
  const rows = [...measured].map(([name, at]) => [name, ...columns.map((column) => at[column] ?? 0)])
  if (rows.length > 0) process.stdout.write(`${table([['case', ...columns], ...rows])}\n`)
  if (beside !== undefined) {
    const { alone_per_s, beside_per_s, payments_per_s, ratio } = beside
    process.stdout.write(
      `ledger alone ${alone_per_s} transfers/s, beside ${payments_per_s} payments/s ${beside_per_s}: ${ratio} of it, medians\n`,
    )
  }
  if (options.json) {
    const cases = { ...Object.fromEntries(measured), ...(beside && { ledger_beside: beside }) }
    process.stdout.write(`${JSON.stringify({ bench: 'payments', ...cases })}\n`)
  }
}

function reportSoak(options: BenchOptions, samples: readonly SoakSample[]): void {
  process.stdout.write(`${soakTable(samples)}\n`)
  if (options.json) process.stdout.write(`${JSON.stringify({ bench: 'payments', soak: samples })}\n`)
}
