import { hash, type X509Certificate } from 'node:crypto'
import { Type } from 'typebox'
import { encodeId, idPrefix } from '#kernel'
import { type Answer, answer, answerText, closedObject, type Route, type RouteRequest, route } from '#platform/http'
import { jwksPath, revocationPath, type TokenAnswer, tokenPath, userinfoPath } from '#platform/oauth'
import type { Database } from '#platform/postgres'
import type { TokenRequest } from '../oauth/client-attempts.ts'
import type { Oauth } from '../oauth/oauth.ts'
import { findPerson } from '../people/people-store.ts'
import { inTurns } from './in-turns.ts'

type Deps = { readonly database: Database; readonly oauth: Oauth }

const keySchema = closedObject(
  {
    kid: Type.String({ description: 'The thumbprint of the key (RFC 7638).' }),
    alg: Type.String({ description: 'The algorithm.', examples: ['ES256'] }),
  },
  { title: 'OauthKey' },
)
const keysSchema = closedObject({ data: Type.Array(keySchema) }, { title: 'OauthKeys' })
const rotateSchema = closedObject(
  {
    drop_earlier: Type.Optional(
      Type.Boolean({
        description:
          'Whether all earlier keys are dropped, for example because one was stolen. Every token that was issued before is then refused.',
        examples: [false],
      }),
    ),
  },
  { title: 'RotateOauthKeys' },
)

/** Of OAuth's own protocol, whose answers are not those of this API. Its clients read the metadata instead. */
const protocol = { tag: 'OAuth', permission: 'none', hidden: true, answers: {} } as const
const tokenBytesMax = 32 * 1024
const cached = { 'cache-control': 'public, max-age=60' }

/** Where clients find the server, get tokens and find the keys of these, and the rotation of the keys. */
export function oauthEndpoints(deps: Deps): Route[] {
  return [...clientRoutes(deps), ...inTurns(userinfoRoutes(deps)), ...metadataRoutes(deps), ...keyRoutes(deps)]
}

function clientRoutes({ oauth }: Deps): Route[] {
  const described = { ...protocol, method: 'POST', bodyBytesMax: tokenBytesMax } as const
  return [
    route({
      ...described,
      path: tokenPath,
      operation: 'oauth_token',
      acts: { none: 'Tokens are issued by the thousand; what is done with them is recorded.' },
      summary: 'Get an access token',
      rawBody: { description: 'The form of a token request (RFC 6749).' },
      handle: async (request) => clientAnswer(await oauth.answerToken(tokenRequest(request))),
    }),
    route({
      ...described,
      path: revocationPath,
      operation: 'oauth_revoke',
      acts: { none: 'It ends the own login.' },
      summary: 'End the login that a refresh token belongs to',
      rawBody: { description: 'The form of a revocation request (RFC 7009).' },
      handle: async (request) => clientAnswer(await oauth.answerRevocation(tokenRequest(request))),
    }),
  ]
}

function tokenRequest({ bytes, header, address, certificate }: RouteRequest<undefined, undefined>): TokenRequest {
  return {
    authorization: header('authorization'),
    contentType: header('content-type'),
    body: bytes ?? Buffer.alloc(0),
    address: address(),
    certificate: certificate(),
  }
}

function clientAnswer(answered: TokenAnswer | undefined): Answer {
  if (answered === undefined) return tooManyAttempts()
  const { status, body, headers } = answered
  const challenge = headers['www-authenticate']
  const type = headers['content-type'] ?? 'application/json; charset=utf-8'
  return answerText(status, body, {
    'content-type': type,
    ...(challenge !== undefined && { 'www-authenticate': challenge }),
  })
}

/** RFC 6749 has no error for this, and lets extensions define some. */
function tooManyAttempts(): Answer {
  const error_description = 'too many attempts with unknown credentials came from this address, or overall'
  const headers = { 'content-type': 'application/json; charset=utf-8', 'retry-after': '1' }
  return answer(429, { error: 'temporarily_unavailable', error_description }, headers)
}

