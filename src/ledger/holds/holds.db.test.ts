import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newUuid } from '#platform/ids'
import { bookedOf, brief, ending, heldForAMoment, moving, patience, startTestBooks, type TestBooks } from '#testing'
import type { TransferCommand } from '../commands.ts'
import { getTransfer } from '../transfers/transfer-read-model.ts'

let books: TestBooks
let made = 0
let a: string
let b: string
beforeAll(async () => {
  books = await startTestBooks()
})
beforeEach(async () => {
  made += 1
  a = await books.openWith(`a:${made}`, 100n)
  b = await books.open(`b:${made}`)
})
afterAll(() => books.stopInOrder())

const briefs = async (...commands: TransferCommand[]) => (await books.submit(...commands)).map(brief)
const held = async (amount: bigint, expiresAt?: number) =>
  (await books.book(moving(a, b, amount, { pending: true, ...(expiresAt !== undefined && { expiresAt }) }))).id
const lapsing = async (amount: bigint, momentUs: number) =>
  (await heldForAMoment(books, moving(a, b, amount), momentUs)).id
const balances = async () => [await books.balances(a), await books.balances(b)]

describe('a hold', () => {
  it('is unavailable to the source and not yet in the destination', async () => {
    await held(30n)
    expect(await balances()).toEqual([
      [100n, 30n, 0n],
      [0n, 0n, 30n],
    ])
  })

  it('is posted whole', async () => {
    const transfer = await books.book(ending.post(await held(30n)))
    expect(transfer).toMatchObject({ state: 'posted', amount: 30n, amountPosted: 30n, pending: true })
    expect(transfer.resolvedAt).toBeGreaterThan(transfer.recordedAt)
    expect(await balances()).toEqual([
      [70n, 0n, 0n],
      [30n, 0n, 0n],
    ])
  })

  it('is posted in part, and the rest released', async () => {
    const transfer = await books.book(ending.post(await held(30n), 12n))
    expect(transfer).toMatchObject({ state: 'posted', amount: 30n, amountPosted: 12n })
    expect(await balances()).toEqual([
      [88n, 0n, 0n],
      [12n, 0n, 0n],
    ])
  })

  it('is voided', async () => {
    expect(await books.book(ending.void(await held(30n)))).toMatchObject({ state: 'voided', amountPosted: 0n })
    expect(await balances()).toEqual([
      [100n, 0n, 0n],
      [0n, 0n, 0n],
    ])
  })

  it('ends in the batch that made it, once', async () => {
    const made = moving(a, b, 100n, { id: newUuid(), pending: true })
    expect(await briefs(made, ending.post(made.id, 60n), ending.post(made.id), ending.void(made.id))).toEqual([
      'pending',
      'posted',
      'transfer_already_posted (id)',
      'transfer_already_posted (id)',
    ])
    expect(await briefs(moving(a, b, 41n), moving(a, b, 40n))).toEqual(['insufficient_funds (amount)', 'posted'])
  })

  it('ends once, however many processes try to end it in different ways', async () => {
    const other = await books.startAnother()
    for (let round = 0; round < 5; round += 1) {
      const id = await held(10n)
      const commands = Array.from({ length: 24 }, (_, n) =>
        n % 3 === 0 ? ending.void(id) : ending.post(id, BigInt(1 + n)),
      )
      const outcomes = await Promise.all(
        commands.map((command, n) => (n % 2 ? other : books.ledger).submit({ commands: [command], atomic: false })),
      )
      const ends = outcomes.flat().filter(({ ok }) => ok)
      expect(ends).toHaveLength(1)
      const now = await getTransfer(books.database, 1, id)
      expect(now).toMatchObject({ state: bookedOf(ends[0]).state, amountPosted: bookedOf(ends[0]).amountPosted })
    }
    const pending = [(await books.balances(a))[1], (await books.balances(b))[2]]
    expect(pending).toEqual([0n, 0n])
  })

  it('can be ended under tighter limits, but not posted while an account is frozen', async () => {
    const [posted, voided] = [await held(40n), await held(40n)]
    await books.change(a, { minAvailable: 1_000n })
    await books.change(b, { maxBalance: 0n, state: 'frozen' })
    expect(await briefs(ending.post(posted), ending.void(voided))).toEqual(['account_frozen (destination)', 'voided'])
    await books.change(b, { state: 'open' })
    expect(await briefs(ending.post(posted))).toEqual(['posted'])
  })

  it('never reserves more than there is: six of 1,000 on 5,000', async () => {
    const rich = await books.openWith(`rich:${made}`, 5_000n)
    const other = await books.startAnother()
    const ids = Array.from({ length: 6 }, () => newUuid())
    const answers = await Promise.all(
      ids.map((id, n) =>
        (n % 2 ? other : books.ledger).submit({
          commands: [moving(rich, b, 1_000n, { id, pending: true })],
          atomic: false,
        }),
      ),
    )
    const refused = ids.filter((_, n) => answers[n]?.[0]?.ok === false)
    expect(refused).toHaveLength(1)
    expect(await briefs(ending.post(refused[0] ?? ''))).toEqual(['transfer_not_found (id)'])
    await Promise.all(ids.map((id) => books.submit(ending.post(id))))
    expect(await books.balances(rich)).toEqual([0n, 0n, 0n])
    expect(await books.balances(b)).toEqual([5_000n, 0n, 0n])
  })
})

describe('a lapsed hold', () => {
  it('is ended by the ledger, which releases the money', async () => {
    const id = await lapsing(30n, 50_000)
    const later = await held(30n, (await books.clock()) + 3_600_000_000)
    await vi.waitFor(
      async () =>
        expect(await getTransfer(books.database, 1, id)).toMatchObject({
          ...{ state: 'expired', amountPosted: 0n, resolvedAt: expect.any(Number) },
        }),
      { timeout: patience(10_000), interval: 50 },
    )
    expect(await balances()).toEqual([
      [100n, 30n, 0n],
      [0n, 0n, 30n],
    ])
    expect(await briefs(ending.post(id), ending.void(id), ending.expire(id), ending.expire(later))).toEqual([
      'transfer_expired (id)',
      'transfer_expired (id)',
      'transfer_expired (id)',
      'hold_not_expired (id)',
    ])
  })

  it('is not posted even before the ledger has ended it', async () => {
    const id = await lapsing(30n, 20_000)
    await vi.waitFor(
      async () => expect(await briefs(ending.post(id, 31n))).toEqual(['transfer_expired (id)']),
      patience(10_000),
    )
  })

  it('is ended by exactly one of several processes', async () => {
    await books.startAnother()
    const ids = await Promise.all(Array.from({ length: 50 }, () => lapsing(2n, 100_000)))
    const states = async () =>
      (await Promise.all(ids.map((id) => getTransfer(books.database, 1, id)))).map((t) => t?.state)
    await vi.waitFor(async () => expect(new Set(await states())).toEqual(new Set(['expired'])), {
      timeout: patience(15_000),
      interval: 100,
    })
    expect(await balances()).toEqual([
      [100n, 0n, 0n],
      [0n, 0n, 0n],
    ])
  })
})
