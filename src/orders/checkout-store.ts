import type { Uuid } from '#kernel'
import { type Queryable, type Transaction, toUuid } from '#platform/postgres'

export async function insertCheckout(
  tx: Transaction,
  checkout: { readonly saga: Uuid; readonly order: Uuid; readonly payment: Uuid },
): Promise<void> {
  await tx.query({
    name: 'orders-insert-checkout',
    text: 'insert into orders.checkouts (saga, order_id, payment) values ($1, $2, $3)',
    values: [checkout.saga, checkout.order, checkout.payment],
  })
}

export async function findCheckoutPayment(on: Queryable, saga: Uuid): Promise<Uuid | undefined> {
  const rows = await on.query<{ payment: string }>({
    name: 'orders-find-checkout-payment',
    text: 'select c.payment from orders.checkouts c where c.saga = $1',
    values: [saga],
  })
  return rows[0]?.payment.replaceAll('-', '')
}

type Checkout = { readonly saga: Uuid; readonly payment: Uuid }

export async function findCheckouts(on: Queryable, payments: readonly Uuid[]): Promise<Checkout[]> {
  const rows = await on.query<{ saga: string; payment: string }>({
    name: 'orders-find-checkouts',
    text: 'select c.saga, c.payment from orders.checkouts c where c.payment = any ($1::uuid[])',
    values: [payments],
  })
  return rows.map(({ saga, payment }) => ({ saga: toUuid(saga), payment: toUuid(payment) }))
}
