import { expect, it } from 'vitest'
import { createFairQueue, createTurns } from './fair-queue.ts'

const taker = (group: number, sender: string) => ({ group, sender })

/** A queue whose requests end when the test ends them. */
function start(max: number) {
  const enqueue = createFairQueue(max)
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
      enqueue(taker(group, sender), {
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
  const queue = start(8)
  for (let time = 0; time < 4; time += 1) queue.ask(1, 'a')
  expect(queue.begun).toHaveLength(4)
  for (let time = 0; time < 100; time += 1) for (const sender of ['a', 'b', 'c']) queue.ask(1, sender)
  queue.endAll()
  expect(queue.begun).toHaveLength(304)
  expect(queue.most()).toBeLessThanOrEqual(8)
})

it('starts a sender below its quota at once, however many requests of others wait', () => {
  const queue = start(32)
  for (let time = 0; time < 1_000; time += 1) queue.ask(1, 'greedy')
  for (let key = 0; key < 100; key += 1) queue.ask(1, `key ${key}`)
  queue.ask(2, 'modest')
  expect(queue.begun.at(-1)).toBe('modest')
})

it('alternates between books, then between keys, when all places are taken', () => {
  const queue = start(8)
  for (let time = 0; time < 200; time += 1) queue.ask(1, 'a')
  for (let time = 0; time < 100; time += 1) queue.ask(1, 'b')
  for (let time = 0; time < 100; time += 1) queue.ask(2, 'c')
  const before = queue.begun.length
  for (let time = 0; time < 40; time += 1) queue.endOne()
  const since = queue.begun.slice(before)
  const count = (sender: string) => since.filter((each) => each === sender).length
  expect(count('c')).toBeGreaterThanOrEqual(count('a') + count('b') - 8)
  expect(count('b')).toBeGreaterThan(5)
  queue.endAll()
  expect(queue.begun).toHaveLength(400)
})

it('skips requests that no client waits for any more', () => {
  const queue = start(4)
  let isGone = false
  for (let time = 0; time < 10_000; time += 1) queue.ask(1, 'gone', () => isGone)
  const begun = queue.begun.length
  isGone = true
  queue.endAll()
  expect([queue.begun.length, queue.left.length]).toEqual([begun, 10_000 - begun])
  queue.ask(1, 'gone')
  expect(queue.begun).toHaveLength(begun + 1)
})

it('does work one after the other, by book, and goes on after a failure', async () => {
  const inTurn = createTurns(2)
  const begun: string[] = []
  const ends: PromiseWithResolvers<void>[] = []
  const ask = (group: number, sender: string) =>
    inTurn(taker(group, sender), async () => {
      begun.push(sender)
      const end = Promise.withResolvers<void>()
      ends.push(end)
      await end.promise
      return sender
    })
  const asked = [ask(1, 'a'), ask(1, 'a'), ask(1, 'b'), ask(2, 'c')]
  const done = Promise.allSettled(asked)
  for (let time = 0; time < asked.length; time += 1) {
    await expect.poll(() => begun.length).toBe(time + 1)
    if (time === 1) ends[time]?.reject(new Error('failed'))
    else ends[time]?.resolve()
  }
  expect(begun.slice(0, 3)).toContain('c')
  expect((await done).map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
})
