import { afterAll, beforeAll, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { brief, ending, moving, startTestBooks, type TestBooks } from '#testing'
import { createAccountDirectory } from '../accounts/account-directory.ts'
import { gatherKnowledge } from './gather-knowledge.ts'
import { decideBatch, decideBatchInTurns } from './transfer-batch.ts'

let books: TestBooks
beforeAll(async () => {
  books = await startTestBooks()
  await books.openWith('a', 100n)
  for (const code of ['b', 'c']) await books.open(code)
})
afterAll(() => books.stop())

it('a hold that another process makes while a batch gathers its data comes after the batch', async () => {
  const hold = moving('a', 'b', 10n, { id: newUuid(), pending: true })
  const directory = createAccountDirectory()
  const outcomes = await books.database.transaction(async (tx) => {
    let bursts = 0
    const interrupted: Transaction = {
      ...tx,
      burst: async (steps) => {
        const answers = await tx.burst(steps)
        bursts += 1
        if (bursts === 1) await books.book(hold)
        return answers
      },
    }
    const group = { commands: [ending.void(hold.id), moving('world', 'c', 1n)], atomic: false }
    const options = { directory, heads: undefined, locked: true, lookUpAll: false, before: [] }
    const knowledge = await gatherKnowledge(interrupted, [{ group }], options)
    expect(bursts).toBe(2)
    return decideBatch([group], knowledge, { directory }).outcomes.flat()
  })
  expect(outcomes.map(brief)).toEqual(['transfer_not_found (id)', 'posted'])
})

it('a large group under locks is decided in many turns of the event loop, as in one', async () => {
  const directory = createAccountDirectory()
  const group = { commands: Array.from({ length: 3_000 }, () => moving('world', 'c', 1n)), atomic: true }
  const [whole, inTurns, turns] = await books.database.transaction(async (tx) => {
    const options = { directory, heads: undefined, locked: true, lookUpAll: false, before: [] }
    const knowledge = await gatherKnowledge(tx, [{ group }], options)
    const heads = () => new Map([...knowledge.heads].map(([number, head]) => [number, { ...head }]))
    let [count, isOver] = [0, false]
    const deciding = decideBatchInTurns([group], { ...knowledge, heads: heads() }, { directory })
    const next = () => {
      count += 1
      if (!isOver) setImmediate(next)
    }
    setImmediate(next)
    const decided = await deciding
    isOver = true
    return [decideBatch([group], { ...knowledge, heads: heads() }, { directory }), decided, count] as const
  })
  expect(turns).toBeGreaterThan(10)
  expect(inTurns.outcomes.flat().map(brief)).toEqual(Array(3_000).fill('posted'))
  expect(inTurns.identity).toEqual(whole.identity)
})
