import { expect, it } from 'vitest'
import { createBatchSize } from './batch-size.ts'

it('batches have fewer inputs while recent inputs needed many bookings', () => {
  const size = createBatchSize()
  expect(size.max()).toBe(512)
  size.note({ inputs: 512, commands: 512 * 100 })
  expect(size.max()).toBeLessThan(200)
  for (let times = 0; times < 20; times += 1) size.note({ inputs: 10, commands: 1_000 })
  expect(size.max() * 100).toBeLessThanOrEqual(4_200)
  for (let times = 0; times < 20; times += 1) size.note({ inputs: 10, commands: 10 })
  expect(size.max()).toBe(512)
  size.note({ inputs: 0, commands: 0 })
  size.note({ inputs: 1, commands: 100_000 })
  expect(size.max()).toBe(8)
})
