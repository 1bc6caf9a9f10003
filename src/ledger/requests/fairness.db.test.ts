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

/** How many were refused: because the ledger was busy, and for nothing else. */
function onlyBusy(ends: readonly PromiseSettledResult<unknown>[]): number {
  const refused = ends.filter((end) => end.status === 'rejected')
  for (const { reason } of refused) expect(reason instanceof Fault && reason.code).toBe('ledger_busy')
  return refused.length
}

it('a greedy sender delays only itself; others wait no longer than for the work in flight', async () => {
  const ends: string[] = []
  const end = (sender: string) => () => void ends.push(sender)
  // A machine that is slow enough refuses what waited too long: that is an end as well.
  const flood = Array.from({ length: 30 }, () =>
    books.ledger.submit(groupOf('a', 'b', 300), greedy).finally(end('greedy')),
  )
  const small = Array.from({ length: 10 }, () =>
    books.ledger.submit(groupOf('c', 'd', 1), modest).finally(end('modest')),
  )
  const [floodEnds] = await Promise.all([Promise.allSettled(flood), Promise.all(small)])
  const refused = onlyBusy(floodEnds)
  expect(refused).toBeLessThan(30)
  // At most the requests in flight when they came, and those that share a batch with them.
  expect(ends.slice(0, 20).filter((sender) => sender === 'modest')).toHaveLength(10)
  expect([(await books.balances('b'))[0], (await books.balances('d'))[0]]).toEqual([BigInt(30 - refused) * 300n, 10n])
})

it('one sender cannot take all waiting places', async () => {
  const before = (await books.balances('b'))[0]
  const flood = Array.from({ length: 12 }, () => books.ledger.submit(groupOf('a', 'b', 10_000), greedy))
  const other = books.ledger.submit(groupOf('c', 'd', 100), modest)
  const refused = onlyBusy(await Promise.allSettled(flood))
  expect(refused).toBeGreaterThan(0)
  expect((await other).every(({ ok }) => ok)).toBe(true)
  const booked = BigInt(12 - refused) * 10_000n
  expect([(await books.balances('b'))[0] - before, (await books.balances('d'))[0]]).toEqual([booked, 110n])
})
