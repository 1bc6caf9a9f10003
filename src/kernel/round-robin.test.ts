import { expect, it } from 'vitest'
import { RoundRobin } from './round-robin.ts'

/** Serves the same amount that many times; returns how often each had its turn. */
function serveOften(queue: RoundRobin<string, { name: string }>, times: number, amount = 1): Record<string, number> {
  const had: Record<string, number> = {}
  for (let time = 0; time < times; time += 1) {
    const first = queue.first()
    if (first === undefined) break
    had[first.name] = (had[first.name] ?? 0) + 1
    queue.serve(amount, true)
  }
  return had
}

function create(names: readonly string[]) {
  const queue = new RoundRobin<string, { name: string }>(() => ({ name: '' }))
  for (const name of names) queue.join(name).name = name
  return queue
}

it('serves equal amounts, and the first to join first', () => {
  const queue = create(['a', 'b', 'c', 'd', 'e'])
  expect(queue.first()?.name).toBe('a')
  expect(serveOften(queue, 500)).toEqual({ a: 100, b: 100, c: 100, d: 100, e: 100 })
})

it('serves members that had much after members that had little, by amount', () => {
  const queue = create(['a', 'b'])
  queue.serve(30, true)
  expect(serveOften(queue, 30)).toEqual({ b: 30 })
  expect(serveOften(queue, 10)).toEqual({ a: 5, b: 5 })
})

it('offsets the amount of a member by what others got meanwhile, whether it waited or not', () => {
  const queue = create(['a', 'b'])
  queue.serve(30, false)
  serveOften(queue, 31)
  queue.join('a')
  const { a, b } = serveOften(queue, 10)
  expect([a, b]).toEqual([5, 5])
})

it('saves up no credit for a member that does not wait', () => {
  const queue = create(['a', 'b'])
  queue.serve(1, false)
  serveOften(queue, 1_000)
  queue.join('a')
  expect(serveOften(queue, 10)).toEqual({ a: 5, b: 5 })
})

it('forgets all amounts when no member waits', () => {
  const queue = create(['a'])
  queue.serve(10_000, false)
  for (const name of ['b', 'a']) queue.join(name).name = name
  expect(serveOften(queue, 10)).toEqual({ a: 5, b: 5 })
})

it('passes over a member that yields, which still waits and comes first afterwards', () => {
  const queue = create(['a', 'b'])
  const goBack = queue.passOver()
  expect([queue.first()?.name, queue.waiting]).toEqual(['b', 2])
  queue.serve(5, false)
  expect([queue.first(), queue.waiting]).toEqual([undefined, 1])
  goBack()
  queue.join('b')
  expect([queue.first()?.name, queue.waiting]).toEqual(['a', 2])
  queue.serve(5, false)
  queue.serve(5, false)
  expect([queue.first(), queue.waiting]).toEqual([undefined, 0])
})

it('takes the lowest of many', () => {
  const queue = new RoundRobin<number, { had: number }>(() => ({ had: 0 }))
  for (let name = 0; name < 300; name += 1) queue.join(name)
  for (let time = 0; time < 30_000; time += 1) {
    const first = queue.first() as { had: number }
    const amount = 1 + ((time * 7919) % 40)
    first.had += amount
    queue.serve(amount, true)
  }
  const had = Array.from({ length: 300 }, (_, name) => queue.join(name).had)
  expect(Math.max(...had) - Math.min(...had)).toBeLessThanOrEqual(80)
})
