import type { BurstAnswer, BurstStep, Queryable } from '#platform/postgres'
import { laneNumber } from './enqueue.ts'
import { type LaneName, laneNames, type Message } from './lanes.ts'
import type { ShareClaim } from './share-ring.ts'

/** Messages of one kind in one lane: what one batch is taken from. */
export type QueueName = { readonly lane: LaneName; readonly kind: string }

/** A message with what the engine keeps of it. */
export type TakenMessage = Message & {
  readonly share: number
  /** How long it had been due when it was taken. */
  readonly waitedMs: number
}

const returned = `id, share, book_id, subject, payload, attempts,
  (extract(epoch from enqueued_at) * 1000000)::bigint, (extract(epoch from clock_timestamp() - due_at) * 1000)::bigint`

/** Takes messages out of a queue, up to its quota of each share, the oldest first. Those of others are passed over. */
export function claimStep({ lane, kind }: QueueName, claims: readonly ShareClaim[]): BurstStep {
  return {
    name: 'lanes-claim',
    text: `delete from lanes.messages where ctid = any (array(
        select taken.ctid
        from unnest($3::integer[], $4::bigint[], $5::integer[]) as asked (share, floor, quota)
        cross join lateral (
          select ctid from lanes.messages
          where lane = $1 and kind = $2 and share = asked.share and id > asked.floor
          order by lane, kind, share, id limit asked.quota
          for update skip locked
        ) taken
      ))
      returning ${returned}`,
    values: [
      String(laneNumber(lane)),
      kind,
      `{${claims.map(({ share }) => share).join()}}`,
      `{${claims.map(({ floor }) => floor).join()}}`,
      `{${claims.map(({ quota }) => quota).join()}}`,
    ],
  }
}

/** Takes the messages of these ids, as far as they are there and nobody else has them. */
export function reclaimStep({ lane, kind }: QueueName, messages: readonly TakenMessage[]): BurstStep {
  return {
    name: 'lanes-reclaim',
    text: `delete from lanes.messages where ctid = any (array(
        select taken.ctid
        from unnest($3::integer[], $4::bigint[]) as asked (share, id)
        cross join lateral (
          select ctid from lanes.messages
          where lane = $1 and kind = $2 and share = asked.share and id = asked.id
          for update skip locked
        ) taken
      ))
      returning ${returned}`,
    values: [
      String(laneNumber(lane)),
      kind,
      `{${messages.map(({ share }) => share).join()}}`,
      `{${messages.map(({ id }) => id).join()}}`,
    ],
  }
}

/** The messages that a claim took, in the order of enqueueing. */
export function takenMessages({ lane, kind }: QueueName, answer: BurstAnswer | undefined): TakenMessage[] {
  const messages = (answer?.rows ?? []).map((row) => {
    const share = Number(row[1])
    return {
      id: BigInt(row[0] ?? 0),
      lane,
      kind,
      share,
      vendor: Math.max(0, share),
      book: Number(row[2]),
      subject: (row[3] ?? '').replaceAll('-', ''),
      payload: row[4] ?? '',
      attempts: Number(row[5]),
      enqueuedAt: Number(row[6]),
      waitedMs: Number(row[7]),
    }
  })
  return messages.sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** A share with work, as a look at the queues finds it. */
export type FoundShare = QueueName & { readonly share: number }

/**
 * Looks which shares of the queues have messages: up to `sharesMax` of each, going on after the share
 * given. It steps from share to share in the index, so it costs by the share and not by the message.
 */
export async function findShares(
  queryable: Queryable,
  queues: readonly (QueueName & { readonly after: number })[],
  sharesMax: number,
): Promise<FoundShare[]> {
  const rows = await queryable.query<{ lane: number; kind: string; share: number }>({
    name: 'lanes-find-shares',
    text: `select queue.lane, queue.kind, found.share
      from unnest($1::smallint[], $2::text[], $3::integer[]) as queue (lane, kind, after)
      cross join lateral (
        with recursive stepped as (
          (select share from lanes.messages
            where lane = queue.lane and kind = queue.kind and share > queue.after
            order by lane, kind, share limit 1)
          union all
          select next.share from stepped cross join lateral (
            select share from lanes.messages
            where lane = queue.lane and kind = queue.kind and share > stepped.share
            order by lane, kind, share limit 1
          ) next
        )
        select share from stepped limit $4
      ) found`,
    values: [
      queues.map(({ lane }) => laneNumber(lane)),
      queues.map(({ kind }) => kind),
      queues.map(({ after }) => after),
      sharesMax,
    ],
  })
  return rows.map(({ lane, kind, share }) => ({ lane: laneNames[lane] ?? 'bulk', kind, share }))
}

/**
 * Makes ready what has become due of what waits for its time, up to `max`: of `rollback` when it is
 * urgent, else of the other lanes. Says of which shares, and how many.
 */
export async function promoteDue(
  queryable: Queryable,
  { urgent, max }: { readonly urgent: boolean; readonly max: number },
): Promise<{ found: FoundShare[]; count: number }> {
  const rows = await queryable.query<{ lane: number; kind: string; share: number; count: bigint }>({
    name: urgent ? 'lanes-promote-urgent' : 'lanes-promote-due',
    text: `with due as (
        delete from lanes.later where ctid = any (array(
          select ctid from lanes.later where due_at <= statement_timestamp() and ${urgent ? 'lane = 0' : 'lane > 0'}
          order by due_at, id limit $1 for update skip locked
        ))
        returning lane, kind, share, book_id, subject, payload, attempts, enqueued_at, due_at, id
      ), moved as (
        insert into lanes.messages (lane, kind, share, book_id, subject, payload, attempts, enqueued_at, due_at)
        select lane, kind, share, book_id, subject, payload, attempts, enqueued_at, due_at
        from due order by due_at, id
        returning lane, kind, share
      )
      select lane, kind, share, count(*) as count from moved group by lane, kind, share`,
    values: [max],
  })
  const found = rows.map(({ lane, kind, share }) => ({ lane: laneNames[lane] ?? 'bulk', kind, share }))
  return { found, count: rows.reduce((sum, row) => sum + Number(row.count), 0) }
}
