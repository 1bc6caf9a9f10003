import { accepted, encodeId, idPrefix, type Result, refusing, type Uuid } from '#kernel'
import { type Ended, type Payment, type PaymentRefusalCode, type Payments, paymentRefusals } from '#payments'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { SagaEnd, SagaFacts, Sagas } from '#sagas'
import { findCheckoutPayment, findCheckouts } from './checkout-store.ts'
import { findItems, insertItem, updateItem } from './item-store.ts'
import { type Item, type ItemChange, type NewItem, type NewOrder, type Order, stockMax } from './order.ts'
import { appendOrderEvent } from './order-event.ts'
import { findOrder, lockOrder, updateOrder } from './order-store.ts'
import { paymentFor } from './payment-for.ts'
import { checkoutKind, placeOrder } from './place-order.ts'
import { type OrdersRefusalCode, refuse } from './refusals.ts'
import { confirmStep } from './steps/confirm.ts'
import { payStep } from './steps/pay.ts'
import { reserveStep } from './steps/reserve.ts'

export type ChangedItem = { readonly before: Item; readonly after: Item }

export type OrdersDeps = {
  readonly payments: Pick<
    Payments,
    | 'acceptPayment'
    | 'askForLost'
    | 'refusalOf'
    | 'requireMade'
    | 'isAsset'
    | 'cancel'
    | 'capture'
    | 'createRefund'
    | 'findRefund'
    | 'findReversalOfAll'
    | 'lockPayment'
    | 'reversalId'
    | 'wake'
  >
  readonly sagas: Pick<Sagas, 'define' | 'start' | 'reverse' | 'compensateLate'>
}

/** Functions with a `tx` work in the caller's transaction. Call `wake` after its commit. */
export type Orders = {
  /** Refuses `asset_not_found`, `item_code_taken`. */
  readonly createItem: (tx: Transaction, item: NewItem) => Promise<Result<Item, OrdersRefusalCode | 'asset_not_found'>>
  /** Refuses `item_not_found`, `stock_below_zero`, `stock_too_large`. */
  readonly changeItem: (tx: Transaction, change: ItemChange) => Promise<Result<ChangedItem, OrdersRefusalCode>>
  /** Starts the checkout. Refuses in the catalog's order, then as its payment would be refused. */
  readonly placeOrder: (
    tx: Transaction,
    order: NewOrder,
  ) => Promise<Result<Order, OrdersRefusalCode | PaymentRefusalCode>>
  /** Also cancels a confirmed order. Refuses `order_not_found`, `order_already_ended`. */
  readonly cancelOrder: (
    tx: Transaction,
    order: { readonly book: number; readonly order: Uuid },
  ) => Promise<Result<Order, OrdersRefusalCode>>
  /** Returns money that came after its checkout was reversed. Call it in the transaction in which the subjects end. */
  readonly paymentsEnded: (tx: Transaction, ended: readonly Ended[]) => Promise<void>
  readonly wake: () => void
}

/** Creates the orders and defines their checkout. */
export function createOrders({ payments, sagas }: OrdersDeps): Orders {
  sagas.define({
    kind: checkoutKind,
    steps: [payStep({ payments }), reserveStep, confirmStep({ payments })],
    ended: (tx, saga, end) => checkoutEnded(payments, tx, saga, end),
  })
  return {
    createItem: async (tx, item) => {
      if (!(await payments.isAsset(tx, item.book, item.asset))) {
        return refusing(paymentRefusals)('asset_not_found', 'asset')
      }
      const made = await insertItem(tx, newUuid(), item)
      return made === undefined ? refuse('item_code_taken', 'code') : accepted(made)
    },
    changeItem,
    placeOrder: (tx, order) => placeOrder({ sagas, payments }, tx, order),
    cancelOrder: (tx, { book, order }) => cancelOrder(sagas, tx, book, order),
    paymentsEnded: async (tx, ended) => {
      const late = new Set(ended.map(paymentOf).flatMap((payment) => (payment && isLeft(payment) ? [payment.id] : [])))
      if (late.size === 0) return
      for (const { saga, payment } of await findCheckouts(tx, [...late])) {
        await sagas.compensateLate(tx, { saga, step: 'pay', ended: payment })
      }
    },
    wake: payments.wake,
  }
}

