import { hash, timingSafeEqual, type X509Certificate } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Adapter, AdapterPayload, Client, Configuration, errors, KoaContextWithOIDC } from 'oidc-provider'
import { exchangeWith, type ProviderAnswer, type ProviderRequest } from './provider-exchange.ts'
import type { PrivateJwk } from './signing-key.ts'
import { generationClaim } from './verify-token.ts'

/** A client as the token endpoint has to know it. */
export type TokenClient = {
  readonly id: string
  readonly permissions: readonly string[]
  readonly generation: number
  readonly proof: /** SHA-256 of the secrets in force. */
    | { readonly kind: 'secret'; readonly hashes: readonly Buffer[] }
    | { readonly kind: 'keys'; readonly jwks: { readonly keys: readonly object[] } }
    /** A verified certificate with this DNS name. Its tokens are bound to it (RFC 8705). */
    | { readonly kind: 'certificate'; readonly dnsName: string }
}

/** What has to be kept between requests and processes, until it expires. */
export type TokenRecords = {
  readonly find: (record: Pick<TokenRecord, 'kind' | 'id'>) => Promise<object | undefined>
  /** False when a record of that kind and id is in force already. */
  readonly add: (record: TokenRecord) => Promise<boolean>
}

export type TokenRecord = {
  readonly kind: string
  readonly id: string
  readonly payload: object
  readonly seconds: number
}

export type TokenServerDeps = {
  readonly issuer: string
  readonly audience: string
  readonly key: PrivateJwk
  readonly findClient: (id: string) => Promise<TokenClient | undefined>
  readonly records: TokenRecords
  /** Whether a client that holds permissions may ask for one. */
  readonly covers: (held: readonly string[], wanted: string) => boolean
}

export type TokenAnswer = ProviderAnswer & { readonly error: string | undefined }

export type TokenServer = { readonly answer: (request: GivenRequest) => Promise<TokenAnswer> }

type GivenRequest = Omit<ProviderRequest, 'method' | 'path'> & {
  /** That the client has shown on its connection, and the server has verified. */
  readonly certificate?: X509Certificate | undefined
}

type Certificates = WeakMap<IncomingMessage, X509Certificate>

export const tokenPath = '/oauth/token'
export const jwksPath = '/oauth/jwks'
export const tokenSeconds = 600
export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
] as const
export const assertionAlgorithms = ['ES256', 'ES384', 'PS256', 'RS256', 'Ed25519', 'EdDSA'] as const
/** An assertion's id is kept until the assertion expires. */
const assertionSecondsMax = 3600

type Library = typeof import('oidc-provider')

/** Loaded only where tokens are issued: the library takes some time and memory. */
export async function createTokenServer(deps: TokenServerDeps): Promise<TokenServer> {
  const library = await import('oidc-provider')
  const { Provider } = library
  const certificates: Certificates = new WeakMap()
  const provider = new Provider(deps.issuer, configurationOf(deps, library, certificates))
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
  return {
    answer: async ({ certificate, ...given }) => {
      const request = { ...given, method: 'POST', path: tokenPath } as const
      const onRequest = (raw: IncomingMessage) => certificate && certificates.set(raw, certificate)
      const { raw, answered } = exchangeWith(handle, { origin, request, onRequest })
      const answer = await answered
      // A fault of the database must be answered as one.
      if (failures.has(raw)) throw failures.get(raw)
      return { ...answer, error: errorOf(answer) }
    },
  }
}

function configurationOf(deps: TokenServerDeps, { errors }: Library, certificates: Certificates): Configuration {
  return {
    adapter: (kind) => adapterOf(kind, deps, errors),
    jwks: { keys: [{ ...deps.key }] },
    clientAuthMethods: [...clientAuthMethods],
    clientDefaults: { grant_types: ['client_credentials'], response_types: [], id_token_signed_response_alg: 'ES256' },
    responseTypes: ['none'],
    scopes: [],
    claims: {},
    clockTolerance: 10,
    enabledJWA: { clientAuthSigningAlgValues: [...assertionAlgorithms], idTokenSigningAlgValues: ['ES256'] },
    extraClientMetadata: { properties: ['permissions', 'generation'] },
    extraTokenClaims: (ctx) => ({ [generationClaim]: ctx.oidc.client?.generation }),
    assertJwtClientAuthClaimsAndHeader: (_ctx, { exp }) => {
      if (typeof exp === 'number' && exp <= Date.now() / 1000 + assertionSecondsMax) return
      throw new errors.InvalidClientAuth('the client_assertion is valid for more than an hour')
    },
    features: {
      clientCredentials: { enabled: true },
      ...withoutPeople,
      mTLS: certificatesBy(certificates),
      resourceIndicators: {
        enabled: true,
        defaultResource: () => deps.audience,
        getResourceServerInfo: (ctx, resource, client) => {
          if (resource !== deps.audience) throw new errors.InvalidTarget('this server has no such resource')
          return {
            scope: grantedScope(ctx, client, deps, errors),
            audience: deps.audience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: tokenSeconds,
            jwt: { sign: { alg: 'ES256', kid: deps.key.kid } },
          }
        },
      },
    },
    routes: { token: tokenPath, jwks: jwksPath },
    ttl: { ClientCredentials: tokenSeconds },
  }
}

const withoutPeople = {
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
  if (typeof params.scope !== 'string') params.scope = held.join(' ')
  const scope = String(params.scope)
  const beyond = scope.split(' ').find((wanted) => !covers(held, wanted))
  if (beyond !== undefined) throw new known.InvalidScope('the client does not have this permission', beyond)
  return scope
}

function adapterOf(
  kind: string,
  { findClient, records }: Pick<TokenServerDeps, 'findClient' | 'records'>,
  known: typeof errors,
): Adapter {
  const unused = async () => {
    throw new Error(`nothing of kind ${kind} is changed in this way`)
  }
  return {
    find: async (id) => {
      if (kind !== 'Client') return (await records.find({ kind, id })) as AdapterPayload | undefined
      const client = await findClient(id)
      return client && metadataOf(client)
    },
    upsert: async (id, payload, seconds) => {
      if (kind !== 'ReplayDetection') return unused()
      // Two requests may have found nothing at the same time.
      const isFirst = await records.add({ kind, id, payload, seconds: seconds ?? assertionSecondsMax })
      if (!isFirst) throw new known.InvalidClientAuth('client assertion tokens must only be used once')
    },
    findByUserCode: unused,
    findByUid: unused,
    consume: unused,
    destroy: unused,
    revokeByGrantId: unused,
  }
}

function metadataOf({ id, permissions, generation, proof }: TokenClient): AdapterPayload {
  const common = { client_id: id, permissions: [...permissions], generation, redirect_uris: [] }
  if (proof.kind === 'secret') {
    const secrets = proof.hashes.map((one) => one.toString('hex')).join(',')
    return { ...common, token_endpoint_auth_method: 'client_secret_basic', client_secret: secrets || '-' }
  }
  if (proof.kind === 'certificate') {
    return {
      ...common,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: proof.dnsName,
      tls_client_certificate_bound_access_tokens: true,
    }
  }
  return {
    ...common,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: proof.jwks.keys.map((key) => ({ ...key })) } as NonNullable<AdapterPayload['jwks']>,
  }
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
