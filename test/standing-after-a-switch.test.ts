import { expect, it } from 'vitest'
import { createLedger, type Standings } from '#ledger'
import { openDatabase } from '#platform/postgres'
import { opening, patience } from '#testing'
import { startSwitchingServers } from './support/switching-servers.ts'

// After a switch of servers, the connection of the first reader of accounts is the one that fails.

it(
  'an account is not reported as missing when a switch happens while it is looked up',
  async () => {
    const servers = await startSwitchingServers()
    try {
      const database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
      const ledger = createLedger({ database, onFault: () => undefined })
      await database.transaction((tx) => ledger.createAccounts(tx, [opening('alice'), opening('bob')]))
      const named = ['alice', 'bob'].map((reference) => ({ book: 1, reference }))
      const codes = (standing: Standings) => named.map(({ book, reference }) => standing(book, reference)?.code)
      expect(codes(await ledger.standings(named))).toEqual(['alice', 'bob'])
      await servers.copy()
      await servers.switchToCopy()
      const first = (): Promise<(string | undefined)[]> => ledger.standings(named).then(codes, () => first())
      expect(await first()).toEqual(['alice', 'bob'])
      await ledger.stop(5_000)
      await database.close()
    } finally {
      await servers.stop()
    }
  },
  patience(120_000),
)
