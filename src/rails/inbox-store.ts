import type { Timestamp, Uuid } from '#kernel'
import { equals, type ListTable, type Page, type PageRequest, readPage } from '#platform/lists'
import { fewRows, instant, micros, type Queryable, type Transaction } from '#platform/postgres'
import { caseIdOf } from './cases/unread-cases.ts'
import type { Reading } from './rail-adapter.ts'

export type InboxEntry = {
  readonly rail: string
  readonly eventId: string
  readonly body: string
  readonly reading: Reading
  readonly statement?: string
  readonly line?: number
}

/** `replaced`: those of them that could not be read before. */
export type Fresh = { readonly fresh: readonly InboxEntry[]; readonly replaced: readonly InboxEntry[] }

/**
 * Returns the new entries, in the order given; a problem that now can be read is new, and is replaced. Rows are written
 * in the order of their key, so that processes that store the same events do not deadlock.
 */
export async function insertInbox(tx: Transaction, entries: readonly InboxEntry[]): Promise<Fresh> {
  if (entries.length === 0) return { fresh: [], replaced: [] }
  const reported = onePerEvent(entries)
  const inserted = await write(tx, reported, {
    name: 'rails-insert-inbox',
    text: `insert into rails.inbox (rail, event_id, statement, line, problem, body, case_id)
      select rail, event_id, statement, line, problem, body, case_id from ${givenText}
      order by rail, event_id
      on conflict do nothing
      returning rail, event_id`,
  })
  const readable = reported.filter((entry) => isReadable(entry) && !inserted.has(keyOf(entry)))
  const replaced = await replaceProblems(tx, readable)
  return {
    fresh: reported.filter((entry) => inserted.has(keyOf(entry)) || replaced.has(keyOf(entry))),
    replaced: reported.filter((entry) => replaced.has(keyOf(entry))),
  }
}

/** Of two processes, the second waits, and then finds no problem. */
async function replaceProblems(tx: Transaction, entries: readonly InboxEntry[]): Promise<ReadonlySet<string>> {
  if (entries.length === 0) return new Set()
  return write(tx, entries, {
    name: 'rails-replace-problems',
    text: `with unread as materialized (
        select rail, event_id from rails.inbox
        where problem is not null and (rail, event_id) in (
          select rail, event_id from ${fewRows('$1::text[], $2::text[]')} as keys (rail, event_id))
        order by rail, event_id for update
      )
      update rails.inbox set received_at = clock_timestamp(), body = given.body, problem = given.problem,
        statement = given.statement, line = given.line
      from unread join ${givenText} using (rail, event_id)
      where inbox.rail = unread.rail and inbox.event_id = unread.event_id
      returning inbox.rail, inbox.event_id`,
  })
}

function onePerEvent(entries: readonly InboxEntry[]): InboxEntry[] {
  const reported = new Map<string, InboxEntry>()
  for (const entry of entries) {
    const known = reported.get(keyOf(entry))
    if (known === undefined || (isReadable(entry) && !isReadable(known))) reported.set(keyOf(entry), entry)
  }
  return [...reported.values()]
}

const givenText = `unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::uuid[])
  as given (rail, event_id, statement, line, problem, body, case_id)`

async function write(
  tx: Transaction,
  entries: readonly InboxEntry[],
  statement: { readonly name: string; readonly text: string },
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ rail: string; event_id: string }>({
    ...statement,
    values: [
      entries.map(({ rail }) => rail),
      entries.map(({ eventId }) => eventId),
      entries.map(({ statement }) => statement ?? null),
      entries.map(({ line }) => line ?? null),
      entries.map(({ reading }) => (reading.kind === 'problem' ? reading.reason : null)),
      entries.map(({ body }) => body),
      entries.map((entry) => caseOf(entry) ?? null),
    ],
  })
  return new Set(rows.map((row) => keyOf({ rail: row.rail, eventId: row.event_id })))
}

/** Of a callback that cannot be read. Unread lines are a case of their statement. */
export function caseOf({ rail, eventId, reading, statement }: InboxEntry): Uuid | undefined {
  const isCase = reading.kind === 'problem' && statement === undefined
  return isCase ? caseIdOf({ rail, kind: 'event', name: eventId }) : undefined
}