function paymentOf(ended: Ended): Payment | undefined {
  if (ended.kind === 'payment') return ended.row
  return ended.kind === 'refund' ? ended.payment : undefined
}

/** Whether a payment of an order has unreturned money. Other payments need no query. */
function isLeft({ metadata, state, amountCaptured, amountRefunding, amountRefunded }: Payment): boolean {
  if (metadata.order === undefined) return false
  return state === 'authorized' || (state === 'succeeded' && amountCaptured > amountRefunding + amountRefunded)
}

/** Locks the saga's row before the order's, as the steps do. */
async function cancelOrder(
  sagas: Pick<Sagas, 'reverse'>,
  tx: Transaction,
  book: number,
  id: Uuid,
): Promise<Result<Order, OrdersRefusalCode>> {
  const seen = await findOrder(tx, book, id)
  if (seen === undefined) return refuse('order_not_found')
  if (seen.state === 'failed' || seen.state === 'refunded') return refuse('order_already_ended')
  await sagas.reverse(tx, seen.confirmedBy ?? seen.saga, 'canceled')
  const order = await lockOrder(tx, book, id)
  if (order === undefined || order.state === 'failed' || order.state === 'refunded')
    return refuse('order_already_ended')
  if (order.confirmedBy !== undefined && order.confirmedBy !== seen.saga) {
    await sagas.reverse(tx, order.confirmedBy, 'canceled')
  }
  if (order.isCanceled) return accepted(order)
  const reason = order.reason ?? 'canceled'
  return accepted(await updateOrder(tx, order, { state: 'processing', isCanceled: true, reason }))
}

async function changeItem(tx: Transaction, change: ItemChange): Promise<Result<ChangedItem, OrdersRefusalCode>> {
  const [item] = await findItems(tx, change.book, [change.item], true)
  if (item === undefined) return refuse('item_not_found')
  const stock = item.stock + (change.stockChange ?? 0n)
  if (stock < 0n) return refuse('stock_below_zero', 'stock_change')
  // Pieces that come back from an order may lift the stock above it.
  if ((change.stockChange ?? 0n) > 0n && stock > stockMax) return refuse('stock_too_large', 'stock_change')
  return accepted({ before: item, after: (await updateItem(tx, item, change)) ?? item })
}

/** Only the order's own checkout ends it. A checkout that lost to another does not change what the other confirmed. */
async function checkoutEnded(
  payments: Pick<Payments, 'askForLost'>,
  tx: Transaction,
  saga: SagaFacts,
  end: SagaEnd,
): Promise<void> {
  if (end.state !== 'reversed') return
  const order = await lockOrder(tx, saga.book, saga.subject)
  if (order !== undefined && (await findCheckoutPayment(tx, saga.id)) === undefined) {
    const metadata = { order: encodeId(idPrefix.order, order.id) }
    const refused = { reason: end.reason ?? 'canceled', since: order.createdAt }
    await payments.askForLost(tx, paymentFor({ ...order, metadata }, saga.id), refused)
  }
  if (order === undefined || order.state !== 'processing') return
  if (order.confirmedBy === saga.id) {
    const refunded = await updateOrder(tx, order, { state: 'refunded', reason: end.reason })
    await appendOrderEvent(tx, 'order.refunded', refunded)
  } else if (order.confirmedBy === undefined && order.saga === saga.id) {
    const failed = await updateOrder(tx, order, { state: 'failed', reason: end.reason })
    await appendOrderEvent(tx, 'order.failed', failed)
  }
}
