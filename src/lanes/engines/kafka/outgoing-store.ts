import { type BurstAnswer, type BurstStep, micros, plainArray, type Queryable, toUuid } from '#platform/postgres'
import type { LaneName } from '../../lanes.ts'
import { laneNumber } from '../enqueue.ts'
import { enqueuedAt, kept, keptTypes, keptValues } from '../kept-columns.ts'
import type { TakenMessage } from '../taken-message.ts'
import type { SentMessage } from './message-record.ts'

export const outgoingTable = 'lanes.outgoing'

export type OutgoingPage = {
  readonly floor: bigint
  /** Above the floor, and on their way or sent before. */
  readonly known: readonly bigint[]
  readonly max: number
}

/** Committed messages of a lane above the floor that are not known, oldest first. */
export function readOutgoingStep(lane: LaneName, { floor, known, max }: OutgoingPage): BurstStep {
  const values = [String(laneNumber(lane)), String(floor), String(max)]
  if (known.length === 0) return { name: 'lanes-read-outgoing', text: readText(''), values }
  return {
    name: 'lanes-read-outgoing-beyond',
    // A subquery is hashed, on every server; an array may be compared element by element.
    text: readText('and id not in (select unnest($4::bigint[]))'),
    values: [...values, plainArray(known)],
  }
}

function readText(condition: string): string {
  return `select id, kind, tenant, book_id, subject, ${micros('due_at')}
    from lanes.outgoing where lane = $1 and id > $2 ${condition} order by lane, id limit $3`
}

export function outgoingMessages(lane: LaneName, answer: BurstAnswer | undefined): SentMessage[] {
  return (answer?.rows ?? []).map((row) => ({
    lane,
    id: BigInt(row[0] ?? 0),
    kind: row[1] ?? '',
    tenant: Number(row[2]),
    book: Number(row[3]),
    subject: toUuid(row[4]),
    dueAt: Number(row[5]),
  }))
}

/**
 * Messages that were enqueued for the engine of PostgreSQL alone. They get new ids, above the floor, in the order of the
 * old ones: those of a key may be of several kinds. That order has no index. So the oldest id of a lane is looked up in
 * each queue, and each queue gives what it has up to `span` ids above that.
 */
export function adoptStep(span: number): BurstStep {
  return {
    name: 'lanes-adopt',
    text: `with recursive queue as (
        (select lane, kind, tenant, id from lanes.messages order by lane, kind, tenant, id limit 1)
        union all
        select next.lane, next.kind, next.tenant, next.id from queue cross join lateral (
          select lane, kind, tenant, id from lanes.messages other
          where (other.lane, other.kind, other.tenant) > (queue.lane, queue.kind, queue.tenant)
          order by lane, kind, tenant, id limit 1
        ) next
      ), oldest as (
        select lane, min(id) + $1::bigint as until from queue group by lane
      ), adopted as (
        delete from lanes.messages where ctid = any (array(
          select taken.ctid from queue join oldest on oldest.lane = queue.lane and queue.id <= until
          cross join lateral (
            select ctid from lanes.messages
            where lane = queue.lane and kind = queue.kind and tenant = queue.tenant and id <= until
            for update skip locked
          ) taken
        ))
        returning ${kept}, attempts, enqueued_at, due_at, id
      )
      insert into lanes.outgoing (${kept}, attempts, enqueued_at, due_at)
      select ${kept}, attempts, enqueued_at, due_at from adopted order by id`,
    values: [String(span)],
  }
}

/** With new ids: the records with the old ones need not come again. */
export async function sendAgain(tx: Queryable, messages: readonly TakenMessage[]): Promise<void> {
  await tx.query({
    name: 'lanes-send-again',
    text: `insert into lanes.outgoing (${kept}, enqueued_at, attempts, due_at)
      select ${kept}, ${enqueuedAt}, attempts, clock_timestamp() - waited * interval '1 millisecond'
      from unnest(${keptTypes}, $8::smallint[], $9::bigint[]) with ordinality
        as taken (${kept}, enqueued, attempts, waited, place)
      order by place`,
    values: [
      ...keptValues(messages),
      messages.map(({ attempts }) => attempts),
      messages.map(({ waitedMs }) => waitedMs),
    ],
  })
}
