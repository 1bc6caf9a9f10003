import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { brief, ending, firstBook, moving, opening, startTestBooks, type TestBooks, together, until } from '#testing'
import { findCustomAsset } from '../accounts/asset-store.ts'
import { createAsset } from '../accounts/create-asset.ts'
import type { TransferCommand } from '../commands.ts'

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

const notAfterAll = new Error('not after all')
const post = async (tx: Transaction, ...commands: TransferCommand[]) =>
  (await books.ledger.post(tx, { commands, atomic: false })).map(brief)

describe('posting in a transaction of the caller', () => {
  it('takes effect with its commit and not before', async () => {
    const hold = moving(a, b, 40n, { id: newUuid(), pending: true })
    await books.database.transaction(async (tx) => {
      expect(await post(tx, moving(a, b, 60n), hold)).toEqual(['posted', 'pending'])
      expect(await post(tx, ending.post(hold.id, 30n), moving(a, b, 11n))).toEqual([
        'posted',
        'insufficient_funds (amount)',
      ])
      expect(await books.balances(b)).toEqual([0n, 0n, 0n])
    })
    expect(await books.balances(b)).toEqual([90n, 0n, 0n])
    expect((await books.submit(moving(a, b, 10n), moving(a, b, 1n))).map(brief)).toEqual([
      'posted',
      'insufficient_funds (amount)',
    ])
  })

  it('leaves nothing behind when it is rolled back, refusals included', async () => {
    const [booked, refused] = [moving(a, b, 60n, { id: newUuid() }), moving(b, a, 999n, { id: newUuid() })]
    await expect(
      books.database.transaction(async (tx) => {
        await post(tx, booked, refused)
        throw notAfterAll
      }),
    ).rejects.toBe(notAfterAll)
    expect(await books.balances(a)).toEqual([100n, 0n, 0n])
    await books.book(moving('world', b, 999n))
    expect((await books.submit(booked, refused)).map(brief)).toEqual(['posted', 'posted'])
  })

  it('of a refused group rolls the group back, and the transaction goes on', async () => {
    await books.database.transaction(async (tx) => {
      const outcomes = await books.ledger.post(tx, together(moving(a, b, 60n), moving(a, b, 60n)))
      expect(outcomes.map(brief)).toEqual(['group_refused', 'insufficient_funds (amount)'])
      expect(await post(tx, moving(a, b, 100n))).toEqual(['posted'])
    })
    expect(await books.balances(b)).toEqual([100n, 0n, 0n])
  })

  it('forgets an account that was opened in it and rolled back', async () => {
    const code = `fleeting:${made}`
    await expect(
      books.database.transaction(async (tx) => {
        await books.ledger.createAccounts(tx, [opening(code)])
        expect(await post(tx, moving(a, code, 1n))).toEqual(['posted'])
        await books.ledger.changeAccount(tx, { book: firstBook, account: code, metadata: { a: 'b' } })
        throw notAfterAll
      }),
    ).rejects.toBe(notAfterAll)
    expect((await books.submit(moving(a, code, 1n), moving(a, b, 1n))).map(brief)).toEqual([
      'account_not_found (destination)',
      'posted',
    ])
    await books.open(code)
    expect((await books.submit(moving(a, code, 1n))).map(brief)).toEqual(['posted'])
    expect(await books.balances(code)).toEqual([1n, 0n, 0n])
  })

  it('beside the writer of the same process and of another books every transfer once', async () => {
    const other = await books.startAnother()
    const rich = await books.openWith(`rich:${made}`, 10_000n)
    const posting = Promise.all(
      Array.from({ length: 10 }, () =>
        books.database.transaction((tx) => post(tx, moving(rich, b, 1n), moving(b, a, 1n))),
      ),
    )
    const submitting = Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        (n % 2 ? other : books.ledger).submit({ commands: [moving(rich, b, 1n)], atomic: false }),
      ),
    )
    expect((await posting).flat().every((answer) => answer === 'posted')).toBe(true)
    expect((await submitting).flat().every(({ ok }) => ok)).toBe(true)
    expect(await books.balances(rich)).toEqual([9_890n, 0n, 0n])
    expect(await books.balances(b)).toEqual([100n, 0n, 0n])
  })
})

describe('when the writer is first on an account, with a batch that it is about to commit', () => {
  // A batch passes the gate, or waits at it, while it is written. The gate is not a lock, as writers wait only briefly
  // for locks.
  beforeAll(async () => {
    const statements = [
      'create table gate (is_open boolean)',
      'insert into gate values (true)',
      `create function pass_gate() returns trigger language plpgsql as $$
        begin
          while not (select is_open from gate) loop perform pg_sleep(0.005); end loop;
          return new;
        end $$`,
      'create trigger gate before insert on ledger.batches for each row execute function pass_gate()',
    ]
    for (const text of statements) await books.database.query({ text })
  })
  const setGate = (isOpen: boolean) => books.database.query({ text: 'update gate set is_open = $1', values: [isOpen] })
  const waitingAt = (what: string) =>
    until(async () => {
      const rows = await books.database.query({
        text: `select from pg_stat_activity where datname = current_database() and wait_event = $1`,
        values: [what],
      })
      return rows.length > 0
    })

  /** Runs `work` while a batch of the writer, a transfer of 10 from a to b, is between its entries and its commit. */
  async function besideABatch<Value>(work: () => Promise<Value>): Promise<Value> {
    const fresh = await books.startAnother()
    await setGate(false)
    const submitted = fresh.submit({ commands: [moving(a, b, 10n)], atomic: false })
    await waitingAt('PgSleep')
    const worked = work()
    await waitingAt('transactionid')
    await setGate(true)
    expect((await submitted).map(brief)).toEqual(['posted'])
    return worked
  }

  it('a posting waits for that batch and follows it', async () => {
    const answers = await besideABatch(() =>
      books.database.transaction((tx) => post(tx, moving(a, b, 90n), moving(a, b, 1n))),
    )
    expect(answers).toEqual(['posted', 'insufficient_funds (amount)'])
    expect(await books.balances(b)).toEqual([100n, 0n, 0n])
  })

  it('earlier work of the caller is kept, and a change of the account follows too', async () => {
    const asset = { code: `ASSET-${made}`, scale: 0, name: 'Made before' }
    const changed = await besideABatch(() =>
      books.database.transaction(async (tx) => {
        await createAsset(tx, firstBook, asset)
        return books.ledger.changeAccount(tx, { book: firstBook, account: a, state: 'frozen' })
      }),
    )
    expect(changed).toMatchObject({ ok: true, value: { state: 'frozen', version: 3, posted: 90n } })
    expect(await findCustomAsset(books.database, firstBook, asset.code)).toMatchObject(asset)
    expect((await books.submit(moving(a, b, 1n))).map(brief)).toEqual(['account_frozen (source)'])
  })
})
