import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase } from '#platform/postgres'
import { createTestDatabase, type TestDatabase } from '#testing'
import { createProcessCount, type ProcessCount, partOf } from './process-count.ts'

let test: TestDatabase
let closers: (() => Promise<unknown>)[]
beforeEach(async () => {
  test = await createTestDatabase()
  closers = []
})
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  await test.drop()
})

const faults: unknown[] = []
async function startOne(): Promise<ProcessCount> {
  const database = openDatabase(test.connection)
  const one = createProcessCount({ database, everyMs: 20, onFault: (fault) => faults.push(fault) })
  await one.start()
  closers.push(() => database.close(), one.stop)
  return one
}

it('every process has its part, a new one none until the others know of it, and the rest share that of one that ends', async () => {
  const first = await startOne()
  expect(first.count()).toBe(0)
  await expect.poll(first.count).toBe(1)
  const second = await startOne()
  await expect.poll(first.count).toBe(2)
  await expect.poll(second.count).toBe(2)
  await second.stop()
  await expect.poll(first.count).toBe(1)
  expect(faults).toEqual([])
})

it.each([
  [10, 0, 0],
  [10, 1, 10],
  [10, 3, 3],
  [2, 3, 1],
])('of %d calls and %d processes, each makes %d', (callsMax, processes, part) => {
  expect(partOf({ callsMax, processes })).toBe(part)
})
