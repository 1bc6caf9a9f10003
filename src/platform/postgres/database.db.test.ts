import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createTestDatabase, patience, type TestDatabase } from '#testing'
import { openSnapshotReader, readAtLength } from './copying/snapshot-reader.ts'
import { openDatabase } from './database.ts'

let books: TestDatabase
beforeAll(async () => {
  books = await createTestDatabase({ migrated: false })
  await books.database.query({ text: 'create table boxes (n int primary key, size bigint, sizes bigint[])' })
})
afterEach(async () => {
  await books.database.query({ text: 'truncate boxes' })
})
afterAll(() => books.drop())

function insert(n: number) {
  return { text: 'insert into boxes (n) values ($1)', values: [n] }
}

test('gives int8 and its arrays as bigint, exact beyond what a number holds', async () => {
  const { database } = books
  const big = 9_223_372_036_854_775_807n
  await database.query({ text: 'insert into boxes values (1, $1, $2)', values: [big, [big, -big, 0n]] })
  const text = 'select n, size, sizes, $1::bigint[] as none from boxes'
  const wanted = { n: 1, size: big, sizes: [big, -big, 0n], none: [] }
  expect(await database.query({ text, values: ['{}'] })).toEqual([wanted])
  expect(await database.query({ text, values: ['{}'], name: 'prepared' })).toEqual([wanted])
  expect(await database.query({ text: 'select null::bigint as a, array[1, null]::bigint[] as b' })).toEqual([
    { a: null, b: [1n, null] },
  ])
})

test('commits the work of a transaction, and rolls back when it throws', async () => {
  const { database } = books
  expect(await database.transaction(async (tx) => tx.query(insert(1)).then(() => 'value'))).toBe('value')
  await expect(
    database.transaction(async (tx) => {
      await tx.query(insert(2))
      throw new RangeError('changed my mind')
    }),
  ).rejects.toThrow(RangeError)
  expect(await database.query({ text: 'select n from boxes' })).toEqual([{ n: 1 }])
  expect(database.poolState()).toMatchObject({ waiting: 0 })
  expect(database.poolState().total).toBe(database.poolState().idle)
})

test('does not report a commit after a failed statement, even if the work went on', async () => {
  const { database } = books
  await expect(
    database.transaction(async (tx) => {
      await tx.query(insert(1))
      await tx.query(insert(1)).catch(() => undefined)
    }),
  ).rejects.toMatchObject({ name: 'DatabaseFault', state: '25P02', retryable: false })
  expect(await database.query({ text: 'select n from boxes' })).toEqual([])
})

test('a snapshot sees one moment and cannot write', async () => {
  const { database } = books
  await database.snapshot(async (tx) => {
    expect(await tx.query({ text: 'select n from boxes' })).toEqual([])
    await database.query(insert(1))
    expect(await tx.query({ text: 'select n from boxes' })).toEqual([])
  })
  await expect(database.snapshot((tx) => tx.query(insert(2)))).rejects.toMatchObject({ state: '25006' })
})

test('a killed backend fails its transaction with a fault to retry, and the pool goes on', async () => {
  const { database } = books
  const kill = database.transaction(async (tx) => {
    const [own] = await tx.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
    await database.query({ text: 'select pg_terminate_backend($1)', values: [own?.pid] })
    await tx.query(insert(1))
  })
  await expect(kill).rejects.toMatchObject({ name: 'DatabaseFault', retryable: true })
  expect(await database.query({ text: 'select n from boxes' })).toEqual([])
})

test('a backend killed between two statements neither ends the program nor is used again', async () => {
  const idle: string[] = []
  const other = openDatabase({
    ...books.connection,
    connectionsMax: 1,
    onIdleError: (error) => idle.push(error.message),
  })
  const [own] = await other.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  await books.database.query({ text: 'select pg_terminate_backend($1)', values: [own?.pid] })
  await expect.poll(() => idle.length).toBe(1)
  expect(await other.query({ text: 'select 1 as n' })).toEqual([{ n: 1 }])
  await other.close()
})

test('a session that meets a read-only server ends there, too, so that its successors do not fill it', async () => {
  const session = await books.database.session('refused')
  const [own] = await session.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  await session.query({ text: 'set default_transaction_read_only = on' })
  await expect(session.query(insert(1))).rejects.toMatchObject({ state: '25006' })
  expect(session.closed()).toBe(true)
  const isThere = { text: 'select from pg_stat_activity where pid = $1', values: [own?.pid] }
  await expect.poll(() => books.database.query(isThere), { timeout: patience(20_000) }).toEqual([])
  await session.close()
})

test('an unreachable server is a fault to retry', async () => {
  const nowhere = openDatabase({ host: '127.0.0.1', port: 1, user: 'munim', database: 'munim' })
  const wanted = { name: 'DatabaseFault', code: 'database_unavailable', retryable: true }
  await expect(nowhere.query({ text: 'select 1' })).rejects.toMatchObject(wanted)
  await expect(nowhere.transaction(async () => 1)).rejects.toMatchObject(wanted)
  await expect(nowhere.session('none')).rejects.toMatchObject(wanted)
  await nowhere.close()
})

