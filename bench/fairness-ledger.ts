import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createLedger, type Ledger } from '#ledger'
import { newUuid } from '#platform/ids'
import { type BenchOptions, type Compared, summarize, wholeNumber } from './bench.ts'
import { withBenchDatabase } from './bench-database.ts'
import { codeOf, openAccounts } from './ledger-workload.ts'

const items = 10_000
const sliceItems = 1_000
/** Of the batches. The other client uses the accounts after them. */
const accounts = 1_000
const onFault = (fault: Error) => void process.stderr.write(`${fault.message}\n`)

/** One client sends batches of 10,000 transfers, one after the other; another sends single transfers meanwhile. */
export async function measureLedger(options: BenchOptions): Promise<Record<string, Compared>> {
  const measureMs = wholeNumber(options, 'seconds', 5) * 1_000
  let compared: Record<string, Compared> = {}
  await withBenchDatabase(options, ['platform', 'ledger'], async ({ database }) => {
    const first = createLedger({ database, onFault })
    await openAccounts(first, database, accounts + 2)
    await first.stop(5_000)
    const measure = async (form: Form, batchCommandsMax?: number) => {
      const ledger = createLedger({ database, onFault, ...(batchCommandsMax !== undefined && { batchCommandsMax }) })
      await ledger.start()
      const measured = await beside(ledger, { form, measureMs })
      await ledger.stop(20_000)
      return measured
    }
    await measure('alone')
    const alone = await measure('alone')
    const inOne = Number.POSITIVE_INFINITY
    const of = (one: Measured, other: Measured): Compared => ({
      p50_ms: { with: one.p50_ms, without: other.p50_ms },
      p99_ms: { with: one.p99_ms, without: other.p99_ms },
      max_ms: { with: one.max_ms, without: other.max_ms },
      loop_max_ms: { with: one.loop_ms, without: other.loop_ms },
      batches_per_s: { with: one.batches_per_s, without: other.batches_per_s },
    })
    compared = {
      'single transfers alone, twice': of(alone, await measure('alone')),
      'single transfers beside batches, in slices': of(await measure('slices'), await measure('whole', inOne)),
      'single transfers beside atomic groups': of(await measure('atomic'), await measure('atomic', inOne)),
    }
  })
  return compared
}

type Form = 'alone' | 'slices' | 'whole' | 'atomic'

type Measured = {
  readonly p50_ms: number
  readonly p99_ms: number
  readonly max_ms: number
  /** The longest that the event loop was blocked. */
  readonly loop_ms: number
  readonly batches_per_s: number
}

async function beside(ledger: Ledger, { form, measureMs }: { readonly form: Form; readonly measureMs: number }) {
  const end = performance.now() + measureMs
  const latencies: number[] = []
  let batches = 0
  const flood = async () => {
    while (form !== 'alone' && performance.now() < end) {
      await sendBatch(ledger, form)
      batches += 1
    }
  }
  const single = async () => {
    while (performance.now() < end) {
      const begun = performance.now()
      await book(ledger, [move({ from: accounts, to: accounts + 1 })], false)
      latencies.push(performance.now() - begun)
    }
  }
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begun = performance.now()
  await Promise.all([flood(), single()])
  const seconds = (performance.now() - begun) / 1_000
  delay.disable()
  const { p50_ms, p99_ms, max_ms } = summarize(latencies)
  const loop_ms = Math.round(delay.max / 1e5) / 10
  return { p50_ms, p99_ms, max_ms, loop_ms, batches_per_s: Math.round((batches / seconds) * 100) / 100 }
}

async function sendBatch(ledger: Ledger, form: Form): Promise<void> {
  const commands = Array.from({ length: items }, (_, n) => move({ from: n % accounts, to: (n * 7 + 1) % accounts }))
  if (form !== 'slices') return book(ledger, commands, form === 'atomic')
  for (let from = 0; from < items; from += sliceItems) {
    await book(ledger, commands.slice(from, from + sliceItems), false)
  }
}

type Commands = ReturnType<typeof move>[]

async function book(ledger: Ledger, commands: Commands, atomic: boolean): Promise<void> {
  const sender = { group: 1, sender: commands.length === 1 ? 'single' : 'batches' }
  const outcomes = await ledger.submit({ commands, atomic }, { sender })
  if (outcomes.some(({ ok }) => !ok)) throw new Error('a transfer of the bench was refused')
}

function move({ from, to }: { readonly from: number; readonly to: number }) {
  const destination = codeOf(from === to ? (to + 1) % accounts : to)
  return {
    ...{ kind: 'create' as const, book: 1, id: newUuid(), idGiven: true },
    ...{ source: codeOf(from), destination, amount: 1n, asset: 'USD' },
  }
}
