import { type BurstAnswer, type BurstStep, micros, plainArray, type Queryable, toUuid } from '#platform/postgres'
import type { LaneName } from '../../lanes.ts'
import { laneNumber } from '../enqueue.ts'
import { enqueuedAt, kept, keptTypes, keptValues } from '../kept-columns.ts'
import type { TakenMessage } from '../taken-message.ts'
import type { SentMessage } from './message-record.ts'

export const outgoingTable = 'lanes.outgoing'

export type OutgoingMessage = SentMessage & {
  /** Where the row lies. Rows are never updated, so it stays there. */
  readonly place: string
}

export type OutgoingPage = {
  readonly floor: bigint
  /** Read before, and not deleted yet. */
  readonly underway: readonly OutgoingMessage[]
  readonly max: number
}

/** Committed messages of a lane above the floor and not under way, oldest first. */
export function readOutgoingStep(lane: LaneName, { floor, underway, max }: OutgoingPage): BurstStep {
  const values = [String(laneNumber(lane)), String(floor), String(max)]
  if (underway.length === 0) return { name: 'lanes-read-outgoing', text: readText(''), values }
  return {
    name: 'lanes-read-outgoing-beyond',
    // A subquery is hashed, on every server; an array may be compared element by element.
    text: readText('and id not in (select unnest($4::bigint[]))'),
    values: [...values, plainArray(underway.map(({ id }) => id))],
  }
}

function readText(condition: string): string {
  return `select ctid, id, kind, tenant, book_id, subject, payload, attempts,
      ${micros('enqueued_at')}, ${micros('due_at')}, day
    from lanes.outgoing where lane = $1 and id > $2 ${condition} order by lane, id limit $3`
}

export function outgoingMessages(lane: LaneName, answer: BurstAnswer | undefined): OutgoingMessage[] {
  return (answer?.rows ?? []).map((row) => ({
    lane,
    place: row[0] ?? '',
    id: BigInt(row[1] ?? 0),
    kind: row[2] ?? '',
    tenant: Number(row[3]),
    book: Number(row[4]),
    subject: toUuid(row[5]),
    payload: row[6] ?? '',
    attempts: Number(row[7]),
    enqueuedAt: Number(row[8]),
    dueAt: Number(row[9]),
    day: Number(row[10]),
  }))
}

/**
 * The id guards against a table that was rewritten meanwhile. Each row is fetched from its place: with two arrays, a plan
 * that is kept would compare each id with all of them.
 */
export function deleteOutgoingStep(messages: readonly OutgoingMessage[]): BurstStep {
  return {
    name: 'lanes-delete-outgoing',
    text: `delete from lanes.outgoing as found using unnest($1::tid[], $2::bigint[]) as sent (place, id)
      where found.ctid = sent.place and found.id = sent.id`,
    values: [`{${messages.map(({ place }) => `"${place}"`).join()}}`, plainArray(messages.map(({ id }) => id))],
  }
}

/** Messages that were enqueued for the engine of PostgreSQL alone, urgent ones first. They get new ids, above the floor. */
export function adoptStep(max: number): BurstStep {
  return {
    name: 'lanes-adopt',
    text: `with adopted as (
        delete from lanes.messages where ctid = any (array(
          select ctid from lanes.messages order by lane, kind, tenant, id limit $1 for update skip locked
        ))
        returning ${kept}, attempts, enqueued_at, due_at, id
      )
      insert into lanes.outgoing (${kept}, attempts, enqueued_at, due_at)
      select ${kept}, attempts, enqueued_at, due_at from adopted order by id`,
    values: [String(max)],
  }
}

/** With new ids: the old ones are in the inbox. */
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
