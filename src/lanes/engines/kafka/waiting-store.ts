import { type BurstAnswer, type BurstStep, micros, plainArray, type Queryable, toUuid } from '#platform/postgres'
import type { LaneName } from '../../lanes.ts'
import { laneNumber } from '../enqueue.ts'
import { returnedColumns, takenMessages } from '../postgres/message-store.ts'
import type { QueueName, TakenMessage } from '../taken-message.ts'
import type { SentMessage } from './message-record.ts'

/** Waiting messages of a key: their ids are from `first` to `last`. */
type Stretch = Pick<SentMessage, 'subject'> & { readonly first: bigint; readonly last: bigint }

/**
 * Takes the messages that the records name, and those of the same keys that should have come before. A record without
 * a row takes nothing: its message was handled, or this database never had it. The effect's transaction deletes, so
 * another process waits for the end of that transaction. A message is left while earlier ones of another kind wait.
 */
export function takeStep(queue: QueueName, records: readonly Pick<SentMessage, 'id' | 'subject'>[]): BurstStep {
  const last = new Map<SentMessage['subject'], bigint>()
  for (const { subject, id } of records) {
    const known = last.get(subject)
    if (known === undefined || known < id) last.set(subject, id)
  }
  return stretchesStep(
    queue,
    [...last].map(([subject, id]) => ({ subject, first: 0n, last: id })),
  )
}

/** Exactly these, as far as they still wait. */
export function takeAgainStep(queue: QueueName, messages: readonly TakenMessage[]): BurstStep {
  return stretchesStep(
    queue,
    messages.map(({ subject, id }) => ({ subject, first: id, last: id })),
  )
}

// The subquery is sorted, so it stays a subquery: whatever the statistics say, each key is looked up in the index. Rows
// are never updated, so they stay in their places, and all processes lock them in the order of these.
const takeText = `delete from lanes.outgoing where ctid = any (array(
    select taken.ctid
    from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as key (subject, first, last)
    cross join lateral (
      select waiting.ctid from lanes.outgoing waiting
      where waiting.lane = $1 and waiting.subject = key.subject and waiting.id between key.first and key.last
        and waiting.kind = $2 and not exists (
          select from lanes.outgoing earlier
          where earlier.lane = $1 and earlier.subject = key.subject and earlier.id < waiting.id and earlier.kind <> $2)
      order by waiting.lane, waiting.subject, waiting.id
    ) taken
  ))
  returning ${returnedColumns}`

function stretchesStep({ lane, kind }: QueueName, stretches: readonly Stretch[]): BurstStep {
  return {
    name: 'lanes-take-waiting',
    text: takeText,
    values: [
      String(laneNumber(lane)),
      kind,
      plainArray(stretches.map(({ subject }) => subject)),
      plainArray(stretches.map(({ first }) => first)),
      plainArray(stretches.map(({ last }) => last)),
    ],
  }
}

/** All that waits of the keys, up to the ids, of any kind and in the order of their ids. */
export async function findWaiting(
  on: Queryable,
  lane: LaneName,
  records: readonly Pick<SentMessage, 'id' | 'subject'>[],
): Promise<SentMessage[]> {
  const answer = await on.query<{
    id: bigint
    kind: string
    tenant: number
    book: number
    subject: string
    due_at: bigint
  }>({
    name: 'lanes-find-waiting',
    text: `select distinct id, kind, tenant, book_id as book, subject, ${micros('due_at')} as due_at
      from unnest($2::uuid[], $3::bigint[]) as key (subject, last)
      cross join lateral (
        select waiting.id, waiting.kind, waiting.tenant, waiting.book_id, waiting.due_at from lanes.outgoing waiting
        where waiting.lane = $1 and waiting.subject = key.subject and waiting.id <= key.last
        order by waiting.lane, waiting.subject, waiting.id
      ) found order by id`,
    values: [laneNumber(lane), records.map(({ subject }) => subject), records.map(({ id }) => id)],
  })
  return answer.map((row) => ({
    ...{ lane, id: row.id, kind: row.kind, tenant: row.tenant, book: row.book },
    ...{ subject: toUuid(row.subject), dueAt: Number(row.due_at) },
  }))
}

/** In the order of their ids. */
export function takenWaiting(queue: QueueName, answer: BurstAnswer | undefined): TakenMessage[] {
  return takenMessages(queue, answer)
}