test('a lock that is not granted in time is a fault to retry', async () => {
  const hasty = openDatabase({ ...books.connection, lockTimeoutMs: 50 })
  await books.database.transaction(async (tx) => {
    await tx.query({ text: 'lock table boxes' })
    await expect(hasty.query(insert(1))).rejects.toMatchObject({ state: '55P03', retryable: true })
  })
  await hasty.close()
})

test('takes a URL as well as the parts of one', async () => {
  const byUrl = openDatabase({ url: books.url })
  expect(await byUrl.query({ text: 'select current_database() as name' })).toEqual([
    { name: books.connection.database },
  ])
  await byUrl.close()
})

test('knows when a session is closed, by us or by the server', async () => {
  const session = await books.database.session('to close')
  expect(session.closed()).toBe(false)
  const [own] = await session.query<{ pid: number; name: string }>({
    text: `select pid, application_name as name from pg_stat_activity where pid = pg_backend_pid()`,
  })
  expect(own?.name).toBe('munim to close')
  await books.database.query({ text: 'select pg_terminate_backend($1)', values: [own?.pid] })
  await expect.poll(() => session.closed()).toBe(true)
  await session.close()
})

test('a server is configured to detect a silent client soon', async () => {
  const text = `select name from pg_settings where name like 'tcp_keepalives%' and source = 'session' order by name`
  const reported = ['count', 'idle', 'interval'].map((what) => ({ name: `tcp_keepalives_${what}` }))
  expect(await books.database.query({ text })).toEqual(reported)
  const reader = await openSnapshotReader(books.database.connection, { purpose: 'test' })
  expect(await reader.query({ text })).toEqual(reported)
  await reader.close()
})

test('settings of a role or database change neither isolation, nor time formats, nor durability', async () => {
  const own = await createTestDatabase()
  const set = {
    ...{ default_transaction_isolation: 'serializable', datestyle: 'German', timezone: 'Asia/Kolkata' },
    synchronous_commit: 'off',
  }
  for (const [name, value] of Object.entries(set)) {
    await own.database.query({ text: `alter database ${own.connection.database} set ${name} = '${value}'` })
  }
  const text = `select current_setting('transaction_isolation') as isolation,
      format('%L', timestamptz '2026-12-01 00:00:00+00') as bound, current_setting('synchronous_commit') as durable`
  const expected = { isolation: 'read committed', bound: "'2026-12-01 00:00:00+00'", durable: 'on' }
  const other = openDatabase(own.connection)
  expect(await other.transaction((tx) => tx.query({ text }))).toEqual([expected])
  expect(await other.unit((unit) => unit.query({ text }))).toEqual([expected])
  const reader = await openSnapshotReader(other.connection, { purpose: 'test' })
  expect(await reader.query({ text })).toEqual([{ ...expected, isolation: 'repeatable read' }])
  await reader.close()
  await other.close()
  await own.database.query({
    text: `alter database ${own.connection.database} set synchronous_commit = 'remote_apply'`,
  })
  const strict = openDatabase(own.connection)
  expect(await strict.query({ text: 'show synchronous_commit' })).toEqual([{ synchronous_commit: 'remote_apply' }])
  await strict.close()
  await own.drop()
})

test('settings of a role or database do not change how statements are parsed', async () => {
  const own = await createTestDatabase()
  for (const name of ['array_nulls', 'standard_conforming_strings']) {
    await own.database.query({ text: `alter database ${own.connection.database} set ${name} = off` })
  }
  const other = openDatabase(own.connection)
  const text = String.raw`select '{NULL}'::text[] as nothing, octet_length('\x')::integer as two, $1::integer[] as numbers`
  const statement = { text, values: [[7, null]] }
  const expected = [{ nothing: [null], two: 2, numbers: [7, null] }]
  expect(await other.query(statement)).toEqual(expected)
  const reader = await openSnapshotReader(other.connection, { purpose: 'test' })
  expect(await reader.query(statement)).toEqual(expected)
  await reader.close()
  await other.close()
  await own.drop()
})

test('a transaction timeout of the role or database does not end long work', async () => {
  const own = await createTestDatabase()
  await own.database.query({ text: `alter database ${own.connection.database} set transaction_timeout = '200ms'` })
  const other = openDatabase(own.connection)
  const sleep = { text: 'select pg_sleep(0.5)' }
  await other.transaction((tx) => tx.query(sleep))
  const session = await other.session('migrations', { deadlineMs: null })
  await session.query({ text: 'begin' })
  await session.query(sleep)
  await session.query({ text: 'commit' })
  await session.close()
  // Its own limit applies until the reader has changed it, so a busy machine may need more than one attempt.
  await vi.waitFor(() => readAtLength(other, { purpose: 'test' }, (reader) => reader.query(sleep)), patience(10_000))
  await other.close()
  await own.drop()
})
