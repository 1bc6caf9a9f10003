import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { createTestDatabase, patience, type TestDatabase, until } from '#testing'
import { openDatabase } from '../database.ts'

// A database that is being restored takes the name of the one that the program uses.

let test: TestDatabase
beforeEach(async () => {
  test = await createTestDatabase({ pool: { onIdleError: () => undefined } })
  await test.database.requireSchema(['platform', 'ledger'])
})
afterEach(() => test.drop())

/** Runs statements on another database of the server. */
async function run(database: string, ...texts: string[]): Promise<void> {
  const { host, port, user } = inject('testServer')
  const other = openDatabase({ host, port, user, database, connectionsMax: 1 })
  for (const text of texts) await other.query({ text })
  await other.close()
}

it.each([
  [
    'a primary key',
    'alter table ledger.entries drop constraint entries_pkey',
    'alter table ledger.entries add constraint entries_pkey primary key (account, version)',
    'index ledger.entries_pkey',
  ],
  [
    'a migration',
    'create table kept as table platform.migrations; delete from platform.migrations',
    'insert into platform.migrations table kept',
    'lacks the migration',
  ],
  ['its tables', 'alter schema platform rename to later', 'alter schema later rename to platform', 'lacks the index'],
])(
  'a server that lacks %s is not used until it has it',
  async (_, takeAway, bringBack, missing) => {
    const name = test.connection.database
    const isThere = () => test.database.query({ text: 'select 1 as one' }).then(([row]) => row)
    expect(await isThere()).toEqual({ one: 1 })
    const cutOff = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`
    await run(
      'postgres',
      `alter database ${name} allow_connections false`,
      cutOff,
      `create database ${name}_kept template ${name} strategy file_copy`,
    )
    await run(`${name}_kept`, takeAway)
    await run('postgres', `drop database ${name} with (force)`, `alter database ${name}_kept rename to ${name}`)
    const refusal = () => isThere().then(String, (fault: Error & { retryable: boolean }) => fault)
    await until(async () => String(await refusal()).includes(missing))
    expect(await refusal()).toMatchObject({ name: 'DatabaseFault', retryable: true })
    const epoch = test.database.epoch()
    await run(name, bringBack)
    expect(await isThere()).toEqual({ one: 1 })
    expect(test.database.epoch()).toBe(epoch + 1)
  },
  patience(60_000),
)
