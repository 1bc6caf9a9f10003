import type { Uuid } from '#kernel'
import type { Metadata, PaymentSource } from '#payments'
import { byId, equals, type ListTable, type Page, type PageRequest, readItem, readPage } from '#platform/lists'
import { micros, type Queryable, type Transaction, toUuid } from '#platform/postgres'
import { columnsTask, openField, type Place, type SealingTask, sealJsonField } from '#platform/sealing'
import type { CoordinatorName } from '#sagas'
import type { Item, Order, OrderState } from './order.ts'

const orders: ListTable<Row, Order> = {
  from: 'orders.orders o',
  columns: `o.id, o.book_id, o.state, o.reason, o.is_canceled, o.asset, o.amount, o.source, o.destination,
  o.capture, o.coordinator, o.vendor, o.reference, o.metadata, o.saga, o.payment, o.confirmed_by,
  ${micros('o.created_at')} as created_at, ${micros('o.changed_at')} as changed_at,
  (select json_agg(json_build_object('item', l.item, 'code', i.code, 'quantity', l.quantity, 'price', l.price::text)
      order by l.place)
    from orders.order_lines l join orders.items i on i.id = l.item where l.order_id = o.id) as lines`,
  toItem: toOrder,
  order: byId('o.id'),
}

export type OrderRow = Pick<
  Order,
  'id' | 'book' | 'asset' | 'amount' | 'source' | 'destination' | 'capture' | 'coordinator' | 'metadata' | 'saga'
> & { readonly vendor: string | null; readonly reference: string | null }

export async function insertOrder(
  tx: Transaction,
  order: OrderRow,
  lines: readonly { readonly item: Item; readonly quantity: number }[],
): Promise<boolean> {
  const inserted = await tx.query<{ id: string }>({
    name: 'orders-insert-order',
    text: `insert into orders.orders (id, book_id, asset, amount, source, destination, capture, coordinator, vendor,
        reference, metadata, saga)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      on conflict (book_id, reference) where reference is not null do nothing
      returning id`,
    values: [
      ...[order.id, order.book, order.asset, order.amount, sourceJson(order), order.destination],
      ...[order.capture, order.coordinator, order.vendor, order.reference, JSON.stringify(order.metadata), order.saga],
    ],
  })
  if (inserted.length === 0) return false
  await tx.query({
    name: 'orders-insert-lines',
    text: `insert into orders.order_lines (order_id, place, item, quantity, price)
      select $1, line.place, line.item, line.quantity, line.price
      from unnest($2::uuid[], $3::integer[], $4::bigint[]) with ordinality line (item, quantity, price, place)`,
    values: [
      order.id,
      lines.map(({ item }) => item.id),
      lines.map(({ quantity }) => quantity),
      lines.map(({ item }) => item.price),
    ],
  })
  return true
}

export function findOrder(on: Queryable, book: number, id: Uuid): Promise<Order | undefined> {
  const text = 'where o.id = $1 and o.book_id = $2'
  return readItem(on, orders, { name: 'orders-find-order', text, values: [id, book] })
}

export async function findEnded(on: Queryable, orders: readonly Uuid[]): Promise<readonly Uuid[]> {
  const rows = await on.query<{ id: string }>({
    name: 'orders-find-ended',
    text: `select o.id from orders.orders o where o.id = any ($1::uuid[]) and o.state <> 'processing'`,
    values: [orders],
  })
  return rows.map(({ id }) => toUuid(id))
}

export async function lockOrder(tx: Transaction, book: number, id: Uuid): Promise<Order | undefined> {
  await tx.query({
    name: 'orders-lock-order',
    text: 'select o.id from orders.orders o where o.id = $1 and o.book_id = $2 for update',
    values: [id, book],
  })
  return findOrder(tx, book, id)
}

export type OrderUpdate = Partial<Pick<Order, 'state' | 'reason' | 'isCanceled' | 'payment' | 'confirmedBy'>>

/** The caller has locked the order. */
export async function updateOrder(tx: Transaction, order: Order, update: OrderUpdate): Promise<Order> {
  const changed = { ...order, ...update }
  const rows = await tx.query<Row>({
    name: 'orders-update-order',
    text: `update orders.orders o
      set state = $2, reason = $3, is_canceled = $4, payment = $5, confirmed_by = $6, changed_at = now()
      where o.id = $1 returning ${orders.columns}`,
    values: [
      ...[order.id, changed.state, changed.reason ?? null, changed.isCanceled],
      ...[changed.payment ?? null, changed.confirmedBy ?? null],
    ],
  })
  return rows.map(toOrder)[0] ?? changed
}

export function listOrders(
  on: Queryable,
  { book, state, ...request }: PageRequest<Uuid> & { readonly book: number; readonly state: OrderState | undefined },
): Promise<Page<Order, Uuid>> {
  return readPage(on, orders, {
    ...request,
    name: state === undefined ? 'orders-list' : 'orders-list-by-state',
    where: [...equals('o.book_id', book), ...equals('o.state', state)],
  })
}

type Row = {
  id: string
  book_id: number
  state: OrderState
  reason: string | null
  is_canceled: boolean
  asset: string
  amount: bigint
  /** A sealed one is a string. */
  source: PaymentSource | string
  destination: string
  capture: 'automatic' | 'manual'
  coordinator: CoordinatorName
  vendor: string | null
  reference: string | null
  metadata: Metadata
  saga: string
  payment: string | null
  confirmed_by: string | null
  created_at: bigint
  changed_at: bigint
  lines: { item: string; code: string; quantity: number; price: string }[]
}

function toOrder(row: Row): Order {
  const { state, asset, amount, destination, capture, coordinator, metadata } = row
  return {
    ...{ id: toUuid(row.id), book: row.book_id, state, reason: row.reason ?? undefined, isCanceled: row.is_canceled },
    ...{ asset, amount, source: toSource(row), destination, capture, coordinator, metadata },
    vendor: row.vendor ?? undefined,
    reference: row.reference ?? undefined,
    saga: toUuid(row.saga),
    payment: row.payment === null ? undefined : toUuid(row.payment),
    confirmedBy: row.confirmed_by === null ? undefined : toUuid(row.confirmed_by),
    createdAt: Number(row.created_at),
    changedAt: Number(row.changed_at),
    lines: row.lines.map((line) => ({ ...line, item: toUuid(line.item), price: BigInt(line.price) })),
  }
}

/** The instrument in the source is personal. */
const placeOf = (id: Uuid): Place => ({ column: 'orders.orders.source', key: [id] })

/** For the job that seals rows from before there was a key. */
export const sealedOrders: SealingTask = columnsTask({
  table: 'orders.orders',
  key: [{ column: 'id', type: 'uuid' }],
  columns: [{ column: 'source', isJson: true }],
})

function sourceJson({ id, source }: Pick<Order, 'id' | 'source'>): string {
  return sealJsonField(placeOf(id), JSON.stringify(source))
}

function toSource({ id, source }: Pick<Row, 'id' | 'source'>): PaymentSource {
  return typeof source === 'string' ? (JSON.parse(openField(placeOf(id), source)) as PaymentSource) : source
}
