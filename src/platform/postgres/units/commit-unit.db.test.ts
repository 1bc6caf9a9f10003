import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type CuttingProxy, createTestDatabase, startCuttingProxy, type TestDatabase } from '#testing'
import type { BurstStep } from '../burst.ts'
import { type Database, openDatabase } from '../database.ts'
import { commitStep } from './commit-unit.ts'
import { createConfirmedUnits } from './confirmed-units.ts'
import { createUnitLine, type UnitLine } from './unit-line.ts'

let books: TestDatabase
let proxy: CuttingProxy
let through: Database
let line: UnitLine
const lost: Error[] = []
let confirmed: ReturnType<typeof createConfirmedUnits>

beforeAll(async () => {
  books = await createTestDatabase()
  await books.database.query({ text: 'create table boxes (n int primary key)' })
  proxy = await startCuttingProxy(books.connection, null)
  through = openDatabase({ ...books.connection, host: proxy.host, port: proxy.port, onIdleError: () => undefined })
  confirmed = createConfirmedUnits(through, (fault) => lost.push(fault))
  line = createUnitLine(through, { purpose: 'units' })
})
afterEach(async () => {
  await books.database.query({ text: 'truncate boxes' })
})
afterAll(async () => {
  await line.close()
  await confirmed.stop()
  await through.close()
  await proxy.stop()
  await books.drop()
})

const insert = (n: number): BurstStep => ({
  name: 'insert-box',
  text: 'insert into boxes (n) values ($1::integer)',
  values: [String(n)],
})
const boxes = async () =>
  (await books.database.query<{ n: number }>({ text: 'select n from boxes order by n' })).map(({ n }) => n)

test('BEGIN travels with the first burst and COMMIT with the last; the answers are those of the steps', async () => {
  const unit = line.begin()
  expect((await unit.burst([insert(1), insert(2)])).map(({ tag }) => tag)).toEqual(['INSERT 0 1', 'INSERT 0 1'])
  expect(await boxes()).toEqual([])
  expect((await unit.commit([insert(3)])).map(({ tag }) => tag)).toEqual(['INSERT 0 1'])
  expect([unit.state(), await boxes()]).toEqual(['committed', [1, 2, 3]])
  const whole = line.begin()
  await whole.burst([insert(4), commitStep])
  expect([whole.state(), await boxes()]).toEqual(['committed', [1, 2, 3, 4]])
})

test('an abandoned unit sends nothing more, not even steps that wait behind its BEGIN', async () => {
  const unit = line.begin()
  const begun = unit.burst([insert(1)])
  const waiting = unit.burst([insert(2)])
  const committing = unit.commit()
  const abandoned = unit.abandon()
  const ends = await Promise.allSettled([begun, waiting, committing])
  expect(ends.map((end) => end.status === 'rejected' && end.reason.code)).toEqual(Array(3).fill('unit_abandoned'))
  await abandoned
  await expect(unit.burst([insert(3)])).rejects.toMatchObject({ code: 'unit_abandoned', retryable: true })
  await expect(unit.commit()).rejects.toMatchObject({ code: 'unit_abandoned' })
  const next = line.begin()
  await next.commit([insert(4)])
  expect([unit.state(), await boxes()]).toEqual(['abandoned', [4]])
})

test('a unit that is abandoned in the middle is rolled back before the next one begins', async () => {
  const unit = line.begin()
  await unit.burst([insert(1)])
  const abandoned = unit.abandon()
  await line.begin().commit([insert(1)])
  await abandoned
  expect(await boxes()).toEqual([1])
})

test('a unit stays open after a failed statement, and can roll back to a savepoint', async () => {
  const unit = line.begin()
  await unit.burst([insert(1), { name: 'save', text: 'savepoint here' }])
  await expect(unit.burst([insert(1)])).rejects.toMatchObject({ state: '23505' })
  expect(unit.state()).toBe('open')
  await unit.burst([{ name: 'back', text: 'rollback to savepoint here' }])
  await unit.commit([insert(2)])
  expect(await boxes()).toEqual([1, 2])
})