function keyOf({ rail, eventId }: Pick<InboxEntry, 'rail' | 'eventId'>): string {
  return `${rail} ${eventId}`
}

function isReadable({ reading }: InboxEntry): boolean {
  return reading.kind !== 'problem'
}

export type InboxProblem = {
  readonly eventId: string
  readonly receivedAt: Timestamp
  readonly statement: string | undefined
  readonly line: number | undefined
  readonly problem: string
  readonly body: string
}

export type InboxCursor = readonly [receivedAt: Timestamp, eventId: string]

type ProblemRow = {
  event_id: string
  received_at: bigint
  statement: string | null
  line: bigint | null
  problem: string
  body: string
}

const problems: ListTable<ProblemRow, InboxProblem, InboxCursor> = {
  from: 'rails.inbox',
  columns: `event_id, ${micros('inbox.received_at')} as received_at, statement, line, problem, body`,
  toItem: (row) => ({
    eventId: row.event_id,
    receivedAt: Number(row.received_at),
    statement: row.statement ?? undefined,
    line: row.line === null ? undefined : Number(row.line),
    problem: row.problem,
    body: row.body,
  }),
  order: {
    columns: ['inbox.received_at', 'inbox.event_id'],
    valuesAt: ([receivedAt, eventId], bind) => [instant(bind(receivedAt)), bind(eventId)],
    cursorOf: ({ receivedAt, eventId }) => [receivedAt, eventId],
    start: [Number.MAX_SAFE_INTEGER, ''],
  },
}

export function listInboxProblems(
  on: Queryable,
  { rail, ...request }: PageRequest<InboxCursor> & { readonly rail: string },
): Promise<Page<InboxProblem, InboxCursor>> {
  return readPage(on, problems, { ...request, where: [...equals('rail', rail), () => 'problem is not null'] })
}

/** A repetition within this time has no effect. Rails repeat an event within hours; statements come later. */
export const inboxDays = 90

/** `days` count back from the start of the rail's oldest unfinished statement, if any: it may repeat old events. */
export async function pruneInbox(on: Queryable, { days, limit }: { days: number; limit: number }): Promise<number> {
  const rows = await on.query({
    text: `delete from rails.inbox where (rail, event_id) in (
        select rail, event_id from rails.inbox
        left join (
          select rail, min(begun_at) as begun_at from rails.statements where finished_at is null group by rail
        ) unfinished using (rail)
        where received_at < clock_timestamp() - $1 * interval '1 day' and problem is null
          and (begun_at is null or received_at < begun_at - $1 * interval '1 day')
        limit $2
      ) returning 1`,
    values: [days, limit],
  })
  return rows.length
}

export type Unread = { readonly rail: string; readonly eventId: string; readonly body: string }

/** The event of a case, unless it has been read since. */
export async function lockUnread(tx: Transaction, caseId: Uuid): Promise<Unread | undefined> {
  const [row] = await tx.query<{ rail: string; event_id: string; body: string }>({
    text: 'select rail, event_id, body from rails.inbox where problem is not null and case_id = $1 for update',
    values: [caseId],
  })
  return row && { rail: row.rail, eventId: row.event_id, body: row.body }
}

export async function deleteUnread(tx: Transaction, { rail, eventId }: Omit<Unread, 'body'>): Promise<void> {
  await tx.query({
    text: 'delete from rails.inbox where rail = $1 and event_id = $2 and problem is not null',
    values: [rail, eventId],
  })
}

export async function deleteUnreadOf(
  tx: Transaction,
  { rail, statement }: { readonly rail: string; readonly statement: string },
): Promise<void> {
  await tx.query({
    text: 'delete from rails.inbox where rail = $1 and statement = $2 and problem is not null',
    values: [rail, statement],
  })
}

export async function countUnread(on: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await on.query<{ rail: string; unread: bigint }>({
    text: 'select rail, count(*) as unread from rails.inbox where problem is not null group by rail',
  })
  return new Map(rows.map(({ rail, unread }) => [rail, Number(unread)]))
}
