import { accepted, assert, decodeId, idPrefix, minorMax, type Result } from '#kernel'
import type { PaymentRefusal, PaymentRefusalCode, Payments } from '#payments'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { Sagas } from '#sagas'
import { findItems } from './item-store.ts'
import type { Item, NewOrder, Order } from './order.ts'
import { appendOrderEvent } from './order-event.ts'
import { findOrder, insertOrder } from './order-store.ts'
import { type OrdersRefusalCode, refuse } from './refusals.ts'

export const checkoutKind = 'checkout'

type PlacingDeps = { readonly sagas: Pick<Sagas, 'start'>; readonly payments: Pick<Payments, 'refusalOf'> }
type WantedLine = { readonly item: Item; readonly quantity: number }

/** The checkout decides after the payment whether the items are still available. */
export async function placeOrder(
  { sagas, payments }: PlacingDeps,
  tx: Transaction,
  request: NewOrder,
): Promise<Result<Order, OrdersRefusalCode | PaymentRefusalCode>> {
  const { book } = request
  const found = await findItems(
    tx,
    book,
    request.lines.map(({ item }) => item),
  )
  const lines: WantedLine[] = []
  for (const [index, line] of request.lines.entries()) {
    const item = found.find(({ id, code }) => code === line.item || id === decodeId(idPrefix.item, line.item))
    if (item === undefined) return refuse('item_not_found', `lines.${index}.item`)
    lines.push({ item, quantity: line.quantity })
  }
  const refusal = judgeLines(lines)
  if (refusal !== undefined) return refusal

  const [id, saga] = [newUuid(), request.saga ?? newUuid()]
  const asset = lines[0]?.item.asset
  assert(asset !== undefined, 'an order has lines')
  const { source, destination, capture, coordinator, metadata, vendor, reference } = request
  const amount = totalOf(lines)
  const unpayable = await payments.refusalOf(tx, {
    ...{ book, amount, asset, source, capture, metadata },
    destinations: [{ account: destination, amount }],
    ...(vendor !== undefined && { vendor }),
  })
  if (unpayable !== undefined) return { ok: false, refusal: located(unpayable) }
  const row = { id, book, asset, amount, source, destination, capture, coordinator, metadata, saga }
  const isNew = await insertOrder(tx, { ...row, vendor: vendor ?? null, reference: reference ?? null }, lines)
  if (!isNew) return refuse('order_reference_taken', 'reference')
  const started = await sagas.start(tx, {
    ...{ id: saga, book, kind: checkoutKind, subject: id, coordinator },
    ...(vendor !== undefined && { vendor }),
  })
  if (!started.ok) return started
  const order = await findOrder(tx, book, id)
  assert(order !== undefined, 'an order that was inserted is there')
  await appendOrderEvent(tx, 'order.created', order)
  return accepted(order)
}

/** Maps the payment's `param` to the field of the order. */
function located(refusal: PaymentRefusal): PaymentRefusal {
  if (refusal.param === 'rail') return { ...refusal, param: 'source.rail' }
  return refusal.param === 'destinations.0.account' ? { ...refusal, param: 'destination' } : refusal
}

function totalOf(lines: readonly WantedLine[]): bigint {
  return lines.reduce((sum, { item, quantity }) => sum + item.price * BigInt(quantity), 0n)
}

function judgeLines(lines: readonly WantedLine[]) {
  const twice = lines.findIndex(({ item }, index) => lines.findIndex((line) => line.item.id === item.id) < index)
  if (twice >= 0) return refuse('item_named_twice', `lines.${twice}.item`)
  const other = lines.findIndex(({ item }) => item.asset !== lines[0]?.item.asset)
  if (other >= 0) return refuse('items_of_several_assets', `lines.${other}.item`)
  if (totalOf(lines) > minorMax) return refuse('order_too_large', 'lines')
  const short = lines.findIndex(({ item, quantity }) => item.stock < BigInt(quantity))
  return short >= 0 ? refuse('out_of_stock', `lines.${short}.quantity`) : undefined
}
