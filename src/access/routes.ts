import { type Static, Type } from 'typebox'
import { accepted, decodeId, encodeId, formatTimestamp, idPrefix, timestampOrNull } from '#kernel'
import { time, timeOrNull } from '#platform/fields'
import {
  answer,
  closedObject,
  type HttpModule,
  InvalidRequest,
  idSchema,
  permissionNames,
  problemsOf,
  querySchema,
  type Route,
  route,
  type Scope,
  scopes,
} from '#platform/http'
import { answerPage, pageQuery, pageRequest, pageSchema, publicIdCursor } from '#platform/lists'
import type { Database } from '#platform/postgres'
import type { ApiKey } from './access.ts'
import { listKeys } from './access-store.ts'
import type { Authenticator } from './authenticate.ts'
import { createApiKey } from './create-api-key.ts'
import { auditedGrant, type Grant, listPermissions, permissionsOf, scopeOf } from './grant.ts'
import type { Oauth } from './oauth/oauth.ts'
import { addressesToGive } from './own-addresses.ts'
import { accessRefusals } from './refusals.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { allowedAddresses, readAddresses, showAddresses, shownAddresses } from './routes/address-schema.ts'
import { approvalRoutes } from './routes/approval-routes.ts'
import { auditRoutes } from './routes/audit-routes.ts'
import { bookRoutes } from './routes/book-routes.ts'
import { bookCode, bookId, bookReference } from './routes/book-schemas.ts'
import { findNamedBook } from './routes/named-book.ts'
import { oauthClientRoutes } from './routes/oauth-client-routes.ts'
import { oauthEndpoints } from './routes/oauth-endpoints.ts'
import { peoplePages } from './routes/people-pages.ts'
import { peopleRoutes } from './routes/people-routes.ts'
import { permissionSchema } from './routes/permission-schema.ts'
import { shownOnce } from './routes/shown-once.ts'

type Deps = {
  readonly database: Database
  readonly authenticator: Pick<Authenticator, 'revoked'>
  readonly oauth: Oauth
}

const problems = problemsOf(accessRefusals, {
  book_not_found: [404, 'No such book'],
  book_not_allowed: [403, 'Not the book of the key'],
  book_code_taken: [409, 'The code is taken'],
  api_key_not_found: [404, 'No such API key'],
  scope_beyond_own: [403, 'More than the key may do'],
  last_operator_key: [409, 'The last operator key'],
  oauth_client_not_found: [404, 'No such OAuth client'],
  permission_beyond_own: [403, 'A permission beyond those of the caller'],
  oauth_client_revoked: [409, 'The client was revoked'],
  oauth_client_proof: [409, 'Not how the client proves what it is'],
  person_not_found: [404, 'No such person'],
  login_taken: [409, 'The login is taken'],
  person_disabled: [409, 'The person is disabled'],
  session_not_found: [404, 'No such session'],
  address_not_allowed: [403, 'Not from this address'],
  addresses_beyond_own: [403, 'Addresses beyond those of the caller'],
  approval_not_found: [404, 'No such approval'],
  approval_not_open: [409, 'It waits no more'],
  person_needed: [403, 'A person must do this'],
  not_independent: [403, 'Not independent of who asks'],
  too_few_approvers: [409, 'Too few people could approve'],
  too_many_approvals: [409, 'Too many calls wait'],
  too_many_unknown_keys: [429, 'Too many unknown keys'],
})

const keyId = Type.String({
  ...idSchema(idPrefix.apiKey),
  description: 'The id of the key, which is not its text.',
  examples: ['key_01k0a2m4qae1fs6y4p7q9r3t5v'],
})
const scopeMeaning =
  'What the key may do; each scope includes the ones before it. `operator` is for the whole installation, the others for the book of the key.'
const newScope = Type.Optional(
  Type.Enum([...scopes], {
    description: `${scopeMeaning} Needed unless \`permissions\` are given.`,
    examples: ['write'],
  }),
)
const newPermissions = Type.Optional(
  Type.Array(permissionSchema, {
    minItems: 1,
    maxItems: permissionNames.length,
    uniqueItems: true,
    description: 'Instead of `scope`: exactly what the key may do.',
    examples: [['payments:read', 'refunds:write']],
  }),
)
const scope = Type.Unsafe<Scope | null>({
  type: ['string', 'null'],
  enum: [...scopes, null],
  description: `${scopeMeaning} Null for a key that was made with a list of permissions.`,
  examples: ['write'],
})
const permissions = Type.Array(permissionSchema, {
  description: 'Everything that the key may do.',
  examples: [['payments:read', 'refunds:write']],
})
const keyName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'Who or what uses the key.',
  examples: ['checkout service'],
})

const keyProperties = {
  id: keyId,
  book: bookId,
  book_code: bookCode,
  scope,
  permissions,
  name: keyName,
  allowed_addresses: shownAddresses,
  created_at: time('When the key was made.'),
  last_used_at: timeOrNull('When the key was last seen, to within a minute or two.'),
  revoked_at: timeOrNull('When the key was revoked; null while it is in force.'),
}
const keySchema = closedObject(keyProperties, { title: 'ApiKey' })
const newKeySchema = closedObject(
  {
    ...keyProperties,
    key: Type.Union([Type.String(), Type.Null()], {
      description: 'The text of the key. It is shown in this answer alone; a replay of the request has null here.',
      examples: ['munim_…'],
    }),
  },
  { title: 'NewApiKey' },
)

