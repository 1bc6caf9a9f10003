import { type BurstAnswer, type BurstStep, micros, toUuid } from '#platform/postgres'
import { type LaneName, laneNames, type Message } from '../lanes.ts'
import type { Claim } from '../turns/share-ring.ts'
import { laneNumber } from './enqueue.ts'

/** The messages of one kind in one lane. A batch is taken from one queue. */
export type QueueName = { readonly lane: LaneName; readonly kind: string }

export type TakenMessage = Message & {
  readonly share: number
  /** Time since the message was due. */
  readonly waitedMs: number
}

const returned = `id, share, book_id, subject, payload, attempts,
  ${micros('enqueued_at')}, (extract(epoch from clock_timestamp() - due_at) * 1000)::bigint`

/** Takes up to its quota from each share, oldest first, and skips locked messages. */
export function claimStep({ lane, kind }: QueueName, { limit, shares }: Claim): BurstStep {
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
        limit $6
      ))
      returning ${returned}`,
    values: [
      String(laneNumber(lane)),
      kind,
      `{${shares.map(({ share }) => share).join()}}`,
      `{${shares.map(({ floor }) => floor).join()}}`,
      `{${shares.map(({ quota }) => quota).join()}}`,
      String(limit),
    ],
  }
}

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
      subject: toUuid(row[3]),
      payload: row[4] ?? '',
      attempts: Number(row[5]),
      enqueuedAt: Number(row[6]),
      waitedMs: Number(row[7]),
    }
  })
  return messages.sort((one, other) => (one.id < other.id ? -1 : 1))
}

export type FoundShare = QueueName & { readonly share: number; readonly book: number }

export type QueuePlace = QueueName & { readonly after: number }

/**
 * Finds up to `sharesMax` shares with messages in each queue, with shares above `after`. It steps from share to share
 * in the index, so its cost grows with the shares, not the messages.
 */
export function findSharesStep(queues: readonly QueuePlace[], sharesMax: number): BurstStep {
  return {
    name: 'lanes-find-shares',
    text: `select queue.lane, queue.kind, found.share,
        (select book_id from lanes.vendors where number = found.share) as vendors_book
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
      `{${queues.map(({ lane }) => laneNumber(lane)).join()}}`,
      // Kinds are constants of the program, without characters that need quoting.
      `{${queues.map(({ kind }) => kind).join()}}`,
      `{${queues.map(({ after }) => after).join()}}`,
      String(sharesMax),
    ],
  }
}

export function foundShares(answer: BurstAnswer | undefined): FoundShare[] {
  return (answer?.rows ?? []).map(([lane, kind, share, vendorsBook]) => ({
    lane: laneNames[Number(lane)] ?? 'bulk',
    kind: kind ?? '',
    share: Number(share),
    book: Number(share) > 0 ? Number(vendorsBook ?? 0) : -Number(share),
  }))
}

/** Moves up to `max` due messages into the queue: of `rollback` when `urgent`, otherwise of the other lanes. */
export function promoteDueStep({ urgent, max }: { readonly urgent: boolean; readonly max: number }): BurstStep {
  return {
    name: urgent ? 'lanes-promote-urgent' : 'lanes-promote-due',
    text: `with due as (
        delete from lanes.later where ctid = any (array(
          select ctid from lanes.later where due_at <= statement_timestamp() and ${urgent ? 'lane = 0' : 'lane > 0'}
          order by due_at, id limit $1 for update skip locked
        ))
        returning lane, kind, share, book_id, subject, payload, attempts, enqueued_at, due_at, id
      )
      insert into lanes.messages (lane, kind, share, book_id, subject, payload, attempts, enqueued_at, due_at)
      select lane, kind, share, book_id, subject, payload, attempts, enqueued_at, due_at
      from due order by due_at, id`,
    values: [String(max)],
  }
}

export function promotedCount(answer: BurstAnswer | undefined): number {
  return Number(answer?.tag.split(' ').at(-1) ?? 0)
}
