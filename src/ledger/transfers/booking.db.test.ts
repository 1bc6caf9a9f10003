import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { minorMax } from '#kernel'
import { newUuid } from '#platform/ids'
import { brief, ending, firstBook, moving, opening, startTestBooks, type TestBooks, together } from '#testing'
import type { CreateAccount, CreateTransfer, TransferCommand } from '../commands.ts'
import { balanceAt } from '../reports/balance-read-model.ts'

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
const day = 86_400_000_000

describe('the lower limit', () => {
  it.each<[limit: bigint | null, amount: bigint, answer: string]>([
    [0n, 100n, 'posted'],
    [0n, 101n, 'insufficient_funds (amount)'],
    [-50n, 150n, 'posted'],
    [-50n, 151n, 'insufficient_funds (amount)'],
    [30n, 70n, 'posted'],
    [30n, 71n, 'insufficient_funds (amount)'],
    [null, 1_000_000n, 'posted'],
  ])('of %s lets an account with 100 give %s: %s', async (minAvailable, amount, answer) => {
    await books.change(a, { minAvailable })
    expect(await briefs(moving(a, b, amount))).toEqual([answer])
  })

  it('counts pending outgoing money, and not pending incoming money', async () => {
    await books.book(moving(a, b, 60n, { pending: true }))
    await books.book(moving('world', a, 500n, { pending: true }))
    expect(await briefs(moving(a, b, 41n), moving(a, b, 40n))).toEqual(['insufficient_funds (amount)', 'posted'])
    expect(await briefs(moving(b, a, 41n), moving(b, a, 40n))).toEqual(['insufficient_funds (amount)', 'posted'])
  })

  it('raised above a balance stops outgoing transfers and allows incoming ones', async () => {
    await books.change(a, { minAvailable: 200n })
    expect(await briefs(moving(a, b, 1n), moving('world', a, 5n))).toEqual(['insufficient_funds (amount)', 'posted'])
  })
})

describe('the upper limit', () => {
  it.each<[limit: bigint | null, amount: bigint, answer: string]>([
    [100n, 100n, 'posted'],
    [99n, 100n, 'balance_limit_exceeded (amount)'],
    [null, 100n, 'posted'],
  ])('of %s lets an empty account take %s: %s', async (maxBalance, amount, answer) => {
    await books.change(b, { maxBalance })
    expect(await briefs(moving(a, b, amount))).toEqual([answer])
  })

  it('counts pending incoming money, and not pending outgoing money', async () => {
    await books.change(b, { maxBalance: 50n })
    await books.book(moving(a, b, 30n, { pending: true }))
    expect(await briefs(moving(a, b, 21n), moving(a, b, 20n))).toEqual(['balance_limit_exceeded (amount)', 'posted'])
    await books.book(moving(b, a, 20n, { pending: true }))
    expect(await briefs(moving(a, b, 1n))).toEqual(['balance_limit_exceeded (amount)'])
  })
})

describe('a balancing transfer', () => {
  const move = async (balancing: 'source' | 'destination', amount: bigint, also: Partial<CreateTransfer> = {}) => {
    const [outcome] = await books.submit(moving(a, b, amount, { balancing, ...also }))
    return outcome?.ok ? outcome.transfer.amount : outcome?.refusal.code
  }

  it('moves what the source can spare, up to the amount', async () => {
    await books.change(a, { minAvailable: 10n })
    await books.book(moving(a, b, 20n, { pending: true }))
    expect([await move('source', 50n), await move('source', 50n), await move('source', 50n)]).toEqual([
      50n,
      20n,
      'nothing_to_move',
    ])
    expect(await books.balances(a)).toEqual([30n, 20n, 0n])
  })

  it('moves what the destination can take, up to the amount, if the source has it', async () => {
    await books.change(b, { maxBalance: 80n })
    await books.book(moving('world', b, 10n, { pending: true }))
    expect([await move('destination', 60n), await move('destination', 60n), await move('destination', 60n)]).toEqual([
      60n,
      10n,
      'nothing_to_move',
    ])
    await books.change(b, { maxBalance: 1_000n })
    expect(await move('destination', 900n)).toBe('insufficient_funds')
  })

  it('moves the amount where there is no limit to reach', async () => {
    await books.change(a, { minAvailable: null })
    expect([await move('source', 500n), await move('destination', 500n)]).toEqual([500n, 500n])
  })

  it('holds as much as there is when it is pending, and posts that amount', async () => {
    const id = newUuid()
    expect(await move('source', 1_000n, { pending: true, id })).toBe(100n)
    expect(await briefs(ending.post(id, 101n), ending.post(id))).toEqual(['amount_exceeds_hold (amount)', 'posted'])
    expect(await books.balances(b)).toEqual([100n, 0n, 0n])
  })

  it('is recognized by its requested amount, not by the amount that moved', async () => {
    const command = moving(a, b, 1_000n, { balancing: 'source', id: newUuid() })
    expect(await briefs(command, command, { ...command, amount: 100n })).toEqual([
      'posted',
      'posted again',
      'id_already_used (amount)',
    ])
  })
})

