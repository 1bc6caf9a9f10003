import { beforeAll, describe, expect, test } from 'vitest'
import {
  bookRandomHistory,
  createRandom,
  createTestDatabase,
  newSeed,
  type Past,
  type PastTransfer,
  readPast,
  rounds,
  type TestDatabase,
} from '#testing'
import { getAccount } from '../accounts/account-read-model.ts'
import type { TransferState } from '../commands.ts'
import { metadataTerm } from '../transfers/metadata-term.ts'
import { getTransfers } from '../transfers/transfer-read-model.ts'
import { type AccountFilter, listAccounts } from './account-list-read-model.ts'
import type { TransferFilter } from './transfer-criteria.ts'
import { listTransfers } from './transfer-list-read-model.ts'

const book = 7
const seed = newSeed()
const random = createRandom(seed)
const { below, chance, pick } = random
const hostileKey = "it's"
const hostileValue = '100% "quoted" \\'
const hostile = [
  "'",
  "' or true; --",
  '%',
  '_',
  '\\',
  '$1',
  '"; drop table ledger.transfers; --',
  '\ud800',
  '{"a":1}',
  'a\0b',
]

describe(`over a random history (seed ${seed})`, () => {
  let server: TestDatabase
  let past: Past

  beforeAll(async () => {
    server = await createTestDatabase()
    // Rows of other books are in between, and must never show.
    await bookRandomHistory(server.database, { book: book + 1, accounts: 9, transfers: 500, random })
    await bookRandomHistory(server.database, { book, accounts: 14, transfers: 7000, random })
    await bookRandomHistory(server.database, { book: book + 2, accounts: 9, transfers: 500, random })
    past = await readPast(server.database, book)
  })

  function stateOf(transfer: PastTransfer): TransferState {
    if ((transfer.flags & 1) === 0 || transfer.kind === 3) return 'posted'
    return transfer.kind === null ? 'pending' : transfer.kind === 4 ? 'voided' : 'expired'
  }

  function drawFilter(): TransferFilter {
    const account = () => (chance(0.5) ? pick(past.accounts).code : pick(past.accounts.slice(0, 2)).code)
    const times = [pick(past.transfers).recorded_at, pick(past.transfers).recorded_at + below(2)].sort((a, b) => a - b)
    return {
      ...(chance(0.3) && { account: account() }),
      ...(chance(0.2) && { source: account() }),
      ...(chance(0.2) && { destination: account() }),
      ...(chance(0.05) && { reference: pick(past.transfers).reference ?? 'none' }),
      ...(chance(0.4) && { state: pick(['pending', 'posted', 'voided', 'expired'] as const) }),
      ...(chance(0.5) && {
        metadata: {
          ...(chance(0.6) && { channel: pick(['web', 'app']) }),
          ...(chance(0.2) && { campaign: 'rare' }),
          ...(chance(0.4) && { [hostileKey]: hostileValue }),
        },
      }),
      ...(chance(0.3) && { recordedFrom: times[0] ?? 0 }),
      ...(chance(0.3) && { recordedTo: times[1] ?? 0 }),
    }
  }

  function meets(transfer: PastTransfer, filter: TransferFilter): boolean {
    const number = (code: string) => past.accounts.find((account) => account.code === code)?.number
    const { account, source, destination, reference, state, metadata, recordedFrom, recordedTo } = filter
    return (
      (account === undefined || [transfer.source, transfer.destination].includes(number(account) ?? -1)) &&
      (source === undefined || transfer.source === number(source)) &&
      (destination === undefined || transfer.destination === number(destination)) &&
      (reference === undefined || transfer.reference === reference) &&
      (state === undefined || stateOf(transfer) === state) &&
      Object.entries(metadata ?? {}).every(([key, value]) => transfer.metadata?.[key] === value) &&
      (recordedFrom === undefined || transfer.recorded_at >= recordedFrom) &&
      (recordedTo === undefined || transfer.recorded_at < recordedTo)
    )
  }

  async function listAll(filter: TransferFilter, limit: number) {
    const ids: string[] = []
    let cursor: number | undefined
    let pages = 0
    do {
      const page = await listTransfers(server.database, {
        ...{ book, filter, limit },
        ...(cursor !== undefined && { cursor }),
      })
      expect(page.items.length).toBeLessThanOrEqual(limit)
      if (page.next !== undefined && cursor !== undefined) expect(page.next).toBeLessThan(cursor)
      ids.push(...page.items.map((transfer) => transfer.id))
      cursor = page.next
      pages += 1
    } while (cursor !== undefined)
    return { ids, pages }
  }

  test('any combination of filters lists exactly the transfers that meet it, newest first, page by page', async () => {
    for (let round = 0; round < rounds({ few: 40, all: 120 }); round += 1) {
      const filter = drawFilter()
      const expected = past.transfers.filter((transfer) => meets(transfer, filter)).map(({ id }) => id)
      const { ids } = await listAll(filter, 1 + below(100))
      expect(ids, JSON.stringify(filter)).toEqual(expected)
    }
  })

  test('two common pairs that meet once, far back, are found, in short pages that resume in place', async () => {
    const oldest = past.transfers.at(-1)
    const pair = { here: 'often', there: 'often' }
    await server.database.query({
      text: 'update ledger.transfers set metadata = $1 where book_id = $2 and position = $3',
      values: [JSON.stringify(pair), book, oldest?.position],
    })
    await server.database.query({
      text: `insert into ledger.metadata_terms (term, position)
        select term, $3 + 2 * number + place
        from unnest(array[$1, $2]::bigint[]) with ordinality terms(term, place), generate_series(1, 60000) number
        union all select $1, $3 union all select $2, $3`,
      values: [
        metadataTerm(book, 'transfer', ['here', 'often']),
        metadataTerm(book, 'transfer', ['there', 'often']),
        oldest?.position,
      ],
    })
    const { ids, pages } = await listAll({ metadata: pair }, 10)
    expect(ids).toEqual([oldest?.id])
    expect(pages).toBeGreaterThan(3)
  })

  test('a transfer is listed in its current form: state, posted amount, both accounts', async () => {
    const page = await listTransfers(server.database, { book, limit: 100 })
    const known = new Map(past.transfers.map((transfer) => [transfer.id, transfer]))
    for (const transfer of page.items) {
      const row = known.get(transfer.id)
      if (row === undefined) throw new Error('a transfer was listed that is not in the book')
      expect(transfer.state).toBe(stateOf(row))
      expect(transfer.source.code).toBe(past.accounts.find(({ number }) => number === row.source)?.code)
      expect(transfer.destination.code).toBe(past.accounts.find(({ number }) => number === row.destination)?.code)
      expect(transfer.metadata).toEqual(row.metadata ?? {})
      if (transfer.state !== 'posted') expect(transfer.amountPosted).toBe(0n)
      expect(transfer.resolvedAt === undefined).toBe(row.kind === null)
    }
    const ids = [...page.items].reverse().map(({ id }) => id)
    expect(await getTransfers(server.database, book, ids)).toEqual([...page.items].reverse())
    expect(await getTransfers(server.database, book + 1, ids)).toEqual([])
  })

  test.each(hostile)('text with a special meaning elsewhere matches nothing and breaks nothing: %j', async (text) => {
    const empty = { items: [], next: undefined }
    for (const filter of [{ account: text }, { reference: text }, { metadata: { [text]: text } }]) {
      expect(await listTransfers(server.database, { book, filter, limit: 10 })).toEqual(empty)
    }
    for (const filter of [{ codePrefix: text }, { asset: text }, { metadata: { [text]: text } }]) {
      expect(await listAccounts(server.database, { book, filter, limit: 10 })).toEqual(empty)
    }
    expect(await getAccount(server.database, book, text)).toBeUndefined()
  })

  test('pairs that share a term by accident are distinguished', async () => {
    const [first] = past.transfers
    const term = metadataTerm(book, 'transfer', ['never', 'given'])
    await server.database.query({
      text: 'insert into ledger.metadata_terms (term, position) values ($1, $2)',
      values: [term, first?.position],
    })
    expect((await listAll({ metadata: { never: 'given' } }, 10)).ids).toEqual([])
  })

  test('any combination of filters lists exactly the accounts that meet it, newest first, page by page', async () => {
    const metadataOf = new Map(
      past.accounts.map(({ number }, place) => [number, place % 2 === 0 ? `${place % 6}` : undefined]),
    )
    for (let round = 0; round < 60; round += 1) {
      const filter: AccountFilter = {
        ...(chance(0.5) && { codePrefix: pick(['group-', 'group-1', 'group-2:account-1', 'grp', 'group-0:']) }),
        ...(chance(0.4) && { asset: pick(['USD', 'EUR', 'JPY']) }),
        ...(chance(0.4) && { metadata: { tier: pick(['0', '2', '4', '5']) } }),
        ...(chance(0.3) && { state: pick(['open', 'frozen'] as const) }),
      }
      const expected = past.accounts.filter(
        (account) =>
          account.code.startsWith(filter.codePrefix ?? '') &&
          (filter.asset === undefined || account.asset === filter.asset) &&
          (filter.metadata === undefined || metadataOf.get(account.number) === filter.metadata.tier) &&
          filter.state !== 'frozen',
      )
      const codes: string[] = []
      let cursor: number | undefined
      do {
        const page = await listAccounts(server.database, {
          ...{ book, filter, limit: 1 + below(4) },
          ...(cursor !== undefined && { cursor }),
        })
        codes.push(...page.items.map((account) => account.code))
        cursor = page.next
      } while (cursor !== undefined)
      expect(codes, JSON.stringify(filter)).toEqual(expected.map(({ code }) => code).reverse())
    }
  })

  test('an account is found by its id and by its code, with its balances and settings', async () => {
    for (const { code, number } of past.accounts) {
      const account = await getAccount(server.database, book, code)
      const last = past.entries.findLast((entry) => entry.account === number)
      expect(account).toMatchObject({
        ...{ code, state: 'open', minAvailable: null, posted: last?.posted ?? 0n, version: last?.version ?? 0 },
      })
    }
  })
})

test('accounts by state are found on the first page, however many of other books are in that state', async () => {
  const { database, drop } = await createTestDatabase()
  // Three accounts of the book, one of them frozen, and after them more of another book than a page scans.
  const others = 6000
  for (const text of [
    `insert into ledger.accounts (number, position, book_id, id, code, asset, created_at)
      select n, n, case when n <= 3 then ${book} else ${book + 1} end, lpad(to_hex(n), 32, '0')::uuid, 'account-' || n, 'USD', now()
      from generate_series(1, ${others}) n`,
    `insert into ledger.account_settings (account, version, position, state, recorded_at)
      select n, 0, n, case when n in (1, 3) then 0 else 1 end, now() from generate_series(1, ${others}) n`,
    'analyze ledger.accounts, ledger.account_settings',
  ]) {
    await database.query({ text })
  }
  const page = await listAccounts(database, { book, filter: { state: 'frozen' }, limit: 10 })
  expect([page.items.map(({ code }) => code), page.next]).toEqual([['account-2'], undefined])
  await drop()
})
