import type { Timestamp } from '#kernel'
import { micros, type Queryable, textArray } from '../postgres/index.ts'

export type ConsumerState = {
  readonly name: string
  readonly pausedAt: Timestamp | undefined
  readonly fault: string | undefined
  readonly faultySince: Timestamp | undefined
  /** Over all books: events that are in a feed and not handled, and the age of the oldest one. */
  readonly lagEvents: number
  readonly lagSeconds: number
  /** In the feed of the asked book: the last event that was handled, and the last one of all. */
  readonly position: bigint
  readonly lastPosition: bigint
}

type StateRow = {
  name: string
  paused_at: bigint | null
  fault: string | null
  faulty_since: bigint | null
  lag_events: bigint
  lag_seconds: number
  position: bigint
  last_position: bigint
}

/** In the order of the names. */
export async function readStates(
  on: Queryable,
  { names, book }: { readonly names: readonly string[]; readonly book: number },
): Promise<ConsumerState[]> {
  const rows = await on.query<StateRow>({ text: statesText, values: [textArray(names), book] })
  return rows.map((row) => ({
    name: row.name,
    pausedAt: row.paused_at === null ? undefined : Number(row.paused_at),
    fault: row.fault ?? undefined,
    faultySince: row.faulty_since === null ? undefined : Number(row.faulty_since),
    lagEvents: Number(row.lag_events),
    lagSeconds: Math.max(0, row.lag_seconds),
    position: row.position,
    lastPosition: row.last_position,
  }))
}

/** The row of the first event that waits, or what is left behind it. */
const oldestText = `
  case when f.last_position > coalesce(p.position, 0) then coalesce(
    (select o.recorded_at from platform.outbox o
      where o.book_id = f.book_id and o.first_position <= coalesce(p.position, 0) + 1
        and f.dropped_position <= coalesce(p.position, 0)
      order by o.first_position desc limit 1),
    (select o.recorded_at from platform.outbox o
      where o.book_id = f.book_id and o.first_position > coalesce(p.position, 0)
      order by o.first_position limit 1)) end`

const statesText = `
  select n.name, ${micros('c.paused_at')} as paused_at, c.fault, ${micros('c.faulty_since')} as faulty_since,
    coalesce(sum(w.behind), 0)::bigint as lag_events,
    coalesce(extract(epoch from clock_timestamp() - min(w.oldest)), 0)::float8 as lag_seconds,
    coalesce(max(w.position) filter (where w.book_id = $2), 0) as position,
    coalesce(max(w.last_position) filter (where w.book_id = $2), 0) as last_position
  from unnest($1::text[]) with ordinality as n (name, place)
  left join platform.consumers c on c.name = n.name
  left join lateral (
    select f.book_id, f.last_position, coalesce(p.position, 0) as position,
      f.last_position - coalesce(p.position, 0) as behind, ${oldestText} as oldest
    from platform.feeds f
    left join platform.consumer_positions p on p.consumer = n.name and p.book_id = f.book_id
  ) w on true
  group by n.name, n.place, c.paused_at, c.fault, c.faulty_since
  order by n.place`
