import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newUuid } from '#platform/ids'
import { readFeed } from '#platform/outbox'
import { brief, createTestDatabase, ending, firstBook, moving, opening, type TestDatabase, together } from '#testing'
import { listAccounts } from './account-list-read-model.ts'
import { getAccount } from './account-read-model.ts'
import { balanceAt } from './balance-read-model.ts'
import type { TransferCommand } from './commands.ts'
import { createLedger } from './create-ledger.ts'
import type { Ledger } from './ledger.ts'
import { listTransfers } from './transfer-list-read-model.ts'
import { getTransfer } from './transfer-read-model.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

// The ledgers here are never started: nothing writes the end of what has lapsed in the background.
let test: TestDatabase
let ledger: Ledger
let other: Ledger
let made = 0
let a: string
let b: string

beforeAll(async () => {
  test = await createTestDatabase()
  const onFault = (fault: Error) => {
    throw fault
  }
  ledger = createLedger({ database: test.database, onFault })
  other = createLedger({ database: test.database, onFault })
  await open('world', null)
})
beforeEach(async () => {
  made += 1
  a = await open(`a:${made}`, 0n)
  b = await open(`b:${made}`, 0n)
  expect(await briefs(moving('world', a, 100n))).toEqual(['posted'])
})
afterAll(async () => {
  const { checks } = await verifyLedger(test.database)
  await Promise.all([ledger.stop(5_000), other.stop(5_000)])
  await test.drop()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
})

async function open(code: string, minAvailable: bigint | null, maxBalance: bigint | null = null) {
  await test.database.transaction((tx) => ledger.createAccounts(tx, [opening(code, { minAvailable, maxBalance })]))
  return code
}
const submit = (...commands: TransferCommand[]) => ledger.submit({ commands, atomic: false })
const briefs = async (...commands: TransferCommand[]) => (await submit(...commands)).map(brief)
const clock = async () => {
  const [row] = await test.database.query<{ now: bigint }>({
    text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
  })
  return Number(row?.now)
}
const passed = (time: number) => vi.waitFor(async () => expect(await clock()).toBeGreaterThan(time), 10_000)
/** Holds `amount` until it has lapsed; answers its id. */
const lapsed = async (source: string, destination: string, amount: bigint) => {
  const [id, expiresAt] = [newUuid(), (await clock()) + 200_000]
  expect(await briefs(moving(source, destination, amount, { id, pending: true, expiresAt }))).toEqual(['pending'])
  await passed(expiresAt)
  return id
}
const balancesOf = async (code: string) => {
  const account = await getAccount(test.database, firstBook, code)
  const listed = (await listAccounts(test.database, { book: firstBook, limit: 5 })).items.find(
    (item) => item.code === code,
  )
  const balance = await balanceAt(test.database, { book: firstBook, account: code })
  const past = await balanceAt(test.database, { book: firstBook, account: code, at: await clock() })
  const shown = [account, listed, balance, past].map((one) => [one?.posted, one?.pendingOut, one?.pendingIn])
  for (const one of shown) expect(one).toEqual(shown[0])
  return shown[0]
}
const entriesOf = (id: string) =>
  test.database.query({
    text: `select e.kind from ledger.entries e join ledger.transfers t on t.position = e.transfer
      where t.id = $1 and e.kind <> 2`,
    values: [id],
  })

