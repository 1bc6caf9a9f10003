import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUuid } from '#platform/ids'
import { openDatabase } from '#platform/postgres'
import { createRandom, createTestDatabase, newSeed, type TestDatabase } from '#testing'
import type { CommandGroup, CreateTransfer } from '../commands.ts'
import { createLedger } from '../create-ledger.ts'
import type { Ledger } from '../ledger.ts'
import { createTrialBalanceReader } from './trial-balance-read-model.ts'

const book = 3
const assets = ['USD', 'EUR', 'JPY']
const accountsPerAsset = 20
const codeOf = (asset: string, number: number) => `${asset.toLowerCase()}:${number}`

let server: TestDatabase
let ledger: Ledger

beforeAll(async () => {
  server = await createTestDatabase()
  ledger = createLedger({
    database: server.database,
    onFault: (fault) => {
      throw fault
    },
  })
  await ledger.start()
  const commands = assets.flatMap((asset) =>
    Array.from({ length: accountsPerAsset }, (_, number) => ({
      ...{ book, id: newUuid(), idGiven: true, code: codeOf(asset, number), asset },
      ...{ minAvailable: null, maxBalance: null, metadata: {} },
    })),
  )
  await server.database.transaction((tx) => ledger.createAccounts(tx, commands))
})

afterAll(async () => {
  await ledger.stop(5000)
})

const seed = newSeed()
const { below } = createRandom(seed)

/** A group of random transfers; `offset` keeps concurrent groups on separate accounts. */
function group(size: number, offset = 0): CommandGroup {
  const commands = Array.from({ length: size }, (): CreateTransfer => {
    const asset = assets[below(assets.length)] ?? ''
    const source = below(10)
    const destination = (source + 1 + below(9)) % 10
    return {
      kind: 'create',
      ...{ book, id: newUuid(), idGiven: false, asset, amount: BigInt(1 + below(1000)) },
      ...{ source: codeOf(asset, offset + source), destination: codeOf(asset, offset + destination) },
    }
  })
  return { commands, atomic: false }
}

/** The totals that a plain query over all entries gives. */
async function naiveTotals() {
  const rows = await server.database.query<{ asset: string; debit: string; credit: string }>({
    text: `select asset, sum(greatest(-posted, 0))::text as debit, sum(greatest(posted, 0))::text as credit
      from (
        select a.asset, coalesce(sum(e.posted_delta), 0) as posted
        from ledger.accounts a left join ledger.entries e on e.account = a.number
        where a.book_id = $1 group by a.number
      ) balances group by asset order by asset`,
    values: [book],
  })
  return rows.map(({ asset, debit, credit }) => ({ asset, debit: BigInt(debit), credit: BigInt(credit) }))
}

test(`remembered totals stay exact while batches are written (seed ${seed})`, async () => {
  const remembering = createTrialBalanceReader()
  expect((await remembering(server.database, { book, limit: 1 })).totals).toEqual(await naiveTotals())
  for (let round = 0; round < 20; round += 1) {
    await ledger.submit(group(1 + below(100)))
    const { totals } = await remembering(server.database, { book, limit: 1 })
    expect(totals).toEqual(await naiveTotals())
    for (const { debit, credit } of totals) expect(debit).toBe(credit)
  }
})

test('a batch that begins before a count and commits after it counts from its commit', async () => {
  const remembering = createTrialBalanceReader()
  await server.database.transaction(async (tx) => {
    await ledger.post(tx, group(30, 10))
    await ledger.submit(group(30))
    const before = await naiveTotals()
    expect((await remembering(server.database, { book, limit: 1 })).totals).toEqual(before)
    await ledger.submit(group(30))
    expect((await remembering(server.database, { book, limit: 1 })).totals).toEqual(await naiveTotals())
  })
  const after = await naiveTotals()
  expect((await remembering(server.database, { book, limit: 1 })).totals).toEqual(after)
  expect((await remembering(server.database, { book, limit: 1 })).totals).toEqual(after)
})

