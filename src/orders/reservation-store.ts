import type { Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'

/** Reserves all lines or none (false). Locks items in id order, against deadlocks. A repetition has no effect. */
export async function reserveLines(
  tx: Transaction,
  { order, saga }: { readonly order: Uuid; readonly saga: Uuid },
): Promise<boolean> {
  const kept = await tx.query<{ item: string }>({
    name: 'orders-find-reservations',
    text: 'select r.item from orders.reservations r where r.saga = $1 limit 1',
    values: [saga],
  })
  if (kept.length > 0) return true
  // A separate statement, so that the next one reads the stock after the wait for the lock.
  await tx.query({
    name: 'orders-lock-items-of-order',
    text: `select i.id from orders.items i
      where i.id in (select l.item from orders.order_lines l where l.order_id = $1) order by i.id for update`,
    values: [order],
  })
  const [short] = await tx.query<{ item: string }>({
    name: 'orders-find-short-items',
    text: `select l.item from orders.order_lines l join orders.items i on i.id = l.item
      where l.order_id = $1 and i.stock < l.quantity limit 1`,
    values: [order],
  })
  if (short !== undefined) return false
  await tx.query({
    name: 'orders-reserve',
    text: `with taken as (
        update orders.items i set stock = i.stock - l.quantity, changed_at = now()
        from orders.order_lines l where l.order_id = $1 and i.id = l.item
        returning i.id, l.quantity
      )
      insert into orders.reservations (saga, item, quantity) select $2, taken.id, taken.quantity from taken`,
    values: [order, saga],
  })
  return true
}

/** A repetition has no effect. */
export async function releaseReservations(tx: Transaction, saga: Uuid): Promise<void> {
  await tx.query({
    name: 'orders-lock-reserved-items',
    text: `select i.id from orders.items i
      where i.id in (select r.item from orders.reservations r where r.saga = $1) order by i.id for update`,
    values: [saga],
  })
  await tx.query({
    name: 'orders-release',
    text: `with released as (
        delete from orders.reservations r where r.saga = $1 returning r.item, r.quantity
      )
      update orders.items i set stock = i.stock + released.quantity, changed_at = now()
      from released where i.id = released.item`,
    values: [saga],
  })
}
