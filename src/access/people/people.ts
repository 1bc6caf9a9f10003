import { decodeId, encodeId, idPrefix } from '#kernel'
import { permissionNames } from '#platform/http'
import { type PeopleAccounts, sessionSeconds, type TokenClient } from '#platform/oauth'
import { type Database, toUuid } from '#platform/postgres'
import { findFirstBook } from '../access-store.ts'
import { appendAudit } from '../audit-log.ts'
import { lockClients } from '../oauth/oauth-client-store.ts'
import { deleteRecord, putRecord } from '../oauth/oauth-record-store.ts'
import type { UsedRecords } from '../oauth/used-records.ts'
import type { ChangedPeople } from './changed-people.ts'
import { callOfPerson } from './login-place.ts'
import { findPerson, lockPerson } from './people-store.ts'
import { type Person, permissionsOfPerson } from './person.ts'
import { endSession, findSession, insertSession } from './session-store.ts'

/** The command line, on the machine of a person. */
export const cliClient: TokenClient = {
  id: 'munim-cli',
  permissions: permissionNames,
  generation: 1,
  proof: { kind: 'none' },
  redirects: { uris: ['http://127.0.0.1/callback'], anyPort: true },
}

type AccountsDeps = {
  readonly database: Database
  readonly used: Pick<UsedRecords, 'find' | 'consume'>
  readonly changes: ChangedPeople
  readonly onEnded: () => void
}

/** What the library of the flows asks about people. */
export function createPeopleAccounts({ database, used, changes, onEnded }: AccountsDeps): PeopleAccounts {
  return {
    records: {
      find: used.find,
      put: (record) => putRecord(database, record),
      consume: used.consume,
      remove: (record) => deleteRecord(database, record),
      endGrant: async (grant) => {
        const id = decodeId(idPrefix.personSession, grant)
        if (id !== undefined) {
          await endSession(database, { id, grant })
          changes.sessionEnded(id)
        }
        onEnded()
      },
    },
    find: async ({ person: publicId, session }) => {
      const id = decodeId(idPrefix.person, publicId) ?? ''
      if (session !== undefined && !(await isOf({ database, changes, session, person: id }))) return undefined
      const person = await findPerson(database, id)
      if (person === undefined || person.disabledAt !== undefined) return undefined
      changes.requireLatest(person)
      return { id: publicId, generation: person.generation, claims: claimsOf(person) }
    },
    openSession: (login) => openSession({ database, changes }, login),
  }
}

type SessionOf = Pick<AccountsDeps, 'database' | 'changes'> & { readonly session: string; readonly person: string }

async function isOf({ database, changes, session, person }: SessionOf): Promise<boolean> {
  const id = decodeId(idPrefix.personSession, session)
  const found = id === undefined ? undefined : await findSession(database, id)
  return found?.person === person && !changes.isOver(found)
}

/** The book of the session is that of the client. Of the command line, it is the person's, or the first one. */
async function openSession(
  { database, changes }: Pick<AccountsDeps, 'database' | 'changes'>,
  { person: publicId, generation, session, client: clientId }: Parameters<PeopleAccounts['openSession']>[0],
) {
  return database.transaction(async (tx) => {
    const registered = decodeId(idPrefix.oauthClient, clientId)
    const client = registered === undefined ? undefined : (await lockClients(tx, [registered]))[0]
    const isKnown = registered === undefined ? clientId === cliClient.id : client?.revokedAt === undefined
    const person = await lockPerson(tx, decodeId(idPrefix.person, publicId) ?? '')
    if (!isKnown || person === undefined || person.disabledAt !== undefined) return undefined
    changes.requireLatest(person)
    // A password that was right at the login may have been changed since.
    if (person.generation !== generation) return undefined
    if (client && person.book && person.book.number !== client.book.number) return undefined
    const book = client?.book ?? person.book ?? (await findFirstBook(tx))
    if (book === undefined) return undefined
    const id = toUuid(session)
    const opened = { id, person: person.id, client: client?.id, book: book.number, seconds: sessionSeconds }
    if (!(await insertSession(tx, opened))) return undefined
    const publicSession = encodeId(idPrefix.personSession, id)
    await appendAudit(tx, {
      actor: { kind: 'person', id: person.id },
      action: 'person.logged_in',
      subject: publicSession,
      book: person.book?.number,
      details: { login: person.login, client: client?.name ?? clientId },
      call: callOfPerson(person, { by: 'password and code' }),
    })
    const ofClient: readonly string[] = client?.permissions ?? permissionNames
    const permissions = [...permissionsOfPerson(person)].filter((name) => ofClient.includes(name))
    return { id: publicSession, permissions }
  })
}

function claimsOf({ login, name, role }: Person): Readonly<Record<string, string>> {
  return { name, preferred_username: login, munim_role: role, ...(login.includes('@') && { email: login }) }
}
