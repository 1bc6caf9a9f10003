import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type CuttingProxy, createTestDatabase, startCuttingProxy, type TestDatabase, until } from '#testing'
import { openSnapshotReader } from '../copying/snapshot-reader.ts'
import { type Database, openDatabase } from '../database.ts'

// A long statement may run as long as the server works on it. It fails when its answer is held back.

let test: TestDatabase
let proxy: CuttingProxy
let database: Database
beforeAll(async () => {
  test = await createTestDatabase({ migrated: false })
  // The server writes times in another form than our sessions do. Both forms must identify the same process.
  for (const set of [`timezone = 'Asia/Kolkata'`, `datestyle = 'German'`]) {
    await test.database.query({ text: `alter database ${test.connection.database} set ${set}` })
  }
})
beforeEach(async () => {
  proxy = await startCuttingProxy(test.connection)
  const { user, database: name } = test.connection
  database = openDatabase({ host: proxy.host, port: proxy.port, user, database: name, onIdleError: () => undefined })
})
afterEach(async () => {
  await database.close()
  await proxy.stop()
})
afterAll(() => test.drop())

const often = { lookMs: 50 }
const slow = { text: 'select pg_sleep(1)' }
const lost = { name: 'DatabaseFault', retryable: true }

it('a session without a deadline waits for a server that works, and gives up one that has gone silent', async () => {
  const session = await database.session('long', { deadlineMs: null, ...often })
  expect(await session.query(slow)).toHaveLength(1)
  const asked = session.query(slow)
  proxy.freeze()
  await expect(asked).rejects.toMatchObject(lost)
  await session.close()
})

it('a snapshot reader does the same, in statements and in bulk', async () => {
  const open = () => openSnapshotReader(database.connection, { purpose: 'test', ...often })
  const patient = await open()
  expect(await patient.query(slow)).toHaveLength(1)
  let rows = 0
  await patient.eachRow('select n, pg_sleep(0.02)::text from generate_series(1, 50) n', () => {
    rows += 1
  })
  expect(rows).toBe(50)
  await patient.close()

  const reader = await open()
  const asked = reader.query(slow)
  proxy.freeze()
  await expect(asked).rejects.toMatchObject(lost)
  await reader.close()

  const bulky = await open()
  const read = bulky.eachRow('select repeat($$x$$, 1000) from generate_series(1, 1000000)', () => proxy.freeze())
  await expect(read).rejects.toMatchObject(lost)
  await bulky.close()
})

it('a lost answer is not awaited until its deadline, even while other statements take long', async () => {
  const { user, database: name } = test.connection
  const patient = openDatabase({
    ...{ host: proxy.host, port: proxy.port, user, database: name, applicationName: 'patient', connectionsMax: 4 },
    ...{ statementTimeoutMs: 3_600_000, lockTimeoutMs: 3_600_000, onIdleError: () => undefined },
  })
  const locker = await test.database.session('locker')
  try {
    await locker.query({ text: 'create table locked (n integer)' })
    await locker.query({ text: 'begin; lock table locked' })
    const long = patient.query({ text: 'select pg_sleep(6)' })
    const locked = patient.query({ text: 'select n from locked' })
    expect(await long).toHaveLength(1)
    const asked = [1, 2, 3].map(() => patient.query({ text: 'select pg_sleep(2)' }))
    await until(async () => (await served('Timeout|Lock', 'patient')).length === 4)
    proxy.freeze()
    // From now on every rejection has a handler, whichever comes first.
    for (const query of [...asked, locked]) query.catch(() => undefined)
    for (const query of asked) await expect(query).rejects.toMatchObject(lost)
    await locker.query({ text: 'rollback' })
    await expect(locked).rejects.toMatchObject(lost)
    expect(await patient.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }])
  } finally {
    await locker.close()
    await patient.close()
  }
})

/** The server processes for the connections of a storm; with `waitsFor`, only those that wait for that. */
const served = async (waitsFor = '', of = 'storm') => {
  const text = `select pid from pg_stat_activity where application_name = $1 and coalesce(wait_event_type, '') ~ $2`
  return (await test.database.query<{ pid: number }>({ text, values: [of, waitsFor] })).map(({ pid }) => pid)
}
const waiting = () => served('Lock')

it('connections that all go silent, repeatedly, block neither places on the server nor writes', async () => {
  const { user, database: name } = test.connection
  const many = openDatabase({
    ...{ host: proxy.host, port: proxy.port, user, database: name, applicationName: 'storm' },
    ...{ statementTimeoutMs: 3_600_000, lockTimeoutMs: 3_600_000, onIdleError: () => undefined },
  })
  const locker = await test.database.session('locker')
  try {
    await locker.query({ text: 'create table stormed (n integer)' })
    for (let storm = 0; storm < 2; storm += 1) {
      await locker.query({ text: 'begin; lock table stormed' })
      const ends = Promise.allSettled(Array.from({ length: 20 }, () => many.query({ text: 'select n from stormed' })))
      await until(async () => (await waiting()).length === 20)
      const silent = await waiting()
      proxy.freeze()
      await locker.query({ text: 'rollback' })
      expect((await ends).filter(({ status }) => status === 'rejected')).toHaveLength(20)
      const write = () => many.transaction((tx) => tx.query({ text: 'select 1 as one' }))
      expect(await write()).toEqual([{ one: 1 }])
      // The first write ends the processes that it can. One of the next writes ends those that still worked at that
      // moment.
      const isThere = (pid: number) => silent.includes(pid)
      await until(async () => (await write()).length === 1 && !(await served()).some(isThere))
    }
  } finally {
    await locker.close()
    await many.close()
  }
})
