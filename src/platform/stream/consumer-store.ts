import type { Uuid } from '#kernel'
import { isPlacedText, placeOf } from '../outbox/index.ts'
import type { Queryable } from '../postgres/index.ts'

/** The part of a feed that a consumer has not handled: after `position`, up to `last`. Up to `dropped` it is gone. */
export type Waiting = {
  readonly book: number
  readonly position: bigint
  readonly dropped: bigint
  readonly last: bigint
}

export type Turn = {
  readonly isPaused: boolean
  /** Another process has the lease. */
  readonly isElsewhere: boolean
  readonly isFaulty: boolean
  readonly waiting: readonly Waiting[]
}

type Held = { readonly name: string; readonly holder: Uuid; readonly leaseMs: number }

/** A lease that ends later than any can was taken before the clock was set back. */
const isLeased = (leaseMs: string) =>
  `(c.leased_until > clock_timestamp() and c.leased_until <= clock_timestamp() + ${leaseMs} * interval '1 millisecond')`

/** One statement, for the many times when nothing waits. */
export async function readTurn(on: Queryable, { name, holder, leaseMs }: Held): Promise<Turn> {
  const rows = await on.query<{
    paused: boolean
    elsewhere: boolean
    faulty: boolean
    book: number | null
    position: bigint
    dropped: bigint
    last: bigint
  }>({
    name: 'stream-read-turn',
    text: `select coalesce(c.paused_at is not null, false) as paused, coalesce(c.fault is not null, false) as faulty,
        coalesce(c.holder <> $2 and ${isLeased('$3')}, false) as elsewhere, w.book_id as book, w.position,
        w.dropped_position as dropped, w.last_position as last
      from (select $1::text as name) n
      left join platform.consumers c on c.name = n.name
      left join (
        select f.book_id, f.dropped_position, f.last_position, coalesce(p.position, 0) as position
        from platform.feeds f
        left join platform.consumer_positions p on p.consumer = $1 and p.book_id = f.book_id
        where f.last_position > coalesce(p.position, 0)
      ) w on true
      order by w.book_id`,
    values: [name, holder, leaseMs],
  })
  const [first] = rows
  return {
    isPaused: first?.paused === true,
    isElsewhere: first?.elsewhere === true,
    isFaulty: first?.faulty === true,
    waiting: rows.flatMap(({ book, position, dropped, last }) =>
      book === null ? [] : [{ book, position, dropped, last }],
    ),
  }
}

/** False while another process has the lease, or when the consumer is paused. */
export async function takeLease(on: Queryable, { name, holder, leaseMs }: Held): Promise<boolean> {
  const taken = await on.query({
    name: 'stream-take-lease',
    text: `insert into platform.consumers as c (name, holder, leased_until)
      values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
      on conflict (name) do update set holder = excluded.holder, leased_until = excluded.leased_until
        where c.paused_at is null and (c.holder = excluded.holder or c.leased_until is null or not ${isLeased('$3')})
      returning true as taken`,
    values: [name, holder, leaseMs],
  })
  return taken.length > 0
}

export async function endLease(on: Queryable, { name, holder }: Omit<Held, 'leaseMs'>): Promise<void> {
  await on.query({
    text: 'update platform.consumers set leased_until = null where name = $1 and holder = $2',
    values: [name, holder],
  })
}

type Advance = { readonly name: string; readonly book: number; readonly from: bigint; readonly to: bigint }

/** The position moves only from where the consumer has read on. A copy of the server may lack it. */
const advanceText = (isBehind: string) => `
  insert into platform.consumer_positions as p (consumer, book_id, position)
  select $1::text, $2::integer, $4::bigint
  where ${isBehind} and ($3::bigint = 0
    or exists (select from platform.consumer_positions own where own.consumer = $1 and own.book_id = $2))
  on conflict (consumer, book_id) do update set position = excluded.position where p.position = $3
  returning true as moved`

const isPlaced = isPlacedText({ book: '$2', position: '$4', row: '$5', stamp: '$6', index: '$7' })
const isDropped = 'exists (select from platform.feeds f where f.book_id = $2 and f.dropped_position >= $4)'

/**
 * `event`: the id of the one at `to`. False when nothing has moved, and the feed is to be read again: the position is not
 * `from` any more, as another process was first or an operator has moved it, or this server is another one than the
 * events were read from, with other events at these positions.
 */
export async function advance(
  on: Queryable,
  { name, book, from, to, event }: Advance & { readonly event: Uuid },
): Promise<boolean> {
  const { row, stamp, index } = placeOf(event)
  const moved = await on.query({
    name: 'stream-advance',
    text: advanceText(isPlaced),
    values: [name, book, from, to, row, stamp, index],
  })
  return moved.length > 0
}

/** Goes on behind events that were dropped as too old. False like {@link advance}. */
export async function passDropped(on: Queryable, { name, book, from, to }: Advance): Promise<boolean> {
  const moved = await on.query({ text: advanceText(isDropped), values: [name, book, from, to] })
  return moved.length > 0
}

export async function noteFault(on: Queryable, name: string, fault: string | undefined): Promise<void> {
  await on.query({
    text: `update platform.consumers set fault = $2,
        faulty_since = case when $2::text is not null then coalesce(faulty_since, clock_timestamp()) end
      where name = $1`,
    values: [name, fault ?? null],
  })
}
