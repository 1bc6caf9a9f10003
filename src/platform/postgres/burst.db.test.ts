import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import type { BurstStep } from './burst.ts'
import type { Session } from './database.ts'

let books: TestDatabase
let session: Session
beforeAll(async () => {
  books = await createTestDatabase({ migrated: false })
  await books.database.query({ text: 'create table boxes (n int primary key, size bigint)' })
})
afterAll(() => books.drop())
beforeEach(async () => {
  session = await books.database.session('burst')
})
afterEach(async () => {
  await session.close()
  await books.database.query({ text: 'truncate boxes' })
})

const begin: BurstStep = { name: 'begin', text: 'begin' }
const commit: BurstStep = { name: 'commit', text: 'commit' }
const insert = (n: string): BurstStep => ({ name: 'insert', text: 'insert into boxes values ($1)', values: [n] })
const copy = (data: Buffer): BurstStep => ({
  name: 'copy',
  text: 'copy boxes (n, size) from stdin (format binary)',
  copy: data,
})

function count(): Promise<object[]> {
  return books.database.query({ text: 'select count(*) from boxes' })
}

/** Rows (n, n) in PostgreSQL's binary COPY form, for n from `from` up to but without `to`. */
function rows(from: number, to: number): Buffer {
  const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
  const body = Buffer.alloc((to - from) * 22)
  for (let n = from; n < to; n += 1) {
    const at = (n - from) * 22
    body.writeInt16BE(2, at)
    body.writeInt32BE(4, at + 2)
    body.writeInt32BE(n, at + 6)
    body.writeInt32BE(8, at + 10)
    body.writeBigInt64BE(BigInt(n), at + 14)
  }
  return Buffer.concat([header, body, Buffer.from([0xff, 0xff])])
}

test('answers each step with its rows and its tag', async () => {
  const answers = await session.burst([
    begin,
    insert('1'),
    { name: 'sum', text: 'select $1::int + n, null from boxes', values: ['41'] },
    commit,
  ])
  expect(answers).toEqual([
    { rows: [], tag: 'BEGIN' },
    { rows: [], tag: 'INSERT 0 1' },
    { rows: [['42', null]], tag: 'SELECT 1' },
    { rows: [], tag: 'COMMIT' },
  ])
  expect(await count()).toEqual([{ count: 1n }])
})

test('uses a statement prepared before, and twice in one burst', async () => {
  await session.burst([begin, insert('1'), insert('2'), commit])
  await session.burst([begin, insert('3'), commit])
  expect(await count()).toEqual([{ count: 3n }])
  const prepared = await session.query({ text: 'select name from pg_prepared_statements order by name' })
  expect(prepared).toEqual([{ name: 'begin' }, { name: 'commit' }, { name: 'insert' }])
})

test('skips everything after an error, commits nothing and rejects with a DatabaseFault', async () => {
  const failed = session.burst([begin, insert('1'), insert('1'), insert('2'), commit])
  await expect(failed).rejects.toMatchObject({
    name: 'DatabaseFault',
    code: 'database_error',
    state: '23505',
    constraint: 'boxes_pkey',
    retryable: false,
    isUniqueViolation: true,
  })
  await session.query({ text: 'rollback' })
  expect(await count()).toEqual([{ count: 0n }])
})

test.each([
  ['parse', { text: 'selec 1' }, { text: 'select 1' }, '42601'],
  ['bind', { text: 'select $1::int', values: ['x'] }, { text: 'select $1::int', values: ['7'] }, '22P02'],
  ['execute', { text: 'select 1 / $1::int', values: ['0'] }, { text: 'select 1 / $1::int', values: ['7'] }, '22012'],
])('reuses its statements after a burst that failed at %s', async (_where, broken, mended, state) => {
  const name = 'mended'
  const failed = session.burst([begin, insert('1'), { name, ...broken }, insert('2'), commit])
  await expect(failed).rejects.toMatchObject({ state })
  await session.query({ text: 'rollback' })
  const answers = await session.burst([begin, insert('1'), { name, ...mended }, insert('2'), commit])
  expect(answers.map((answer) => answer.tag)).toEqual(['BEGIN', 'INSERT 0 1', 'SELECT 1', 'INSERT 0 1', 'COMMIT'])
  expect(await count()).toEqual([{ count: 2n }])
})

test('sends bursts that were submitted at once one after another', async () => {
  const answers = await Promise.all(
    [1, 2, 3].map((n) => session.burst([begin, insert(String(n)), commit]).then((all) => all[1]?.tag)),
  )
  expect(answers).toEqual(['INSERT 0 1', 'INSERT 0 1', 'INSERT 0 1'])
})

