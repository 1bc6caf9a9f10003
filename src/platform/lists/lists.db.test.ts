import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { createTestDatabase, type TestDatabase } from '#testing'
import { type Queryable, type Statement, toUuid } from '../postgres/index.ts'
import { equals, given } from './conditions.ts'
import { type FilteredList, filterById, streamOf } from './filter-by-id.ts'
import type { Page } from './page.ts'
import { byId, type ListTable, readPage } from './read-page.ts'

const rows = 20_000

type Thing = { readonly id: Uuid; readonly kind: string; readonly made: number; readonly name: string }
type ThingRow = { id: string; kind: string; made: number; name: string }

const table: ListTable<ThingRow, Thing> = {
  from: 'things t',
  columns: 't.id, t.kind, t.made, t.name',
  toItem: (row) => ({ ...row, id: toUuid(row.id) }),
  order: byId('t.id'),
}

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
  for (const text of [
    'create table things (id uuid primary key, book integer, kind text, made integer, name text)',
    'create index things_by_book on things (book, id)',
    'create index things_by_kind on things (book, kind, id)',
    'create index things_by_time on things (book, made)',
    `insert into things select lpad(to_hex(n), 32, '0')::uuid, n % 2, 'kind ' || n % 5, n / 10, 'name ' || n
      from generate_series(1, ${rows}) n`,
    'vacuum analyze things',
  ]) {
    await test.database.query({ text })
  }
})
afterAll(() => test.drop())

/** The names of all items, page by page; every statement must read along an index in the order of the list. */
async function readAll<Cursor>(
  read: (on: Queryable, cursor: Cursor | undefined) => Promise<Page<Thing, Cursor>>,
): Promise<{ names: string[]; pages: number }> {
  const names: string[] = []
  let [cursor, pages]: [Cursor | undefined, number] = [undefined, 0]
  const on: Queryable = {
    query: async (statement) => {
      await expectIndexOrder(statement)
      return await test.database.query(statement)
    },
  }
  do {
    const page = await read(on, cursor)
    names.push(...page.items.map(({ name }) => name))
    cursor = page.next
    pages += 1
  } while (cursor !== undefined)
  return { names, pages }
}

async function expectIndexOrder({ text, values = [] }: Statement): Promise<void> {
  const plan = await test.database.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values })
  const lines = plan.map((row) => row['QUERY PLAN'])
  const reads = lines.filter((line) => /Backward using|Seq Scan|Bitmap/.test(line))
  expect(reads, lines.join('\n')).toEqual([expect.stringContaining('Backward using things_')])
}

const namesWhere = (isWanted: (n: number) => boolean) =>
  Array.from({ length: rows }, (_, place) => rows - place)
    .filter(isWanted)
    .map((n) => `name ${n}`)

describe('a list whose filter one index answers', () => {
  it.each(['things-list', undefined])('has every row once, newest first (name %s)', async (name) => {
    const { names } = await readAll<Uuid>((on, cursor) =>
      readPage(on, table, {
        where: [...equals('t.book', 1), ...equals('t.kind', 'kind 3')],
        ...{ limit: 100, cursor },
        ...(name !== undefined && { name }),
      }),
    )
    expect(names).toEqual(namesWhere((n) => n % 10 === 3))
  })

  it('goes on among rows of equal time by their other columns', async () => {
    type At = readonly [made: number, id: Uuid]
    const byTime: ListTable<ThingRow, Thing, At> = {
      ...table,
      order: {
        columns: ['t.made', 't.id'],
        valuesAt: ([made, id], bind) => [`${bind(made)}::integer`, `${bind(id)}::uuid`],
        cursorOf: ({ made, id }) => [made, id],
        start: [2 ** 31 - 1, 'f'.repeat(32)],
      },
    }
    const { names } = await readAll<At>((on, cursor) =>
      readPage(on, byTime, { where: equals('t.book', 0), limit: 97, cursor }),
    )
    expect(names).toEqual(namesWhere((n) => n % 2 === 0))
  })
})

describe('a list that checks the rest of its filter row by row', () => {
  const listOf = (
    books: readonly number[],
    name: string | undefined,
    more: Partial<FilteredList<ThingRow, Thing>> = {},
  ) => ({
    table,
    within: [],
    streams: books.map((book) => streamOf(table, equals('t.book', book))),
    checks: given(name, (known, bind) => `t.name like ${bind(known)}`),
    ...more,
  })

  it('has every match once, newest first, in short pages where matches are rare', async () => {
    const list = listOf([1], 'name %77')
    const { names, pages } = await readAll<Uuid>((on, cursor) => filterById(on, list, { limit: 100, cursor }))
    expect(names).toEqual(namesWhere((n) => n % 100 === 77))
    expect(pages).toBeGreaterThan(1)
  })

  it('merges its streams', async () => {
    const list = listOf([0, 1], 'name %7')
    const found: string[] = []
    for (let cursor: Uuid | undefined, more = true; more; ) {
      const page: Page<Thing, Uuid> = await filterById(test.database, list, { limit: 100, cursor })
      found.push(...page.items.map(({ name }) => name))
      cursor = page.next
      more = cursor !== undefined
    }
    expect(found).toEqual(namesWhere((n) => n % 10 === 7))
  })

  it('reads no more rows than it shows, and one, without a check', async () => {
    const sent: Statement[] = []
    const on: Queryable = {
      query: (statement) => {
        sent.push(statement)
        return test.database.query(statement)
      },
    }
    const { items, next } = await filterById(on, listOf([1], undefined), { limit: 5 })
    expect([items.length, next]).toEqual([5, items.at(-1)?.id])
    expect(sent.map(({ values }) => values)).toEqual([[6, 1, 'f'.repeat(32), 6]])
  })

  it('ends at its lowest id', async () => {
    const lowest = (rows - 10).toString(16).padStart(32, '0')
    const list = listOf([0, 1], undefined, { lowest })
    const { items, next } = await filterById(test.database, list, { limit: 100 })
    expect(items.map(({ name }) => name)).toEqual(namesWhere((n) => n >= rows - 10))
    expect(next).toBeUndefined()
  })
})
