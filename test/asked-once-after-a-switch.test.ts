import { expect, it } from 'vitest'
import { createLanes } from '#lanes'
import { createLedger } from '#ledger'
import { createPayments } from '#payments'
import { createConfirmedUnits, openDatabase } from '#platform/postgres'
import type { Rail, RailHealth } from '#rails'
import { byCard, opening, patience, share, soon, verifyAll } from '#testing'
import { startSwitchingServers } from './support/switching-servers.ts'
import { scriptedRails } from './support/test-payments.ts'

// Calls that the new server does not have are sent again under the same keys, and the rail does each once. No other rail
// takes them over, although the first seems to be down.

it(
  'a rail is called again under the same keys for payments lost in a switch, and acts once',
  async () => {
    const servers = await startSwitchingServers()
    try {
      const database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
      const faults: Error[] = []
      const onFault = (fault: unknown) => faults.push(fault as Error)
      const confirmed = createConfirmedUnits(database, onFault)
      const ledger = createLedger({ database, onFault })
      const lanes = createLanes({ database, onFault, lookIntervalMs: 20 })
      const { rails: one, script } = scriptedRails(soon)
      let state: RailHealth['state'] = 'up'
      const byBank: string[] = []
      const bank = (card: Rail): Rail => ({
        ...card,
        name: 'bank',
        submit: async ({ id, amount }) => {
          byBank.push(id)
          return { kind: 'succeeded', railReference: `bank-${id}`, amount }
        },
        inquire: async () => ({ kind: 'not_found' }),
      })
      const card = one.rail('card')
      if (card === undefined) throw new Error('there is a rail card')
      const rails: Parameters<typeof createPayments>[0]['rails'] = {
        rail: (name) => (name === 'bank' ? bank(card) : one.rail(name)),
        health: (rail) => ({ rail, state: rail === 'card' ? state : 'up', since: 0 }),
      }
      const payments = createPayments({ database, ledger, lanes, rails, onFault })
      await ledger.start()
      await payments.start()
      const openings = [opening('payer', { minAvailable: null }), opening('shop')]
      await database.transaction((tx) => ledger.createAccounts(tx, openings))
      const done = <Value>(result: { ok: true; value: Value } | { ok: false }): Value => {
        if (!result.ok) throw new Error(JSON.stringify(result))
        return result.value
      }
      const paid = await database.transaction((tx) =>
        payments.acceptPayment(tx, {
          ...{ book: 1, amount: 100n, asset: 'USD', capture: 'automatic', metadata: {} },
          ...{ source: { ...byCard, otherRails: ['bank'] }, destinations: [share('shop', 100n)] },
        }),
      )
      const out = await database.transaction((tx) =>
        payments.createPayout(tx, {
          ...{ book: 1, amount: 70n, asset: 'USD', source: 'payer', rail: 'card', otherRails: ['bank'] },
          ...{ instrument: 'card_out', metadata: {} },
        }),
      )
      const [payment, payout] = [done(paid).id, done(out).id]
      // Accepted on both servers, and handled on the first one only.
      await servers.copy()
      await lanes.start()
      const states = async () => {
        const rows = await database
          .query<{ state: string }>({
            text: `select state from payments.payments where id = $1
              union all select state from payments.payouts where id = $2`,
            values: [payment, payout],
          })
          .catch(() => [])
        return rows.map(({ state }) => state)
      }
      const wait = { timeout: patience(20_000) }
      await expect.poll(states, wait).toEqual(['succeeded', 'succeeded'])
      const before = script.calls.length
      state = 'down'
      await servers.switchToCopy()
      const since = () => new Set(script.calls.slice(before).map(({ operation }) => operation)).size
      await expect.poll(since, wait).toBe(2)
      await expect.poll(states, wait).toEqual(['succeeded', 'succeeded'])
      const keys = (operation: string) =>
        new Set(script.calls.filter((call) => call.operation === operation).map(({ id }) => id)).size
      expect([keys('charge'), keys('payout'), byBank]).toEqual([1, 1, []])
      await expect.poll(() => faults.some((fault) => 'code' in fault && fault.code === 'units_lost'), wait).toBe(true)
      expect(await verifyAll(database)).toEqual([])
      await lanes.stop(5_000)
      await payments.stop(5_000)
      await ledger.stop(5_000)
      await confirmed.stop()
      await database.close()
    } finally {
      await servers.stop()
    }
  },
  patience(120_000),
)
