import { type Static, Type } from 'typebox'
import { accepted, decodeId, encodeId, formatTimestamp, idPrefix } from '#kernel'
import {
  answer,
  type Change,
  closedObject,
  InvalidRequest,
  idSchema,
  isPermission,
  permissionNames,
  querySchema,
  type Route,
  type RouteRequest,
  route,
} from '#platform/http'
import { answerPage, pageQuery, pageRequest, pageSchema, publicIdCursor } from '#platform/lists'
import { readClientKeys } from '#platform/oauth'
import type { Database } from '#platform/postgres'
import { bookCodePattern } from '../access.ts'
import { changeOauthClient, revokeOauthClient, rotateClientSecret } from '../oauth/change-oauth-client.ts'
import { createOauthClient } from '../oauth/create-oauth-client.ts'
import type { Oauth } from '../oauth/oauth.ts'
import { type OauthClient, permissionSet } from '../oauth/oauth-client.ts'
import { findClient, listClients } from '../oauth/oauth-client-store.ts'
import { accessRefusals } from '../refusals.ts'
import { namesBook, resolveBook } from '../resolve-book.ts'
import { permissionSchema } from './permission-schema.ts'

type Deps = { readonly database: Database; readonly oauth: Pick<Oauth, 'changed'> }

const keptSecondsMax = 30 * 86_400

const clientId = Type.String({
  ...idSchema(idPrefix.oauthClient),
  description: 'The id of the client: its `client_id`.',
  examples: ['client_01k0a2m4qae1fs6y4p7q9r3t5v'],
})
const clientName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'Which program this is.',
  examples: ['checkout service'],
})
const permissions = Type.Array(permissionSchema, {
  minItems: 1,
  maxItems: permissionNames.length,
  uniqueItems: true,
  description: 'What the client may do: the permissions that its tokens have.',
  examples: [['payments:write', 'ledger:read']],
})
const jwks = closedObject(
  { keys: Type.Array(Type.Object({ kty: Type.String({ maxLength: 10 }) }), { minItems: 1, maxItems: 10 }) },
  {
    description:
      'Public keys of the client, as a JWK set: it then signs assertions (`private_key_jwt`) and has no secret. RSA from 2,048 bits, P-256, P-384, Ed25519.',
  },
)
const dnsName = Type.String({
  pattern: '^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$',
  description:
    'A DNS name in the certificate of the client: it then proves itself by mutual TLS (`tls_client_auth`), and its tokens are bound to its certificate (RFC 8705).',
  examples: ['checkout.internal'],
})
const nullableTime = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description, examples: [null] })

const clientProperties = {
  id: clientId,
  book: Type.String({ ...idSchema(idPrefix.book), description: 'The id of the book for which its tokens are.' }),
  book_code: Type.String({ pattern: bookCodePattern, description: 'The code of the book.', examples: ['tenant-7'] }),
  name: clientName,
  permissions,
  auth_method: Type.Enum(['client_secret', 'private_key_jwt', 'tls_client_auth'], {
    description:
      'How the client proves what it is: by a secret, as Basic or in the body, by assertions, or by mutual TLS.',
    examples: ['client_secret'],
  }),
  created_at: Type.String({ format: 'date-time', description: 'When the client was made.' }),
  last_used_at: nullableTime('When a token of the client was last used, to within a minute or two.'),
  revoked_at: nullableTime('When the client was revoked; null while it is in force.'),
}
const clientSchema = closedObject(clientProperties, { title: 'OauthClient' })
const newClientSchema = closedObject(
  {
    ...clientProperties,
    client_secret: Type.Union([Type.String(), Type.Null()], {
      description: 'Shown in this answer alone; a replay of the request has null here, and so has a client with keys.',
      examples: ['munim_secret_…'],
    }),
  },
  { title: 'NewOauthClient' },
)
const createSchema = closedObject(
  {
    book: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'Id or code; by default the book the request acts in.',
        examples: ['tenant-7'],
      }),
    ),
    name: clientName,
    permissions,
    jwks: Type.Optional(jwks),
    certificate_dns_name: Type.Optional(dnsName),
  },
  { title: 'CreateOauthClient' },
)
const changeSchema = closedObject(
  { name: Type.Optional(clientName), permissions: Type.Optional(permissions), jwks: Type.Optional(jwks) },
  { title: 'ChangeOauthClient' },
)
const rotateSchema = closedObject(
  {
    keep_previous_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: keptSecondsMax,
        description: 'For how long the previous secret is accepted as well, up to 30 days. By default not at all.',
        examples: [3600],
      }),
    ),
  },
  { title: 'RotateOauthClientSecret' },
)

