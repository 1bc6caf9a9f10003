import { beforeAll, describe, expect, test } from 'vitest'
import type { Timestamp } from '#kernel'
import {
  bookRandomHistory,
  createRandom,
  createTestDatabase,
  newSeed,
  type Past,
  type PastEntry,
  readPast,
  type TestDatabase,
} from '#testing'
import { balanceAt } from '../reports/balance-read-model.ts'
import { createStatementReader, type Statement, type StatementCursor } from '../reports/statement-read-model.ts'
import { type Entry, listEntries } from './entry-read-model.ts'
import { versionsBelowPosition } from './version-read-model.ts'

const book = 7
const seed = newSeed()
const random = createRandom(seed)
const { below, chance } = random
const hour = 3_600_000_000

/** The effective time of an entry: the transfer's, if one was given and is before the recording. */
function effectiveAt(entry: PastEntry): Timestamp {
  const given = (entry.flags ?? 0) & 2 ? entry.given_effective_at : null
  return given === null ? entry.recorded_at : Math.min(given, entry.recorded_at)
}

// An imported past is mostly backdated.
describe.each([
  { transfers: 6000, backdated: 0.15 },
  { transfers: 4000, backdated: 0.98 },
])(`over a random history (seed ${seed}) of $transfers transfers, $backdated of them backdated`, (shape) => {
  let server: TestDatabase
  let past: Past
  const statements = createStatementReader()
  const entriesOf = (account: number) => past.entries.filter((entry) => entry.account === account)

  beforeAll(async () => {
    server = await createTestDatabase()
    await bookRandomHistory(server.database, { book, accounts: 12, ...shape, random })
    past = await readPast(server.database, book)
  })

  /** Times worth testing: of entries, directly beside them, and effective ones. */
  function someTime(): Timestamp {
    const entry = past.entries[below(past.entries.length)]
    if (entry === undefined) throw new Error('the history is empty')
    const at = chance(0.5) ? entry.recorded_at : effectiveAt(entry)
    return at + ([-1, 0, 1, -hour, hour][below(5)] ?? 0)
  }

  const someAccount = () => {
    const account = past.accounts[below(past.accounts.length)]
    if (account === undefined) throw new Error('the history has no accounts')
    return account
  }

  test('a balance now is the one the last entry left', async () => {
    for (const account of past.accounts) {
      const last = entriesOf(account.number).at(-1)
      const { posted = 0n, pending_out = 0n, pending_in = 0n, version = 0 } = last ?? {}
      const { id, code, asset } = account
      expect(await balanceAt(server.database, { book, account: code })).toEqual({
        ...{ id, code, asset, posted, pendingOut: pending_out, pendingIn: pending_in, version },
      })
    }
  })

  test('a balance at a time of recording is the one the last entry up to it had left', async () => {
    for (let round = 0; round < 150; round += 1) {
      const account = someAccount()
      const at = someTime()
      const last = entriesOf(account.number).findLast((entry) => entry.recorded_at <= at)
      expect(await balanceAt(server.database, { book, account: account.code, at })).toMatchObject({
        posted: last?.posted ?? 0n,
        pendingOut: last?.pending_out ?? 0n,
        pendingIn: last?.pending_in ?? 0n,
        version: last?.version ?? 0,
      })
    }
  })

  test('a balance at an effective time is the sum of the entries effective up to it', async () => {
    for (let round = 0; round < 150; round += 1) {
      const account = someAccount()
      const at = someTime()
      const posted = entriesOf(account.number)
        .filter((entry) => effectiveAt(entry) <= at)
        .reduce((sum, entry) => sum + entry.posted_delta, 0n)
      expect(await balanceAt(server.database, { book, account: account.code, at, by: 'effective' })).toMatchObject({
        posted,
      })
    }
  })

  test('entries come newest first, within the requested times, without changes of settings', async () => {
    for (let round = 0; round < 25; round += 1) {
      const account = someAccount()
      const bounds = { ...(chance(0.7) && { from: someTime() }), ...(chance(0.7) && { to: someTime() }) }
      const expected = entriesOf(account.number)
        .filter((entry) => entry.kind !== 6)
        .filter((entry) => entry.recorded_at >= (bounds.from ?? 0) && entry.recorded_at < (bounds.to ?? Infinity))
        .reverse()
      const found: Entry[] = []
      for (let cursor: number | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
        const page = await listEntries(server.database, {
          ...{ book, account: account.code, limit: 97 },
          ...bounds,
          ...(cursor !== undefined && { cursor }),
        })
        found.push(...(page?.items ?? []))
        cursor = page?.next
      }
      expect(found.map((entry) => entry.version)).toEqual(expected.map((entry) => entry.version))
      expect(found.map((entry) => [entry.posted, entry.effectiveAt, entry.amount])).toEqual(
        expected.map((entry) => [entry.posted, effectiveAt(entry), absolute(entry.posted_delta)]),
      )
    }
  })

  test('an entry names its transfer, its direction and the account on the other side', async () => {
    const account = someAccount()
    const page = await listEntries(server.database, { book, account: account.code, limit: 50 })
    for (const entry of page?.items ?? []) {
      const transfer = past.transfers.find(({ id }) => id === entry.transfer)
      const out = transfer?.source === account.number
      const other = past.accounts.find(({ number }) => number === (out ? transfer?.destination : transfer?.source))
      expect(entry.direction).toBe(out ? 'out' : 'in')
      expect(entry.counterparty).toEqual({ id: other?.id, code: other?.code, asset: other?.asset })
      expect(entry.reference ?? null).toBe(transfer?.reference ?? null)
    }
  })

  describe.each(['recorded', 'effective'] as const)('a statement by %s time', (by) => {
    test('adds up, and lists the entries that moved money between its bounds, oldest first', async () => {
      for (let round = 0; round < 25; round += 1) {
        const account = someAccount()
        const bounds = { ...(chance(0.8) && { from: someTime() }), ...(chance(0.8) && { to: someTime() }) }
        const key = (entry: PastEntry) => (by === 'recorded' ? entry.recorded_at : effectiveAt(entry))
        const moves = entriesOf(account.number).filter((entry) => entry.posted_delta !== 0n)
        const from = bounds.from ?? -Infinity
        const to = Math.max(from, bounds.to ?? Infinity)
        const within = moves
          .filter((entry) => key(entry) >= from && key(entry) < to)
          .sort((one, other) => key(one) - key(other) || one.version - other.version)
        const { statement, entries } = await readStatement(account.code, bounds)
        expect(statement).toMatchObject({
          opening: sum(moves.filter((entry) => key(entry) < from)),
          closing: sum(moves.filter((entry) => key(entry) < to)),
          totalIn: sum(within.filter((entry) => entry.posted_delta > 0n)),
          totalOut: -sum(within.filter((entry) => entry.posted_delta < 0n)),
        })
        expect(statement.opening + statement.totalIn - statement.totalOut).toBe(statement.closing)
        expect(entries.map((entry) => entry.version)).toEqual(within.map((entry) => entry.version))
      }
    })

    async function readStatement(account: string, bounds: { from?: Timestamp; to?: Timestamp }) {
      const entries: Entry[] = []
      let first: Statement | undefined
      let cursor: StatementCursor | undefined
      do {
        const statement = await statements(server.database, {
          ...{ book, account, by, limit: 41 },
          ...bounds,
          ...(cursor !== undefined && { cursor }),
        })
        if (statement === undefined) throw new Error('the account was not found')
        first ??= statement
        expect(statement).toMatchObject({ opening: first.opening, closing: first.closing })
        entries.push(...statement.page.items)
        cursor = statement.page.next
      } while (cursor !== undefined)
      return { statement: first, entries }
    }
  })

  test('the last version below a position is found by bisection', async () => {
    const probes = Array.from({ length: 200 }, () => {
      const entry = past.entries[below(past.entries.length)]
      return { account: entry?.account ?? 0, bound: (entry?.position ?? 0) + below(3) - 1 }
    })
    const expected = probes.map(
      ({ account, bound }) => entriesOf(account).findLast((entry) => entry.position < bound)?.version ?? 0,
    )
    expect(await versionsBelowPosition(server.database, probes)).toEqual(expected)
  })

  test('an account of another book, or of no book, is not found', async () => {
    const { code } = someAccount()
    expect(await balanceAt(server.database, { book: book + 1, account: code })).toBeUndefined()
    expect(await listEntries(server.database, { book, account: `${code}'; --`, limit: 1 })).toBeUndefined()
    expect(await balanceAt(server.database, { book, account: 'no\0code' })).toBeUndefined()
  })
})

function sum(entries: readonly PastEntry[]): bigint {
  return entries.reduce((total, entry) => total + entry.posted_delta, 0n)
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}