test('the pages list every account once, newest first, in the column of its balance', async () => {
  const reader = createTrialBalanceReader()
  const listed: { code: string; debit: bigint; credit: bigint }[] = []
  let cursor: number | undefined
  do {
    const { page } = await reader(server.database, { book, limit: 7, ...(cursor !== undefined && { cursor }) })
    listed.push(...page.items.map(({ account, debit, credit }) => ({ code: account.code, debit, credit })))
    cursor = page.next
  } while (cursor !== undefined)
  const balances = await server.database.query<{ code: string; posted: bigint }>({
    text: `select a.code, coalesce(sum(e.posted_delta), 0)::bigint as posted from ledger.accounts a
      left join ledger.entries e on e.account = a.number where a.book_id = $1 group by a.number order by a.number desc`,
    values: [book],
  })
  expect(listed).toEqual(
    balances.map(({ code, posted }) => ({
      code,
      debit: posted < 0n ? -posted : 0n,
      credit: posted > 0n ? posted : 0n,
    })),
  )
})

test('one asset alone is totalled and listed on request', async () => {
  const { totals, page } = await createTrialBalanceReader()(server.database, { book, asset: 'EUR', limit: 100 })
  expect(totals).toEqual((await naiveTotals()).filter(({ asset }) => asset === 'EUR'))
  expect(page.items.map(({ account }) => account.asset)).toEqual(Array.from({ length: accountsPerAsset }, () => 'EUR'))
  const none = await createTrialBalanceReader()(server.database, { book, asset: "EUR' or true --", limit: 100 })
  expect(none).toMatchObject({ totals: [{ debit: 0n, credit: 0n }], page: { items: [], next: undefined } })
})

test('accounts of another book are not included', async () => {
  const { totals, page } = await createTrialBalanceReader()(server.database, { book: book + 1, limit: 10 })
  expect(totals).toEqual([])
  expect(page).toEqual({ items: [], next: undefined })
})

test('totals are stored for later processes, which only add newer commits', async () => {
  await createTrialBalanceReader()(server.database, { book, limit: 1 })
  const [kept] = await server.database.query<{ totals: [string, string, string][] }>({
    text: 'select totals from ledger.trial_balance_totals where book_id = $1',
    values: [book],
  })
  expect(kept?.totals).toHaveLength(assets.length)
  // The next process shows the stored totals, plus everything written since.
  await server.database.query({
    text: `update ledger.trial_balance_totals set totals = '[["USD","1000000","1000000"]]' where book_id = $1`,
    values: [book],
  })
  await ledger.submit(group(10))
  const { totals } = await createTrialBalanceReader()(server.database, { book, asset: 'USD', limit: 1 })
  expect(totals[0]?.debit).toBeGreaterThan(990_000n)
  expect(totals[0]?.debit).toBe(totals[0]?.credit)
  // Totals from another server's history mean nothing.
  await server.database.query({ text: `update ledger.trial_balance_totals set server = 'another'` })
  expect((await createTrialBalanceReader()(server.database, { book, limit: 1 })).totals).toEqual(await naiveTotals())
})

test('a hundred requests at once take one connection of the pool at a time', async () => {
  const reader = createTrialBalanceReader()
  // A pool of its own: the ledger's background work takes connections, too.
  const database = openDatabase(server.connection)
  let busiest = 0
  const watch = setInterval(() => {
    const { total, idle, waiting } = database.poolState()
    busiest = Math.max(busiest, total - idle + waiting)
  }, 1)
  const expected = await naiveTotals()
  try {
    const answers = await Promise.all(Array.from({ length: 100 }, () => reader(database, { book, limit: 5 })))
    for (const { totals } of answers) expect(totals).toEqual(expected)
  } finally {
    clearInterval(watch)
    await database.close()
  }
  expect(busiest).toBeLessThanOrEqual(2)
})

// The last test: the ledger still trusts the rows that are removed here.
test('totals of a database that was restored to an earlier day are summed again', async () => {
  const remembering = createTrialBalanceReader()
  await ledger.submit(group(10))
  await remembering(server.database, { book, limit: 1 })
  await server.database.query({
    text: `with gone as (
        delete from ledger.batches where position = (select max(position) from ledger.batches) returning position
      )
      delete from ledger.entries using gone where entries.position >= gone.position`,
  })
  expect((await remembering(server.database, { book, limit: 1 })).totals).toEqual(await naiveTotals())
})
