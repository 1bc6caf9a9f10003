import { createLanes } from '#lanes'
import { createLedger } from '#ledger'
import { createPayments, readOpenRefundsStep, readRefundsOfStep, sumEndedRefundsStep } from '#payments'
import type { BurstStep, Database } from '#platform/postgres'
import { createRails } from '#rails'
import { type BenchOptions, type Compared, showProgress, summarize, wholeNumber } from './bench.ts'
import { withBenchDatabase } from './bench-database.ts'
import { openAccounts } from './ledger-workload.ts'
import { newPayment } from './payment-workload.ts'

const onFault = (fault: unknown) => showProgress(`fault: ${fault instanceof Error ? fault.message : String(fault)}`)
const atOnce = 50
const rounds = 300
const endTimeoutMs = 30_000

/** What is read before one more refund of a payment that has very many: their sum, or all of them. */
export async function measureRefunds(options: BenchOptions): Promise<Record<string, Compared>> {
  const refunds = wholeNumber(options, 'refunds', 1_000)
  let compared: Record<string, Compared> = {}
  const modules = ['platform', 'access', 'ledger', 'lanes', 'rails', 'payments'] as const
  await withBenchDatabase(options, modules, async ({ database }) => {
    const payment = await refundOften(database, refunds - 1)
    const summed = await measure(database, [
      readOpenRefundsStep(1, [payment]),
      sumEndedRefundsStep(1, { payments: [payment], named: [] }),
    ])
    const read = await measure(database, [readRefundsOfStep(1, payment)])
    compared = {
      [`reads before refund ${refunds} of a payment`]: {
        rows: { with: summed.rows, without: read.rows },
        p50_ms: { with: summed.p50_ms, without: read.p50_ms },
        max_ms: { with: summed.max_ms, without: read.max_ms },
      },
    }
  })
  return compared
}

async function refundOften(database: Database, refunds: number): Promise<string> {
  const ledger = createLedger({ database, onFault })
  const lanes = createLanes({ database, onFault })
  const rails = createRails({
    ...{ database, adapters: [], collects: false, measure: () => {}, onNotice: () => {}, onFault },
    ...{ onEvents: async () => undefined, readBooks: async () => [1] },
  })
  const payments = createPayments({ database, ledger, lanes, rails, onFault })
  for (const part of [ledger, rails, payments, lanes]) await part.start()
  await openAccounts(ledger, database, 2)
  const accepted = await payments.createPayment(newPayment({ accounts: 2, from: 'wallet', unique: Date.now() }))
  if (accepted.kind !== 'done' || !accepted.value.ok) throw new Error('the payment of the bench was refused')
  const payment = accepted.value.value.id
  await payments.waitForEnd({ kind: 'payment', id: payment, book: 1 }, endTimeoutMs)
  const refund = async () => {
    const wanted = { book: 1, payment, amount: 1n, metadata: {} }
    const asked = await database.transaction((tx) => payments.createRefund(tx, wanted))
    if (!asked.ok) throw new Error(`a refund of the bench was refused: ${asked.refusal.code}`)
    payments.wake()
    await payments.waitForEnd({ kind: 'refund', id: asked.value.id, book: 1 }, endTimeoutMs)
  }
  for (let made = 0; made < refunds; made += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, refunds - made) }, refund))
  }
  await lanes.stop(endTimeoutMs)
  await payments.stop(endTimeoutMs)
  await rails.stop()
  await ledger.stop(endTimeoutMs)
  return payment
}

async function measure(database: Database, steps: readonly BurstStep[]) {
  await database.query({ text: 'vacuum analyze payments.refunds' })
  const session = await database.session('bench')
  const latencies: number[] = []
  let rows = 0
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now()
    const answers = await session.burst(steps)
    latencies.push(performance.now() - begun)
    rows = answers.reduce((sum, answer) => sum + answer.rows.length, 0)
  }
  await session.close()
  const { p50_ms, max_ms } = summarize(latencies)
  return { rows, p50_ms, max_ms }
}
