import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type CuttingProxy, createTestDatabase, patience, startCuttingProxy, type TestDatabase } from '#testing'
import { openSnapshotReader } from './copying/snapshot-reader.ts'
import { type Database, openDatabase } from './database.ts'
import { createUnitLine } from './units/unit-line.ts'

// A login role may be set to act as another role, which owns the tables. As that role, it cannot see its own processes.

const owner = `munim_owner_${process.pid}`
let books: TestDatabase
let proxy: CuttingProxy
let through: Database

/** Runs a statement outside the test's database, as the login role. */
async function maintain(text: string): Promise<object[]> {
  const { host, port, user } = inject('testServer')
  const maintenance = openDatabase({ host, port, user, database: 'postgres', connectionsMax: 1 })
  const rows = await maintenance.query({ text })
  await maintenance.close()
  return rows
}

beforeAll(async () => {
  books = await createTestDatabase()
  const { user, database: name } = books.connection
  for (const text of [
    `create role ${owner}`,
    `grant all on schema platform to ${owner}`,
    `grant all on all tables in schema platform to ${owner}`,
    'create table boxes (n int primary key)',
    `grant all on boxes to ${owner}`,
    `create function linger() returns trigger language plpgsql as 'begin perform pg_sleep(1); return null; end'`,
    `create constraint trigger lingers after insert on boxes deferrable initially deferred
      for each row when (new.n = 7) execute function linger()`,
    `alter role ${user} in database ${name} set role = ${owner}`,
  ]) {
    await books.database.query({ text })
  }
  proxy = await startCuttingProxy(books.connection, null)
  through = openDatabase({ ...books.connection, host: proxy.host, port: proxy.port, onIdleError: () => undefined })
})
afterAll(async () => {
  await through.close()
  await proxy.stop()
  await books.drop()
  await maintain(`drop role ${owner}`)
})

const users = { text: 'select current_user::text as acting, session_user::text as logged_in' }
const slow = { text: 'select pg_sleep(6)' }

test('the program acts as the assumed role', async () => {
  const expected = [{ acting: owner, logged_in: books.connection.user }]
  expect(await through.query(users)).toEqual(expected)
  expect(await through.transaction((tx) => tx.query(users))).toEqual(expected)
  const reader = await openSnapshotReader(through.connection, { purpose: 'test' })
  expect(await reader.query(users)).toEqual(expected)
  await reader.close()
})

test(
  'a long statement is waited for while the server works on it',
  async () => {
    const session = await through.session('long', { deadlineMs: null, lookMs: 50 })
    const reader = await openSnapshotReader(through.connection, { purpose: 'test', lookMs: 50 })
    const answers = await Promise.all([through.query(slow), session.query(slow), reader.query(slow)])
    expect(answers.map((rows) => rows.length)).toEqual([1, 1, 1])
    await session.close()
    await reader.close()
    expect(await through.query(users)).toMatchObject([{ acting: owner }])
  },
  patience(60_000),
)

test('a commit that was cut off has ended before its outcome is reported', async () => {
  const line = createUnitLine(through, { purpose: 'units' })
  const unit = line.begin()
  proxy.arm('during')
  const commit = unit.commit([{ name: 'insert-box', text: 'insert into boxes (n) values (7)' }]).then(
    () => 1,
    () => 0,
  )
  const reported = await commit
  expect(proxy.cuts()).toBe(1)
  const lingering = `select from pg_stat_activity
    where wait_event = 'PgSleep' and datname = '${books.connection.database}'`
  await expect.poll(() => maintain(lingering), { timeout: patience(20_000) }).toEqual([])
  expect(await books.database.query({ text: 'select n from boxes' })).toHaveLength(reported)
  await line.close()
})
