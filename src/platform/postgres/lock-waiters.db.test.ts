import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, patience, type TestDatabase } from '#testing'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase({ migrated: false })
})
afterAll(() => test.drop())

// The server's own timeouts have no effect once its clock was set back. Here they are switched off.
const endless = { lock_timeout: '0', statement_timeout: '0', deadlock_timeout: '1h' }

it('two sessions that wait for each other, and are given up, release their locks', async () => {
  const { database } = test
  await database.query({ text: 'create table things (id integer primary key)' })
  await database.query({ text: 'insert into things values (1), (2)' })
  const take = (id: number) => ({ text: 'select id from things where id = $1 for update', values: [id] })
  const open = async (deadlineMs: number) => {
    const session = await database.session('impatient', { deadlineMs, settings: endless })
    await session.query({ text: 'begin' })
    return session
  }
  const [one, other] = [await open(2_000), await open(2_000)]
  await one.query(take(1))
  await other.query(take(2))
  const waiting = [one.query(take(2)), other.query(take(1))]
  // Once the first is abandoned, the other may get its lock.
  const ends = await Promise.allSettled(waiting)
  expect(ends).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ name: 'DatabaseFault' }) })
  for (const session of [one, other]) await session.close()
  const third = await open(patience(20_000))
  expect(await third.query(take(1))).toHaveLength(1)
  expect(await third.query(take(2))).toHaveLength(1)
  await third.query({ text: 'rollback' })
  await third.close()
  await database.query({ text: 'drop table things' })
})