describe('a hold that has lapsed, before its end is written', () => {
  it('is in no balance and in the state that it is in', async () => {
    const [open, id] = [newUuid(), await lapsed(a, b, 70n)]
    expect(await balancesOf(a)).toEqual([100n, 0n, 0n])
    expect(await balancesOf(b)).toEqual([0n, 0n, 0n])
    expect(await getTransfer(test.database, firstBook, id)).toMatchObject({ state: 'expired', amountPosted: 0n })
    expect(await entriesOf(id)).toEqual([])
    const held = moving(a, b, 60n, { id: open, pending: true, expiresAt: (await clock()) + 3_600_000_000 })
    expect(await briefs(held)).toEqual(['pending'])
    expect(await balancesOf(a)).toEqual([100n, 60n, 0n])
    expect(await entriesOf(id)).toHaveLength(2)
  })

  it('is listed among the expired and no longer among the pending', async () => {
    const id = await lapsed(a, b, 70n)
    for (const account of [undefined, a, b]) {
      const listed = async (state: 'pending' | 'expired') => {
        const filter = { state, ...(account !== undefined && { account }) }
        const { items } = await listTransfers(test.database, { book: firstBook, filter, limit: 100 })
        return items.map((item) => item.id)
      }
      expect(await listed('expired')).toContain(id)
      expect(await listed('pending')).not.toContain(id)
    }
  })

  it('leaves its money to whoever spends it next, in one batch with its end', async () => {
    const id = await lapsed(a, b, 70n)
    expect(await briefs(ending.post(id), moving(a, b, 100n), ending.void(id))).toEqual([
      'transfer_expired (id)',
      'posted',
      'transfer_expired (id)',
    ])
    expect([await balancesOf(a), await balancesOf(b)]).toEqual([
      [0n, 0n, 0n],
      [100n, 0n, 0n],
    ])
    expect(await entriesOf(id)).toHaveLength(2)
    await vi.waitFor(async () => {
      const feed = await readFeed(test.database, { book: firstBook, limit: 2 })
      expect(feed?.events.map(({ type }) => type)).toEqual(['transfer.posted', 'transfer.expired'])
    }, 10_000)
  })

  it('leaves room under the limit of its destination', async () => {
    const bounded = await open(`bounded:${made}`, 0n, 80n)
    await lapsed(a, bounded, 70n)
    expect(await briefs(moving(a, bounded, 80n), moving(a, bounded, 1n))).toEqual([
      'posted',
      'balance_limit_exceeded (amount)',
    ])
  })

  it('counts neither for a balancing transfer nor for a condition', async () => {
    await lapsed(a, b, 70n)
    const conditions = { source: { availableMin: 100n }, destination: { postedMax: 0n } }
    expect(await briefs(moving(a, b, 10n, { conditions }))).toEqual(['posted'])
    await lapsed(a, b, 70n)
    const outcomes = await submit(moving(a, b, 500n, { balancing: 'source' }))
    expect(outcomes[0]).toMatchObject({ ok: true, transfer: { amount: 90n } })
  })

  it('is ended once, however many accounts, batches and processes come upon it at its very moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [id, expiresAt] = [newUuid(), (await clock()) + 60_000]
      const held = await briefs(moving(a, b, 100n, { id, pending: true, expiresAt }))
      expect(held).toEqual(['pending'])
      await passed(expiresAt - 2_000 * round)
      const back = await vi.waitFor(async () => {
        const outcomes = await Promise.all(
          [ledger, other, ledger, other].flatMap((one) =>
            [ending.post(id), moving(a, b, 100n), ending.expire(id)].map((command) =>
              one.submit({ commands: [command], atomic: false }),
            ),
          ),
        )
        expect(outcomes.flat().some(({ ok }) => ok)).toBe(true)
        return outcomes.flat()
      }, 10_000)
      const moved = back.filter((outcome) => outcome.ok && outcome.transfer.amountPosted === 100n)
      expect(moved).toHaveLength(1)
      expect(await balancesOf(a)).toEqual([0n, 0n, 0n])
      expect(await balancesOf(b)).toEqual([100n, 0n, 0n])
      expect(await entriesOf(id)).toHaveLength(2)
      expect(await briefs(moving(b, a, 100n))).toEqual(['posted'])
    }
  })

  it('is ended within an all-or-nothing group that is refused, in a callers transaction, and in a dry run that leaves nothing', async () => {
    const id = await lapsed(a, b, 70n)
    const dry = await ledger.dryRun({ commands: [moving(a, b, 100n)], atomic: false })
    expect(dry.map(brief)).toEqual(['posted'])
    expect(await entriesOf(id)).toEqual([])
    const refused = await ledger.submit(together(moving(a, b, 100n), moving(a, b, 1n)))
    expect(refused.map(brief)).toEqual(['group_refused', 'insufficient_funds (amount)'])
    expect(await entriesOf(id)).toHaveLength(2)
    await lapsed(a, b, 70n)
    const posted = await test.database.transaction((tx) =>
      ledger.post(tx, { commands: [moving(a, b, 100n)], atomic: false }),
    )
    expect(posted.map(brief)).toEqual(['posted'])
    expect(await balancesOf(a)).toEqual([0n, 0n, 0n])
  })

  it('does not keep an account from being closed, nor counts as a change of it', async () => {
    const empty = await open(`empty:${made}`, 0n)
    const id = await lapsed(a, empty, 70n)
    const seen = await getAccount(test.database, firstBook, empty)
    const version = seen?.version ?? 0
    const closed = await test.database.transaction((tx) =>
      ledger.changeAccount(tx, { book: firstBook, account: empty, state: 'closed', version }),
    )
    expect(closed).toMatchObject({ ok: true, value: { state: 'closed', pendingIn: 0n } })
    expect(await entriesOf(id)).toHaveLength(2)
    expect(await balancesOf(a)).toEqual([100n, 0n, 0n])
  })

  it('is in no balance of the time between, also when its end was written later', async () => {
    await lapsed(a, b, 70n)
    const between = await clock()
    const shown = async () => balanceAt(test.database, { book: firstBook, account: a, at: between })
    expect(await shown()).toMatchObject({ posted: 100n, pendingOut: 0n })
    expect(await briefs(moving(a, b, 100n))).toEqual(['posted'])
    expect(await shown()).toMatchObject({ posted: 100n, pendingOut: 0n })
  })

  it('has accounts on its other side that the batch does not name, some with more that has lapsed', async () => {
    const c = await open(`c:${made}`, 0n)
    await lapsed(a, b, 40n)
    await lapsed(a, c, 60n)
    expect(await briefs(moving('world', b, 5n), moving(a, c, 100n))).toEqual(['posted', 'posted'])
    expect([await balancesOf(a), await balancesOf(b), await balancesOf(c)]).toEqual([
      [0n, 0n, 0n],
      [5n, 0n, 0n],
      [100n, 0n, 0n],
    ])
  })
})

it('lapses by the clock of the database, also while a clock that was set back lags behind the books', async () => {
  // As after a clock that was an hour ahead: the latest batch is recorded in what is now the future.
  const [ahead] = await test.database.query<{ position: bigint }>({
    text: `update ledger.batches set recorded_at = recorded_at + interval '1 hour'
      where position = (select max(position) from ledger.batches) returning position`,
  })
  const [id, expiresAt] = [newUuid(), (await clock()) + 600_000_000]
  expect(await briefs(moving(a, b, 30n, { id, pending: true, expiresAt }))).toEqual(['pending'])
  expect(await getAccount(test.database, firstBook, a)).toMatchObject({ posted: 100n, pendingOut: 30n })
  expect(await briefs(moving(a, b, 71n), ending.post(id))).toEqual(['insufficient_funds (amount)', 'posted'])
  await test.database.query({
    text: `update ledger.batches set recorded_at = recorded_at - interval '1 hour' where position = $1`,
    values: [ahead?.position],
  })
})
