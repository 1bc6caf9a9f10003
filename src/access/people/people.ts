import { decodeId, encodeId, idPrefix } from '#kernel'
import { permissionNames } from '#platform/http'
import { type PeopleAccounts, sessionSeconds, type TokenClient } from '#platform/oauth'
import { type Database, toUuid } from '#platform/postgres'
import { findFirstBook } from '../access-store.ts'
import { appendAudit } from '../audit-log.ts'
import { lockClients } from '../oauth/oauth-client-store.ts'
import { consumeRecord, deleteRecord, findRecord, putRecord } from '../oauth/oauth-record-store.ts'
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

/** What the library of the flows asks about people. */
export function createPeopleAccounts(database: Database, onEnded: () => void): PeopleAccounts {
  return {
    records: {
      find: (record) => findRecord(database, record),
      put: (record) => putRecord(database, record),
      consume: (record) => consumeRecord(database, record),
      remove: (record) => deleteRecord(database, record),
      endGrant: async (grant) => {
        const id = decodeId(idPrefix.personSession, grant)
        if (id !== undefined) await endSession(database, { id, grant })
        onEnded()
      },
    },
    find: async ({ person: publicId, session }) => {
      const id = decodeId(idPrefix.person, publicId) ?? ''
      if (session !== undefined && !(await isOf({ database, session, person: id }))) return undefined
      const person = await findPerson(database, id)
      if (person === undefined || person.disabledAt !== undefined) return undefined
      return { id: publicId, generation: person.generation, claims: claimsOf(person) }
    },
    openSession: (login) => openSession(database, login),
  }
}

type SessionOf = { readonly database: Database; readonly session: string; readonly person: string }

async function isOf({ database, session, person }: SessionOf): Promise<boolean> {
  const id = decodeId(idPrefix.personSession, session)
  const found = id === undefined ? undefined : await findSession(database, id)
  return found?.person === person
}

/** The book of the session is that of the client. Of the command line, it is the person's, or the first one. */
async function openSession(
  database: Database,
  { person: publicId, generation, session, client: clientId }: Parameters<PeopleAccounts['openSession']>[0],
) {
  return database.transaction(async (tx) => {
    const registered = decodeId(idPrefix.oauthClient, clientId)
    const client = registered === undefined ? undefined : (await lockClients(tx, [registered]))[0]
    const isKnown = registered === undefined ? clientId === cliClient.id : client?.revokedAt === undefined
    const person = await lockPerson(tx, decodeId(idPrefix.person, publicId) ?? '')
    if (!isKnown || person === undefined || person.disabledAt !== undefined) return undefined
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
