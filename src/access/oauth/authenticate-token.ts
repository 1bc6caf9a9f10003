import { accepted, BoundedCache, decodeId, idPrefix, type Result, refused, type Uuid } from '#kernel'
import type { Caller, Credentials, PermissionSet } from '#platform/http'
import { createTokenVerifier, looksLikeToken } from '#platform/oauth'
import { isAllowed } from '../allowed-addresses.ts'
import { describePermissions } from '../grant.ts'
import type { PersonSession } from '../people/person.ts'
import type { SessionDirectory } from '../people/session-directory.ts'
import { refuse } from '../refusals.ts'
import type { ClientDirectory } from './client-directory.ts'
import { type ListedClient, permissionSet } from './oauth-client.ts'
import type { SigningKeys } from './signing-keys.ts'

type Shown = Pick<Credentials, 'certificate' | 'address'>

type FoundCaller = Result<Caller, 'unauthenticated' | 'address_not_allowed'>

export type TokenAuthenticator = {
  readonly isToken: (text: string) => boolean
  /**
   * `certificate` returns the thumbprint of the connection's certificate. Returns a promise only when it must query the
   * database.
   */
  readonly authenticate: (token: string, shown?: Shown) => FoundCaller | Promise<FoundCaller>
}

type Deps = {
  readonly issuer: string
  readonly audience: string
  readonly keys: Pick<SigningKeys, 'keyOf' | 'readAgain'>
  readonly directory: Pick<ClientDirectory, 'find'>
  readonly sessions: Pick<SessionDirectory, 'find'>
  readonly nowMs: () => number
}

type Genuine = {
  /** Undefined for the command line, which people alone use. */
  readonly clientId: Uuid | undefined
  readonly person: { readonly id: Uuid; readonly session: Uuid } | undefined
  readonly generation: number
  readonly kid: string
  readonly permissions: PermissionSet
  readonly grant: string
  readonly expiresMs: number
  readonly boundTo: string | undefined
}

/** In each of two generations. A token has about a thousand characters. */
const verifiedMax = 5000

/** A token is verified once, and then found by its text until it expires. Its client and its key are asked for each time. */
export function createTokenAuthenticator(deps: Deps): TokenAuthenticator {
  const { keys, directory, sessions, nowMs } = deps
  const verify = createTokenVerifier({ ...deps, keyOf: keys.keyOf })
  const verified = new BoundedCache<string, Genuine>(verifiedMax)

  const genuine = (token: string): Genuine | 'unknown_key' | undefined => {
    const known = verified.get(token)
    // A dropped key takes its tokens with it.
    if (known) return known.expiresMs > nowMs() && keys.keyOf(known.kid) !== undefined ? known : undefined
    const result = verify(token)
    if (!result.ok) return result.flaw === 'unknown_key' ? 'unknown_key' : undefined
    const { clientId: publicId, generation, permissions, expiresMs, kid, boundTo } = result.claims
    const clientId = decodeId(idPrefix.oauthClient, publicId)
    const person = result.claims.person && personOf(result.claims.person)
    if (clientId === undefined && person === undefined) return undefined
    const held = permissionSet(permissions)
    const grant = describePermissions(held)
    const found = { clientId, person, generation, kid, permissions: held, grant, expiresMs, boundTo }
    verified.set(token, found)
    return found
  }

  const callerOf = (found: Genuine, { certificate, address }: Shown): FoundCaller | Promise<FoundCaller> => {
    if (found.boundTo !== undefined && found.boundTo !== certificate?.()) return notValid()
    return found.person === undefined ? callerOfClient(found, address) : callerOfPerson(found, found.person)
  }

  const callerOfClient = (
    { clientId = '', generation, permissions, grant }: Genuine,
    address: Credentials['address'],
  ): FoundCaller | Promise<FoundCaller> => {
    const client = directory.find({ clientId, generation })
    const known = (one: ListedClient | undefined) => {
      if (one === undefined) return notValid()
      if (!isAllowed(one.addresses, address)) return refuse('address_not_allowed')
      const { id, name, book } = one
      return accepted({ principal: { kind: 'client', id, generation } as const, name, grant, permissions, book })
    }
    return client instanceof Promise ? client.then(known) : known(client)
  }

  const callerOfPerson = ({ generation, permissions }: Genuine, person: NonNullable<Genuine['person']>) => {
    const known = (one: PersonSession | undefined) =>
      one?.person === person.id && one.generation === generation
        ? accepted({
            principal: { kind: 'person', ...person } as const,
            ...{ name: one.personName, grant: `role ${one.role}` },
            permissions,
            book: one.book,
          })
        : notValid()
    const session = sessions.find(person.session)
    return session instanceof Promise ? session.then(known) : known(session)
  }

  return {
    isToken: looksLikeToken,
    authenticate: (token, shown = {}) => {
      const found = genuine(token)
      if (found === undefined) return notValid()
      if (found !== 'unknown_key') return callerOf(found, shown)
      // Another process may have made the key a moment ago.
      const reading = keys.readAgain()
      if (reading === undefined) return notValid()
      return reading.then(() => {
        const again = genuine(token)
        return again === undefined || again === 'unknown_key' ? notValid() : callerOf(again, shown)
      })
    },
  }
}

function personOf({ id, session }: { readonly id: string; readonly session: string }): Genuine['person'] {
  const [person, login] = [decodeId(idPrefix.person, id), decodeId(idPrefix.personSession, session)]
  return person === undefined || login === undefined ? undefined : { id: person, session: login }
}

function notValid() {
  return refused({
    code: 'unauthenticated',
    message:
      'The access token is not valid, has expired, or its client or login has ended or lost a permission. Get another one.',
  })
}
