import { afterAll, beforeAll, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { createTestDatabase, type TestDatabase, until } from '#testing'
import { createWaiters } from './waiters.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

it('who has gone is waited for no longer, and the others are', async () => {
  const waiters = createWaiters(test.database, (fault) => {
    throw fault
  })
  const subject = { kind: 'payment', id: newUuid(), book: 1 } as const
  const gone = { aborted: false }
  const stays = { aborted: false }
  const ends: string[] = []
  const waits = [
    waiters.wait(subject, 3_600_000, gone).then(() => ends.push('gone')),
    waiters.wait({ ...subject, id: newUuid() }, 3_600_000, gone).then(() => ends.push('gone')),
    waiters.wait(subject, 3_600_000, stays).then(() => ends.push('stays')),
  ]
  expect(waiters.count()).toBe(2)
  gone.aborted = true
  await until(() => ends.length === 2)
  expect([ends, waiters.count()]).toEqual([['gone', 'gone'], 1])
  waiters.stop()
  await Promise.all(waits)
  expect([ends, waiters.count()]).toEqual([['gone', 'gone', 'stays'], 0])
  // A poll may be under way.
  await until(() => test.database.poolState().idle === test.database.poolState().total)
})