/** Who the person of an access token is. It is the API's own token, so the library does not know it. */
function userinfoRoutes({ oauth, database }: Deps): Route[] {
  const handle = async ({ header, certificate }: Pick<RouteRequest, 'header' | 'certificate'>) => {
    const [, token] = /^bearer +([\x21-\x7e]{1,9500})$/i.exec(header('authorization') ?? '') ?? []
    if (token === undefined || !oauth.tokens.isToken(token)) return challenged(token && 'invalid_token')
    const caller = await oauth.tokens.authenticate(token, { certificate: () => thumbprintOf(certificate()) })
    if (!caller.ok || caller.value.principal.kind !== 'person') return challenged('invalid_token')
    const person = await findPerson(database, caller.value.principal.id)
    if (person === undefined) return challenged('invalid_token')
    const { login, name, role } = person
    return answer(200, {
      ...{ sub: encodeId(idPrefix.person, person.id), name, preferred_username: login, munim_role: role },
      ...{ munim_book: caller.value.book.code, ...(login.includes('@') && { email: login }) },
    })
  }
  const described = { ...protocol, path: userinfoPath, summary: 'Who has logged in', handle }
  return [
    route({ ...described, method: 'GET', operation: 'userinfo' }),
    route({
      ...{ ...described, method: 'POST', operation: 'post_userinfo', rawBody: { description: 'None.' } },
      acts: { none: 'It reads what the person is called.' },
    }),
  ]
}

function thumbprintOf(certificate: X509Certificate | undefined): string | undefined {
  return certificate && hash('sha256', certificate.raw, 'base64url')
}

function challenged(error?: string): Answer {
  const challenge = `Bearer realm="munim"${error ? `, error="${error}"` : ''}`
  const headers = { 'content-type': 'application/json; charset=utf-8', 'www-authenticate': challenge }
  return answer(401, { error: error || 'invalid_request' }, headers)
}

function metadataRoutes({ oauth }: Deps): Route[] {
  const metadata = ({ path, operation }: { readonly path: string; readonly operation: string }) =>
    route({
      ...protocol,
      method: 'GET',
      path,
      operation,
      summary: 'Describe the authorization server (RFC 8414)',
      handle: () => answer(200, oauth.metadata(), cached),
    })
  return [
    metadata({ path: '/.well-known/oauth-authorization-server', operation: 'oauth_metadata' }),
    metadata({ path: '/.well-known/openid-configuration', operation: 'openid_metadata' }),
    route({
      ...protocol,
      method: 'GET',
      path: jwksPath,
      operation: 'oauth_jwks',
      summary: 'The public keys of tokens',
      handle: () => answer(200, { keys: oauth.published() }, { ...cached, 'content-type': 'application/jwk-set+json' }),
    }),
  ]
}

function keyRoutes({ oauth }: Deps): Route[] {
  const view = () => answer(200, { data: oauth.published().map(({ kid, alg }) => ({ kid, alg })) })
  return [
    route({
      method: 'POST',
      path: '/v1/oauth-keys/rotate',
      operation: 'rotate_oauth_keys',
      summary: 'Rotate the keys that sign access tokens',
      description:
        'The next key signs from now on. Tokens of the key before stay valid until they expire, and a new next key is published.',
      tag: 'OAuth',
      permission: 'signing_keys:rotate',
      body: rotateSchema,
      answers: { 200: keysSchema },
      acts: ['oauth_keys.rotated'],
      handleOnce: async ({ body, caller, record }, tx) => {
        const drop = body.drop_earlier === true
        await oauth.rotate(tx, { drop, actor: caller.principal })
        const details = { earlier_keys: drop ? 'dropped' : 'kept' }
        await record(tx, { subject: 'signing keys', details, book: 'shared' })
        return answer(200, { data: [] })
      },
      afterCommit: async () => {
        await oauth.readKeys()
        return view()
      },
    }),
  ]
}
