import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { brief, ending, moving, startTestBooks, type TestBooks } from '#testing'
import type { CommandGroup } from '../commands.ts'

let books: TestBooks
beforeAll(async () => {
  books = await startTestBooks()
  await books.openWith('a', 1_000_000n)
  await books.open('b')
})
afterAll(() => books.stopInOrder())

it('requests that arrive together are written together, each with its own answer', async () => {
  const before = books.ledger.statistics()
  const outcomes = await Promise.all(
    Array.from({ length: 500 }, (_, n) => books.submit(moving('a', 'b', BigInt(n + 1)))),
  )
  expect(outcomes.map(([outcome]) => outcome?.ok && outcome.transfer.amount)).toEqual(
    outcomes.map((_, n) => BigInt(n + 1)),
  )
  const after = books.ledger.statistics()
  expect(after.commands - before.commands).toBe(500)
  expect(after.batches - before.batches).toBeLessThan(10)
  expect(after.queued).toBe(0)
})

it.each([
  ['that the database will not take', moving('a', 'b', 0n, { id: newUuid() })],
  ['with text that cannot be stored', moving('a', 'b', 1n, { reference: 'a\0b' })],
])('a command %s fails alone, and not with its neighbors', async (_, poison) => {
  const submissions = Array.from({ length: 40 }, (_, n) => books.submit(n === 17 ? poison : moving('a', 'b', 1n)))
  const ends = await Promise.allSettled(submissions)
  expect(ends.map(({ status }) => status)).toEqual(ends.map((_, n) => (n === 17 ? 'rejected' : 'fulfilled')))
  expect((await books.submit(moving('a', 'b', 1n))).map(brief)).toEqual(['posted'])
})

it('an overloaded writer refuses new requests at once, and handles the accepted ones', async () => {
  const nothing = ending.void(newUuid())
  const group: CommandGroup = { commands: Array.from({ length: 10_000 }, () => nothing), atomic: false }
  const taken = Array.from({ length: 20 }, () => books.ledger.submit(group))
  await expect(books.ledger.submit(group)).rejects.toMatchObject({ code: 'ledger_busy', retryable: true })
  const outcomes = (await Promise.all(taken)).flat()
  expect(new Set(outcomes.map(brief))).toEqual(new Set(['transfer_not_found (id)']))
  expect((await books.submit(moving('a', 'b', 1n))).map(brief)).toEqual(['posted'])
})

it('a group that is larger than a batch keeps no request on other accounts waiting, and is booked whole or not', async () => {
  const [from, to] = [await books.openWith('large:from', 6_001n), await books.open('large:to')]
  const commands = Array.from({ length: 6_000 }, () => moving(from, to, 1n))
  // It waits for its account for as long as the requests on others take.
  const somebody = await books.database.session('somebody')
  await somebody.query({ text: 'begin' })
  await somebody.query({ text: 'select from ledger.accounts where code = $1 for no key update', values: [to] })
  let isBooked = false
  const large = books.ledger.submit({ commands, atomic: true }).finally(() => {
    isBooked = true
  })
  const behind = books.submit(moving(from, to, 2n))
  for (let round = 0; round < 3; round += 1) {
    expect([(await books.submit(moving('a', 'b', 1n))).map(brief), isBooked]).toEqual([['posted'], false])
  }
  await somebody.close()
  // Requests on its accounts wait for it, or come before it: one of both exceeds what there is.
  const outcomes = [new Set((await large).map(brief)), (await behind).map(brief)] as const
  const [isFirst] = [outcomes[1][0] === 'posted']
  expect(outcomes[0]).toEqual(new Set(isFirst ? ['insufficient_funds (amount)', 'group_refused'] : ['posted']))
  expect(await books.balances(from)).toEqual([isFirst ? 5_999n : 1n, 0n, 0n])
  expect(await books.balances(to)).toEqual([isFirst ? 2n : 6_000n, 0n, 0n])
})

it('a bulk keeps no other sender waiting: it is booked in a batch only while its sender is alone', async () => {
  const [from, to] = [await books.openWith('bulk:from', 2_000n), await books.open('bulk:to')]
  const bulk = () =>
    books.ledger.submit(
      { commands: Array.from({ length: 1_000 }, () => moving(from, to, 1n)), atomic: false },
      { sender: { group: 1, sender: 'bulk' } },
    )
  // Of its own: accounts of other tests may still go apart.
  const [one, other] = [await books.openWith('bulk:one', 10n), await books.open('bulk:other')]
  const single = () =>
    books.ledger.submit(
      { commands: [moving(one, other, 1n)], atomic: false },
      { sender: { group: 1, sender: 'single' } },
    )
  // Nobody else has sent anything lately.
  await sleep(1_100)
  const { commandsApart } = books.ledger.statistics()
  expect(new Set((await bulk()).map(brief))).toEqual(new Set(['posted']))
  expect(books.ledger.statistics().commandsApart).toBe(commandsApart)
  // It waits for its account for as long as the requests on others take.
  const somebody = await books.database.session('somebody')
  await somebody.query({ text: 'begin' })
  await somebody.query({ text: 'select from ledger.accounts where code = $1 for no key update', values: [to] })
  let isBooked = false
  const just = single()
  const second = bulk().finally(() => {
    isBooked = true
  })
  expect((await just).map(brief)).toEqual(['posted'])
  for (let round = 0; round < 3; round += 1) {
    expect([(await single()).map(brief), isBooked]).toEqual([['posted'], false])
  }
  await somebody.close()
  expect(new Set((await second).map(brief))).toEqual(new Set(['posted']))
  expect(books.ledger.statistics().commandsApart).toBe(commandsApart + 1_000)
  expect(await books.balances(from)).toEqual([0n, 0n, 0n])
  expect(await books.balances(to)).toEqual([2_000n, 0n, 0n])
})

