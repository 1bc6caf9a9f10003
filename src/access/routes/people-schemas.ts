import { type Static, Type } from 'typebox'
import { encodeId, formatTimestamp, idPrefix, timestampOrNull } from '#kernel'
import { timeOrNull } from '#platform/fields'
import { closedObject, idSchema, permissionNames, personRoles } from '#platform/http'
import { bookCodePattern } from '../access.ts'
import { listPermissions } from '../grant.ts'
import { loginPattern, type Person, type PersonSession, permissionsOfPerson } from '../people/person.ts'
import { permissionSchema } from './permission-schema.ts'

const nullableText = (description: string, example: string | null) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, examples: [example] })

export const personId = Type.String({
  ...idSchema(idPrefix.person),
  description: 'The id of the person.',
  examples: ['psn_01k0a2m4qae1fs6y4p7q9r3t5v'],
})
const sessionId = Type.String({
  ...idSchema(idPrefix.personSession),
  description: 'The id of the session.',
  examples: ['ses_01k0a2m4qae1fs6y4p7q9r3t5v'],
})
const login = Type.String({
  pattern: loginPattern,
  description: 'What the person logs in with: an email address or a name. Case does not matter.',
  examples: ['ada@example.com'],
})
const name = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'What the person is called.',
  examples: ['Ada Lovelace'],
})
const role = Type.Enum([...personRoles], {
  description: 'What the person may do, as a set of permissions. In one book, without those of the installation.',
  examples: ['operations'],
})

const personProperties = {
  id: personId,
  login,
  name,
  role,
  book: nullableText('The id of the book; null for a person of all books.', 'book_01k0a2m4q6r8s0t2v4w6x8y0z2'),
  book_code: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    pattern: bookCodePattern,
    description: 'The code of the book; null for a person of all books.',
    examples: ['tenant-7'],
  }),
  permissions: Type.Array(permissionSchema, {
    maxItems: permissionNames.length,
    description: 'Everything that the person may do.',
    examples: [['payments:read', 'cases:act']],
  }),
  state: Type.Enum(['invited', 'active', 'disabled'], {
    description: '`invited` until the person has chosen a password.',
    examples: ['active'],
  }),
  setup_until: timeOrNull('Until when the code of an invitation or a reset can be used; null without one.'),
  created_at: Type.String({ format: 'date-time', description: 'When the person was invited.' }),
  last_login_at: timeOrNull('When the person last logged in.'),
  disabled_at: timeOrNull('When the person was disabled; null while they are not.'),
}
export const personSchema = closedObject(personProperties, { title: 'Person' })
export const invitedSchema = closedObject(
  {
    ...personProperties,
    setup_code: nullableText(
      'With it, the person chooses a password and sets up a second factor at `/oauth/setup`. Shown in this answer alone; a replay has null here.',
      'munim_setup_…',
    ),
  },
  { title: 'InvitedPerson' },
)
export const inviteSchema = closedObject(
  {
    login,
    name,
    role,
    all_books: Type.Optional(
      Type.Boolean({
        description: 'Whether the person may act in every book. By default, in the book of the request alone.',
        examples: [false],
      }),
    ),
  },
  { title: 'InvitePerson' },
)
export const changePersonSchema = closedObject(
  { name: Type.Optional(name), role: Type.Optional(role) },
  { title: 'ChangePerson' },
)
export const endSessionsSchema = closedObject(
  { session: Type.Optional(sessionId) },
  { title: 'EndSessions', description: 'Without a session, all of them end.' },
)
export const sessionSchema = closedObject(
  {
    id: sessionId,
    client: nullableText('The id of the client through which the person logged in; null for the command line.', null),
    client_name: Type.String({ description: 'What the client is called.', examples: ['command line'] }),
    book_code: Type.String({ pattern: bookCodePattern, description: 'The book of its calls.', examples: ['tenant-7'] }),
    created_at: Type.String({ format: 'date-time', description: 'When the person logged in.' }),
    expires_at: Type.String({ format: 'date-time', description: 'When it ends in any case.' }),
  },
  { title: 'PersonSession' },
)

export function personView(person: Person): Static<typeof personSchema> {
  const { book, disabledAt, lastLoginAt, setupUntil } = person
  return {
    id: encodeId(idPrefix.person, person.id),
    login: person.login,
    name: person.name,
    role: person.role as Static<typeof role>,
    book: book === undefined ? null : encodeId(idPrefix.book, book.id),
    book_code: book?.code ?? null,
    permissions: listPermissions(permissionsOfPerson(person)),
    state: disabledAt !== undefined ? 'disabled' : person.hasPassword ? 'active' : 'invited',
    setup_until: timestampOrNull(setupUntil),
    created_at: formatTimestamp(person.createdAt),
    last_login_at: timestampOrNull(lastLoginAt),
    disabled_at: timestampOrNull(disabledAt),
  }
}

export function sessionView(session: PersonSession): Static<typeof sessionSchema> {
  const { client, clientName = 'command line' } = session
  return {
    id: encodeId(idPrefix.personSession, session.id),
    client: client === undefined ? null : encodeId(idPrefix.oauthClient, client),
    client_name: clientName,
    book_code: session.book.code,
    created_at: formatTimestamp(session.createdAt),
    expires_at: formatTimestamp(session.expiresAt),
  }
}
