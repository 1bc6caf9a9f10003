import { encodeId, idPrefix, type Uuid } from '#kernel'
import { fromMicros, type Transaction, toUuid } from '#platform/postgres'
import { appendAudit } from '../audit-log.ts'
import { again } from '../revoke-again.ts'
import type { StoredPerson } from './stored-person.ts'

/** Writes people again whose rows lack a change, and none that was changed later. Locks them in the order of their ids. */
export async function restorePeople(tx: Transaction, known: readonly StoredPerson[]): Promise<void> {
  if (known.length === 0) return
  const rows = await tx.query<{ id: string; revision: bigint; generation: number }>({
    text: 'select id, revision, generation from access.people where id = any ($1::uuid[]) order by id for update',
    values: [known.map(({ id }) => id)],
  })
  const people = new Map(known.map((person) => [person.id, person]))
  for (const row of rows) {
    const person = people.get(toUuid(row.id))
    if (person === undefined) continue
    const isBehind = row.revision < person.revision
    // What the person had before has ended, even when another process has changed the row meanwhile.
    if (!isBehind && row.generation >= person.generation) continue
    if (isBehind) await restorePerson(tx, person)
    else await raiseGeneration(tx, person)
    const { id, login, role, disabledAt } = person
    const standing = isBehind ? { role, disabled: String(disabledAt !== undefined) } : {}
    await appendAudit(tx, {
      actor: undefined,
      action: isBehind ? 'person.changed' : 'person.sessions_ended',
      subject: encodeId(idPrefix.person, id),
      book: person.book,
      details: { login, ...standing, ...again },
    })
  }
}

async function restorePerson(tx: Transaction, person: StoredPerson): Promise<void> {
  const { id, name, role, generation, revision, password, totpSealed, setupHash, setupUntil, setupSealed } = person
  // Codes that were used before the change are not there, and are not made again unless all of them were new.
  await tx.query({
    text: `with gone as (delete from access.recovery_codes where person_id = $1 and not hash = any ($2::bytea[]))
      insert into access.recovery_codes (person_id, hash) select id, unnest($2::bytea[]) from access.people
      where id = $1 and totp_sealed is distinct from $3 on conflict do nothing`,
    values: [id, person.recoveryHashes, totpSealed],
  })
  await tx.query({
    text: `update access.people set name = $2, role = $3, generation = greatest(generation, $4), revision = $5, password = $6,
        totp_sealed = $7, setup_hash = $8, setup_until = ${fromMicros('$9::bigint')}, setup_sealed = $10,
        disabled_at = ${fromMicros('$11::bigint')}
      where id = $1`,
    values: [
      ...[id, name, role, generation, revision, password, totpSealed],
      ...[setupHash, setupUntil ?? null, setupSealed, person.disabledAt ?? null],
    ],
  })
}

async function raiseGeneration(tx: Transaction, { id, generation }: StoredPerson): Promise<void> {
  await tx.query({ text: 'update access.people set generation = $2 where id = $1', values: [id, generation] })
}

/** Steps of one-time codes that were used. */
export async function useStepsAgain(tx: Transaction, steps: ReadonlyMap<Uuid, number>): Promise<void> {
  if (steps.size === 0) return
  await tx.query({
    text: `with used as (
        select people.id, steps.step from access.people
        join unnest($1::uuid[], $2::bigint[]) steps(id, step) on steps.id = people.id
        where people.totp_step is null or people.totp_step < steps.step order by people.id for update of people
      ) update access.people set totp_step = used.step from used where people.id = used.id`,
    values: [[...steps.keys()], [...steps.values()]],
  })
}

type UsedCode = { readonly id: Uuid; readonly hash: Buffer }

/** Recovery codes that were used. */
export async function useCodesAgain(tx: Transaction, codes: readonly UsedCode[]): Promise<void> {
  if (codes.length === 0) return
  await tx.query({
    text: `delete from access.recovery_codes codes using unnest($1::uuid[], $2::bytea[]) used(id, hash)
      where codes.person_id = used.id and codes.hash = used.hash`,
    values: [codes.map(({ id }) => id), codes.map(({ hash }) => hash)],
  })
}

/** Sessions that were ended by themselves, and all that came from them. */
export async function endSessionsAgain(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await tx.query<{ id: string; person_id: string; login: string; book_id: number | null }>({
    text: `update access.person_sessions sessions set ended_at = now() from access.people
      where sessions.id = any ($1::uuid[]) and sessions.ended_at is null and people.id = sessions.person_id
      returning sessions.id, sessions.person_id, people.login, people.book_id`,
    values: [ids],
  })
  for (const row of rows) {
    const session = encodeId(idPrefix.personSession, toUuid(row.id))
    await tx.query({ text: 'delete from access.oauth_records where grant_id = $1', values: [session] })
    await appendAudit(tx, {
      actor: undefined,
      action: 'person.sessions_ended',
      subject: encodeId(idPrefix.person, toUuid(row.person_id)),
      book: row.book_id ?? undefined,
      details: { login: row.login, sessions: session, ...again },
    })
  }
}
