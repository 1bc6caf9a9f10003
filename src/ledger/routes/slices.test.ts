import { expect, it } from 'vitest'
import { createJoinedAnswer, mapInTurns, slicesOf } from './slices.ts'

const commands = (count: number, pairs = 0) => {
  const metadata = Object.fromEntries(Array.from({ length: pairs }, (_, n) => [`key ${n}`, 'value']))
  return Array.from({ length: count }, (_, id) => ({ id, metadata }))
}
const sizes = (...of: Parameters<typeof commands>) => slicesOf(commands(...of)).map(({ from, to }) => to - from)

it('a batch is cut by the number of its items and of their pairs of metadata', () => {
  expect(sizes(0)).toEqual([])
  expect(sizes(1_000, 10)).toEqual([1_000])
  expect(sizes(1_001)).toEqual([1_000, 1])
  expect(sizes(10_000, 12)).toEqual([...Array.from({ length: 12 }, () => 833), 4])
  expect(sizes(450, 50)).toEqual([200, 200, 50])
  const slices = slicesOf(commands(2_500))
  expect(slices.flatMap((slice) => slice.commands.map(({ id }) => id))).toEqual(commands(2_500).map(({ id }) => id))
  expect(slices.map(({ index, from, to }) => [index, from, to])).toEqual([
    [0, 0, 1_000],
    [1, 1_000, 2_000],
    [2, 2_000, 2_500],
  ])
})

it('answers of slices become one', () => {
  const joined = createJoinedAnswer()
  joined.add('{"booked":2,"refused":1,"results":[{"a":"]}"},2,3]}')
  joined.add('{"booked":40,"refused":0,"results":["é"]}')
  const value = { booked: 42, refused: 1, results: [{ a: ']}' }, 2, 3, 'é'] }
  expect(joined.bytes().toString()).toBe(JSON.stringify(value))
  const plain = createJoinedAnswer()
  for (const body of ['{"results":[1]}', '{"results":[2]}']) plain.add(body)
  expect(plain.bytes().toString()).toBe('{"results":[1,2]}')
})

it('many items are mapped in several turns of the event loop', async () => {
  let turns = 0
  let isOver = false
  const tick = () => {
    turns += 1
    if (!isOver) setImmediate(tick)
  }
  setImmediate(tick)
  const items = Array.from({ length: 2_001 }, (_, n) => n)
  const mapped = await mapInTurns(items, (item, index) => [item, index, turns] as const)
  isOver = true
  expect(mapped.map(([item, index]) => [item, index])).toEqual(items.map((n) => [n, n]))
  expect(new Set(mapped.map(([, , turn]) => turn)).size).toBeGreaterThan(3)
})