describe('conditions', () => {
  it.each<[NonNullable<CreateTransfer['conditions']>, string]>([
    [{ source: { version: 2 } }, 'posted'],
    [{ source: { version: 1 } }, 'conditions.source.version'],
    [{ source: { postedMin: 100n, postedMax: 100n } }, 'posted'],
    [{ source: { postedMin: 101n } }, 'conditions.source.posted_min'],
    [{ source: { postedMax: 99n } }, 'conditions.source.posted_max'],
    [{ source: { availableMin: 90n, availableMax: 90n } }, 'posted'],
    [{ source: { availableMin: 91n } }, 'conditions.source.available_min'],
    [{ source: { availableMax: 89n } }, 'conditions.source.available_max'],
    [{ destination: { version: 1, postedMin: 0n, postedMax: 0n } }, 'posted'],
    [{ destination: { postedMin: 1n } }, 'conditions.destination.posted_min'],
    [{ source: { version: 9 }, destination: { postedMin: 1n } }, 'conditions.source.version'],
  ])('%o of an account with 100 of which 10 are held: %s', async (conditions, answer) => {
    await books.book(moving(a, b, 10n, { pending: true }))
    const [outcome] = await books.submit(moving(a, b, 1n, { conditions }))
    expect(outcome?.ok ? outcome.transfer.state : outcome?.refusal.param).toBe(answer)
  })

  it('on the version let one of many transfers pass that read the same version', async () => {
    const conditions = { source: { version: 1 } }
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => books.submit(moving(a, b, 1n, { conditions }))))
    expect(outcomes.flat().filter(({ ok }) => ok)).toHaveLength(1)
  })
})

describe('the range of a balance', () => {
  const openBig = (code: string, also: Partial<CreateAccount> = {}) =>
    books.open(`${code}:${made}`, { minAvailable: null, ...also })

  it('ends at the largest signed 64-bit integer, on both sides', async () => {
    const [low, high] = [await openBig('low'), await openBig('high')]
    expect(await briefs(moving(low, high, minorMax), moving(low, b, 1n), moving(a, high, 1n))).toEqual([
      'posted',
      'balance_overflow (amount)',
      'balance_overflow (amount)',
    ])
    expect(await books.balances(high)).toEqual([minorMax, 0n, 0n])
    expect(await books.balances(low)).toEqual([-minorMax, 0n, 0n])
    expect(await briefs(moving(high, low, minorMax))).toEqual(['posted'])
  })

  it('is not exceeded by holds, in or out', async () => {
    const [low, high] = [await openBig('low'), await openBig('high')]
    const id = newUuid()
    expect(await briefs(moving(low, high, minorMax, { pending: true, id }))).toEqual(['pending'])
    expect(await briefs(moving(low, b, 1n, { pending: true }), moving(a, high, 1n), moving(low, b, 1n))).toEqual([
      'balance_overflow (amount)',
      'balance_overflow (amount)',
      'balance_overflow (amount)',
    ])
    expect(await briefs(ending.post(id), moving(high, low, minorMax))).toEqual(['posted', 'posted'])
  })
})

