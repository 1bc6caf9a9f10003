import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createLedger, getAccount, type Ledger, verifyLedger } from '#ledger'
import { openDatabase } from '#platform/postgres'
import { brief, createTestDatabase, moving, opening, patience, type TestDatabase } from '#testing'

// A copy of the database, made on the same server, takes its name. The process uses nothing cached from the old
// database, though the server is the same, and reports what the copy lacks.

let test: TestDatabase
let ledger: Ledger
const faults: { code?: string }[] = []

beforeAll(async () => {
  test = await createTestDatabase({ pool: { onIdleError: () => undefined } })
  ledger = createLedger({ database: test.database, onFault: (fault) => void faults.push(fault as object) })
  await ledger.start()
}, patience(60_000))

afterAll(async () => {
  await ledger.stop(5_000)
  await test.drop()
})

const submit = async (source: string, destination: string, amount: bigint) =>
  (await ledger.submit({ commands: [moving(source, destination, amount)], atomic: false })).map(brief)

/** Runs statements about the server's databases, from a third database. */
async function maintain(...texts: string[]): Promise<void> {
  const { host, port, user } = inject('testServer')
  const maintenance = openDatabase({ host, port, user, database: 'postgres', connectionsMax: 1 })
  for (const text of texts) await maintenance.query({ text })
  await maintenance.close()
}

it(
  'a database restored in place of another is not assumed to have the data of that one',
  async () => {
    const name = test.connection.database
    const cutOff = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`
    const accounts = [opening('world', { minAvailable: null }), opening('alice'), opening('bob')]
    await test.database.transaction((tx) => ledger.createAccounts(tx, accounts))
    expect(await submit('world', 'alice', 100n)).toEqual(['posted'])
    await maintain(
      `alter database ${name} allow_connections false`,
      cutOff,
      `create database ${name}_kept template ${name} strategy file_copy`,
      `alter database ${name} allow_connections true`,
    )
    expect(await submit('world', 'alice', 50n)).toEqual(['posted'])
    await maintain(`drop database ${name} with (force)`, `alter database ${name}_kept rename to ${name}`)
    expect(await submit('alice', 'bob', 120n)).toEqual(['insufficient_funds (amount)'])
    expect(await submit('alice', 'bob', 30n)).toEqual(['posted'])
    const [alice, bob] = [await getAccount(test.database, 1, 'alice'), await getAccount(test.database, 1, 'bob')]
    expect([alice?.posted, bob?.posted]).toEqual([70n, 30n])
    expect((await verifyLedger(test.database)).checks.flatMap((check) => check.findings)).toEqual([])
    await expect
      .poll(() => faults.map(({ code }) => code), { timeout: patience(20_000) })
      .toContain('ledger_batches_lost')
  },
  patience(120_000),
)
