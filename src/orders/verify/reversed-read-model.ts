import type { Uuid } from '#kernel'
import { type Queryable, type SnapshotReader, toUuid } from '#platform/postgres'

/** A checkout that was or is being reversed, or whose order was, and whose payment has or holds money. */
export type Reversed = {
  readonly saga: Uuid
  readonly order: Uuid
  readonly book: number
  readonly payment: Uuid
  /** What of it an operator has returned in another way. */
  readonly settled: bigint
}

const reversedText = `from orders.checkouts c
    join orders.orders o on o.id = c.order_id
    join sagas.sagas s on s.id = c.saga
  where (s.state in ('reversing', 'reversed', 'stuck') or o.is_canceled or o.state in ('failed', 'refunded'))`

export async function countReversed(on: Queryable): Promise<number> {
  const [row] = await on.query<{ count: bigint }>({ text: `select count(*) as count ${reversedText}` })
  return Number(row?.count ?? 0n)
}

/** Without those whose money an operator has returned in another way, however much it was. */
const withMoneyText = `select c.saga, c.order_id as order, o.book_id as book, c.payment,
    coalesce((select (t.settled::json ->> 'amount')::bigint from sagas.steps t
      where t.saga = c.saga and t.name = 'pay'), 0) as settled ${reversedText}
    and exists (
      select from payments.payments p
      where p.book_id = o.book_id and p.id = c.payment
        and (p.amount_captured > p.amount_refunded or p.amount_capturable + p.amount_capturing > 0))
    and not exists (
      select from sagas.steps t where t.saga = c.saga and t.name = 'pay' and t.reason = 'settled_by_hand' and t.settled is null)`

/** By one statement, so that the tables are read once. */
export async function* readReversed(reader: SnapshotReader, pageSize: number): AsyncGenerator<readonly Reversed[]> {
  await reader.set({ cursor_tuple_fraction: '1' })
  await reader.query({ text: `declare reversed no scroll cursor for ${withMoneyText}` })
  for (;;) {
    const rows = await reader.query<Reversed>({ text: `fetch ${pageSize} from reversed` })
    if (rows.length === 0) return
    yield rows.map(({ saga, order, book, payment, settled }) => {
      return { saga: toUuid(saga), order: toUuid(order), book, payment: toUuid(payment), settled }
    })
  }
}
