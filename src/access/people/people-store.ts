import type { Uuid } from '#kernel'
import { byId, type Condition, type ListTable, type Page, type PageRequest, readItem, readPage } from '#platform/lists'
import { micros, type Queryable, type Transaction, timeOrNone, toUuid } from '#platform/postgres'
import { raiseRevision } from '../revision.ts'
import { bookColumns, bookOfRow, type RowInBook } from '../stored-columns.ts'
import type { Person } from './person.ts'

const people: ListTable<PersonRow, Person> = {
  from: 'access.people people left join access.books on books.number = people.book_id',
  columns: `people.id, people.login, people.name, people.role, people.generation, people.revision, people.password is not null as has_password,
    ${micros('people.setup_until')} as setup_until, ${micros('people.created_at')} as created_at,
    ${micros('people.last_login_at')} as last_login_at, ${micros('people.disabled_at')} as disabled_at, ${bookColumns}`,
  toItem: toPerson,
  order: byId('people.id'),
}

export async function insertPerson(
  tx: Transaction,
  person: Pick<Person, 'id' | 'login' | 'name' | 'role'> & { readonly book: number | null },
): Promise<boolean> {
  const rows = await tx.query<{ id: string }>({
    text: `insert into access.people (id, login, name, book_id, role) values ($1, $2, $3, $4, $5)
      on conflict (login) do nothing returning id`,
    values: [person.id, person.login, person.name, person.book, person.role],
  })
  return rows.length > 0
}

export function findPerson(on: Queryable, id: Uuid): Promise<Person | undefined> {
  return readItem(on, people, { text: 'where people.id = $1', values: [id] })
}

/** After all keys, clients and sessions that the transaction locks. */
export function lockPerson(tx: Transaction, id: Uuid): Promise<Person | undefined> {
  return readItem(tx, people, { text: 'where people.id = $1 for update of people', values: [id] })
}

/** People of the book, and with `ofAll` those of all books. */
export function listPeople(
  on: Queryable,
  { book, ofAll, ...request }: PageRequest<Uuid> & { readonly book: number; readonly ofAll: boolean },
): Promise<Page<Person, Uuid>> {
  const where: Condition = (bind) => `(people.book_id = ${bind(book)} or (people.book_id is null and ${bind(ofAll)}))`
  return readPage(on, people, { ...request, where: [where] })
}

type Secrets = {
  readonly person: Person
  readonly password: string | undefined
  readonly totpSealed: Buffer | undefined
  readonly setupSealed: Buffer | undefined
}

const withSecrets = {
  from: people.from,
  columns: `${people.columns}, people.password, people.totp_sealed, people.setup_sealed`,
  toItem: (row: PersonRow & SecretsRow): Secrets => ({
    person: toPerson(row),
    password: row.password ?? undefined,
    totpSealed: row.totp_sealed ?? undefined,
    setupSealed: row.setup_sealed ?? undefined,
  }),
}

export function findSecrets(
  on: Queryable,
  by: { readonly login: string } | { readonly setupHash: Buffer },
): Promise<Secrets | undefined> {
  const [is, value] =
    'login' in by
      ? ['people.login = $1', by.login]
      : ['people.setup_hash = $1 and people.setup_until > now()', by.setupHash]
  return readItem(on, withSecrets, { text: `where ${is} and people.disabled_at is null`, values: [value] })
}

export async function updatePerson(
  tx: Transaction,
  person: Pick<Person, 'id' | 'name' | 'role' | 'generation'> & { readonly isDisabled: boolean },
): Promise<void> {
  await tx.query({
    text: `update access.people set name = $2, role = $3, generation = $4,
      disabled_at = case when $5 then coalesce(disabled_at, now()) end, ${withoutSetup('generation <> $4 or $5')},
      ${raiseRevision} where id = $1`,
    values: [person.id, person.name, person.role, person.generation, person.isDisabled],
  })
}

/** SQL: a code that was given for what the person had before is worth nothing after it. */
function withoutSetup(condition: string): string {
  const columns = ['setup_hash', 'setup_until', 'setup_sealed']
  return columns.map((name) => `${name} = case when ${condition} then null else ${name} end`).join(', ')
}

