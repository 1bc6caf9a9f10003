import { accepted, BoundedCache, decodeId, idPrefix, type Result, refused, type Uuid } from '#kernel'
import type { Caller, PermissionSet } from '#platform/http'
import { createTokenVerifier, looksLikeToken } from '#platform/oauth'
import { describePermissions } from '../grant.ts'
import type { ClientDirectory } from './client-directory.ts'
import { type OauthClient, permissionSet } from './oauth-client.ts'
import type { SigningKeys } from './signing-keys.ts'

type ShownCertificate = (() => string | undefined) | undefined

type FoundCaller = Result<Caller, 'unauthenticated'>

export type TokenAuthenticator = {
  readonly isToken: (text: string) => boolean
  /**
   * `certificate` returns the thumbprint of the connection's certificate. Returns a promise only when it must query the
   * database.
   */
  readonly authenticate: (token: string, certificate?: ShownCertificate) => FoundCaller | Promise<FoundCaller>
}

type Deps = {
  readonly issuer: string
  readonly audience: string
  readonly keys: Pick<SigningKeys, 'keyOf' | 'readAgain'>
  readonly directory: Pick<ClientDirectory, 'find'>
  readonly nowMs: () => number
}

type Genuine = {
  readonly clientId: Uuid
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
  const { keys, directory, nowMs } = deps
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
    if (clientId === undefined) return undefined
    const held = permissionSet(permissions)
    const grant = describePermissions(held)
    const found = { clientId, generation, kid, permissions: held, grant, expiresMs, boundTo }
    verified.set(token, found)
    return found
  }

  const callerOf = (found: Genuine, certificate: ShownCertificate): FoundCaller | Promise<FoundCaller> => {
    if (found.boundTo !== undefined && found.boundTo !== certificate?.()) return notValid()
    const client = directory.find(found)
    const known = (one: OauthClient | undefined) =>
      one
        ? accepted({
            principal: { kind: 'client', id: one.id } as const,
            name: one.name,
            grant: found.grant,
            permissions: found.permissions,
            book: one.book,
          })
        : notValid()
    return client instanceof Promise ? client.then(known) : known(client)
  }

  return {
    isToken: looksLikeToken,
    authenticate: (token, certificate) => {
      const found = genuine(token)
      if (found === undefined) return notValid()
      if (found !== 'unknown_key') return callerOf(found, certificate)
      // Another process may have made the key a moment ago.
      const reading = keys.readAgain()
      if (reading === undefined) return notValid()
      return reading.then(() => {
        const again = genuine(token)
        return again === undefined || again === 'unknown_key' ? notValid() : callerOf(again, certificate)
      })
    },
  }
}

function notValid() {
  return refused({
    code: 'unauthenticated',
    message:
      'The access token is not valid, has expired, or its client was revoked or has lost a permission. Get another one.',
  })
}