const cursor = publicIdCursor(idPrefix.oauthClient)
const onClient = { tag: 'OAuth', permission: 'clients:manage', params: closedObject({ id: clientId }) } as const

/** The routes `/v1/oauth-clients`. */
export function oauthClientRoutes(deps: Deps): Route[] {
  return [createRoute(deps), ...readRoutes(deps), changeRoute(deps), rotateRoute(deps), revokeRoute(deps)]
}

function createRoute({ oauth }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/oauth-clients',
    operation: 'create_oauth_client',
    summary: 'Make an OAuth client',
    description:
      'With `jwks`, it signs assertions, and with `certificate_dns_name`, it shows a certificate. Otherwise it gets a secret, which is in this answer alone.',
    tag: 'OAuth',
    permission: 'clients:manage',
    body: createSchema,
    answers: { 201: newClientSchema },
    problems: ['book_not_found', 'book_not_allowed', 'permission_beyond_own'],
    acts: ['oauth_client.created'],
    handleOnce: async ({ body, caller, refuse, record }, tx) => {
      const proof = proofOf(body)
      if (!permissionSet(body.permissions).isSubsetOf(caller.permissions)) {
        const message = accessRefusals.permission_beyond_own
        return refuse({ code: 'permission_beyond_own', message, param: 'permissions' })
      }
      const own = body.book === undefined || namesBook(caller.book, body.book)
      if (!own && !caller.permissions.has('books:any')) {
        const refusal = { code: 'book_not_allowed', message: accessRefusals.book_not_allowed, param: 'book' }
        return refuse(refusal, { permission: 'books:any' })
      }
      const book = own ? accepted(caller.book) : await resolveBook(tx, body.book ?? '')
      if (!book.ok) return refuse({ ...book.refusal, param: 'book' })
      const command = {
        book: book.value,
        name: body.name,
        permissions: body.permissions,
        proof,
        actor: caller.principal,
      }
      const { client, secret } = await createOauthClient(tx, command)
      await record(tx, changeOf(client))
      // Before the commit, this only keeps its requests from being limited as guesses.
      oauth.changed(client)
      return shownOnce(201, client, secret)
    },
  })
}

function readRoutes({ database }: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/oauth-clients',
      operation: 'list_oauth_clients',
      summary: 'List the OAuth clients of a book',
      tag: 'OAuth',
      permission: 'clients:manage',
      query: querySchema(pageQuery),
      answers: { 200: pageSchema(clientSchema) },
      handle: async ({ query, caller }) => {
        const page = await listClients(database, { book: caller.book.number, ...pageRequest(query, cursor) })
        return answerPage(page, cursor, clientView)
      },
    }),
    route({
      ...onClient,
      method: 'GET',
      path: '/v1/oauth-clients/:id',
      operation: 'get_oauth_client',
      summary: 'Read an OAuth client',
      answers: { 200: clientSchema },
      problems: ['oauth_client_not_found'],
      handle: async ({ params, caller, refuse }) => {
        const client = await findClient(database, idOf(params))
        return client?.book.number === caller.book.number ? answer(200, clientView(client)) : refuse(notFound)
      },
    }),
  ]
}

function changeRoute({ database, oauth }: Deps): Route {
  return route({
    ...onClient,
    method: 'PATCH',
    path: '/v1/oauth-clients/:id',
    operation: 'change_oauth_client',
    summary: 'Change an OAuth client',
    description:
      'When the client loses a permission, the tokens that it has are refused: at once in the process that answers, and within ten seconds in all others.',
    body: changeSchema,
    answers: { 200: clientSchema },
    problems: ['oauth_client_not_found', 'permission_beyond_own', 'oauth_client_revoked', 'oauth_client_proof'],
    acts: ['oauth_client.changed'],
    handleOnce: async ({ params, body, caller, refuse, record }, tx) => {
      const known = await findClient(tx, idOf(params))
      if (known?.book.number !== caller.book.number) return refuse(notFound)
      const { name, permissions: wanted } = body
      const change = { name, permissions: wanted, keys: keysOf(body.jwks) }
      const changed = await changeOauthClient(tx, { id: idOf(params), caller, ...change })
      if (!changed.ok) return refuse(changed.refusal)
      const { before, after } = changed.value
      await record(tx, changeOf(after, before))
      return answer(200, clientView(after))
    },
    afterCommit: async ({ params }, kept) => {
      const client = kept.status === 200 ? await findClient(database, idOf(params)) : undefined
      if (client) oauth.changed(client)
      return kept
    },
  })
}

