import type { Timestamp, Uuid } from '#kernel'
import { metadataTerm } from '#ledger'
import {
  allOf,
  byId,
  type Condition,
  equals,
  filterById,
  given,
  type ListTable,
  type Page,
  type PageRequest,
  readItem,
  type Stream,
  streamOf,
} from '#platform/lists'
import { instant, isStorable, type Queryable } from '#platform/postgres'
import type { RowTable, TextRow } from '../engine/rows/row-text.ts'
import type { Metadata } from '../payment.ts'
import type { TermOwner } from './metadata-terms.ts'

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

type Cells = { readonly cells: TextRow }

export type ListSource<Item extends { readonly id: Uuid }> = {
  readonly kind: TermOwner | 'dispute'
  readonly table: ListTable<Cells, Item>
  /** The columns with an index of (column, id). */
  readonly indexed: readonly string[]
}

export function listSource<Item extends { readonly id: Uuid }>(
  kind: TermOwner | 'dispute',
  { name, cells }: RowTable,
  { indexed, toItem }: { readonly indexed: readonly string[]; readonly toItem: (cells: TextRow) => Item },
): ListSource<Item> {
  const table = { from: `payments.${name} p`, columns: cells, toItem: (row: Cells) => toItem(row.cells) }
  return { kind, table: { ...table, order: byId('p.id') }, indexed }
}

export type ListQuery<Filter> = PageRequest<Uuid> & { readonly book: number; readonly filter: Filter }

export function getById<Item extends { readonly id: Uuid }>(
  database: Queryable,
  { kind, table }: ListSource<Item>,
  { book, id }: { readonly book: number; readonly id: Uuid },
): Promise<Item | undefined> {
  const text = 'where p.book_id = $1 and p.id = $2::uuid'
  return readItem(database, table, { name: `payments-view-${kind}`, text, values: [book, id] })
}

export async function listByFilter<Item extends { readonly id: Uuid }>(
  database: Queryable,
  source: ListSource<Item>,
  { book, limit, cursor, filter }: ListQuery<ListFilter>,
): Promise<Page<Item, Uuid>> {
  const { columns, createdFrom, createdTo, evidenceDueBefore, metadata = {} } = filter
  const texts = [...Object.values(columns), ...Object.entries(metadata).flat()]
  if (!texts.every((text) => text === undefined || isStorable(text))) return { items: [], next: undefined }
  const within = equals('p.book_id', book)
  const column = source.indexed.find((name) => columns[name] !== undefined)
  const inColumn = column === undefined ? [] : equals(`p.${column}`, columns[column])
  const terms =
    column === undefined ? Object.entries(metadata).map((pair) => metadataTerm(book, source.kind, pair)) : []
  const term = await rarestOf(database, terms)
  const checks = [
    ...Object.entries(columns).flatMap(([name, value]) => (name === column ? [] : equals(`p.${name}`, value))),
    ...given(createdFrom, (time, bind) => `p.created_at >= ${instant(bind(time))}`),
    ...given(createdTo, (time, bind) => `p.created_at < ${instant(bind(time))}`),
    ...given(evidenceDueBefore, (time, bind) => `p.evidence_due_at < ${instant(bind(time))}`),
    ...(Object.keys(metadata).length === 0 ? [] : [hasMetadata(metadata)]),
  ]
  const list = {
    table: source.table,
    within,
    streams: [
      term === undefined
        ? streamOf(source.table, [...within, ...inColumn])
        : streamOfTerm(term, { from: source.table.from, within }),
    ],
    checks,
    lowest: createdFrom === undefined ? idMin : idAt(createdFrom / 1000 - idMarginMs),
  }
  const above = createdTo === undefined ? undefined : idAt(createdTo / 1000 + idMarginMs)
  const isBelow = cursor !== undefined && (above === undefined || cursor < above)
  return await filterById(database, list, { limit, cursor: isBelow ? cursor : above })
}

const hasMetadata =
  (metadata: Metadata): Condition =>
  (bind) =>
    `p.metadata::jsonb @> ${bind(JSON.stringify(metadata))}::jsonb`

const idMin: Uuid = '0'.repeat(32)
/** An id is made at most this long before its subject is accepted; clocks may differ by as much. */
const idMarginMs = 60_000

/** The lowest id of a time: a UUIDv7 begins with its milliseconds. */
function idAt(ms: number): Uuid {
  const inRange = Math.min(Math.max(Math.floor(ms), 0), 2 ** 48 - 1)
  return inRange.toString(16).padStart(12, '0').padEnd(32, '0')
}

const countedMax = 1000

async function rarestOf(database: Queryable, terms: readonly bigint[]): Promise<bigint | undefined> {
  if (terms.length < 2) return terms[0]
  const rows = await database.query<{ term: bigint }>({
    text: `
      select w.term from unnest($1::bigint[]) w(term)
      order by (select count(*) from (
        select 1 from payments.metadata_terms m where m.term = w.term limit $2
      ) counted) limit 1`,
    values: [terms, countedMax],
  })
  return rows[0]?.term
}

function streamOfTerm(
  term: bigint,
  { from, within }: { readonly from: string; readonly within: readonly Condition[] },
): Stream {
  return ({ bind, fits, next }) => `select m.id as scanned_id, f.fits from (
      select t.id from payments.metadata_terms t where t.term = ${bind(term)}::bigint and ${next('t.id')}
    ) m left join lateral (
      select true as fits from ${from} where ${allOf(within, bind)} and p.id = m.id and ${fits} offset 0
    ) f on true`
}
