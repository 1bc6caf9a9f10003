import type { Uuid } from '#kernel'
import { type Queryable, toUuid } from '../postgres/index.ts'
import { allOf, type Bind, binding, type Condition } from './conditions.ts'
import type { Page, PageRequest } from './page.ts'
import { readInRounds, type Scanned } from './read-in-rounds.ts'
import type { ListTable } from './read-page.ts'

// Lists in the order of ids. A list scans one stream, and checks the rest of the filter row by row. Statements are not
// prepared by name: PostgreSQL would keep a plan made on empty tables, along the wrong index.

/** SQL for `scanned_id`, and whether the row `fits`: at most `rows` rows along one index. */
export type Stream = (scan: {
  readonly bind: Bind
  readonly fits: string
  readonly rows: string
  /** The range of the next ids, their order and their limit. */
  readonly next: (id: string) => string
}) => string

export type FilteredList<Row extends object, Item extends { readonly id: Uuid }> = {
  readonly table: ListTable<Row, Item>
  /** With its id, they identify a row of the table. */
  readonly within: readonly Condition[]
  /** Without common rows. */
  readonly streams: readonly Stream[]
  /** The parts of the filter that the streams do not answer. */
  readonly checks: readonly Condition[]
  /** No id of the list is lower. */
  readonly lowest?: Uuid | undefined
}

/** Rows that each round reads of each stream. */
const roundRows = [256, 2048, 8192] as const
const roundsMs = 10

/** Reads a page along the streams, in rounds: it may be short, and have a next one. */
export async function filterById<Row extends object, Item extends { readonly id: Uuid }>(
  on: Queryable,
  list: FilteredList<Row, Item>,
  request: PageRequest<Uuid>,
): Promise<Page<Item, Uuid>> {
  return await readInRounds({
    ...request,
    cursorOf: list.table.order.cursorOf,
    rounds: roundRows,
    roundsMs,
    scan: ({ cursor, wanted, round }) => scanById(on, list, { cursor, wanted, rows: round }),
  })
}

/** The rows that the conditions select, along an index that has them before the id. */
export function streamOf(
  { from, order }: { readonly from: string; readonly order: { readonly columns: readonly string[] } },
  conditions: readonly Condition[],
): Stream {
  const [id = ''] = order.columns
  return ({ bind, fits, next }) =>
    `select ${id} as scanned_id, ${fits} as fits from ${from} where ${allOf(conditions, bind)} and ${next(id)}`
}

type ScanRow = { readonly scanned: bigint; readonly reached: string | null; readonly found: boolean }

export async function scanById<Row extends object, Item extends { readonly id: Uuid }>(
  on: Queryable,
  { table, within, streams, checks, lowest }: FilteredList<Row, Item>,
  { cursor, wanted, rows: rowsMax }: { cursor?: Uuid | undefined; wanted: number; rows: number },
): Promise<Scanned<Item, Uuid>> {
  const { values, bind } = binding()
  const [id = ''] = table.order.columns
  // Without checks, every scanned row is a match.
  const scannedMax = checks.length === 0 ? wanted : rowsMax
  const [rows, fits] = [bind(scannedMax), allOf(checks, bind)]
  const next = (column: string) => {
    const from = lowest === undefined ? '' : ` and ${column} >= ${bind(lowest)}::uuid`
    return `${column} < ${bind(cursor ?? table.order.start)}::uuid${from} order by ${column} desc limit ${rows}`
  }
  const selects = streams.map((stream) => stream({ bind, fits, rows, next }))
  const [first, ...more] = await on.query<Row & ScanRow>({
    text: `with scanned as materialized (${merge(selects, rows)}),
      found as (select scanned_id from scanned where fits order by scanned_id desc limit ${bind(wanted)})
      select progress.scanned, progress.reached, ${id} is not null as found, ${table.columns}
      from (
        select count(*) as scanned, (select scanned_id from scanned order by scanned_id limit 1) as reached from scanned
      ) progress
      left join (found join ${table.from} on ${allOf(within, bind)} and ${id} = scanned_id) on true
      order by ${id} desc`,
    values,
  })
  if (first === undefined || first.reached === null) return { items: [], reached: undefined }
  const items = [first, ...more].filter(({ found }) => found).map(table.toItem)
  return { items, reached: Number(first.scanned) < scannedMax ? undefined : toUuid(first.reached) }
}

function merge(selects: readonly string[], rows: string): string {
  const [only = '', ...more] = selects
  if (more.length === 0) return only
  const all = selects.map((select) => `(${select})`).join(' union all ')
  return `select scanned_id, fits from (${all}) streams order by scanned_id desc limit ${rows}`
}
