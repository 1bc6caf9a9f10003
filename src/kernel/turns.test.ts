import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

/** Serves the same amount that many times; returns how often each had its turn. */
function serveOften(turns: Turns<string, { name: string }>, times: number, amount = 1): Record<string, number> {
  const had: Record<string, number> = {}
  for (let time = 0; time < times; time += 1) {
    const first = turns.first()
    if (first === undefined) break
    had[first.name] = (had[first.name] ?? 0) + 1
    turns.serve(amount, true)
  }
  return had
}

function create(names: readonly string[]) {
  const turns = new Turns<string, { name: string }>(() => ({ name: '' }))
  for (const name of names) turns.join(name).name = name
  return turns
}

it('serves equal amounts, and the first to join first', () => {
  const turns = create(['a', 'b', 'c', 'd', 'e'])
  expect(turns.first()?.name).toBe('a')
  expect(serveOften(turns, 500)).toEqual({ a: 100, b: 100, c: 100, d: 100, e: 100 })
})

it('serves members that had much after members that had little, by amount', () => {
  const turns = create(['a', 'b'])
  turns.serve(30, true)
  expect(serveOften(turns, 30)).toEqual({ b: 30 })
  expect(serveOften(turns, 10)).toEqual({ a: 5, b: 5 })
})

it('offsets the amount of a member by what others got meanwhile, whether it waited or not', () => {
  const turns = create(['a', 'b'])
  turns.serve(30, false)
  serveOften(turns, 31)
  turns.join('a')
  const had = serveOften(turns, 10)
  expect([had['a'], had['b']]).toEqual([5, 5])
})

it('saves up no credit for a member that does not wait', () => {
  const turns = create(['a', 'b'])
  turns.serve(1, false)
  serveOften(turns, 1_000)
  turns.join('a')
  expect(serveOften(turns, 10)).toEqual({ a: 5, b: 5 })
})

it('forgets all amounts when no member waits', () => {
  const turns = create(['a'])
  turns.serve(10_000, false)
  for (const name of ['b', 'a']) turns.join(name).name = name
  expect(serveOften(turns, 10)).toEqual({ a: 5, b: 5 })
})

it('passes over a member that yields, which still waits and comes first afterwards', () => {
  const turns = create(['a', 'b'])
  const goBack = turns.passOver()
  expect([turns.first()?.name, turns.waiting]).toEqual(['b', 2])
  turns.serve(5, false)
  expect([turns.first(), turns.waiting]).toEqual([undefined, 1])
  goBack()
  turns.join('b')
  expect([turns.first()?.name, turns.waiting]).toEqual(['a', 2])
  turns.serve(5, false)
  turns.serve(5, false)
  expect([turns.first(), turns.waiting]).toEqual([undefined, 0])
})

it('takes the lowest of many', () => {
  const turns = new Turns<number, { had: number }>(() => ({ had: 0 }))
  for (let name = 0; name < 300; name += 1) turns.join(name)
  for (let time = 0; time < 30_000; time += 1) {
    const first = turns.first() as { had: number }
    const amount = 1 + ((time * 7919) % 40)
    first.had += amount
    turns.serve(amount, true)
  }
  const had = Array.from({ length: 300 }, (_, name) => turns.join(name).had)
  expect(Math.max(...had) - Math.min(...had)).toBeLessThanOrEqual(80)
})