test('copies rows within a burst, in chunks, with steps before and after', async () => {
  const answers = await session.burst([begin, insert('0'), copy(rows(1, 40_000)), insert('40000'), commit])
  expect(answers.map((answer) => answer.tag)).toEqual(['BEGIN', 'INSERT 0 1', 'COPY 39999', 'INSERT 0 1', 'COMMIT'])
  const [sum] = await books.database.query({ text: 'select count(*), sum(size)::bigint as sum from boxes' })
  expect(sum).toEqual({ count: 40_001n, sum: (39_999n * 40_000n) / 2n })
})

test('rejects when rows of a COPY are refused, and the session is good for the next burst', async () => {
  await session.burst([begin, insert('39000'), commit])
  const failed = session.burst([begin, copy(rows(1, 40_000)), insert('40000'), commit])
  await expect(failed).rejects.toMatchObject({ state: '23505' })
  await session.query({ text: 'rollback' })
  await session.burst([begin, copy(rows(1, 10)), commit])
  expect(await count()).toEqual([{ count: 10n }])
})

test('rejects a COPY whose statement failed before its data, and the session is good for the next burst', async () => {
  const broken = { name: 'gone', text: 'copy nowhere from stdin (format binary)', copy: rows(1, 20_000) }
  await expect(session.burst([begin, broken, commit])).rejects.toMatchObject({ state: '42P01' })
  await session.query({ text: 'rollback' })
  await expect(session.burst([begin, insert('1'), insert('1'), copy(rows(5, 20_000)), commit])).rejects.toMatchObject({
    state: '23505',
  })
  await session.query({ text: 'rollback' })
  await session.burst([begin, copy(rows(1, 10)), commit])
  expect(await count()).toEqual([{ count: 9n }])
})

test('rejects and does not hang when the server ends the connection in the middle', async () => {
  const [own] = await session.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  const sleeping = session.burst([begin, insert('1'), { name: 'sleep', text: 'select pg_sleep(20)' }, commit])
  const waiting = session.burst([begin, insert('2'), commit])
  const ends = Promise.allSettled([sleeping, waiting])
  const asleep = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
  await expect.poll(() => books.database.query({ text: asleep })).toHaveLength(1)
  await books.database.query({ text: 'select pg_terminate_backend($1)', values: [own?.pid] })
  const [first, second] = await ends
  expect(first).toMatchObject({ status: 'rejected', reason: { name: 'DatabaseFault', retryable: true } })
  expect(second).toMatchObject({ status: 'rejected', reason: { name: 'DatabaseFault', retryable: true } })
  expect(session.closed()).toBe(true)
  await expect(session.burst([begin, commit])).rejects.toMatchObject({ name: 'DatabaseFault', retryable: true })
  expect(await count()).toEqual([{ count: 0n }])
})

test('rejects when the server ends the connection during a large COPY', async () => {
  const [own] = await session.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  // Rows that collide with an open transaction keep the server from reading all the data.
  const blocker = await books.database.session('blocker')
  await blocker.query({ text: 'begin; insert into boxes values (1)' })
  const blocked = session.burst([begin, copy(rows(1, 400_000)), commit])
  const end = blocked.catch((error: unknown) => error)
  await expect
    .poll(() => books.database.query({ text: `select from pg_stat_activity where wait_event_type = 'Lock'` }))
    .toHaveLength(1)
  await books.database.query({ text: 'select pg_terminate_backend($1)', values: [own?.pid] })
  expect(await end).toMatchObject({ name: 'DatabaseFault', retryable: true })
  await blocker.query({ text: 'rollback' })
  await blocker.close()
})

test('is ended by the statement time-out of its connection', async () => {
  await session.query({ text: 'set statement_timeout = 50' })
  const slow = session.burst([begin, { name: 'slow', text: 'select pg_sleep(20)' }, commit])
  await expect(slow).rejects.toMatchObject({ state: '57014', retryable: true })
  await session.query({ text: 'rollback' })
})

test('works within a transaction of the pool', async () => {
  await books.database.transaction(async (tx) => {
    await tx.burst([insert('1'), copy(rows(2, 5))])
  })
  await expect(
    books.database.transaction(async (tx) => {
      await tx.burst([insert('10')])
      await tx.burst([insert('1')])
    }),
  ).rejects.toMatchObject({ state: '23505' })
  expect(await count()).toEqual([{ count: 4n }])
})
