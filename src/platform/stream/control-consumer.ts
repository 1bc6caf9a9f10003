import type { Timestamp, Uuid } from '#kernel'
import { instant, type Queryable, type Transaction } from '../postgres/index.ts'

/** Undefined: resumed. */
export async function setPaused(
  tx: Transaction,
  name: string,
  by: Uuid | undefined,
): Promise<{ readonly wasPaused: boolean }> {
  const [known] = await tx.query<{ paused: boolean }>({
    text: 'select paused_at is not null as paused from platform.consumers where name = $1 for update',
    values: [name],
  })
  await tx.query({
    text: `insert into platform.consumers as c (name, paused_at, paused_by)
      values ($1, case when $2::uuid is not null then clock_timestamp() end, $2)
      on conflict (name) do update set paused_at = case when $2::uuid is not null
        then coalesce(c.paused_at, clock_timestamp()) end, paused_by = excluded.paused_by`,
    values: [name, by ?? null],
  })
  return { wasPaused: known?.paused === true }
}

export type ReplayFrom =
  | { readonly position: bigint }
  /** The first event that was recorded then or later. */
  | { readonly time: Timestamp }

/** `kept`: the positions of the feed. */
export type Moved = { readonly ok: boolean; readonly kept: { readonly from: bigint; readonly to: bigint } }

/** Sets a consumer to go on at an event of a book that the feed still has, or behind the last one. */
export async function replay(
  on: Queryable,
  { name, book, from }: { readonly name: string; readonly book: number; readonly from: ReplayFrom },
): Promise<Moved> {
  const [feed] = await on.query<{ dropped: bigint; last: bigint }>({
    text: 'select dropped_position as dropped, last_position as last from platform.feeds where book_id = $1',
    values: [book],
  })
  const { dropped, last } = feed ?? { dropped: 0n, last: 0n }
  const kept = { from: dropped + 1n, to: last }
  const position = 'position' in from ? from.position : ((await firstSince(on, { book, time: from.time })) ?? last + 1n)
  if (position < kept.from || position > kept.to + 1n) return { ok: false, kept }
  await on.query({
    text: `with known as (insert into platform.consumers (name) values ($1) on conflict do nothing)
      insert into platform.consumer_positions (consumer, book_id, position) values ($1, $2, $3)
      on conflict (consumer, book_id) do update set position = excluded.position`,
    values: [name, book, position - 1n],
  })
  return { ok: true, kept }
}

const dayMicros = 86_400_000_000

/** A row's id begins with the day of its insertion, which may follow that of its time. */
async function firstSince(
  on: Queryable,
  { book, time }: { readonly book: number; readonly time: Timestamp },
): Promise<bigint | undefined> {
  const day = Math.max(0, Math.floor(time / dayMicros) - 1)
  const [found] = await on.query<{ position: bigint | null }>({
    text: `select min(o.first_position) as position from platform.outbox o
      where o.book_id = $1 and o.id >= $2::bigint << 40 and o.recorded_at >= ${instant('$3')}`,
    values: [book, day, time],
  })
  return found?.position ?? undefined
}
