import type { Uuid } from '#kernel'
import { allOf, binding, equals } from '#platform/lists'
import { type Queryable, toUuid } from '#platform/postgres'
import type { ReplayFilter } from '../lanes.ts'
import {
  conditionsOf,
  type KindSubject,
  type OpenLetter,
  type OpenRow,
  openColumns,
  toOpenLetter,
} from './dead-letter-store.ts'

/** Oldest first. Nothing is locked. */
export async function findOpenLetters(
  on: Queryable,
  { id, subject, ...filter }: ReplayFilter,
  max: number,
): Promise<OpenLetter[]> {
  const { values, bind } = binding()
  const conditions = [
    ...conditionsOf({ ...filter, replayed: false, discarded: false }),
    ...equals('letter.id', id),
    ...equals('letter.subject', subject),
  ]
  const rows = await on.query<OpenRow>({
    text: `select ${openColumns} from lanes.dead_letters letter
      where ${allOf(conditions, bind)} order by letter.id limit ${bind(max)}`,
    values,
  })
  return rows.map(toOpenLetter)
}

export type MessageTable = 'lanes.messages' | 'lanes.outgoing'

// Attempts restart at zero: a replay assumes a repaired cause.
const replayText = (table: MessageTable, condition: string) => `with chosen as (
    select letter.id from lanes.dead_letters letter
    where letter.id = any ($1::uuid[]) and letter.replayed_at is null and ${condition}
    order by letter.id for update
  ), replayed as (
    update lanes.dead_letters letter set replayed_at = now(), replayed_by = $2
    from chosen where letter.id = chosen.id
    returning letter.id, lane, kind, tenant, book_id, subject, payload
  ), enqueued as (
    insert into ${table} (lane, kind, tenant, book_id, subject, payload)
    select lane, kind, tenant, book_id, subject, payload from replayed order by id
  )
  select ${openColumns} from replayed order by id`

/** Waits for locked letters, and returns those that were still open. */
export async function replayOpenLetters(
  tx: Queryable,
  ids: readonly Uuid[],
  { table, by }: { readonly table: MessageTable; readonly by?: Uuid | undefined },
): Promise<OpenLetter[]> {
  const rows = await tx.query<OpenRow>({
    name: 'lanes-replay-open-letters',
    text: replayText(table, 'letter.discarded_at is null'),
    values: [ids, by ?? null],
  })
  return rows.map(toOpenLetter)
}

/** Waits for locked letters, and skips those that were replayed meanwhile. */
export async function replayDiscardedLetters(tx: Queryable, ids: readonly Uuid[], table: MessageTable): Promise<void> {
  await tx.query({
    name: 'lanes-replay-discarded-letters',
    text: replayText(table, 'letter.discarded_at is not null'),
    values: [ids, null],
  })
}

/** Those of the letters' subjects that have no open letter of the kind left. */
export async function subjectsWithoutLetters(on: Queryable, replayed: readonly OpenLetter[]): Promise<KindSubject[]> {
  if (replayed.length === 0) return []
  const rows = await on.query<{ kind: string; subject: string }>({
    name: 'lanes-find-subjects-with-letters',
    text: `select distinct kind, subject from lanes.dead_letters
      where subject = any ($1::uuid[]) and replayed_at is null and discarded_at is null`,
    values: [replayed.map(({ subject }) => subject)],
  })
  const waiting = new Set(rows.map(({ kind, subject }) => nameOf({ kind, subject: toUuid(subject) })))
  return subjectsOf(replayed).filter((one) => !waiting.has(nameOf(one)))
}

export function subjectsOf(letters: readonly OpenLetter[]): KindSubject[] {
  return [...new Map(letters.map((letter) => [nameOf(letter), letter])).values()]
}

/** The time is that of the statement: the transaction may have begun before the letters died. */
export async function discardLetters(
  tx: Queryable,
  { book, subject, kind }: { readonly book: number; readonly subject: Uuid; readonly kind: string },
  by: Uuid,
): Promise<void> {
  await tx.query({
    name: 'lanes-discard-letters',
    text: `with chosen as (
        select id from lanes.dead_letters
        where book_id = $1 and subject = $2 and kind = $3 and replayed_at is null and discarded_at is null
        order by id for update
      )
      update lanes.dead_letters letter set discarded_at = clock_timestamp(), discarded_by = $4
      from chosen where letter.id = chosen.id`,
    values: [book, subject, kind, by],
  })
}

function nameOf({ kind, subject }: Pick<KindSubject, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`
}
