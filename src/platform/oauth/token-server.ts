import { hash, hkdfSync, timingSafeEqual, type X509Certificate } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Client, Configuration, errors, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { PeopleAccounts, ProvedPerson } from './people-accounts.ts'
import {
  authorizePath,
  type BegunLogin,
  begunLogin,
  configurePeople,
  type KnownPerson,
  keptCookies,
  type Proof,
  peopleScopes,
  proof,
  revocation,
  revocationPath,
  sentCookies,
} from './people-flows.ts'
import { adapterOf, assertionSecondsMax } from './provider-adapter.ts'
import { exchangeWith, type ProviderAnswer, type ProviderRequest } from './provider-exchange.ts'
import type { PrivateJwk } from './signing-key.ts'
import type { TokenClient } from './token-client.ts'
import type { TokenRecords } from './token-records.ts'
import { generationClaim, sessionClaim } from './verify-token.ts'

export type TokenServerDeps = {
  readonly issuer: string
  readonly audience: string
  readonly key: PrivateJwk
  readonly findClient: (id: string) => Promise<TokenClient | undefined>
  readonly records: TokenRecords
  /** Without them, there are tokens for programs only. */
  readonly people?: PeopleAccounts
  /** Whether a client that holds permissions may ask for one. */
  readonly covers: (held: readonly string[], wanted: string) => boolean
}

export type TokenAnswer = ProviderAnswer & { readonly error: string | undefined }

export type TokenServer = {
  readonly answer: (request: GivenRequest) => Promise<TokenAnswer>
  /** Ends the login that a refresh token belongs to (RFC 7009). */
  readonly revoke: (request: GivenRequest) => Promise<TokenAnswer>
  /** Begins or resumes the login of a person. `path` has the query. */
  readonly authorize: (request: BrowserRequest) => Promise<TokenAnswer>
  /** The login that the cookies of a browser belong to. */
  readonly findLogin: (request: BrowserRequest) => Promise<BegunLogin | undefined>
  /** Called once the person has proved who they are. Sends the browser on. Undefined: the login is over by now. */
  readonly finishLogin: (request: BrowserRequest & ProvedPerson) => Promise<ProviderAnswer | undefined>
}

type GivenRequest = Omit<ProviderRequest, 'method' | 'path'> & {
  /** That the client has shown on its connection, and the server has verified. */
  readonly certificate?: X509Certificate | undefined
}

type BrowserRequest = { readonly path: string; readonly cookie: string | undefined }

type Certificates = WeakMap<IncomingMessage, X509Certificate>

export const tokenPath = '/oauth/token'
export const jwksPath = '/oauth/jwks'
export const tokenSeconds = 600
export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'none',
] as const
export const assertionAlgorithms = ['ES256', 'ES384', 'PS256', 'RS256', 'Ed25519', 'EdDSA'] as const

type Library = typeof import('oidc-provider')

/** Loaded only where tokens are issued: the library takes some time and memory. */
export async function createTokenServer(deps: TokenServerDeps): Promise<TokenServer> {
  const library = await import('oidc-provider')
  const certificates: Certificates = new WeakMap()
  const provider = new library.Provider(deps.issuer, configurationOf(deps, library, certificates))
  // Secrets are stored as their hashes.
  provider.Client.prototype.compareClientSecret = function compare(this: Client, actual: string) {
    return matchesSecret({ hashes: this.clientSecret ?? '', actual })
  }
  const failures = new WeakMap<IncomingMessage, unknown>()
  provider.on('server_error', (ctx: KoaContextWithOIDC, error: unknown) => failures.set(ctx.req, error))
  // Koa prints errors to the console when no one listens.
  const koa: EventEmitter = provider
  koa.on('error', (error: unknown, ctx?: KoaContextWithOIDC) => ctx && failures.set(ctx.req, error))
  const handle = provider.callback()
  const origin = new URL(deps.issuer)
  const ask = async (request: ProviderRequest, certificate?: X509Certificate): Promise<TokenAnswer> => {
    const onRequest = (raw: IncomingMessage) => certificate && certificates.set(raw, certificate)
    const { raw, answered } = exchangeWith(handle, { origin, request, onRequest })
    const answer = await answered
    // A fault of the database must be answered as one.
    if (failures.has(raw)) throw failures.get(raw)
    return { ...answer, cookies: sentCookies(answer.cookies), error: errorOf(answer) }
  }
  return {
    answer: ({ certificate, ...given }) => ask({ ...given, method: 'POST', path: tokenPath }, certificate),
    revoke: ({ certificate, ...given }) => ask({ ...given, method: 'POST', path: revocationPath }, certificate),
    authorize: (request) => ask(fromBrowser(request)),
    ...loginsOf(provider, { origin, known: library.errors }),
  }
}

