import type { Timestamp, Uuid } from '#kernel'
import { metadataTerm, type Page } from '#ledger'
import { fromMicros, type Queryable } from '#platform/postgres'
import type { RowTable, TextRow } from '../engine/rows/row-text.ts'
import type { Metadata } from '../payment.ts'
import type { TermOwner } from './metadata-terms.ts'

// Lists are in the order of ids, which are UUIDv7: newest first. A list walks along the narrowest index of its filter
// and checks the rest row by row. The rows per request are bounded, so a short page may have a next one. Statements are
// not prepared by name: PostgreSQL would keep a plan made on empty tables, along the wrong index.

/** Every given part must match. */
export type ListFilter = {
  readonly columns: Readonly<Record<string, string | undefined>>
  /** `createdFrom` is inclusive, `createdTo` exclusive. */
  readonly createdFrom?: Timestamp | undefined
  readonly createdTo?: Timestamp | undefined
  readonly metadata?: Metadata | undefined
  /** Of disputes. Exclusive. */
  readonly evidenceDueBefore?: Timestamp | undefined
}

/** `indexed` are the columns with an index of (book_id, column, id). */
export type ListSource<Item> = {
  readonly kind: TermOwner | 'dispute'
  readonly table: RowTable
  readonly indexed: readonly string[]
  readonly toItem: (cells: TextRow) => Item
}

export type ListQuery<Filter> = {
  readonly book: number
  readonly limit: number
  readonly cursor?: Uuid
  readonly filter: Filter
}

export async function getById<Item>(
  database: Queryable,
  { kind, table, toItem }: ListSource<Item>,
  { book, id }: { readonly book: number; readonly id: Uuid },
): Promise<Item | undefined> {
  const [row] = await database.query<{ cells: TextRow }>({
    name: `payments-view-${kind}`,
    text: `select ${table.cells} from payments.${table.name} p where p.book_id = $1 and p.id = $2::uuid`,
    values: [book, id],
  })
  return row && toItem(row.cells)
}

/** Rows that each round of a request reads. A further round starts only within `roundsMs`. */
const roundRows = [256, 2048, 8192] as const
const roundsMs = 10

export async function listByFilter<Item extends { readonly id: Uuid }>(
  database: Queryable,
  source: ListSource<Item>,
  query: ListQuery<ListFilter>,
): Promise<Page<Item, Uuid>> {
  const { book, limit, filter } = query
  if (!isFindable(filter)) return { items: [], next: undefined }
  const walk = await chooseWalk(database, source, { book, filter })
  const range = idRange(filter)
  const items: Item[] = []
  const begun = performance.now()
  let below = query.cursor !== undefined && query.cursor < range.below ? query.cursor : range.below
  for (const rows of roundRows) {
    const wanted = limit + 1 - items.length
    const found = await readRound(database, source, { book, filter, walk, from: range.from, below, wanted, rows })
    items.push(...found.items)
    const last = items[limit - 1]
    if (items.length > limit && last !== undefined) return { items: items.slice(0, limit), next: last.id }
    if (found.reached === undefined) return { items, next: undefined }
    below = found.reached
    if (performance.now() - begun > roundsMs) break
  }
  return { items, next: below }
}

/** PostgreSQL cannot store a NUL, so a filter with one matches nothing. */
function isFindable({ columns, metadata = {} }: ListFilter): boolean {
  return ![...Object.values(columns), ...Object.entries(metadata).flat()].some((text) => text?.includes('\0'))
}

const idMin = '0'.repeat(32)
const idAboveAll = 'f'.repeat(32)
/** An id is made at most this long before its subject is accepted; clocks may differ by as much. */
const idMarginMs = 60_000

/** A UUIDv7 begins with its milliseconds. */
function idRange({ createdFrom, createdTo }: ListFilter): { readonly from: Uuid; readonly below: Uuid } {
  const idAt = (ms: number) =>
    Math.min(Math.max(Math.floor(ms), 0), 2 ** 48 - 1)
      .toString(16)
      .padStart(12, '0')
      .padEnd(32, '0')
  return {
    from: createdFrom === undefined ? idMin : idAt(createdFrom / 1000 - idMarginMs),
    below: createdTo === undefined ? idAboveAll : idAt(createdTo / 1000 + idMarginMs),
  }
}

type Walk = { readonly along: 'book' } | { readonly along: 'term'; readonly term: bigint } | ColumnWalk
type ColumnWalk = { readonly along: 'column'; readonly column: string }

async function chooseWalk<Item>(
  database: Queryable,
  { kind, indexed }: ListSource<Item>,
  { book, filter }: { readonly book: number; readonly filter: ListFilter },
): Promise<Walk> {
  const column = indexed.find((name) => filter.columns[name] !== undefined)
  if (column !== undefined) return { along: 'column', column }
  const terms = Object.entries(filter.metadata ?? {}).map((pair) => metadataTerm(book, kind, pair))
  const [only] = terms
  if (only === undefined) return { along: 'book' }
  return { along: 'term', term: terms.length === 1 ? only : await rarestTerm(database, terms, only) }
}

