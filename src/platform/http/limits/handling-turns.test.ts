import { expect, it } from 'vitest'
import { createHandlingTurns } from './handling-turns.ts'

const taker = (group: number, sender: string) => ({ group, sender })

/** Turns whose requests end when the test ends them. */
function start(max: number) {
  const inTurn = createHandlingTurns(max)
  const begun: string[] = []
  const left: string[] = []
  const ends: (() => void)[] = []
  let most = 0
  let running = 0
  return {
    begun,
    left,
    most: () => most,
    ask: (group: number, sender: string, isOver = () => false) =>
      inTurn(taker(group, sender), {
        begin: (done) => {
          begun.push(sender)
          running += 1
          most = Math.max(most, running)
          ends.push(() => {
            running -= 1
            done()
            // `done` may be called more than once.
            done()
          })
        },
        isOver,
        leave: () => left.push(sender),
      }),
    endOne: () => ends.shift()?.(),
    endAll: () => {
      while (ends.length > 0) ends.shift()?.()
    },
  }
}

it('starts requests at once while there are places, and never more than there are', () => {
  const turns = start(8)
  for (let time = 0; time < 4; time += 1) turns.ask(1, 'a')
  expect(turns.begun).toHaveLength(4)
  for (let time = 0; time < 100; time += 1) for (const sender of ['a', 'b', 'c']) turns.ask(1, sender)
  turns.endAll()
  expect(turns.begun).toHaveLength(304)
  expect(turns.most()).toBeLessThanOrEqual(8)
})

it('starts a sender below its quota at once, however many requests of others wait', () => {
  const turns = start(32)
  for (let time = 0; time < 1_000; time += 1) turns.ask(1, 'greedy')
  for (let key = 0; key < 100; key += 1) turns.ask(1, `key ${key}`)
  turns.ask(2, 'modest')
  expect(turns.begun.at(-1)).toBe('modest')
})

it('alternates between books, then between keys, when all places are taken', () => {
  const turns = start(8)
  for (let time = 0; time < 200; time += 1) turns.ask(1, 'a')
  for (let time = 0; time < 100; time += 1) turns.ask(1, 'b')
  for (let time = 0; time < 100; time += 1) turns.ask(2, 'c')
  const before = turns.begun.length
  for (let time = 0; time < 40; time += 1) turns.endOne()
  const since = turns.begun.slice(before)
  const count = (sender: string) => since.filter((each) => each === sender).length
  expect(count('c')).toBeGreaterThanOrEqual(count('a') + count('b') - 8)
  expect(count('b')).toBeGreaterThan(5)
  turns.endAll()
  expect(turns.begun).toHaveLength(400)
})

it('skips requests that no client waits for any more', () => {
  const turns = start(4)
  let isGone = false
  for (let time = 0; time < 50_000; time += 1) turns.ask(1, 'gone', () => isGone)
  const begun = turns.begun.length
  isGone = true
  turns.endAll()
  expect([turns.begun.length, turns.left.length]).toEqual([begun, 50_000 - begun])
  turns.ask(1, 'gone')
  expect(turns.begun).toHaveLength(begun + 1)
})