test('a unit is not reported as committed when a failed statement was ignored', async () => {
  const unit = line.begin()
  await unit.burst([insert(1), insert(1)]).catch(() => undefined)
  await expect(unit.commit()).rejects.toMatchObject({ state: '25P02' })
  await unit.abandon()
  expect(await boxes()).toEqual([])
})

test('a unit learns that it was committed when the answer to COMMIT is lost', async () => {
  const unit = line.begin()
  await unit.burst([insert(1)])
  proxy.arm('after')
  expect(await unit.commit([insert(2)])).toEqual([])
  expect([unit.state(), await boxes()]).toEqual(['committed', [1, 2]])
})

test('a unit learns that it was not committed when COMMIT never arrived', async () => {
  const unit = line.begin()
  await unit.burst([insert(1)])
  proxy.arm('before')
  await expect(unit.commit([insert(2)])).rejects.toMatchObject({ retryable: true })
  expect([unit.state(), await boxes()]).toEqual(['abandoned', []])
  await line.begin().commit([insert(1)])
  expect(await boxes()).toEqual([1])
})

test('a silent connection is given up in time, and the outcome of its unit is inquired', async () => {
  const hasty = createUnitLine(through, { purpose: 'hasty', exchangeMs: 500 })
  const unit = hasty.begin()
  await unit.burst([insert(1)])
  proxy.freeze()
  await expect(unit.commit([insert(2)])).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
  await hasty.begin().commit([insert(1)])
  expect(await boxes()).toEqual([1])
  await hasty.close()
})

test('a pooled unit commits when its work is done, and inquires on another connection when cut off', async () => {
  proxy.arm('after')
  expect(await through.unit(async (unit) => (await unit.burst([insert(1)])).length)).toBe(1)
  await expect(
    through.unit(async (unit) => {
      await unit.burst([insert(2)])
      throw new RangeError('changed my mind')
    }),
  ).rejects.toThrow(RangeError)
  expect(await boxes()).toEqual([1])
  expect(through.poolState().total).toBe(through.poolState().idle)
})

test('a unit refuses to begin in another epoch than it was decided in', async () => {
  const unit = line.begin({ epoch: through.epoch() + 1 })
  await expect(unit.commit([insert(1)])).rejects.toMatchObject({ code: 'epoch_changed', retryable: true })
  expect(await boxes()).toEqual([])
  expect(lost).toEqual([])
})

test('pooled units that are all cut off at once do not wait for one another to inquire', async () => {
  const small = openDatabase({ ...books.connection, connectionsMax: 2, applicationName: 'small' })
  await books.database.query({
    text: `create function wait_for_gate() returns trigger language plpgsql set lock_timeout = 0 as
      $$ begin perform pg_advisory_xact_lock(1); return null; end $$`,
  })
  await books.database.query({
    text: `create constraint trigger slow after insert on boxes deferrable initially deferred
      for each row execute function wait_for_gate()`,
  })
  const gate = await books.database.session('gate')
  try {
    await gate.query({ text: 'select pg_advisory_lock(1)' })
    const ends = Promise.allSettled([1, 2].map((n) => small.unit((unit) => unit.burst([insert(n)]))))
    const ending = `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'small' and wait_event = 'advisory'`
    const waiting = `select 1 from pg_stat_activity where application_name = 'small' and wait_event = 'advisory'`
    while ((await books.database.query({ text: waiting })).length < 2);
    await books.database.query({ text: ending })
    const codes = (await ends).map((end) => end.status === 'rejected' && end.reason.code)
    expect(codes).toEqual(['database_error', 'database_error'])
    expect(await boxes()).toEqual([])
  } finally {
    await gate.close()
    await books.database.query({ text: 'drop function wait_for_gate cascade' })
    await small.close()
  }
})
