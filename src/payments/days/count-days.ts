import { instant, plainArray, textArray } from '#platform/postgres'
import type { Consumer } from '#platform/stream'

/** Of these the days have sums. */
export const countedTypes = [
  ...['payment.created', 'payment.succeeded', 'payment.failed', 'payment.canceled'],
  ...['refund.succeeded', 'refund.failed', 'payout.succeeded', 'payout.failed'],
] as const

type Counted = { readonly amount: string; readonly asset: string }

/** Counts payments, refunds and payouts by day. Each event once, also when the feed is replayed. */
export const paymentDays: Consumer = {
  name: 'payment-days',
  about: 'Counts payments, refunds and payouts by day, asset and type.',
  types: countedTypes,
  handle: async (tx, { book, events }) => {
    const data = events.map((event) => event.data as Counted)
    await tx.query({
      name: 'payments-count-days',
      text: countText,
      values: [
        book,
        plainArray(events.map(({ position }) => position)),
        plainArray(events.map(({ type }) => type)),
        plainArray(events.map(({ recordedAt }) => recordedAt)),
        textArray(data.map(({ asset }) => asset)),
        plainArray(data.map(({ amount }) => amount)),
      ],
    })
  },
}

/** The consumer's position is locked, so no other process writes these rows. */
const countText = `
  insert into payments.days as d (book_id, asset, day, type, count, amount, position)
  select $1, e.asset, e.day, e.type, count(*), sum(e.amount), max(e.position)
  from (
    select e.position, e.type, e.asset, e.amount, (${instant('e.recorded_at')} at time zone 'utc')::date as day
    from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::numeric[])
      as e (position, type, recorded_at, asset, amount)
  ) e
  left join payments.days known
    on known.book_id = $1 and known.asset = e.asset and known.day = e.day and known.type = e.type
  where e.position > coalesce(known.position, 0)
  group by e.asset, e.day, e.type
  order by e.asset, e.day, e.type
  on conflict (book_id, asset, day, type) do update set
    count = d.count + excluded.count, amount = d.amount + excluded.amount, position = excluded.position`
