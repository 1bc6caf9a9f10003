import type { Uuid } from '#kernel'
import { byId, type ListTable, type Page, type PageRequest, readItem, readPage } from '#platform/lists'
import { micros, type Queryable, type Transaction, toUuid } from '#platform/postgres'
import { bookColumns, bookOfRow, type RowInBook } from '../stored-columns.ts'
import type { PersonSession } from './person.ts'

const inForce = `sessions.ended_at is null and sessions.expires_at > now() and sessions.generation = people.generation
  and people.disabled_at is null
  and (clients.id is null or (clients.revoked_at is null and clients.generation = sessions.client_generation))`

const sessions: ListTable<SessionRow, PersonSession> = {
  from: `access.person_sessions sessions join access.people on people.id = sessions.person_id
    join access.books on books.number = sessions.book_id
    left join access.oauth_clients clients on clients.id = sessions.client_id`,
  columns: `sessions.id, sessions.person_id, people.name as person_name, people.role, sessions.generation, sessions.client_id, sessions.client_generation, clients.name as client_name,
    ${micros('sessions.created_at')} as created_at, ${micros('sessions.expires_at')} as expires_at, ${bookColumns}`,
  toItem: toSession,
  order: byId('sessions.id'),
}

type NewSession = {
  readonly id: Uuid
  readonly person: Uuid
  readonly client: Uuid | undefined
  readonly book: number
  readonly seconds: number
}

/** Of the generations that the person and the client have now. False when there was one of the id before. */
export async function insertSession(
  tx: Transaction,
  { id, person, client, book, seconds }: NewSession,
): Promise<boolean> {
  const inserted = await tx.query({
    text: `insert into access.person_sessions (id, person_id, generation, client_id, client_generation, book_id, expires_at)
      select $1, people.id, people.generation, $3, (select generation from access.oauth_clients where id = $3), $4,
        now() + make_interval(secs => $5)
      from access.people where id = $2
      on conflict (id) do nothing returning id`,
    values: [id, person, client ?? null, book, seconds],
  })
  if (inserted.length === 0) return false
  await tx.query({ text: 'update access.people set last_login_at = now() where id = $1', values: [person] })
  return true
}

/** Undefined when it has ended, or its person or client has. */
export function findSession(on: Queryable, id: Uuid): Promise<PersonSession | undefined> {
  return readItem(on, sessions, { text: `where sessions.id = $1 and ${inForce}`, values: [id] })
}

/** SQL: the session of a person, unless it has ended, or the person or the client has. */
export function sessionInForce({ id, person }: { readonly id: string; readonly person: string }): string {
  return `select from ${sessions.from} where sessions.id = ${id} and sessions.person_id = ${person} and ${inForce}`
}

/** Locks it with its person, after all keys and clients that the transaction locks. */
export function lockSession(tx: Transaction, id: Uuid): Promise<PersonSession | undefined> {
  const text = `where sessions.id = $1 and ${inForce} for update of sessions, people`
  return readItem(tx, sessions, { text, values: [id] })
}

export function listSessions(
  on: Queryable,
  { person, ...request }: PageRequest<Uuid> & { readonly person: Uuid },
): Promise<Page<PersonSession, Uuid>> {
  return readPage(on, sessions, {
    ...request,
    where: [(bind) => `sessions.person_id = ${bind(person)} and ${inForce}`],
  })
}

/** Ends it, and all that came from it. False when it had ended before, or is of another person. */
export async function endSession(
  on: Queryable,
  { id, grant, person }: { readonly id: Uuid; readonly grant: string; readonly person?: Uuid },
): Promise<boolean> {
  const rows = await on.query<{ id: string }>({
    text: `update access.person_sessions set ended_at = now()
      where id = $1 and ended_at is null and ($2::uuid is null or person_id = $2) returning id`,
    values: [id, person ?? null],
  })
  if (rows.length > 0 || person === undefined) await deleteGrant(on, grant)
  return rows.length > 0
}

async function deleteGrant(on: Queryable, grant: string): Promise<void> {
  await on.query({ text: 'delete from access.oauth_records where grant_id = $1', values: [grant] })
}

/** A session is kept for some time after its end. */
export async function deleteOldSessions(on: Queryable, limit: number): Promise<void> {
  await on.query({
    text: `delete from access.person_sessions where id in (
      select id from access.person_sessions where expires_at < now() - interval '1 day'
      order by expires_at limit $1 for update skip locked
    )`,
    values: [limit],
  })
}

type SessionRow = RowInBook & {
  id: string
  person_id: string
  person_name: string
  role: string
  generation: number
  client_id: string | null
  client_generation: number | null
  client_name: string | null
  created_at: bigint
  expires_at: bigint
}

function toSession(row: SessionRow): PersonSession {
  return {
    id: toUuid(row.id),
    person: toUuid(row.person_id),
    ...{ personName: row.person_name, role: row.role },
    generation: row.generation,
    client: row.client_id === null ? undefined : toUuid(row.client_id),
    clientGeneration: row.client_generation ?? undefined,
    clientName: row.client_name ?? undefined,
    book: bookOfRow(row),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
  }
}