function fromBrowser({ path, cookie }: BrowserRequest): ProviderRequest {
  return { method: 'GET', path, headers: { cookie: keptCookies(cookie) }, body: Buffer.alloc(0) }
}

function loginsOf(
  provider: Provider,
  { origin, known }: { readonly origin: URL; readonly known: typeof errors },
): Pick<TokenServer, 'findLogin' | 'finishLogin'> {
  const onRequest = () => undefined
  const untilOver = <Value>(answered: Promise<Value>): Promise<Value | undefined> =>
    answered.catch((error: unknown) => {
      if (error instanceof known.SessionNotFound) return undefined
      throw error
    })
  return {
    findLogin: async (request) => {
      let found: BegunLogin | undefined
      const find = async (raw: IncomingMessage, response: ServerResponse) => {
        found = begunLogin(await provider.interactionDetails(raw, response))
        response.end()
      }
      await untilOver(exchangeWith(find, { origin, request: fromBrowser(request), onRequest }).answered)
      return found
    },
    finishLogin: ({ person, generation, session, ...request }) => {
      const login = { accountId: person, remember: false, amr: ['pwd', 'otp'] }
      // The browser may take its time until it follows.
      const proved: Proof = { generation, session }
      const result = { login, consent: {}, [proof]: proved }
      const finish = (raw: IncomingMessage, response: ServerResponse) =>
        provider.interactionFinished(raw, response, result, { mergeWithLastSubmission: false })
      return untilOver(exchangeWith(finish, { origin, request: fromBrowser(request), onRequest }).answered)
    },
  }
}

function configurationOf(deps: TokenServerDeps, library: Library, certificates: Certificates): Configuration {
  const { audience, key, people } = deps
  const cookieKey = Buffer.from(hkdfSync('sha256', key.d, '', 'munim cookies', 32)).toString('base64url')
  const withPeople = people && configurePeople({ people, audience, cookieKey }, library)
  const { errors } = library
  return {
    ...{ scopes: [], claims: {}, responseTypes: ['none'] },
    ...withPeople,
    adapter: (kind) => adapterOf(kind, { ...deps, people }, errors),
    jwks: { keys: [{ ...key }] },
    clientAuthMethods: [...clientAuthMethods],
    clientDefaults: { grant_types: ['client_credentials'], response_types: [], id_token_signed_response_alg: 'ES256' },
    clockTolerance: 10,
    enabledJWA: { clientAuthSigningAlgValues: [...assertionAlgorithms], idTokenSigningAlgValues: ['ES256'] },
    extraClientMetadata: { properties: ['permissions', 'generation'] },
    extraTokenClaims: ({ oidc }, token) => {
      if (token.kind !== 'AccessToken') return { [generationClaim]: oidc.client?.generation }
      const person = oidc.account as unknown as KnownPerson
      return { [generationClaim]: person.generation, [sessionClaim]: token.grantId }
    },
    assertJwtClientAuthClaimsAndHeader: (_ctx, { exp }) => {
      if (typeof exp === 'number' && exp <= Date.now() / 1000 + assertionSecondsMax) return
      throw new errors.InvalidClientAuth('the client_assertion is valid for more than an hour')
    },
    features: {
      clientCredentials: { enabled: true },
      ...notUsed,
      ...(people && { revocation }),
      mTLS: certificatesBy(certificates),
      resourceIndicators: resourceOf(deps, errors),
    },
    routes: { token: tokenPath, jwks: jwksPath, authorization: authorizePath, revocation: revocationPath },
    ttl: { ...withPeople?.ttl, ClientCredentials: tokenSeconds, AccessToken: tokenSeconds },
  }
}

