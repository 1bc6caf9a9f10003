import { expect, it } from 'vitest'
import { AcceptQueue } from './accept-queue.ts'

it('books alternate, and so do the keys of a book, each in its own order', () => {
  const queue = new AcceptQueue<string>(() => 1)
  for (let n = 0; n < 100; n += 1) queue.push(`a1 ${n}`, { group: 1, sender: 'a1' })
  for (let n = 0; n < 2; n += 1) queue.push(`a2 ${n}`, { group: 1, sender: 'a2' })
  for (let n = 0; n < 3; n += 1) queue.push(`b ${n}`, { group: 2, sender: 'b' })
  expect(queue.length).toBe(105)
  const taken = queue.take(8)
  expect(taken.filter((item) => item.startsWith('b'))).toEqual(['b 0', 'b 1', 'b 2'])
  expect(taken.filter((item) => item.startsWith('a2'))).toEqual(['a2 0', 'a2 1'])
  expect(taken.filter((item) => item.startsWith('a1'))).toEqual(['a1 0', 'a1 1', 'a1 2'])
  expect(queue.take(1_000)).toEqual(Array.from({ length: 97 }, (_, at) => `a1 ${at + 3}`))
  expect([queue.length, queue.take(1)]).toEqual([0, []])
})

it('a large item counts as much as several small ones', () => {
  const queue = new AcceptQueue<string>((item) => item.length)
  for (let n = 0; n < 4; n += 1) queue.push('large', { group: 1, sender: 'a' })
  for (let n = 0; n < 10; n += 1) queue.push('b', { group: 2, sender: 'b' })
  expect(queue.take(10)).toEqual(['large', 'b', 'b', 'b', 'b', 'b'])
  expect(queue.take(1)).toEqual(['large'])
})
