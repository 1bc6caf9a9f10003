import { accepted, assert, decodeId, idPrefix, minorMax, type Refusal, type Result } from '#kernel'
import type { NewPayment, PaymentRefusal, PaymentRefusalCode, Payments } from '#payments'
import { isDerivedUuid, newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { Sagas } from '#sagas'
import { findItems } from './item-store.ts'
import type { Item, NewOrder, Order } from './order.ts'
import { appendOrderEvent } from './order-event.ts'
import { findOrder, insertOrder } from './order-store.ts'
import { paymentFor } from './payment-for.ts'
import { type OrdersRefusalCode, refuse } from './refusals.ts'

export const checkoutKind = 'checkout'

type PlacingDeps = {
  readonly sagas: Pick<Sagas, 'start'>
  readonly payments: Pick<Payments, 'refusalOf' | 'askForLost' | 'requireMade'>
}
type Refusing = { readonly ok: false; readonly refusal: Refusal<OrdersRefusalCode | PaymentRefusalCode> }
type WantedLine = { readonly item: Item; readonly quantity: number }

/** The checkout decides after the payment whether the items are still available. */
export async function placeOrder(
  { sagas, payments }: PlacingDeps,
  tx: Transaction,
  request: NewOrder,
): Promise<Result<Order, OrdersRefusalCode | PaymentRefusalCode>> {
  const { book } = request
  const [id, saga] = [newUuid(), request.saga ?? newUuid()]
  const found = await findItems(
    tx,
    book,
    request.lines.map(({ item }) => item),
  )
  const lines: WantedLine[] = []
  for (const [index, line] of request.lines.entries()) {
    const item = found.find(({ id, code }) => code === line.item || id === decodeId(idPrefix.item, line.item))
    if (item === undefined) {
      await payments.requireMade(tx, { id: saga })
      return refuse('item_not_found', `lines.${index}.item`)
    }
    lines.push({ item, quantity: line.quantity })
  }
  const asset = lines[0]?.item.asset
  assert(asset !== undefined, 'an order has lines')
  const { source, destination, capture, coordinator, metadata, vendor, reference } = request
  const amount = totalOf(lines)
  const payment = paymentFor({ ...request, amount: amount > minorMax ? minorMax : amount, asset }, saga)
  /** A server that is lost may have placed it under the same key, and other items or prices may have been there. */
  const refused = async <Refused extends Refusing>(refusal: Refused): Promise<Refused> => {
    const { code: reason } = refusal.refusal
    if (isDerivedUuid(saga) && reason !== 'item_named_twice') await payments.askForLost(tx, payment, { reason })
    return refusal
  }
  const refusal = judgeLines(lines) ?? outOfStock(lines) ?? (await refusePayment(payments, tx, payment))
  if (refusal !== undefined) return refused(refusal)
  const row = { id, book, asset, amount, source, destination, capture, coordinator, metadata, saga }
  const isNew = await insertOrder(tx, { ...row, vendor: vendor ?? null, reference: reference ?? null }, lines)
  if (!isNew) return refused(refuse('order_reference_taken', 'reference'))
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

async function refusePayment(payments: PlacingDeps['payments'], tx: Transaction, payment: NewPayment) {
  const refusal = await payments.refusalOf(tx, payment)
  return refusal && ({ ok: false, refusal: located(refusal) } as const)
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
  return totalOf(lines) > minorMax ? refuse('order_too_large', 'lines') : undefined
}

function outOfStock(lines: readonly WantedLine[]) {
  const short = lines.findIndex(({ item, quantity }) => item.stock < BigInt(quantity))
  return short >= 0 ? refuse('out_of_stock', `lines.${short}.quantity`) : undefined
}
