import { type Static, Type } from 'typebox'
import { encodeId, formatTimestamp, idPrefix, timestampOrNull } from '#kernel'
import { timeOrNull } from '#platform/fields'
import { closedObject, idSchema, isPermission, permissionNames } from '#platform/http'
import { bookCodePattern } from '../access.ts'
import type { ListedClient } from '../oauth/oauth-client.ts'
import { allowedAddresses, changedAddresses, showAddresses, shownAddresses } from './address-schema.ts'
import { bookReference } from './book-schemas.ts'
import { permissionSchema } from './permission-schema.ts'

const keptSecondsMax = 30 * 86_400

export const clientId = Type.String({
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
      'Public keys of the client, as a JWK set: it then signs assertions (`private_key_jwt`) and has no secret. RSA from 2,048 bits, P-256, P-384, Ed25519; `kid` and `alg` up to 100 characters, the set up to 16 KiB.',
  },
)
const dnsName = Type.String({
  pattern: '^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$',
  description:
    'A DNS name in the certificate of the client: it then proves itself by mutual TLS (`tls_client_auth`), and its tokens are bound to its certificate (RFC 8705).',
  examples: ['checkout.internal'],
})
const redirectUris = Type.Array(
  Type.String({
    maxLength: 500,
    pattern: '^(https://[^\\s#]+|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d{1,5})?/[^\\s#]*)$',
    examples: ['https://console.example.com/callback'],
  }),
  {
    maxItems: 10,
    uniqueItems: true,
    description:
      'Where people are sent back to who log in through the client, compared exactly. With none, the client is for programs only.',
    examples: [['https://console.example.com/callback']],
  },
)
const clientProperties = {
  id: clientId,
  book: Type.String({ ...idSchema(idPrefix.book), description: 'The id of the book for which its tokens are.' }),
  book_code: Type.String({ pattern: bookCodePattern, description: 'The code of the book.', examples: ['tenant-7'] }),
  name: clientName,
  permissions,
  allowed_addresses: shownAddresses,
  auth_method: Type.Enum(['client_secret', 'private_key_jwt', 'tls_client_auth', 'none'], {
    description:
      'How the client proves what it is: by a secret, as Basic or in the body, by assertions, by mutual TLS, or not at all.',
    examples: ['client_secret'],
  }),
  redirect_uris: redirectUris,
  created_at: Type.String({ format: 'date-time', description: 'When the client was made.' }),
  last_used_at: timeOrNull('When a token of the client was last used, to within a minute or two.'),
  revoked_at: timeOrNull('When the client was revoked; null while it is in force.'),
}
export const clientSchema = closedObject(clientProperties, { title: 'OauthClient' })
export const newClientSchema = closedObject(
  {
    ...clientProperties,
    client_secret: Type.Union([Type.String(), Type.Null()], {
      description: 'Shown in this answer alone; a replay of the request has null here, and so has a client with keys.',
      examples: ['munim_secret_…'],
    }),
  },
  { title: 'NewOauthClient' },
)
export const createSchema = closedObject(
  {
    book: bookReference,
    name: clientName,
    permissions,
    jwks: Type.Optional(jwks),
    certificate_dns_name: Type.Optional(dnsName),
    redirect_uris: Type.Optional(redirectUris),
    allowed_addresses: Type.Optional(allowedAddresses),
    public: Type.Optional(
      Type.Boolean({
        description: 'Whether it runs on the machines of people, and has no secret. It needs `redirect_uris`.',
        examples: [false],
      }),
    ),
  },
  { title: 'CreateOauthClient' },
)
export const changeSchema = closedObject(
  {
    name: Type.Optional(clientName),
    permissions: Type.Optional(permissions),
    jwks: Type.Optional(jwks),
    allowed_addresses: Type.Optional(changedAddresses),
  },
  { title: 'ChangeOauthClient' },
)
export const rotateSchema = closedObject(
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

const methods = {
  secret: 'client_secret',
  keys: 'private_key_jwt',
  certificate: 'tls_client_auth',
  public: 'none',
} as const

export function clientView(client: ListedClient): Static<typeof clientSchema> {
  return {
    id: encodeId(idPrefix.oauthClient, client.id),
    book: encodeId(idPrefix.book, client.book.id),
    book_code: client.book.code,
    name: client.name,
    permissions: client.permissions.filter(isPermission),
    allowed_addresses: showAddresses(client.addresses),
    auth_method: methods[client.proof.kind],
    redirect_uris: [...client.redirectUris],
    created_at: formatTimestamp(client.createdAt),
    last_used_at: timestampOrNull(client.lastUsedAt),
    revoked_at: timestampOrNull(client.revokedAt),
  }
}
