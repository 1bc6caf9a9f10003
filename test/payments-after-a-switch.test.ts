import { expect, it } from 'vitest'
import { createLanes } from '#lanes'
import { createLedger, getAccount } from '#ledger'
import { createPayments, type NewPayment } from '#payments'
import { newUuid } from '#platform/ids'
import { createConfirmedUnits, openDatabase } from '#platform/postgres'
import { opening, patience, soon, verifyAll } from '#testing'
import { startSwitchingServers } from './support/switching-servers.ts'
import { scriptedRails } from './support/test-payments.ts'

// Accepted payments that the new server does not have.

const request: NewPayment = {
  ...{ book: 1, amount: 30n, asset: 'USD', capture: 'automatic', metadata: {} },
  source: { kind: 'wallet', account: 'payer' },
  destinations: [{ account: 'shop', amount: 30n }],
}

it(
  'accepted payments that are lost with their server are reported, even if nothing was booked for them',
  async () => {
    const servers = await startSwitchingServers()
    try {
      const database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
      const faults: Error[] = []
      const onFault = (fault: unknown) => faults.push(fault as Error)
      const confirmed = createConfirmedUnits(database, onFault)
      const ledger = createLedger({ database, onFault })
      // Another process runs its lanes: this one only accepts payments.
      const lanes = createLanes({ database, onFault })
      const payments = createPayments({ database, ledger, lanes, rails: scriptedRails(soon).rails, onFault })
      await ledger.start()
      await payments.start()
      const openings = ['payer', 'shop'].map((code) => opening(code, { minAvailable: null }))
      await database.transaction((tx) => ledger.createAccounts(tx, openings))
      const accept = async () => {
        const accepted = await payments.createPayment(request)
        if (accepted.kind !== 'done' || !accepted.value.ok) throw new Error(JSON.stringify(accepted))
        return accepted.value.value.id
      }
      const kept = await accept()
      await servers.copy()
      const lost = [await accept(), await accept(), await accept()]
      const asked = await database.unit(async (unit) => {
        await unit.query({ text: 'select 1' })
        return newUuid()
      })
      expect(asked).toHaveLength(32)
      await servers.switchToCopy()
      // No client sends requests any more. A query on any connection notices the switch.
      await expect
        .poll(
          () =>
            database.query({ text: 'select 1' }).then(
              () => true,
              () => false,
            ),
          { timeout: patience(20_000) },
        )
        .toBe(true)
      const reported = () => faults.filter((fault) => 'code' in fault && fault.code === 'units_lost')
      await expect.poll(() => reported().length, { timeout: patience(20_000) }).toBe(1)
      expect(reported()).toMatchObject([{ units: lost.length + 1 }])
      const rows = await database.query<{ id: string }>({ text: 'select id from payments.payments' })
      expect(rows.map(({ id }) => id.replaceAll('-', ''))).toEqual([kept])
      for (const code of ['payer', 'shop']) expect((await getAccount(database, 1, code))?.posted).toBe(0n)
      expect(await verifyAll(database)).toEqual([])
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