function rotateRoute({ oauth }: Deps): Route {
  return route({
    ...onClient,
    method: 'POST',
    path: '/v1/oauth-clients/:id/rotate-secret',
    operation: 'rotate_oauth_client_secret',
    summary: 'Give an OAuth client a new secret',
    description: 'The new secret is in this answer alone. Tokens that the client has stay valid.',
    body: rotateSchema,
    answers: { 200: newClientSchema },
    problems: ['oauth_client_not_found', 'permission_beyond_own', 'oauth_client_revoked', 'oauth_client_proof'],
    acts: ['oauth_client.secret_rotated'],
    handleOnce: async ({ params, body, caller, refuse, record }, tx) => {
      const keepSeconds = body.keep_previous_seconds ?? 0
      const rotated = await rotateClientSecret(tx, { id: idOf(params), caller, keepSeconds })
      if (!rotated.ok) return refuse(rotated.refusal)
      const details = { previous_kept_seconds: String(keepSeconds) }
      const { id, book } = rotated.value.client
      await record(tx, { subject: encodeId(idPrefix.oauthClient, id), book: book.number, details })
      oauth.changed(rotated.value.client)
      return shownOnce(200, rotated.value.client, rotated.value.secret)
    },
  })
}

function revokeRoute({ database, oauth }: Deps): Route {
  return route({
    ...onClient,
    method: 'DELETE',
    path: '/v1/oauth-clients/:id',
    operation: 'revoke_oauth_client',
    summary: 'Revoke an OAuth client',
    description:
      'It gets no more tokens. Those that it has are refused: at once in the process that answers, and within ten seconds in all others.',
    answers: { 200: clientSchema },
    problems: ['oauth_client_not_found', 'permission_beyond_own'],
    acts: ['oauth_client.revoked'],
    handle: async ({ params, caller, refuse, record }) => {
      const revoked = await database.unit(async (tx) => {
        const result = await revokeOauthClient(tx, { id: idOf(params), caller })
        if (!result.ok) return result
        const { before, after } = result.value
        await record(tx, { ...changeOf(after, before), details: { book: after.book.code, name: after.name } })
        return accepted(after)
      })
      if (!revoked.ok) return refuse(revoked.refusal)
      oauth.changed(revoked.value)
      return answer(200, clientView(revoked.value))
    },
  })
}

const notFound = { code: 'oauth_client_not_found', message: accessRefusals.oauth_client_not_found }

function idOf({ id }: { readonly id: string }) {
  return decodeId(idPrefix.oauthClient, id) ?? ''
}

function proofOf({ jwks: given, certificate_dns_name: name }: Static<typeof createSchema>) {
  if (given !== undefined && name !== undefined) {
    throw new InvalidRequest('A client has jwks or certificate_dns_name, not both.', { param: 'certificate_dns_name' })
  }
  if (name !== undefined) return { kind: 'certificate', dnsName: name } as const
  const keys = keysOf(given)
  return keys && ({ kind: 'keys', keys } as const)
}

function keysOf(given: RouteRequest<unknown, unknown, Static<typeof changeSchema>>['body']['jwks']) {
  if (given === undefined) return undefined
  const read = readClientKeys(given.keys)
  if (!read.ok) throw new InvalidRequest(`jwks: ${read.why}.`, { param: 'jwks' })
  return read.keys
}

function shownOnce(status: number, client: OauthClient, secret: string | null) {
  const view = clientView(client)
  const shown = answer(status, { ...view, client_secret: secret })
  return { ...shown, keptBody: JSON.stringify({ ...view, client_secret: null }) }
}

/** For the log of acts. */
function changeOf(client: OauthClient, before?: OauthClient): Change {
  const { id, book } = client
  const after = auditedView(client)
  return {
    ...{ subject: encodeId(idPrefix.oauthClient, id), book: book.number, after },
    before: before === undefined ? null : auditedView(before),
  }
}

function auditedView(client: OauthClient) {
  return { ...clientView(client), jwks: client.proof.kind === 'keys' ? client.proof.keys : null }
}

const methods = { secret: 'client_secret', keys: 'private_key_jwt', certificate: 'tls_client_auth' } as const

function clientView(client: OauthClient): Static<typeof clientSchema> {
  return {
    id: encodeId(idPrefix.oauthClient, client.id),
    book: encodeId(idPrefix.book, client.book.id),
    book_code: client.book.code,
    name: client.name,
    permissions: client.permissions.filter(isPermission),
    auth_method: methods[client.proof.kind],
    created_at: formatTimestamp(client.createdAt),
    last_used_at: client.lastUsedAt === undefined ? null : formatTimestamp(client.lastUsedAt),
    revoked_at: client.revokedAt === undefined ? null : formatTimestamp(client.revokedAt),
  }
}
