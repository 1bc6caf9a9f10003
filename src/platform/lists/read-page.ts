import type { Uuid } from '#kernel'
import type { Queryable, Statement } from '../postgres/index.ts'
import { allOf, type Bind, binding, type Condition } from './conditions.ts'
import { type Page, type PageRequest, toPage } from './page.ts'

/** A table as its store and its lists read it. `toItem` decodes the columns. */
export type ListTable<Row extends object, Item, Cursor = Uuid> = {
  /** With its alias and joins. */
  readonly from: string
  readonly columns: string
  readonly toItem: (row: Row) => Item
  readonly order: ListOrder<Item, Cursor>
}

/** Newest first: descending. */
export type ListOrder<Item, Cursor> = {
  readonly columns: readonly string[]
  /** SQL of the columns' values at the cursor. */
  readonly valuesAt: (cursor: Cursor, bind: Bind) => readonly string[]
  readonly cursorOf: (item: Item) => Cursor
  /** Of the first page, which has a range too: without one, PostgreSQL may sort a table that it has not analyzed yet. */
  readonly start: Cursor
}

/** What the rest of a `select` on the table finds, such as `where keys.id = $1 for update of keys`. */
export async function readItems<Row extends object, Item>(
  on: Queryable,
  { from, columns, toItem }: Pick<ListTable<Row, Item>, 'from' | 'columns' | 'toItem'>,
  { text, ...statement }: Statement,
): Promise<Item[]> {
  const rows = await on.query<Row>({ ...statement, text: `select ${columns} from ${from} ${text}` })
  return rows.map(toItem)
}

export async function readItem<Row extends object, Item>(
  ...given: Parameters<typeof readItems<Row, Item>>
): Promise<Item | undefined> {
  return (await readItems(...given))[0]
}

const idStart: Uuid = 'f'.repeat(32)

export function byId<Item extends { readonly id: Uuid }>(column: string): ListOrder<Item, Uuid> {
  return {
    columns: [column],
    valuesAt: (id, bind) => [`${bind(id)}::uuid`],
    cursorOf: ({ id }) => id,
    start: idStart,
  }
}

/**
 * Reads a page whose whole filter is answered by one index, in the order of the list. With a `name`, the statement is
 * prepared; each combination of conditions needs its own.
 */
export async function readPage<Row extends object, Item, Cursor>(
  on: Queryable,
  { from, columns, toItem, order }: ListTable<Row, Item, Cursor>,
  {
    limit,
    cursor,
    where,
    name,
  }: PageRequest<Cursor> & { readonly where: readonly Condition[]; readonly name?: string },
): Promise<Page<Item, Cursor>> {
  const { values, bind } = binding()
  const below: Condition = (to) =>
    `(${order.columns.join(', ')}) < (${order.valuesAt(cursor ?? order.start, to).join(', ')})`
  const rows = await on.query<Row>({
    ...(name !== undefined && { name }),
    text: `select ${columns} from ${from} where ${allOf([...where, below], bind)}
      order by ${order.columns.map((column) => `${column} desc`).join(', ')} limit ${bind(limit + 1)}`,
    values,
  })
  return toPage(rows.map(toItem), limit, order.cursorOf)
}
