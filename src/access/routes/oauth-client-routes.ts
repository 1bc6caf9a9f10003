import type { Static } from 'typebox'
import { accepted, decodeId, encodeId, idPrefix } from '#kernel'
import {
  answer,
  type Change,
  closedObject,
  InvalidRequest,
  querySchema,
  type Route,
  type RouteRequest,
  route,
} from '#platform/http'
import { answerPage, pageQuery, pageRequest, pageSchema, publicIdCursor } from '#platform/lists'
import { readClientKeys } from '#platform/oauth'
import type { Database } from '#platform/postgres'
import { changeOauthClient, revokeOauthClient, rotateClientSecret } from '../oauth/change-oauth-client.ts'
import { createOauthClient } from '../oauth/create-oauth-client.ts'
import type { Oauth } from '../oauth/oauth.ts'
import { type OauthClient, permissionSet } from '../oauth/oauth-client.ts'
import { findClient, listClients } from '../oauth/oauth-client-store.ts'
import { addressesToGive } from '../own-addresses.ts'
import { accessRefusals } from '../refusals.ts'
import { readAddresses } from './address-schema.ts'
import { findNamedBook } from './named-book.ts'
import {
  changeSchema,
  clientId,
  clientSchema,
  clientView,
  createSchema,
  newClientSchema,
  rotateSchema,
} from './oauth-client-schemas.ts'
import { onceCommitted } from './once-committed.ts'
import { shownOnce } from './shown-once.ts'

type Deps = { readonly database: Database; readonly oauth: Pick<Oauth, 'changed' | 'requireLatest'> }

const cursor = publicIdCursor(idPrefix.oauthClient)
const changeProblems = [
  ...(['oauth_client_not_found', 'permission_beyond_own', 'oauth_client_revoked', 'oauth_client_proof'] as const),
  'addresses_beyond_own',
] as const
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
    problems: ['book_not_found', 'book_not_allowed', 'permission_beyond_own', 'addresses_beyond_own'],
    acts: ['oauth_client.created'],
    handleOnce: async ({ body, caller, refuse, record }, tx) => {
      const proof = proofOf(body)
      if (!permissionSet(body.permissions).isSubsetOf(caller.permissions)) {
        const message = accessRefusals.permission_beyond_own
        return refuse({ code: 'permission_beyond_own', message, param: 'permissions' })
      }
      const book = await findNamedBook(tx, { caller, body })
      if (!book.ok) return refuse(...book.why)
      const [actor, wanted] = [caller.principal, readAddresses(body.allowed_addresses)]
      const addresses = await addressesToGive(tx, { actor, wanted })
      if (!addresses.ok) return refuse(addresses.refusal)
      const command = {
        book: book.value,
        name: body.name,
        permissions: body.permissions,
        proof,
        redirectUris: redirectsOf(body),
        addresses: addresses.value,
        actor,
      }
      const { client, secret } = await createOauthClient(tx, command)
      await record(tx, changeOf(client))
      // Before the commit, this only keeps its requests from being limited as guesses.
      oauth.changed(client)
      return withSecret(201, client, secret)
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

/** What a client has lost is refused here at once, and stays so. */
function noting({ oauth }: Deps) {
  return onceCommitted<OauthClient>((client) => {
    if (client !== undefined) oauth.changed(client)
  })
}

function changeRoute(deps: Deps): Route {
  const { keep, afterCommit } = noting(deps)
  return route({
    ...{ ...onClient, afterCommit },
    method: 'PATCH',
    path: '/v1/oauth-clients/:id',
    operation: 'change_oauth_client',
    summary: 'Change an OAuth client',
    description:
      'When the client loses a permission, the tokens that it has are refused: at once in the process that answers, and within ten seconds in all others.',
    body: changeSchema,
    answers: { 200: clientSchema },
    problems: changeProblems,
    acts: ['oauth_client.changed'],
    handleOnce: async (request, tx) => {
      const { params, body, caller, refuse, record } = request
      const known = await findClient(tx, idOf(params))
      if (known?.book.number !== caller.book.number) return refuse(notFound)
      const { name, permissions: wanted, allowed_addresses: blocks } = body
      const addresses = blocks === null ? null : readAddresses(blocks)
      const change = { name, permissions: wanted, keys: keysOf(body.jwks), addresses }
      const changed = await changeOauthClient(tx, { id: idOf(params), caller, ...change })
      if (!changed.ok) return refuse(changed.refusal)
      const { before, after } = changed.value
      deps.oauth.requireLatest.client(before)
      await record(tx, changeOf(after, before))
      keep(request, after)
      return answer(200, clientView(after))
    },
  })
}

function rotateRoute(deps: Deps): Route {
  const { keep, afterCommit } = noting(deps)
  return route({
    ...{ ...onClient, afterCommit },
    method: 'POST',
    path: '/v1/oauth-clients/:id/rotate-secret',
    operation: 'rotate_oauth_client_secret',
    summary: 'Give an OAuth client a new secret',
    description: 'The new secret is in this answer alone. Tokens that the client has stay valid.',
    body: rotateSchema,
    answers: { 200: newClientSchema },
    problems: changeProblems,
    acts: ['oauth_client.secret_rotated'],
    handleOnce: async (request, tx) => {
      const { params, body, caller, refuse, record } = request
      const keepSeconds = body.keep_previous_seconds ?? 0
      const rotated = await rotateClientSecret(tx, { id: idOf(params), caller, keepSeconds })
      if (!rotated.ok) return refuse(rotated.refusal)
      const details = { previous_kept_seconds: String(keepSeconds) }
      deps.oauth.requireLatest.client(rotated.value.before)
      const { id, book } = rotated.value.client
      await record(tx, { subject: encodeId(idPrefix.oauthClient, id), book: book.number, details })
      keep(request, rotated.value.client)
      return withSecret(200, rotated.value.client, rotated.value.secret)
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
    takesAway: true,
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

function proofOf(body: Static<typeof createSchema>) {
  const { jwks: given, certificate_dns_name: name, public: isPublic } = body
  if ([given, name, isPublic || undefined].filter((one) => one !== undefined).length > 1) {
    const detail = 'A client has jwks, has certificate_dns_name or is public, not several of these.'
    throw new InvalidRequest(detail, { param: name === undefined ? 'public' : 'certificate_dns_name' })
  }
  if (isPublic) return { kind: 'public' } as const
  if (name !== undefined) return { kind: 'certificate', dnsName: name } as const
  const keys = keysOf(given)
  return keys && ({ kind: 'keys', keys } as const)
}

function redirectsOf({ redirect_uris: uris = [], public: isPublic }: Static<typeof createSchema>): readonly string[] {
  const odd = uris.find((uri) => URL.parse(uri)?.href !== uri || new URL(uri).username !== '')
  if (odd === undefined && (uris.length > 0 || isPublic !== true)) return uris
  throw new InvalidRequest('Give addresses in full and in normal form; a public client needs one.', {
    param: 'redirect_uris',
  })
}

function keysOf(given: RouteRequest<unknown, unknown, Static<typeof changeSchema>>['body']['jwks']) {
  if (given === undefined) return undefined
  const read = readClientKeys(given.keys)
  if (!read.ok) throw new InvalidRequest(`jwks: ${read.why}.`, { param: 'jwks' })
  return read.keys
}

function withSecret(status: number, client: OauthClient, secret: string | null) {
  return shownOnce(status, { view: clientView(client), secret: { client_secret: secret } })
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
