import { accepted, assert, encodeId, idPrefix, type Result, type Uuid } from '#kernel'
import type { Caller, Change } from '#platform/http'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { requireKeyInForce } from '../key-in-force.ts'
import { refuse } from '../refusals.ts'
import { forgetFailures } from './login-failures.ts'
import { hashSetupCode, newSetupCode } from './one-time-codes.ts'
import { findPerson, insertPerson, lockPerson, storeSetupCode, updatePerson } from './people-store.ts'
import { normalLogin, type Person, type PersonRole, permissionsOfPerson } from './person.ts'
import { endSession } from './session-store.ts'

const invitationHours = 7 * 24
const resetHours = 24

type Recording = { readonly record: (tx: Transaction, change: Change) => Promise<void> }

export type OnPerson = Recording & {
  readonly id: Uuid
  readonly caller: Caller
  /** Throws for a row that lacks a change, after another server took over. */
  readonly requireLatest: (person: Person) => void
}

type Unreachable = 'person_not_found' | 'permission_beyond_own'

/** `code` must be shown once and stored nowhere. */
export type Invited = { readonly person: Person; readonly code: string }

export type InvitePerson = Recording & {
  readonly caller: Caller
  readonly login: string
  readonly name: string
  readonly role: PersonRole
  readonly ofAllBooks: boolean
}

/** Into the book of the caller. Refuses `permission_beyond_own`, then `login_taken`; throws when the caller was revoked. */
export async function invitePerson(
  tx: Transaction,
  { caller, login, name, role, ofAllBooks, record }: InvitePerson,
): Promise<Result<Invited, 'permission_beyond_own' | 'login_taken'>> {
  await requireKeyInForce(tx, caller.principal)
  const book = ofAllBooks ? undefined : caller.book
  if (!permissionsOfPerson({ role, book }).isSubsetOf(caller.permissions))
    return refuse('permission_beyond_own', 'role')
  const id = newUuid()
  const person = { id, login: normalLogin(login), name, role, book: book?.number ?? null }
  if (!(await insertPerson(tx, person))) return refuse('login_taken', 'login')
  const code = await giveSetupCode(tx, { id, hours: invitationHours })
  const invited = await reread(tx, id)
  await record(tx, { ...changeOf(invited), before: null, after: auditedPerson(invited) })
  return accepted({ person: invited, code })
}

export type PersonChange = {
  readonly name?: string | undefined
  readonly role?: PersonRole | undefined
  readonly isDisabled?: boolean
}

/** Another role, and being disabled, end all sessions. Refuses `person_not_found`, then `permission_beyond_own`. */
export async function changePerson(
  tx: Transaction,
  { id, caller, record, requireLatest, ...change }: OnPerson & PersonChange,
): Promise<Result<Person, Unreachable>> {
  const locked = await reach(tx, { id, caller, requireLatest })
  if (!locked.ok) return locked
  const person = locked.value
  const { name = person.name, role = person.role, isDisabled = person.disabledAt !== undefined } = change
  const wanted = permissionsOfPerson({ role, book: person.book })
  if (!wanted.isSubsetOf(caller.permissions)) return refuse('permission_beyond_own', 'role')
  const wasDisabled = person.disabledAt !== undefined
  const ends = role !== person.role || (isDisabled && !wasDisabled)
  await updatePerson(tx, { id, name, role, generation: person.generation + (ends ? 1 : 0), isDisabled })
  const after = await reread(tx, id)
  await record(tx, { ...changeOf(after), before: auditedPerson(person), after: auditedPerson(after) })
  return accepted(after)
}

/**
 * A code with which the person chooses a password and a second factor again. Until it is used, the old ones work.
 * Refuses `person_not_found`, `permission_beyond_own`, then `person_disabled`.
 */
export async function resetPerson(
  tx: Transaction,
  on: OnPerson,
): Promise<Result<Invited, Unreachable | 'person_disabled'>> {
  const locked = await reach(tx, on)
  if (!locked.ok) return locked
  if (locked.value.disabledAt !== undefined) return refuse('person_disabled')
  const { login, hasPassword } = locked.value
  const code = await giveSetupCode(tx, { id: on.id, hours: hasPassword ? resetHours : invitationHours })
  await forgetFailures(tx, login)
  await on.record(tx, changeOf(locked.value))
  return accepted({ person: await reread(tx, on.id), code })
}

/** One session, or all. Refuses `person_not_found`, `permission_beyond_own`, then `session_not_found`. */
export async function endSessions(
  tx: Transaction,
  { session, ...on }: OnPerson & { readonly session: Uuid | undefined },
): Promise<Result<Person, Unreachable | 'session_not_found'>> {
  const locked = await reach(tx, on)
  if (!locked.ok) return locked
  const { id, name, role, generation, disabledAt, login } = locked.value
  if (session === undefined) {
    await updatePerson(tx, { id, name, role, generation: generation + 1, isDisabled: disabledAt !== undefined })
  } else {
    const grant = encodeId(idPrefix.personSession, session)
    if (!(await endSession(tx, { id: session, grant, person: id }))) return refuse('session_not_found', 'session')
  }
  const ended = session === undefined ? 'all' : encodeId(idPrefix.personSession, session)
  await on.record(tx, { ...changeOf(locked.value), details: { login, sessions: ended } })
  return accepted(await reread(tx, id))
}

/** Whether the caller may know of the person: one of its book, or of all books. */
export function isVisible(person: Pick<Person, 'book'>, caller: Caller): boolean {
  return person.book === undefined ? caller.permissions.has('books:any') : person.book.number === caller.book.number
}

async function reach(
  tx: Transaction,
  { id, caller, requireLatest }: Omit<OnPerson, 'record'>,
): Promise<Result<Person, Unreachable>> {
  await requireKeyInForce(tx, caller.principal)
  const person = await lockPerson(tx, id)
  if (person === undefined || !isVisible(person, caller)) return refuse('person_not_found')
  requireLatest(person)
  return permissionsOfPerson(person).isSubsetOf(caller.permissions) ? accepted(person) : refuse('permission_beyond_own')
}

async function giveSetupCode(
  tx: Transaction,
  { id, hours }: { readonly id: Uuid; readonly hours: number },
): Promise<string> {
  const code = newSetupCode()
  await storeSetupCode(tx, { id, hash: hashSetupCode(code), hours })
  return code
}

async function reread(tx: Transaction, id: Uuid): Promise<Person> {
  const person = await findPerson(tx, id)
  assert(person, 'people are never deleted')
  return person
}

/** For the log of acts. */
function changeOf({ id, login, book }: Person) {
  return { subject: encodeId(idPrefix.person, id), book: book?.number ?? 'shared', details: { login } } as const
}

function auditedPerson({ name, role, disabledAt }: Person) {
  return { name, role, disabled: disabledAt !== undefined }
}
