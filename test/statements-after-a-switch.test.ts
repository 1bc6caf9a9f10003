import { expect, it } from 'vitest'
import { createLedger, createStatementReader, createTrialBalanceReader, verifyLedger } from '#ledger'
import { newUuid } from '#platform/ids'
import { createConfirmedUnits, openDatabase } from '#platform/postgres'
import { opening, patience } from '#testing'
import { startSwitchingServers } from './support/switching-servers.ts'

// The new server lacks some entries, and has since written others under the same versions of the same accounts.

it(
  'a statement and a trial balance that were read before a switch add up after it',
  async () => {
    const servers = await startSwitchingServers()
    try {
      const database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
      const confirmed = createConfirmedUnits(database, () => undefined)
      const ledger = createLedger({ database, onFault: () => undefined })
      await ledger.start()
      const openings = ['mint', 'alice'].map((code) => opening(code, { minAvailable: null }))
      await database.transaction((tx) => ledger.createAccounts(tx, openings))
      const book = async (count: number, amount: bigint) => {
        const names = { source: 'mint', destination: 'alice', asset: 'USD' } as const
        const commands = Array.from({ length: count }, () => {
          return { kind: 'create', book: 1, id: newUuid(), idGiven: true, amount, ...names } as const
        })
        const submit = () => ledger.submit({ commands, atomic: false })
        for (const outcome of await submit().catch(submit)) expect(outcome.ok).toBe(true)
      }
      const readStatement = createStatementReader()
      const turnover = async () => {
        const read = () => readStatement(database, { book: 1, account: 'alice', by: 'recorded', limit: 1 })
        const found = await read().catch(read)
        return found && { opening: found.opening, in: found.totalIn, out: found.totalOut, closing: found.closing }
      }
      const readTrialBalance = createTrialBalanceReader()
      const totals = async () => {
        const read = () => readTrialBalance(database, { book: 1, limit: 1 })
        return (await read().catch(read)).totals
      }
      await book(600, 1n)
      await servers.copy()
      await book(600, 2n)
      expect(await turnover()).toEqual({ opening: 0n, in: 1800n, out: 0n, closing: 1800n })
      expect(await totals()).toEqual([{ asset: 'USD', debit: 1800n, credit: 1800n }])
      await servers.switchToCopy()
      const isThere = () => database.query({ text: 'select 1' }).then(Boolean, () => false)
      await expect.poll(isThere, { timeout: patience(20_000) }).toBe(true)
      await book(600, 5n)
      expect(await turnover()).toEqual({ opening: 0n, in: 3600n, out: 0n, closing: 3600n })
      expect(await totals()).toEqual([{ asset: 'USD', debit: 3600n, credit: 3600n }])
      const { checks } = await verifyLedger(database)
      expect(checks.flatMap(({ findings }) => findings.map(String))).toEqual([])
      await ledger.stop(5_000)
      await confirmed.stop()
      await database.close()
    } finally {
      await servers.stop()
    }
  },
  patience(120_000),
)
