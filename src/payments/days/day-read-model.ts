import type { Queryable } from '#platform/postgres'

export type CountedDay = {
  readonly day: string
  readonly type: string
  readonly count: bigint
  readonly amount: string
}

export type DaysQuery = {
  readonly book: number
  readonly asset: string
  readonly from: string
  readonly to: string
}

/** Days without any such event are left out. Oldest first. */
export function readDays(on: Queryable, { book, asset, from, to }: DaysQuery): Promise<CountedDay[]> {
  return on.query<CountedDay>({
    name: 'payments-read-days',
    text: `select day::text as day, type, count, amount::text as amount from payments.days
      where book_id = $1 and asset = $2 and day between $3::date and $4::date order by day, type`,
    values: [book, asset, from, to],
  })
}
