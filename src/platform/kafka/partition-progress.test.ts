import { expect, it } from 'vitest'
import { PartitionProgress } from './partition-progress.ts'

it('commits up to the first record that is not handled, whatever the order of handling', () => {
  const progress = new PartitionProgress(10n)
  const [first, second, third] = [10n, 11n, 14n].map((offset) => progress.deliver(offset))
  expect(progress.committable).toBeUndefined()
  if (third !== undefined) third.isHandled = true
  expect(progress.committable).toBeUndefined()
  if (first !== undefined) first.isHandled = true
  expect(progress.committable).toBe(11n)
  progress.committed(11n)
  expect(progress.committable).toBeUndefined()
  if (second !== undefined) second.isHandled = true
  expect(progress.committable).toBe(15n)
})

it('never goes back', () => {
  const progress = new PartitionProgress(5n)
  progress.readTo(9n)
  progress.readTo(7n)
  expect(progress.position).toBe(9n)
  progress.committed(9n)
  progress.committed(6n)
  expect(progress.committable).toBeUndefined()
  expect(progress.lag).toBe(0)
})

it('passes over offsets without records, and counts what the partition has beyond', () => {
  const progress = new PartitionProgress(0n)
  progress.readTo(3n)
  expect(progress.committable).toBe(3n)
  progress.sawEnd(8n)
  expect(progress.lag).toBe(8)
})