const createKeySchema = closedObject(
  {
    book: bookReference,
    scope: newScope,
    permissions: newPermissions,
    name: keyName,
    allowed_addresses: Type.Optional(allowedAddresses),
  },
  { title: 'CreateApiKey', examples: [{ scope: 'write', name: 'checkout service' }] },
)

/** The routes `/v1/books`, `/v1/api-keys`, `/v1/oauth-clients`, `/v1/people`, `/v1/audit`, `/v1/approvals` and `/v1/approval-rules`, and the endpoints and pages of OAuth. */
export function accessRoutes(deps: Deps): HttpModule {
  return {
    name: 'access',
    problems,
    routes: [
      ...[...bookRoutes(deps), ...keyRoutes(deps), ...oauthClientRoutes(deps), ...peopleRoutes(deps)],
      ...[...oauthEndpoints(deps), ...peoplePages(deps), ...auditRoutes(deps), ...approvalRoutes(deps)],
    ],
  }
}

const keyCursor = publicIdCursor(idPrefix.apiKey)

function keyRoutes({ database, authenticator }: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/api-keys',
      operation: 'create_api_key',
      summary: 'Make an API key',
      description:
        'With a scope, or with a list of permissions; never with one that the caller lacks. The text of the key is in ' +
        'this answer alone: it is not stored, not even for a replay.',
      tag: 'API keys',
      permission: 'keys:manage',
      body: createKeySchema,
      answers: { 201: newKeySchema },
      problems: ['book_not_found', 'book_not_allowed', 'scope_beyond_own', 'addresses_beyond_own'],
      acts: ['api_key.created'],
      handleOnce: async ({ body, caller, refuse, record }, tx) => {
        const grant = readGrant(body)
        if (!permissionsOf(grant).isSubsetOf(caller.permissions)) {
          const [param = 'scope'] = Object.keys(grant)
          return refuse({ code: 'scope_beyond_own', message: accessRefusals.scope_beyond_own, param })
        }
        const book = await findNamedBook(tx, { caller, body })
        if (!book.ok) return refuse(...book.why)
        const [actor, wanted] = [caller.principal, readAddresses(body.allowed_addresses)]
        const addresses = await addressesToGive(tx, { actor, wanted })
        if (!addresses.ok) return refuse(addresses.refusal)
        const command = { ...grant, book: book.value, name: body.name, addresses: addresses.value, actor }
        const { key, text } = await createApiKey(tx, command)
        const view = keyView(key)
        await record(tx, { ...auditedKey(key), before: null, after: view })
        return shownOnce(201, { view, secret: { key: text } })
      },
    }),
    route({
      method: 'GET',
      path: '/v1/api-keys',
      operation: 'list_api_keys',
      summary: 'List the API keys of a book',
      tag: 'API keys',
      permission: 'keys:manage',
      query: querySchema(pageQuery),
      answers: { 200: pageSchema(keySchema) },
      handle: async ({ query, caller }) => {
        const page = await listKeys(database, { book: caller.book.number, ...pageRequest(query, keyCursor) })
        return answerPage(page, keyCursor, keyView)
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/api-keys/:id',
      operation: 'revoke_api_key',
      summary: 'Revoke an API key',
      description: 'Takes effect at once in the process that answers, and within ten seconds in all others.',
      tag: 'API keys',
      permission: 'keys:manage',
      params: closedObject({ id: keyId }),
      answers: { 200: keySchema },
      problems: ['api_key_not_found', 'scope_beyond_own', 'last_operator_key'],
      acts: ['api_key.revoked'],
      takesAway: true,
      handle: async ({ params, caller, refuse, record }) => {
        const id = decodeId(idPrefix.apiKey, params.id) ?? ''
        const revoked = await database.unit(async (tx) => {
          const result = await revokeApiKey(tx, { id, caller })
          if (!result.ok) return result
          const { before, after } = result.value
          await record(tx, { ...auditedKey(after), before: keyView(before), after: keyView(after) })
          return accepted(after)
        })
        if (!revoked.ok) return refuse(revoked.refusal)
        authenticator.revoked(id)
        return answer(200, keyView(revoked.value))
      },
    }),
  ]
}

function auditedKey({ id, book, grant, name }: ApiKey) {
  const details = { book: book.code, ...auditedGrant(grant), name }
  return { subject: encodeId(idPrefix.apiKey, id), book: book.number, details }
}

function readGrant({ scope, permissions }: Static<typeof createKeySchema>): Grant {
  if (scope !== undefined && permissions === undefined) return { scope }
  if (scope === undefined && permissions !== undefined) return { permissions: new Set(permissions) }
  throw new InvalidRequest('Give either scope or permissions.', { param: 'scope' })
}

function keyView(key: ApiKey): Static<typeof keySchema> {
  return {
    id: encodeId(idPrefix.apiKey, key.id),
    book: encodeId(idPrefix.book, key.book.id),
    book_code: key.book.code,
    scope: scopeOf(key.grant) ?? null,
    permissions: listPermissions(permissionsOf(key.grant)),
    name: key.name,
    allowed_addresses: showAddresses(key.addresses),
    created_at: formatTimestamp(key.createdAt),
    last_used_at: timestampOrNull(key.lastUsedAt),
    revoked_at: timestampOrNull(key.revokedAt),
  }
}
