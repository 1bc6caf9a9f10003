import { expect, it } from 'vitest'
import { createLanes } from '#lanes'
import { createLedger } from '#ledger'
import { createPayments } from '#payments'
import { openDatabase } from '#platform/postgres'
import type { RailOutcome } from '#rails'
import { byCard, opening, patience, share, soon, verifyAll } from '#testing'
import { startSwitchingServers } from './support/switching-servers.ts'
import { scriptedRails } from './support/test-payments.ts'

// A rail answers about a payment that was lost with its server during the call.

it.each(['while no server is there', 'once it is there'])(
  'money that a rail took for a payment that was lost in a switch goes to an operator; reported %s',
  async (when) => {
    const servers = await startSwitchingServers()
    try {
      const database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
      const onFault = () => undefined
      const ledger = createLedger({ database, onFault })
      const lanes = createLanes({ database, onFault, lookIntervalMs: 20 })
      const { rails, script } = scriptedRails(soon)
      const answered = Promise.withResolvers<RailOutcome>()
      script.answer = () => answered.promise
      const payments = createPayments({ database, ledger, lanes, rails, onFault })
      await ledger.start()
      await payments.start()
      await lanes.start()
      await database.transaction((tx) => ledger.createAccounts(tx, [opening('shop')]))
      await servers.copy()
      const accepted = await payments.createPayment({
        ...{ book: 1, amount: 100n, asset: 'USD', capture: 'automatic', metadata: {} },
        ...{ source: byCard, destinations: [share('shop', 100n)] },
      })
      expect(accepted.kind).toBe('done')
      await expect.poll(() => script.calls.length, { timeout: patience(20_000) }).toBe(1)
      const switching = servers.switchToCopy()
      const tell = () => answered.resolve({ kind: 'succeeded', railReference: 'taken-1', amount: 100n })
      if (when === 'while no server is there') tell()
      await switching
      const ask = (text: string) => database.query<{ detail: string }>({ text }).catch(() => [])
      await expect.poll(() => ask('select 1'), { timeout: patience(20_000) }).toHaveLength(1)
      tell()
      const stuck = async () => {
        // The match may be committed a moment later, so the event is looked up several times.
        await ask('update lanes.later set due_at = now()')
        return (await ask('select detail from cases.cases')).map(({ detail }) => detail)
      }
      await expect
        .poll(stuck, { timeout: patience(20_000) })
        .toEqual([expect.stringMatching(/charge of 1\.00 USD that succeeded, with reference taken-1/)])
      expect(await verifyAll(database)).toEqual([])
      await lanes.stop(5_000)
      await payments.stop(5_000)
      await ledger.stop(5_000)
      await database.close()
    } finally {
      await servers.stop()
    }
  },
  patience(120_000),
)