const countedMax = 1000

async function rarestTerm(database: Queryable, terms: readonly bigint[], first: bigint): Promise<bigint> {
  const rows = await database.query<{ term: bigint }>({
    text: `
      select w.term from unnest($1::bigint[]) w(term)
      order by (select count(*) from (
        select 1 from payments.metadata_terms m where m.term = w.term limit $2
      ) counted) limit 1`,
    values: [terms, countedMax],
  })
  return rows[0]?.term ?? first
}

type Round = {
  readonly book: number
  readonly filter: ListFilter
  readonly walk: Walk
  readonly from: Uuid
  readonly below: Uuid
  readonly wanted: number
  readonly rows: number
}

type RoundRow = {
  readonly walked: bigint
  readonly reached: string | null
  readonly found: boolean | null
  readonly cells: TextRow
}

/** The next round continues below `reached`, which is undefined at the end. */
async function readRound<Item>(
  database: Queryable,
  source: ListSource<Item>,
  round: Round,
): Promise<{ readonly items: readonly Item[]; readonly reached: Uuid | undefined }> {
  const { walk, filter, rows } = round
  const table = `payments.${source.table.name}`
  const checks = checksOf(filter, walk)
  // Without checks, every row walked is a match.
  const walked = checks.length === 0 ? round.wanted : rows
  const values: unknown[] = [round.book, round.below, round.from, walked, round.wanted]
  const bind = (value: unknown) => `$${values.push(value)}`
  const fits = checks.map(({ value, sql }) => sql(bind(value))).join(' and ') || 'true'
  const read = await database.query<RoundRow>({
    text: `
      with walked as materialized (${walkText({ table, fits }, walk, () => bind(walkedValue(walk, filter)))}),
      found as (select w.id from walked w where w.fits order by w.id desc limit $5),
      reached as (select count(*) as walked, (select w.id from walked w order by w.id limit 1) as reached from walked)
      select r.walked, r.reached, p.id is not null as found, ${source.table.cells}
      from reached r
      left join (found f join ${table} p on p.book_id = $1 and p.id = f.id) on true
      order by p.id desc`,
    values,
  })
  const items = read.filter((row) => row.found).map((row) => source.toItem(row.cells))
  const [first] = read
  const atEnd = first === undefined || first.reached === null || Number(first.walked) < walked
  return { items, reached: atEnd ? undefined : first.reached?.replaceAll('-', '') }
}

function walkedValue(walk: Walk, { columns }: ListFilter): unknown {
  return walk.along === 'term' ? walk.term : walk.along === 'column' ? columns[walk.column] : undefined
}

/** Ids below $2 and from $3 on, newest first, at most $4, and whether each matches. */
function walkText(
  { table, fits }: { readonly table: string; readonly fits: string },
  walk: Walk,
  bindValue: () => string,
): string {
  const range = (id: string) => `${id} < $2::uuid and ${id} >= $3::uuid order by ${id} desc limit $4`
  switch (walk.along) {
    case 'term':
      return `select m.id, f.fits from (
          select t.id from payments.metadata_terms t where t.term = ${bindValue()}::bigint and ${range('t.id')}
        ) m left join lateral (
          select true as fits from ${table} p where p.book_id = $1 and p.id = m.id and ${fits} offset 0
        ) f on true`
    case 'column': {
      const equals = `p.${walk.column} = ${bindValue()}`
      return `select p.id, ${fits} as fits from ${table} p where p.book_id = $1 and ${equals} and ${range('p.id')}`
    }
    case 'book':
      return `select p.id, ${fits} as fits from ${table} p where p.book_id = $1 and ${range('p.id')}`
  }
}

type FilterCheck = { readonly value: unknown; readonly sql: (parameter: string) => string }

const instant = (parameter: string) => fromMicros(`${parameter}::float8`)

/** Column names come from the program, never from a request. */
function checksOf(
  { columns, createdFrom, createdTo, metadata, evidenceDueBefore }: ListFilter,
  walk: Walk,
): FilterCheck[] {
  const checks: FilterCheck[] = []
  for (const [column, value] of Object.entries(columns)) {
    if (value === undefined || (walk.along === 'column' && walk.column === column)) continue
    checks.push({ value, sql: (parameter) => `p.${column} = ${parameter}` })
  }
  if (createdFrom !== undefined) {
    checks.push({ value: createdFrom, sql: (parameter) => `p.created_at >= ${instant(parameter)}` })
  }
  if (createdTo !== undefined) {
    checks.push({ value: createdTo, sql: (parameter) => `p.created_at < ${instant(parameter)}` })
  }
  if (evidenceDueBefore !== undefined) {
    checks.push({ value: evidenceDueBefore, sql: (parameter) => `p.evidence_due_at < ${instant(parameter)}` })
  }
  for (const _ in metadata) {
    const value = JSON.stringify(metadata)
    checks.push({ value, sql: (parameter) => `p.metadata::jsonb @> ${parameter}::jsonb` })
    break
  }
  return checks
}
