import { expect, it } from 'vitest'
import { createRoundRobinReading } from './round-robin-reading.ts'

it('reads one piece of a body per tick of the event loop, alternating between senders', async () => {
  let turn = 0
  let ticking = true
  const tick = () => {
    turn += 1
    if (ticking) setImmediate(tick)
  }
  setImmediate(tick)
  const schedule = createRoundRobinReading()
  const said: string[] = []
  const turns: number[] = []
  const all = Promise.withResolvers<void>()
  const read = (name: string, pieces = 1) => {
    let left = pieces
    return () => {
      left -= 1
      said.push(name)
      turns.push(turn)
      if (said.length === 6) all.resolve()
      return left > 0
    }
  }
  schedule('a', read('a1', 2))
  for (const name of ['a2', 'a3']) schedule('a', read(name))
  for (const name of ['b1', 'b2']) schedule('b', read(name))
  await all.promise
  ticking = false
  expect(said).toEqual(['a1', 'b1', 'a1', 'b2', 'a2', 'a3'])
  expect(new Set(turns).size).toBe(6)
})
