import { type Static, Type } from 'typebox'
import { encodeId, formatTimestamp, idPrefix, type Uuid } from '#kernel'
import { readTime, time, timeInput } from '#platform/fields'
import {
  closedObject,
  decodePrincipal,
  encodePrincipal,
  expectation,
  flagQuery,
  InvalidRequest,
  querySchema,
  type Route,
  route,
} from '#platform/http'
import { answerPage, integerCursor, pageQuery, pageRequest, pageSchema } from '#platform/lists'
import type { Database } from '#platform/postgres'
import { listActs, type RecordedAct } from '../audit/audit-read-model.ts'
import { bookNotAllowed } from './named-book.ts'

const textOrNull = (description: string, { example }: { readonly example: string | null }) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, examples: [example] })
const fields = (description: string, { example }: { readonly example: object }) =>
  Type.Unknown({ description, examples: [example] })
const filter = (description: string, { example }: { readonly example: string }) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description, examples: [example] }))

const actor = closedObject(
  {
    kind: Type.Enum(['person', 'client', 'key', 'service'], { description: 'What acted.', examples: ['key'] }),
    id: Type.String({ description: 'Its id.', examples: ['key_01k0a2m4qae1fs6y4p7q9r3t5v'] }),
    name: textOrNull('Its name at that time; null in rows of earlier releases.', { example: 'checkout service' }),
  },
  { title: 'AuditActor' },
)
const actSchema = closedObject(
  {
    number: Type.Integer({ description: 'Its place in the log, without gaps.', examples: [118] }),
    recorded_at: time('When, by the clock of the database.'),
    actor: Type.Union([actor, Type.Null()], { description: 'Who acted; null: the program itself.' }),
    action: Type.String({ description: 'What was done.', examples: ['vendor.changed'] }),
    subject: Type.String({ description: 'The id or the name of what it was done to.', examples: ['rail card'] }),
    book: textOrNull('The book; null: of all books, or a row of an earlier release.', {
      example: 'book_01k0a2m4q6r8s0t2v4w6x8y0z2',
    }),
    address: textOrNull('The address from which the call came.', { example: '192.0.2.7' }),
    request_id: textOrNull('The `Request-Id` of the call.', { example: 'req_01k0a2m4qbk4gt8z1r2s5v7w9x' }),
    permission: textOrNull('The permissions that the call needed.', { example: 'vendors:manage' }),
    authority: textOrNull('What gave them to the actor.', { example: 'scope admin' }),
    before: fields('The fields that changed, as they were; null: there was nothing.', { example: { lane: 'bulk' } }),
    after: fields('The same fields afterward; null: there is nothing any more.', { example: { lane: 'instant' } }),
    details: fields('What is no field of the subject.', { example: { text: 'Agreed with the vendor.' } }),
    content: Type.String({
      description: 'The text that is hashed. It repeats the fields above.',
      examples: ['{"number" : 118, "recorded_us" : 1769851800000000}'],
    }),
    hash: Type.String({
      description: 'SHA-256 of the bytes of `previous_hash`, and then of `content` in UTF-8.',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    }),
    previous_hash: textOrNull('The hash of the act before, of whatever book; null: this is the first one.', {
      example: null,
    }),
  },
  { title: 'AuditedAct', description: 'A row of the log of acts: a change, or a reading of personal data.' },
)

const query = querySchema({
  ...pageQuery,
  actor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Only the acts of this person, client or key.',
      examples: ['key_01k0a2m4qae1fs6y4p7q9r3t5v'],
      [expectation]: 'the id of a person, a client or a key',
    }),
  ),
  action: filter('Only acts of this name.', { example: 'vendor.changed' }),
  subject: filter('Only acts on this subject.', { example: 'ven_01k0a2m4qhs3p03f0x1y4z7a8b' }),
  from: Type.Optional(timeInput('Only acts of this time or later.')),
  to: Type.Optional(timeInput('Only acts before this time.')),
  all_books: flagQuery('The acts of all books; needs the permission `books:any`.', { example: false }),
})

/** The log of acts: `/v1/audit`. */
export function auditRoutes({ database }: { readonly database: Database }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/audit',
      operation: 'list_audit',
      summary: 'List what was changed, by whom, and who read personal data',
      description:
        'Newest first. Callers with `books:any` also see the acts that belong to no book, such as pausing a rail. Payments, ' +
        'transfers and the like are their own records, and have no rows here. A page may have fewer acts than `limit` ' +
        'while `has_more` is true.',
      tag: 'Audit',
      permission: 'audit:read',
      readAct: 'audit.read',
      query,
      answers: { 200: pageSchema(actSchema) },
      problems: ['book_not_allowed'],
      handle: async ({ query: asked, caller, refuse }) => {
        const isOfAll = caller.permissions.has('books:any')
        if (asked.all_books === 'true' && !isOfAll) {
          return refuse(...bookNotAllowed('all_books'))
        }
        const { action, subject } = asked
        const wanted = {
          ...{ action, subject, actor: readActor(asked.actor), withShared: isOfAll },
          ...{ from: timeOf(asked.from, 'from'), to: timeOf(asked.to, 'to') },
          book: asked.all_books === 'true' ? undefined : caller.book.number,
        }
        const page = await listActs(database, wanted, pageRequest(asked, integerCursor))
        return answerPage(page, integerCursor, toJson)
      },
    }),
  ]
}

function readActor(text: string | undefined): Uuid | undefined {
  if (text === undefined) return undefined
  const principal = decodePrincipal(text)
  if (principal === undefined) {
    throw new InvalidRequest('actor must be the id of a person, a client or a key', { param: 'actor' })
  }
  return principal.id
}

function timeOf(value: string | undefined, param: 'from' | 'to') {
  return value === undefined ? undefined : readTime({ value, param })
}

function toJson(act: RecordedAct): Static<typeof actSchema> {
  const { number, action, subject, book, content, hash } = act
  return {
    ...{ number, recorded_at: formatTimestamp(act.at) },
    actor: act.actor === undefined ? null : { ...shown(act.actor), name: act.actorName ?? null },
    ...{ action, subject, book: book === undefined ? null : encodeId(idPrefix.book, book) },
    ...{ address: act.address ?? null, request_id: act.requestId ?? null },
    ...{ permission: act.permission ?? null, authority: act.authority ?? null },
    ...{ before: parsed(act.before), after: parsed(act.after), details: parsed(act.details) },
    ...{ content, hash: hash.toString('hex'), previous_hash: act.previousHash?.toString('hex') ?? null },
  }
}

function shown(principal: NonNullable<RecordedAct['actor']>) {
  return { kind: principal.kind, id: encodePrincipal(principal) }
}

/** A row that was tampered with must still be shown. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
