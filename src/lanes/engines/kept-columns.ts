import { fromMicros } from '#platform/postgres'
import { laneNumber } from './enqueue.ts'
import type { TakenMessage } from './taken-message.ts'

/** The columns that all tables of messages share, as parameters $1 to $7. */
export function keptValues(messages: readonly TakenMessage[]): unknown[] {
  return [
    messages.map(({ lane }) => laneNumber(lane)),
    messages.map(({ kind }) => kind),
    messages.map(({ tenant }) => tenant),
    messages.map(({ book }) => book),
    messages.map(({ subject }) => subject),
    messages.map(({ payload }) => payload),
    messages.map(({ enqueuedAt }) => enqueuedAt),
  ]
}

export const keptTypes =
  '$1::smallint[], $2::text[], $3::integer[], $4::integer[], $5::uuid[], $6::text[], $7::bigint[]'
export const kept = 'lane, kind, tenant, book_id, subject, payload'
/** Of the column `enqueued`. */
export const enqueuedAt = fromMicros('enqueued::float8')
