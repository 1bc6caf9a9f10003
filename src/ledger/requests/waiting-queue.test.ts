import { expect, it } from 'vitest'
import { createRandom } from '../../../scripts/random.ts'
import { WaitingQueue } from './waiting-queue.ts'
import type { Waiting } from './waiting-requests.ts'

let requests = 0

/** A request of a sender; the queue reads nothing else of it, and of its commands only their number. */
function waiting(group: number, sender: string, commands: number): Waiting {
  requests += 1
  return {
    group: { commands: { length: commands }, atomic: false },
    sender: { group, sender },
    bytes: requests,
  } as unknown as Waiting
}

const sendersOf = (taken: readonly Waiting[]) => taken.map(({ sender }) => sender?.sender)

it('costs the same, however much the keys of a book have sent before', () => {
  const queue = new WaitingQueue()
  const keys = Array.from({ length: 2_000 }, (_, number) => `key ${number}`)
  queue.push(waiting(2, 'neighbor', 1))
  for (const key of keys) queue.push(waiting(1, key, 10_000))
  for (let taken = 0; taken < keys.length + 1; ) taken += queue.take(1_024).length
  // If each turn gave a key its part of a book's turn, this would take the process minutes.
  for (const key of keys) queue.push(waiting(1, key, 1))
  expect([queue.take(1_024).length, queue.take(1_024).length, queue.length]).toEqual([1_024, 976, 0])
})

it('does not delay a key for requests that it sent without competition', () => {
  const queue = new WaitingQueue()
  queue.push(waiting(1, 'importer', 10_000))
  queue.take(1_024)
  for (let other = 0; other < 10; other += 1) {
    for (let time = 0; time < 200; time += 1) queue.push(waiting(2 + other, `other ${other}`, 1))
  }
  queue.push(waiting(1, 'importer', 1))
  expect(sendersOf(queue.take(1_024))).toContain('importer')
})

it('divides among books first, then among their keys, even if a book sends with ever new keys', () => {
  const queue = new WaitingQueue()
  for (let time = 0; time < 1_000; time += 1) queue.push(waiting(2, 'modest', 1))
  let ofNewKeys = 0
  let ofModest = 0
  for (let key = 0; ofModest < 500; key += 1) {
    queue.push(waiting(1, `key ${key}`, 50))
    for (const { sender, group } of queue.take(50)) {
      if (sender?.group === 1) ofNewKeys += group.commands.length
      else ofModest += 1
    }
  }
  expect(ofNewKeys).toBeLessThanOrEqual(ofModest + 100)
})

it('skips a group too large for the rest of a batch, and begins the next batch with it', () => {
  const queue = new WaitingQueue()
  for (const [sender, commands] of [
    ['a', 2],
    ['b', 100],
    ['c', 3],
    ['b', 1],
  ] as const) {
    queue.push(waiting(1, sender, commands))
  }
  expect(sendersOf(queue.take(10))).toEqual(['a', 'c'])
  expect([sendersOf(queue.take(10)), sendersOf(queue.take(10)), queue.length, queue.commands]).toEqual([
    ['b'],
    ['b'],
    0,
    0,
  ])
})

it('loses nothing and keeps the order of each sender', () => {
  const queue = new WaitingQueue()
  const sent: Waiting[] = []
  const taken: Waiting[] = []
  const { below, chance } = createRandom(7)
  for (let round = 0; round < 2_000; round += 1) {
    for (let count = below(6); count > 0; count -= 1) {
      const request = waiting(below(4), `sender ${below(12)}`, 1 + below(chance(0.2) ? 80 : 4))
      sent.push(request)
      queue.push(request)
    }
    const batch = queue.take(40)
    if (batch.length > 1) {
      expect(batch.reduce((sum, { group }) => sum + group.commands.length, 0)).toBeLessThanOrEqual(40)
    }
    taken.push(...batch)
  }
  while (queue.length > 0) taken.push(...queue.take(40))
  expect(queue.commands).toBe(0)
  const ofSender = (all: readonly Waiting[]) => Map.groupBy(all, ({ sender }) => `${sender?.group} ${sender?.sender}`)
  expect(taken).toHaveLength(sent.length)
  const after = ofSender(taken)
  for (const [sender, before] of ofSender(sent)) {
    expect(after.get(sender)?.map(({ bytes }) => bytes)).toEqual(before.map(({ bytes }) => bytes))
  }
})
