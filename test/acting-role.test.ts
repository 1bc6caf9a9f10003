import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createLedger, type Ledger, verifyLedger } from '#ledger'
import { newUuid } from '#platform/ids'
import { type Database, openDatabase } from '#platform/postgres'
import {
  brief,
  type CuttingProxy,
  createTestDatabase,
  ending,
  moving,
  opening,
  startCuttingProxy,
  until,
} from '#testing'

// Temporary logins, as a vault makes them, act as the role that owns the tables (`alter role … set role`). That role
// can neither see nor end the login's other sessions. The outcome of a cut-off commit is found out nevertheless.

const owner = `munim_test_owner_${process.pid}`
let test: Awaited<ReturnType<typeof createTestDatabase>>
let proxy: CuttingProxy
let through: Database
let ledger: Ledger

beforeAll(async () => {
  test = await createTestDatabase()
  const { database } = test.connection
  await test.database.query({ text: `create role ${owner}` })
  await test.database.query({
    text: `do $$ declare one text; begin
        for one in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
          execute format('grant all on schema %I to ${owner}', one);
          execute format('grant all on all tables in schema %I to ${owner}', one);
          execute format('grant all on all sequences in schema %I to ${owner}', one);
        end loop; end $$`,
  })
  await test.database.query({ text: `alter database ${database} set role = '${owner}'` })
  proxy = await startCuttingProxy(test.connection)
})
beforeEach(async () => {
  through = openDatabase({ ...test.connection, host: proxy.host, port: proxy.port, onIdleError: () => undefined })
  ledger = createLedger({ database: through, onFault: () => undefined })
  await ledger.start()
})
afterEach(async () => {
  await ledger.stop(5_000)
  await through.close()
})
afterAll(async () => {
  await proxy.stop()
  const { host, port, user } = test.connection
  await test.drop()
  const maintenance = openDatabase({ host, port, user, database: 'postgres', connectionsMax: 1 })
  await maintenance.query({ text: `drop role ${owner}` })
  await maintenance.close()
})

it('a commit that was cut off while the server worked on it is booked once, and answered as booked', async () => {
  const [a, b] = ['a', 'b'] as const
  const commands = [a, b].map((code) => opening(code, { minAvailable: null }))
  await test.database.transaction((tx) => ledger.createAccounts(tx, commands))
  const hold = moving(a, b, 5n, { id: newUuid(), pending: true })
  const submit = async (...all: Parameters<Ledger['submit']>[0]['commands']) =>
    (await ledger.submit({ commands: all, atomic: false })).map(brief)
  expect(await submit(hold)).toEqual(['pending'])
  const gate = await test.database.session('gate')
  try {
    await gate.query({ text: 'set role none' })
    await gate.query({
      // However long the test holds the gate on a slow machine, the commit waits.
      text: `create function ledger.wait_for_gate() returns trigger language plpgsql set lock_timeout = 0 as
        $$ begin perform pg_advisory_xact_lock_shared(1); return null; end $$`,
    })
    await gate.query({
      text: `create constraint trigger slow after insert on ledger.batches deferrable initially deferred
        for each row execute function ledger.wait_for_gate()`,
    })
    await gate.query({ text: 'select pg_advisory_lock(1)' })
    const writers = async () =>
      (
        await gate.query<{ pid: number }>({
          text: `select pid from pg_stat_activity where datname = current_database()
            and application_name = 'munim writer' and wait_event_type = 'Lock'`,
        })
      ).map(({ pid }) => pid)
    proxy.arm('during')
    const answers = submit(moving(a, b, 10n), ending.post(hold.id))
    await until(async () => (await writers()).length === 1)
    const [first] = await writers()
    // The writer has found out about the first commit, and makes the next.
    await until(async () => (await writers()).some((pid) => pid !== first))
    await gate.query({ text: 'select pg_advisory_unlock(1)' })
    expect(await answers).toEqual(['posted', 'posted'])
    const [balance] = await gate.query<{ posted: bigint }>({
      text: `select e.posted from ledger.entries e join ledger.accounts a on a.number = e.account
        where a.code = 'b' order by e.version desc limit 1`,
    })
    expect(balance).toEqual({ posted: 15n })
    const { checks } = await verifyLedger(test.database)
    expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  } finally {
    await gate.query({ text: 'drop function ledger.wait_for_gate cascade' }).finally(() => gate.close())
  }
})
