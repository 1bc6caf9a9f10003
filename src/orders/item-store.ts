import { decodeId, idPrefix, type Uuid } from '#kernel'
import { byId, equals, type ListTable, type Page, type PageRequest, readItems, readPage } from '#platform/lists'
import { micros, type Queryable, type Transaction, toUuid } from '#platform/postgres'
import type { Item, ItemChange, NewItem } from './order.ts'

const items: ListTable<ItemRow, Item> = {
  from: 'orders.items i',
  columns: `i.id, i.book_id, i.code, i.name, i.asset, i.price, i.stock, ${micros('i.created_at')} as created_at`,
  toItem,
  order: byId('i.id'),
}

export async function insertItem(tx: Transaction, id: Uuid, item: NewItem): Promise<Item | undefined> {
  const rows = await tx.query<ItemRow>({
    name: 'orders-insert-item',
    text: `insert into orders.items as i (id, book_id, code, name, asset, price, stock)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (book_id, code) do nothing
      returning ${items.columns}`,
    values: [id, item.book, item.code, item.name, item.asset, item.price, item.stock],
  })
  return rows.map(toItem)[0]
}

/** `references` are ids or codes. Items are returned, and locked, in the order of their ids. */
export function findItems(on: Queryable, book: number, references: readonly string[], lock = false): Promise<Item[]> {
  const ids = references.flatMap((reference) => decodeId(idPrefix.item, reference) ?? [])
  return readItems(on, items, {
    text: `where i.book_id = $1 and (i.id = any ($2::uuid[]) or i.code = any ($3)) order by i.id ${lock ? 'for update' : ''}`,
    values: [book, ids, references],
  })
}

/** The caller has locked the item and checked that the stock does not fall below zero. */
export async function updateItem(tx: Transaction, item: Item, change: ItemChange): Promise<Item | undefined> {
  const stock = change.stock ?? item.stock + (change.stockChange ?? 0n)
  const rows = await tx.query<ItemRow>({
    name: 'orders-update-item',
    text: `update orders.items i set name = $2, price = $3, stock = $4, changed_at = now()
      where i.id = $1 returning ${items.columns}`,
    values: [item.id, change.name ?? item.name, change.price ?? item.price, stock],
  })
  return rows.map(toItem)[0]
}

export function listItems(
  on: Queryable,
  { book, ...request }: PageRequest<Uuid> & { readonly book: number },
): Promise<Page<Item, Uuid>> {
  return readPage(on, items, { ...request, name: 'orders-list-items', where: equals('i.book_id', book) })
}

type ItemRow = {
  id: string
  book_id: number
  code: string
  name: string
  asset: string
  price: bigint
  stock: bigint
  created_at: bigint
}

function toItem(row: ItemRow): Item {
  const { code, name, asset, price, stock } = row
  const id = toUuid(row.id)
  return { id, book: row.book_id, code, name, asset, price, stock, createdAt: Number(row.created_at) }
}
