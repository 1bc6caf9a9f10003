import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { toUuid } from '#platform/postgres'
import { createTestDatabase, type TestDatabase } from '#testing'
import type { Case } from './case.ts'
import { type CaseFilter, listCases } from './case-list-read-model.ts'

const rows = 30_000
/** The rounds of a request over two books, and the rows that it shows. */
const readMax = 25_000

let test: TestDatabase
beforeAll(async () => {
  // With one connection, the counters of its reads are complete.
  test = await createTestDatabase({ pool: { connectionsMax: 1 } })
})
afterAll(() => test.drop())

describe('the list of many cases', () => {
  beforeAll(async () => {
    const { database } = test
    await database.query({ text: 'truncate cases.cases cascade' })
    await database.query({
      text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, key, detail, priority, rank,
          owner, since, due_at, resolved_at, resolution)
        select (lpad(to_hex(n), 12, '0') || '70008000000000000000')::uuid,
          case n % 10 when 0 then 0 when 1 then 2 else 1 end,
          case when n % 3 = 0 then 'letters' else 'parcels' end,
          case when n % 7 = 0 then 'refund' else 'payment' end,
          lpad(to_hex(n % 500), 32, '0')::uuid,
          case when n % 701 = 0 then 'broken' else 'lost' end,
          n::text, 'It did not arrive.',
          case when n % 4999 = 0 then 'high' else 'normal' end, 1,
          case when n % 3989 = 0 then 'rare' when n % 2 = 0 then 'asha' end,
          now() - make_interval(hours => ${rows} - n), now() + make_interval(hours => n - 12000, mins => 30),
          case when n % 4 = 1 then now() end, case when n % 4 = 1 then 'settled' end
        from generate_series(1, ${rows}) as n`,
    })
  })

  const open = { state: 'open' } as const
  const all = { state: 'all' } as const
  const resolved = { state: 'resolved' } as const
  const subject = '7'.padStart(32, '0')
  it.each<CaseFilter>([
    open,
    all,
    resolved,
    { ...open, owner: 'rare' },
    { ...open, owner: 'asha', reason: 'broken' },
    { ...resolved, owner: 'rare' },
    { ...open, reason: 'broken' },
    { ...all, reason: 'broken', queue: 'letters' },
    { ...open, queue: 'letters', priority: 'high' },
    { ...all, priority: 'high' },
    { ...all, subject, kind: 'payment' },
    { ...open, subject },
    { ...open, isOverdue: true },
    { ...all, isOverdue: true, priority: 'high' },
    { ...open, isOverdue: true, owner: 'rare' },
    { ...resolved, isOverdue: true },
    { ...open, isOverdue: false, kind: 'refund' },
    { ...all, isOverdue: false, reason: 'broken' },
    { ...open, olderThanSeconds: 20_000.5 * 3_600 },
    { ...open, olderThanSeconds: 999_999_999 },
  ])('has the cases that match %j, once, newest first', async (filter) => {
    const cases = await readAll()
    for (const books of [[1], [1, 0], [2]]) {
      const wanted = cases.filter((found) => books.includes(found.book) && isMatch(found, filter)).map(({ id }) => id)
      const { ids } = await readPages(books, filter)
      expect(ids, `books ${books}`).toEqual(wanted)
    }
  })

  it('has short pages where few of very many cases match', async () => {
    const { ids, shortPages } = await readPages([1, 0], { state: 'all', priority: 'high' })
    expect(ids).toHaveLength(6)
    expect(shortPages).toBeGreaterThan(0)
  })

  const readAll = async () => {
    const found = await test.database.query<{ id: string; book: number; [column: string]: unknown }>({
      text: `select id, book_id as book, queue, subject_kind as kind, subject_id as subject, reason, owner, priority,
          resolved_at is null as open, resolved_at is null and due_at < now() as overdue,
          extract(epoch from coalesce(resolved_at, now()) - since)::float8 as age
        from cases.cases order by id desc`,
    })
    return found.map((row) => ({ ...row, id: toUuid(row.id), subject: toUuid(String(row.subject)) }))
  }

  const isMatch = (found: Readonly<Record<string, unknown>>, filter: CaseFilter): boolean => {
    const { state, isOverdue, olderThanSeconds, ...equal } = filter
    if (state !== 'all' && found.open !== (state === 'open')) return false
    if (isOverdue !== undefined && found.overdue !== isOverdue) return false
    if (olderThanSeconds !== undefined && Number(found.age) <= olderThanSeconds) return false
    return Object.entries(equal).every(([part, value]) => found[part] === value)
  }

  const readPages = async (books: readonly number[], filter: CaseFilter) => {
    const limit = 100
    const found: Case[] = []
    let [before, shortPages]: [Uuid | undefined, number] = [undefined, 0]
    do {
      const page = await listCases(test.database, { books, filter, limit, cursor: before })
      found.push(...page.items)
      if (page.next !== undefined && page.items.length < limit) shortPages += 1
      before = page.next
    } while (before !== undefined)
    return { ids: found.map(({ id }) => id), shortPages }
  }
})

describe.each(['without statistics', 'with statistics'])('a page of very many cases, %s,', (statistics) => {
  beforeAll(async () => {
    const { database } = test
    await database.query({ text: 'truncate cases.cases cascade' })
    for (const ended of ['null, null', `now(), 'settled'`]) {
      await database.query({
        text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank, owner,
            since, due_at, resolved_at, resolution)
          select gen_random_uuid(), 1 + n % 2, 'parcels', 'payment', gen_random_uuid(), 'lost', 'It did not arrive.',
            'normal', 1, 'asha', now() - interval '1 hour', now() + make_interval(hours => n % 2 * 2 - 1), ${ended}
          from generate_series(1, ${3 * rows}) as n`,
      })
    }
    await database.query({ text: statistics === 'with statistics' ? 'vacuum analyze cases.cases' : 'select' })
  })

  // In book 2 no case is overdue, and in book 1 every one.
  const [none, every] = [[2], [1, 0]]
  it.each<[readonly number[], CaseFilter]>([
    [every, { state: 'open' }],
    [every, { state: 'all', olderThanSeconds: 999_999_999 }],
    [every, { state: 'open', olderThanSeconds: 999_999_999 }],
    [every, { state: 'open', isOverdue: true }],
    [every, { state: 'open', isOverdue: false }],
    [none, { state: 'open', isOverdue: true }],
    [every, { state: 'open', owner: 'bela' }],
    [every, { state: 'open', owner: 'asha', reason: 'broken' }],
    [every, { state: 'resolved', owner: 'bela' }],
    [every, { state: 'open', reason: 'broken' }],
    [every, { state: 'all', queue: 'letters' }],
    [every, { state: 'open', priority: 'high' }],
    [every, { state: 'all', subject: '7'.padStart(32, '0') }],
  ])('reads a bounded number of rows: books %j, %j', async (books, filter) => {
    const before = await readSoFar()
    await listCases(test.database, { books, filter, limit: 1, cursor: undefined })
    expect((await readSoFar()) - before).toBeLessThan(readMax)
  })

  it('is complete at once when no case matches and an index tells so', async () => {
    for (const [books, filter] of [
      [none, { isOverdue: true }],
      [every, { owner: 'bela' }],
      [every, { reason: 'broken' }],
    ] as const) {
      const query = { books, filter: { state: 'open', ...filter }, limit: 20 } as const
      expect(await listCases(test.database, query)).toEqual({ items: [], next: undefined })
    }
  })

  const readSoFar = async (): Promise<number> => {
    await test.database.query({ text: 'select pg_stat_force_next_flush()' })
    const [row] = await test.database.query<{ count: bigint }>({
      text: `select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as count from pg_stat_user_tables
        where schemaname = 'cases' and relname = 'cases'`,
    })
    return Number(row?.count)
  }
})
