import { expect, it } from 'vitest'
import { bodiesUnderWayMax, createRoundRobinReading } from './round-robin-reading.ts'

/** A book with one key. */
const takerOf = (name: string) => ({ group: name, sender: name })

it('reads one piece of a body per tick of the event loop, alternating between senders', async () => {
  let turn = 0
  let ticking = true
  const tick = () => {
    turn += 1
    if (ticking) setImmediate(tick)
  }
  setImmediate(tick)
  const schedule = createRoundRobinReading({ underWayMax: bodiesUnderWayMax })
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
  const [a, b] = [takerOf('a'), takerOf('b')]
  schedule(a, read('a1', 2))
  for (const name of ['a2', 'a3']) schedule(a, read(name))
  for (const name of ['b1', 'b2']) schedule(b, read(name))
  await all.promise
  ticking = false
  expect(said).toEqual(['a1', 'b1', 'a1', 'b2', 'a2', 'a3'])
  expect(new Set(turns).size).toBe(6)
})

it('reads a few bodies at a time, however many senders have some', async () => {
  const schedule = createRoundRobinReading({ underWayMax: bodiesUnderWayMax })
  const underWay = new Set<string>()
  const ended: string[] = []
  let most = 0
  const all = Promise.withResolvers<void>()
  for (let sender = 0; sender < 12; sender += 1) {
    for (const body of ['x', 'y']) {
      const name = `${sender}${body}`
      let left = 3
      schedule(takerOf(String(sender)), () => {
        underWay.add(name)
        most = Math.max(most, underWay.size)
        left -= 1
        if (left > 0) return true
        underWay.delete(name)
        if (ended.push(name) === 24) all.resolve()
        return false
      })
    }
  }
  await all.promise
  expect(most).toBe(bodiesUnderWayMax)
  expect(ended.slice(0, 12).every((name) => name.endsWith('x'))).toBe(true)
})

it('a book with many keys delays the body of another book by two bodies at most', async () => {
  const schedule = createRoundRobinReading({ underWayMax: 1 })
  const said: string[] = []
  const all = Promise.withResolvers<void>()
  const read = (name: string, pieces: number) => {
    let left = pieces
    return () => {
      left -= 1
      said.push(name)
      if (said.length === 12) all.resolve()
      return left > 0
    }
  }
  for (let key = 0; key < 5; key += 1) schedule({ group: 'many', sender: `key ${key}` }, read('many', 2))
  schedule({ group: 'few', sender: 'key' }, read('few', 2))
  await all.promise
  expect(said.join(' ')).toBe('many many many many few few many many many many many many')
})

it('a book whose keys have many large bodies under way leaves another half of the turns', async () => {
  const schedule = createRoundRobinReading({ underWayMax: bodiesUnderWayMax })
  const begun = new Set<string>()
  const turns: string[] = []
  const all = Promise.withResolvers<void>()
  const endless = (name: string) => () => {
    begun.add(name)
    turns.push(name)
    if (turns.length === 40) all.resolve()
    return turns.length < 40
  }
  for (let key = 0; key < 9; key += 1) schedule({ group: 'one', sender: `one ${key}` }, endless(`one ${key}`))
  schedule({ group: 'other', sender: 'other' }, endless('other'))
  await all.promise
  expect(begun.size).toBe(bodiesUnderWayMax)
  expect(turns.filter((name) => name === 'other')).toHaveLength(20)
})