/** The API is the only resource, and all tokens are for it. */
function resourceOf(deps: TokenServerDeps, known: typeof errors) {
  const { audience, key } = deps
  return {
    enabled: true,
    defaultResource: () => audience,
    useGrantedResource: () => true,
    getResourceServerInfo: (ctx: KoaContextWithOIDC, resource: string, client: Client) => {
      if (resource !== audience) throw new known.InvalidTarget('this server has no such resource')
      const isForPerson = ctx.oidc.params?.grant_type !== 'client_credentials'
      return {
        scope: isForPerson ? scopeForPerson(ctx, client, deps, known) : grantedScope(ctx, client, deps, known),
        audience,
        accessTokenFormat: 'jwt' as const,
        accessTokenTTL: tokenSeconds,
        jwt: { sign: { alg: 'ES256' as const, kid: key.kid } },
      }
    },
  }
}

const notUsed = {
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  rpInitiatedLogout: { enabled: false },
  userinfo: { enabled: false },
} as const

function certificatesBy(certificates: Certificates) {
  return {
    enabled: true,
    certificateBoundAccessTokens: true,
    tlsClientAuth: true,
    selfSignedTlsClientAuth: false,
    getCertificate: (ctx: KoaContextWithOIDC) => certificates.get(ctx.req),
    certificateAuthorized: (ctx: KoaContextWithOIDC) => certificates.has(ctx.req),
    certificateSubjectMatches: (ctx: KoaContextWithOIDC, ...[property, expected = '']: readonly string[]) =>
      property === 'tls_client_auth_san_dns' &&
      certificates.get(ctx.req)?.checkHost(expected, { subject: 'never', wildcards: false }) !== undefined,
  }
}

/** Without a scope in the request, a token has all permissions of its client. */
function grantedScope(
  ctx: KoaContextWithOIDC,
  client: Client,
  { covers }: Pick<TokenServerDeps, 'covers'>,
  known: typeof errors,
): string {
  const held = client.permissions as readonly string[]
  const { params } = ctx.oidc
  if (params === undefined) return ''
  // The library takes an empty scope for none.
  if (ctx.oidc.body?.scope === '') throw new known.InvalidScope('the scope is empty', '')
  if (typeof params.scope !== 'string') params.scope = held.join(' ')
  const scope = String(params.scope)
  const beyond = scope.split(' ').find((wanted) => !covers(held, wanted))
  if (beyond !== undefined) throw new known.InvalidScope('the client does not have this permission', beyond)
  return scope
}

/** A request that names no permission is for all that both the client and the person have. */
function scopeForPerson(
  ctx: KoaContextWithOIDC,
  client: Client,
  { covers }: Pick<TokenServerDeps, 'covers'>,
  known: typeof errors,
): string {
  const held = client.permissions as readonly string[]
  const { params } = ctx.oidc
  if (params === undefined || typeof params.grant_type === 'string') return held.join(' ')
  const asked = typeof params.scope === 'string' ? params.scope.split(' ') : []
  const named = asked.filter((scope) => !peopleScopes.some((one) => one === scope))
  const beyond = named.find((wanted) => !covers(held, wanted))
  if (beyond !== undefined) throw new known.InvalidScope('the client does not have this permission', beyond)
  if (named.length === 0) params.scope = [...asked, ...held].join(' ')
  return held.join(' ')
}

export function hashSecret(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

function matchesSecret({ hashes, actual }: { readonly hashes: string; readonly actual: string }): boolean {
  const given = hashSecret(actual)
  const matches = hashes.split(',').map((one) => {
    const known = Buffer.from(one, 'hex')
    return known.length === given.length && timingSafeEqual(known, given)
  })
  return matches.includes(true)
}

function errorOf({ status, body }: ProviderAnswer): string | undefined {
  if (status < 400) return undefined
  try {
    const { error } = JSON.parse(body)
    return typeof error === 'string' ? error : 'invalid_request'
  } catch {
    return 'invalid_request'
  }
}