it('overlapping batches build on one another: holds are ended and repeated while in flight', async () => {
  const before = books.ledger.statistics()
  const holds = Array.from({ length: 3_000 }, () => moving('a', 'b', 1n, { id: newUuid(), pending: true }))
  const [made, ended, repeated] = await Promise.all([
    Promise.all(holds.map((hold) => books.submit(hold))),
    Promise.all(holds.map(({ id }, n) => books.submit(n % 2 === 0 ? ending.post(id) : ending.void(id)))),
    Promise.all(holds.map((hold) => books.submit(hold))),
  ])
  expect(new Set(made.flat().map(brief))).toEqual(new Set(['pending']))
  expect(new Set(ended.flat().map(brief))).toEqual(new Set(['posted', 'voided']))
  expect(repeated.flat().every((outcome) => outcome.ok && outcome.replayed)).toBe(true)
  expect(books.ledger.statistics().batches - before.batches).toBeGreaterThan(4)
  expect(await books.database.query({ text: 'select from ledger.holds' })).toHaveLength(0)
})

it('the end of a hold is decided after the hold, even while its accounts are contended', async () => {
  const [from, to] = [await books.openWith('pairs:from', 100_000n), await books.open('pairs:to')]
  const answers = new Set<string>()
  for (let round = 0; round < 30; round += 1) {
    // A posting within a caller's transaction: for a moment, requests on its accounts are booked apart.
    const posting = books.database.transaction((tx) =>
      books.ledger.postAll(tx, [{ commands: [moving(from, to, 1n)], atomic: true }]),
    )
    const pairs = Array.from({ length: 100 }, async (_, n) => {
      await sleep(n / 4)
      const hold = moving(from, to, 1n, { id: newUuid(), pending: true })
      const made = books.submit(hold)
      await sleep(n % 8)
      const ended = await books.submit(ending.void(hold.id ?? ''))
      await made
      return ended
    })
    for (const ended of await Promise.all(pairs)) answers.add(ended.map(brief).join())
    await posting
  }
  expect(answers).toEqual(new Set(['voided']))
})

it('overlapping batches are all decided again when another process changed an account of one', async () => {
  const other = await books.startAnother()
  for (let round = 0; round < 3; round += 1) {
    const [from, to] = [await books.openWith(`from:${round}`, 10_000n), await books.open(`to:${round}`)]
    const { conflicts } = books.ledger.statistics()
    await books.submit(moving(from, to, 1n))
    await other.submit({ commands: [moving(from, to, 1n)], atomic: false })
    const submitted = Array.from({ length: 4_000 }, () => books.submit(moving(from, to, 1n)))
    expect(new Set((await Promise.all(submitted)).flat().map(brief))).toEqual(new Set(['posted']))
    expect(books.ledger.statistics().conflicts).toBeGreaterThan(conflicts)
    expect(await books.balances(from)).toEqual([5_998n, 0n, 0n])
    expect(await books.balances(to)).toEqual([4_002n, 0n, 0n])
  }
  await other.stop(5_000)
})

it('an abandoned request is dropped before it is decided', async () => {
  const [from, to] = [await books.openWith('nobody:from', 10n), await books.open('nobody:to')]
  const dropped = books.ledger.submit({ commands: [moving(from, to, 1n)], atomic: false }, { isAbandoned: () => true })
  const kept = books.ledger.submit({ commands: [moving(from, to, 2n)], atomic: false }, { isAbandoned: () => false })
  await expect(dropped).rejects.toMatchObject({ code: 'request_abandoned', retryable: true })
  expect((await kept).map(brief)).toEqual(['posted'])
  expect(await books.balances(from)).toEqual([8n, 0n, 0n])
  expect(books.ledger.statistics().queued).toBe(0)
})

it('stops after every submitted request has been answered', async () => {
  const other = await books.startAnother()
  const submitted = Promise.all(
    Array.from({ length: 300 }, () => other.submit({ commands: [moving('a', 'b', 1n)], atomic: false })),
  )
  await other.stop(10_000)
  expect((await submitted).flat().every(({ ok }) => ok)).toBe(true)
})
