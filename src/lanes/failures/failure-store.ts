import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import type { Queryable } from '#platform/postgres'
import { enqueuedAt, kept, keptTypes, keptValues } from '../engines/kept-columns.ts'
import type { TakenMessage } from '../engines/taken-message.ts'
import { type OpenLetter, type OpenRow, openColumns, toOpenLetter } from './dead-letter-store.ts'

export type Retry = { readonly message: TakenMessage; readonly attempts: number; readonly delayMs: number }

export async function insertForLater(tx: Queryable, retries: readonly Retry[]): Promise<void> {
  await tx.query({
    name: 'lanes-insert-for-later',
    text: `insert into lanes.later (due_at, ${kept}, attempts, enqueued_at)
      select clock_timestamp() + delay * interval '1 millisecond', ${kept}, attempts, ${enqueuedAt}
      from unnest(${keptTypes}, $8::smallint[], $9::integer[])
        as failed (${kept}, enqueued, attempts, delay)`,
    values: [
      ...keptValues(retries.map(({ message }) => message)),
      retries.map(({ attempts }) => attempts),
      retries.map(({ delayMs }) => delayMs),
    ],
  })
}

export type Death = {
  readonly message: TakenMessage
  readonly attempts: number
  readonly cause: 'permanent' | 'exhausted'
  readonly code: string
  readonly reason: string
}

const reasonMax = 2_000

export async function insertDeadLetters(tx: Queryable, deaths: readonly Death[]): Promise<OpenLetter[]> {
  const rows = await tx.query<OpenRow>({
    name: 'lanes-insert-dead-letters',
    text: `insert into lanes.dead_letters (${kept}, enqueued_at, id, attempts, cause, code, reason)
      select ${kept}, ${enqueuedAt}, id, attempts, cause, code, reason
      from unnest(${keptTypes}, $8::uuid[], $9::smallint[], $10::text[], $11::text[], $12::text[])
        as dead (${kept}, enqueued, id, attempts, cause, code, reason)
      returning ${openColumns}`,
    values: [
      ...keptValues(deaths.map(({ message }) => message)),
      deaths.map(() => newUuid()),
      deaths.map(({ attempts }) => attempts),
      deaths.map(({ cause }) => cause),
      deaths.map(({ code }) => storable(code)),
      deaths.map(({ reason }) => storable(reason).slice(0, reasonMax)),
    ],
  })
  return rows.map(toOpenLetter)
}

const firstId = '00000000000000000000000000000000'

/**
 * Open letters, oldest first, without those that another transaction is replaying or discarding. No transaction replays
 * or discards them until this one ends.
 */
export async function lockOpenLetters(
  tx: Queryable,
  kind: string,
  page: { readonly after: Uuid | undefined; readonly limit: number },
): Promise<OpenLetter[]> {
  const rows = await tx.query<OpenRow>({
    text: `select ${openColumns} from lanes.dead_letters
      where kind = $1 and replayed_at is null and discarded_at is null and id > $2
      order by id limit $3 for share skip locked`,
    values: [kind, page.after ?? firstId, page.limit],
  })
  return rows.map(toOpenLetter)
}

export async function putBack(tx: Queryable, messages: readonly TakenMessage[]): Promise<void> {
  await tx.query({
    name: 'lanes-put-back',
    text: `insert into lanes.messages (${kept}, enqueued_at, id, attempts, due_at)
      select ${kept}, ${enqueuedAt}, id, attempts, clock_timestamp() - waited * interval '1 millisecond'
      from unnest(${keptTypes}, $8::bigint[], $9::smallint[], $10::bigint[])
        as taken (${kept}, enqueued, id, attempts, waited)`,
    values: [
      ...keptValues(messages),
      messages.map(({ id }) => id),
      messages.map(({ attempts }) => attempts),
      messages.map(({ waitedMs }) => waitedMs),
    ],
  })
}

/** PostgreSQL stores no NUL characters. */
function storable(text: string): string {
  return text.replaceAll('\0', '')
}