describe('a reference', () => {
  it('belongs to one transfer of a book, even if many request it at once', async () => {
    const reference = `r:${made}`
    const other = await books.startAnother()
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? books.ledger : other).submit({ commands: [moving(a, b, 1n, { reference })], atomic: false }),
      ),
    )
    const answers = outcomes.flat().map(brief)
    expect(answers.filter((answer) => answer === 'posted')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'reference_taken (reference)')).toHaveLength(19)
  })

  it('of a refused transfer is free, and that of a voided one is taken', async () => {
    const [free, taken] = [`free:${made}`, `taken:${made}`]
    const held = moving(a, b, 1n, { id: newUuid(), pending: true, reference: taken })
    expect(await briefs(moving(a, b, 101n, { id: newUuid(), reference: free }), held, ending.void(held.id))).toEqual([
      'insufficient_funds (amount)',
      'pending',
      'voided',
    ])
    expect(await briefs(moving(a, b, 1n, { reference: free }), moving(a, b, 1n, { reference: taken }))).toEqual([
      'posted',
      'reference_taken (reference)',
    ])
  })
})

describe('a backdated transfer', () => {
  it('counts from its effective time by effective time, and from its recording by recorded time', async () => {
    const now = await books.clock()
    const held = moving(a, b, 30n, { id: newUuid(), pending: true, effectiveAt: now - 3 * day })
    await books.book(moving(a, b, 7n, { effectiveAt: now - 2 * day }))
    await books.book(held)
    await books.book(ending.post(held.id, 20n))
    const posted = async (by: 'recorded' | 'effective', daysAgo: number) =>
      (await balanceAt(books.database, { book: firstBook, account: b, at: now - daysAgo * day, by }))?.posted
    expect(await Promise.all([4, 2.5, 1].map((days) => posted('effective', days)))).toEqual([0n, 20n, 27n])
    expect(await Promise.all([4, 2.5, 1].map((days) => posted('recorded', days)))).toEqual([0n, 0n, 0n])
    expect(await books.balances(b)).toEqual([27n, 0n, 0n])
  })
})

describe('a dry run', () => {
  it('answers as a submission would, in order and together, and has no effect', async () => {
    const table = async () =>
      books.database.query({
        text: `select (select count(*) from ledger.transfers), (select count(*) from ledger.entries),
          (select count(*) from ledger.batches), (select count(*) from platform.outbox)`,
      })
    const before = await table()
    const refused = moving(a, b, 1_000n, { id: newUuid() })
    const group = { commands: [moving(a, b, 60n), moving(a, b, 60n), moving(b, a, 60n), refused], atomic: false }
    const outcomes = await books.ledger.dryRun(group)
    expect(outcomes.map(brief)).toEqual([
      'posted',
      'insufficient_funds (amount)',
      'posted',
      'insufficient_funds (amount)',
    ])
    expect((await books.ledger.dryRun(together(...group.commands))).map(brief)).toEqual([
      'group_refused',
      'insufficient_funds (amount)',
      'group_refused',
      'group_refused',
    ])
    expect(await table()).toEqual(before)
    expect(await books.balances(a)).toEqual([100n, 0n, 0n])
    await books.change(a, { minAvailable: null })
    expect(await briefs(refused)).toEqual(['posted'])
  })
})

describe('a batch of many books', () => {
  it('books each transfer in its own book', async () => {
    const numbers = Array.from({ length: 450 }, (_, n) => 1_000 + n)
    const accounts = numbers.flatMap((book) => [
      opening('world', { book, minAvailable: null }),
      opening('till', { book }),
    ])
    const opened = await books.database.transaction((tx) => books.ledger.createAccounts(tx, accounts))
    expect(opened.every(({ ok }) => ok)).toBe(true)
    const id = newUuid()
    const fresh = await books.startAnother()
    const submitAll = () =>
      Promise.all(
        numbers.map((book) =>
          fresh.submit({
            commands: [moving('world', 'till', BigInt(book), { book, id, reference: 'r' })],
            atomic: false,
          }),
        ),
      )
    expect(new Set((await submitAll()).flat().map(brief))).toEqual(new Set(['posted']))
    expect(new Set((await submitAll()).flat().map(brief))).toEqual(new Set(['posted again']))
    const balances = await books.database.query<{ book_id: number; posted: bigint }>({
      text: `select book_id, posted from ledger.accounts join ledger.entries on account = number
        where code = 'till' order by book_id`,
    })
    expect(balances.map(({ book_id, posted }) => [book_id, posted])).toEqual(
      numbers.map((book) => [book, BigInt(book)]),
    )
  })
})
