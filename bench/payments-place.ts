import { createLanes, type OpenEngine } from '#lanes'
import { createLedger, type Ledger } from '#ledger'
import { createPayments, type Payments } from '#payments'
import type { Database } from '#platform/postgres'
import { createRails, createSimulatorRails } from '#rails'
import { type BenchOptions, showProgress } from './bench.ts'
import { withBenchDatabase } from './bench-database.ts'
import { openAccounts } from './ledger-workload.ts'
import { startReady } from './server-process.ts'

export type PaymentsPlace = { readonly ledger: Ledger; readonly payments: Payments; readonly database: Database }

const latencyMs = 50
const stopMs = 10_000

/** All modules that payments need, on a database of their own. */
export async function withPayments(
  options: BenchOptions,
  { accounts, openEngine }: { readonly accounts: number; readonly openEngine?: OpenEngine | undefined },
  work: (place: PaymentsPlace) => Promise<void>,
): Promise<void> {
  const onFault = (fault: unknown) => showProgress(`fault: ${fault instanceof Error ? fault.message : String(fault)}`)
  const simulator = await startReady(['rail-simulator', '--port', '0', '--latency-ms', String(latencyMs)])
  try {
    const modules = ['platform', 'access', 'ledger', 'lanes', 'rails', 'payments'] as const
    await withBenchDatabase(options, modules, async ({ database }) => {
      const ledger = createLedger({ database, onFault })
      const lanes = createLanes({ database, openEngine, onFault })
      const rails = createRails({
        database,
        adapters: createSimulatorRails({ url: simulator.url, callbackSecrets: () => [], timeoutMs: 10_000 }),
        onEvents: (tx, events) => payments.receiveRailEvents(tx, events),
        readBooks: async () => [1],
        collects: false,
        measure: () => {},
        onNotice: (_, text) => showProgress(text),
        onFault,
      })
      const payments = createPayments({ database, ledger, lanes, rails, onFault })
      await ledger.start()
      await rails.start()
      await payments.start()
      await lanes.start()
      try {
        showProgress(`opening ${accounts} accounts`)
        await openAccounts(ledger, database, accounts)
        await work({ ledger, payments, database })
      } finally {
        await lanes.stop(stopMs)
        await payments.stop(stopMs)
        await rails.stop()
        await ledger.stop(stopMs)
      }
    })
  } finally {
    await simulator.stop()
  }
}
