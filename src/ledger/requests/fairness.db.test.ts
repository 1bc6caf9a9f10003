import { afterAll, beforeAll, expect, it } from 'vitest'
import { Fault } from '#platform/faults'
import { moving, startTestBooks, type TestBooks } from '#testing'

let books: TestBooks
beforeAll(async () => {
  books = await startTestBooks()
  await books.openWith('a', 10_000_000n)
  await books.open('b')
  await books.openWith('c', 10_000_000n)
  await books.open('d')
})
afterAll(() => books.stopInOrder())

const groupOf = (source: string, destination: string, count: number) => ({
  commands: Array.from({ length: count }, () => moving(source, destination, 1n)),
  atomic: false,
})
const greedy = { sender: { group: 1, sender: 'greedy' } }
const modest = { sender: { group: 1, sender: 'modest' } }

it('a greedy sender delays only itself; others wait no longer than for the work in flight', async () => {
  const ends: string[] = []
  const flood = Array.from({ length: 30 }, async () => {
    await books.ledger.submit(groupOf('a', 'b', 1_000), greedy)
    ends.push('greedy')
  })
  const small = Array.from({ length: 10 }, async () => {
    await books.ledger.submit(groupOf('c', 'd', 1), modest)
    ends.push('modest')
  })
  await Promise.all([...flood, ...small])
  expect(ends.filter((end) => end === 'greedy')).toHaveLength(30)
  // At most the requests in flight when they came, and those that share a batch with them.
  expect(ends.slice(0, 20).filter((end) => end === 'modest')).toHaveLength(10)
  expect([(await books.balances('b'))[0], (await books.balances('d'))[0]]).toEqual([30_000n, 10n])
})

it('one sender cannot take all waiting places', async () => {
  const before = (await books.balances('b'))[0]
  const flood = Array.from({ length: 12 }, () => books.ledger.submit(groupOf('a', 'b', 10_000), greedy))
  const other = books.ledger.submit(groupOf('c', 'd', 100), modest)
  const ends = await Promise.allSettled(flood)
  const refused = ends.filter((end) => end.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const { reason } of refused) expect(reason instanceof Fault && reason.code).toBe('ledger_busy')
  expect((await other).every(({ ok }) => ok)).toBe(true)
  const booked = BigInt(12 - refused.length) * 10_000n
  expect([(await books.balances('b'))[0] - before, (await books.balances('d'))[0]]).toEqual([booked, 110n])
})
