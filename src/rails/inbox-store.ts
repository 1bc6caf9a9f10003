import type { Timestamp } from '#kernel'
import { equals, type ListTable, type Page, type PageRequest, readPage } from '#platform/lists'
import { fewRows, instant, micros, type Queryable, type Transaction } from '#platform/postgres'
import type { Reading } from './rail-adapter.ts'

export type InboxEntry = {
  readonly rail: string
  readonly eventId: string
  readonly body: string
  readonly reading: Reading
  readonly statement?: string
  readonly line?: number
}

/**
 * Returns the new entries, in the order given; a problem that now can be read is new, and is replaced. Rows are written
 * in the order of their key, so that processes that store the same events do not deadlock.
 */
export async function insertInbox(tx: Transaction, entries: readonly InboxEntry[]): Promise<InboxEntry[]> {
  if (entries.length === 0) return []
  const reported = onePerEvent(entries)
  const inserted = await write(tx, reported, {
    name: 'rails-insert-inbox',
    text: `insert into rails.inbox (rail, event_id, statement, line, problem, body)
      select rail, event_id, statement, line, problem, body from ${toldText}
      order by rail, event_id
      on conflict do nothing
      returning rail, event_id`,
  })
  const readable = reported.filter((entry) => isReadable(entry) && !inserted.has(keyOf(entry)))
  const replaced = await replaceProblems(tx, readable)
  return reported.filter((entry) => inserted.has(keyOf(entry)) || replaced.has(keyOf(entry)))
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
      update rails.inbox set received_at = clock_timestamp(), body = told.body, problem = told.problem,
        statement = told.statement, line = told.line
      from unread join ${toldText} using (rail, event_id)
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

const toldText = `unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[])
  as told (rail, event_id, statement, line, problem, body)`

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
    ],
  })
  return new Set(rows.map((row) => keyOf({ rail: row.rail, eventId: row.event_id })))
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

/** The time and the id of the problem. */
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
