import { expect, it } from 'vitest'
import { createBatchSize } from './batch-size.ts'

it('batches have fewer inputs while recent inputs needed many bookings', () => {
  const size = createBatchSize()
  expect(size.max()).toBe(512)
  size.note(512, 512 * 100)
  expect(size.max()).toBeLessThan(200)
  for (let times = 0; times < 20; times += 1) size.note(10, 1_000)
  expect(size.max() * 100).toBeLessThanOrEqual(4_200)
  for (let times = 0; times < 20; times += 1) size.note(10, 10)
  expect(size.max()).toBe(512)
  size.note(0, 0)
  size.note(1, 100_000)
  expect(size.max()).toBe(8)
})