export async function storeSetupCode(
  tx: Transaction,
  { id, hash, hours }: { readonly id: Uuid; readonly hash: Buffer; readonly hours: number },
): Promise<void> {
  await tx.query({
    text: `update access.people set setup_hash = $2, setup_until = now() + make_interval(hours => $3), setup_sealed = null,
      ${raiseRevision} where id = $1`,
    values: [id, hash, hours],
  })
}

/** The first of two requests decides which secret the setup shows. */
export async function storeSetupSecret(
  on: Queryable,
  { hash, sealed }: { readonly hash: Buffer; readonly sealed: Buffer },
): Promise<void> {
  await on.query({
    text: 'update access.people set setup_sealed = coalesce(setup_sealed, $2) where setup_hash = $1',
    values: [hash, sealed],
  })
}

type Completed = {
  readonly hash: Buffer
  readonly password: string
  readonly totpSealed: Buffer
  readonly step: number
}

/** Uses up the code, ends all sessions, and returns false when another request was faster. */
export async function completeSetup(tx: Transaction, done: Completed): Promise<boolean> {
  const rows = await tx.query<{ id: string }>({
    text: `update access.people set password = $2, totp_sealed = $3, totp_step = $4, generation = generation + 1,
        setup_hash = null, setup_until = null, setup_sealed = null, ${raiseRevision}
      where setup_hash = $1 and setup_until > now() and disabled_at is null returning id`,
    values: [done.hash, done.password, done.totpSealed, done.step],
  })
  return rows.length > 0
}

export async function replaceRecoveryCodes(
  tx: Transaction,
  { id, hashes }: { readonly id: Uuid; readonly hashes: readonly Buffer[] },
): Promise<void> {
  await tx.query({ text: 'delete from access.recovery_codes where person_id = $1', values: [id] })
  await tx.query({
    text: 'insert into access.recovery_codes (person_id, hash) select $1, unnest($2::bytea[])',
    values: [id, hashes],
  })
}

export async function useRecoveryCode(
  on: Queryable,
  { id, hash }: { readonly id: Uuid; readonly hash: Buffer },
): Promise<boolean> {
  const rows = await on.query<{ hash: Buffer }>({
    text: 'delete from access.recovery_codes where person_id = $1 and hash = $2 returning hash',
    values: [id, hash],
  })
  return rows.length > 0
}

/** False when a code of this step, or of a later one, was used before. */
export async function useTotpStep(
  on: Queryable,
  { id, step }: { readonly id: Uuid; readonly step: number },
): Promise<boolean> {
  const rows = await on.query<{ id: string }>({
    text: 'update access.people set totp_step = $2 where id = $1 and (totp_step is null or totp_step < $2) returning id',
    values: [id, step],
  })
  return rows.length > 0
}

export async function storePassword(
  tx: Transaction,
  { id, password }: { readonly id: Uuid; readonly password: string },
): Promise<void> {
  await tx.query({
    text: `update access.people set password = $2, generation = generation + 1, ${withoutSetup('true')},
      ${raiseRevision} where id = $1`,
    values: [id, password],
  })
}

type PersonRow = (RowInBook | { [column in keyof RowInBook]: null }) & {
  id: string
  login: string
  name: string
  role: string
  generation: number
  revision: bigint
  has_password: boolean
  setup_until: bigint | null
  created_at: bigint
  last_login_at: bigint | null
  disabled_at: bigint | null
}

type SecretsRow = { password: string | null; totp_sealed: Buffer | null; setup_sealed: Buffer | null }

function toPerson(row: PersonRow): Person {
  return {
    id: toUuid(row.id),
    login: row.login,
    name: row.name,
    book: row.book_number === null ? undefined : bookOfRow(row),
    role: row.role,
    generation: row.generation,
    revision: row.revision,
    hasPassword: row.has_password,
    setupUntil: timeOrNone(row.setup_until),
    createdAt: Number(row.created_at),
    lastLoginAt: timeOrNone(row.last_login_at),
    disabledAt: timeOrNone(row.disabled_at),
  }
}
