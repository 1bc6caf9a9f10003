import { type Static, Type } from 'typebox'
import { assert, encodeId, idPrefix, refusing, uuidOf } from '#kernel'
import { id } from '../fields/index.ts'
import {
  answer,
  closedObject,
  decodePrincipal,
  encodePrincipal,
  type HttpModule,
  InvalidRequest,
  problemsOf,
  querySchema,
  type RouteRequest,
  route,
} from '../http/index.ts'
import { newUuid } from '../ids/index.ts'
import { answerPage, pageQuery, pageRequest, pageSchema, publicIdCursor } from '../lists/index.ts'
import type { Database, Transaction } from '../postgres/index.ts'
import type { Limit, LimitSubject } from './limit.ts'
import { deleteLimit, listLimits, lockLimit, putLimit } from './limit-store.ts'
import type { Limits } from './limits.ts'

export type LimitRoutesDeps = {
  readonly database: Database
  readonly limits: Pick<Limits, 'reload'>
  readonly isKnown: (tx: Transaction, subject: LimitSubject) => Promise<boolean>
  readonly isOperation: (name: string) => boolean
}

const tag = 'Limits'

const refusals = {
  limit_not_found: 'There is no limit with this id.',
  limit_subject_not_found: 'There is no API key, OAuth client, person or book with this id.',
  operation_not_found: 'No route has this operation. The API reference lists all of them.',
}
const refuseFor = refusing(refusals)
export const limitProblems = problemsOf(refusals, {
  limit_not_found: [404, 'No such limit'],
  limit_subject_not_found: [404, 'No such client, person or book'],
  operation_not_found: [404, 'No such operation'],
})

const limitId = id(idPrefix.limit, 'The id of the limit.')
const client = Type.String({
  pattern: '^(key|client|psn)_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$',
  description:
    'The API key, OAuth client or person whose requests count. Of a person, those of all sessions count together.',
  examples: ['key_01k0a2m4qae1fs6y4p7q9r3t5v'],
})
const book = id(idPrefix.book, 'The book: the requests of all its clients count together.')
const operation = Type.String({
  pattern: '^[a-z][a-z_]{0,79}$',
  description: 'Only requests to this route count: its operation in the contract.',
  examples: ['create_payment'],
})
const requests = Type.Integer({
  minimum: 1,
  maximum: 10_000_000,
  description: 'Requests in each window, on average.',
  examples: [600],
})
const window = Type.Integer({ minimum: 1, maximum: 86_400, description: 'The length of the window.', examples: [60] })
const burst = Type.Integer({
  minimum: 1,
  maximum: 10_000_000,
  description: 'Requests that may come at once after a pause. By default as many as in a window.',
  examples: [100],
})
const concurrency = Type.Integer({
  minimum: 1,
  maximum: 100_000,
  description: 'Requests that may be under way at once.',
  examples: [50],
})

const setLimitSchema = closedObject(
  {
    client: Type.Optional(client),
    book: Type.Optional(book),
    operation: Type.Optional(operation),
    rate: Type.Optional(closedObject({ requests, window_seconds: window, burst: Type.Optional(burst) })),
    concurrency: Type.Optional(concurrency),
  },
  {
    title: 'SetLimit',
    examples: [{ client: 'key_01k0a2m4qae1fs6y4p7q9r3t5v', rate: { requests: 600, window_seconds: 60 } }],
  },
)

const orNull = <Value>(schema: object) => Type.Unsafe<Value | null>(Type.Union([schema as never, Type.Null()]))
const rateSchema = closedObject({ requests, window_seconds: window, burst })

const limitSchema = closedObject(
  {
    id: limitId,
    client: orNull<string>(client),
    book: orNull<string>(book),
    operation: orNull<string>(operation),
    rate: orNull<Static<typeof rateSchema>>(rateSchema),
    concurrency: orNull<number>(concurrency),
  },
  { title: 'Limit', description: 'A limit of a client, a person or a book. All processes count together.' },
)

type View = Static<typeof limitSchema>
type SetLimit = Static<typeof setLimitSchema>

/** Limits of clients, people and books, for operators: `/v1/limits`. */
export function limitRoutes(deps: LimitRoutesDeps): HttpModule {
  const cursor = publicIdCursor(idPrefix.limit)
  return {
    name: 'limits',
    problems: limitProblems,
    routes: [
      setRoute(deps),
      route({
        method: 'GET',
        path: '/v1/limits',
        operation: 'list_limits',
        summary: 'List the limits of clients, people and books',
        tag,
        permission: 'limits:manage',
        query: querySchema(pageQuery),
        answers: { 200: pageSchema(limitSchema) },
        handle: async ({ query }) =>
          answerPage(await listLimits(deps.database, pageRequest(query, cursor)), cursor, viewOf),
      }),
      route({
        method: 'DELETE',
        path: '/v1/limits/:id',
        operation: 'remove_limit',
        summary: 'Remove a limit',
        description:
          'The default limit of clients, if the server has one, holds again. Processes know within two seconds.',
        tag,
        permission: 'limits:manage',
        params: closedObject({ id: limitId }),
        answers: { 200: limitSchema },
        problems: ['limit_not_found'],
        acts: ['limit.removed'],
        handle: async ({ params, refuse, record }) => {
          const removed = await deps.database.unit(async (tx) => {
            const limit = await deleteLimit(tx, uuidOf(idPrefix.limit, params.id))
            if (limit !== undefined) await record(tx, { ...limitedBy(limit), before: viewOf(limit), after: null })
            return limit
          })
          if (removed === undefined) return refuse(refuseFor('limit_not_found').refusal)
          await deps.limits.reload()
          return answer(200, viewOf(removed))
        },
      }),
    ],
  }
}

function setRoute({ isKnown, isOperation, limits }: LimitRoutesDeps) {
  return route({
    method: 'POST',
    path: '/v1/limits',
    operation: 'set_limit',
    summary: 'Limit a client, a person or a book',
    description:
      'Replaces the limit that the client, person or book has for the same operation, or for all. All processes share a limit, ' +
      'and know it within two seconds. Requests beyond it get 429.',
    tag,
    permission: 'limits:manage',
    body: setLimitSchema,
    answers: { 200: limitSchema },
    problems: ['limit_subject_not_found', 'operation_not_found'],
    acts: ['limit.set'],
    handleOnce: async ({ body, refuse, record }: RouteRequest<undefined, undefined, SetLimit>, tx) => {
      const subject = subjectIn(body)
      if (body.rate === undefined && body.concurrency === undefined) {
        throw new InvalidRequest('Give rate, concurrency or both.', { param: 'rate' })
      }
      if (!(await isKnown(tx, subject))) {
        return refuse(refuseFor('limit_subject_not_found', body.book === undefined ? 'client' : 'book').refusal)
      }
      if (body.operation !== undefined && !isOperation(body.operation)) {
        return refuse(refuseFor('operation_not_found', 'operation').refusal)
      }
      const asked = limitIn(body, subject)
      const before = await lockLimit(tx, asked)
      const limit = await putLimit(tx, asked)
      const view = viewOf(limit)
      await record(tx, { ...limitedBy(limit), before: before ? viewOf(before) : null, after: view })
      return answer(200, view)
    },
    afterCommit: async (_request, kept) => {
      await limits.reload()
      return kept
    },
  })
}

function subjectIn({ client: given, book: ofBook }: SetLimit): LimitSubject {
  if ((given === undefined) === (ofBook === undefined)) {
    throw new InvalidRequest('Give either client or book.', { param: 'client' })
  }
  if (ofBook !== undefined) return { kind: 'book', id: uuidOf(idPrefix.book, ofBook) }
  const named = decodePrincipal(given ?? '')
  assert(named !== undefined && named.kind !== 'service', 'the pattern admits no other kind')
  return { kind: named.kind, id: named.id }
}

function limitIn({ operation: only, rate, concurrency: most }: SetLimit, subject: LimitSubject): Limit {
  return {
    ...{ id: newUuid(), subject, operation: only, concurrency: most },
    rate: rate && {
      requests: rate.requests,
      windowSeconds: rate.window_seconds,
      burst: rate.burst ?? rate.requests,
    },
  }
}

/** A limit is of the installation, whatever the book in which its operator acts. */
function limitedBy({ subject }: Limit) {
  return { subject: nameOf(subject), book: 'shared' } as const
}

function nameOf({ kind, id: of }: LimitSubject): string {
  return kind === 'book' ? encodeId(idPrefix.book, of) : encodePrincipal({ kind, id: of })
}

function viewOf({ id: of, subject, operation: only, rate, concurrency: most }: Limit): View {
  const name = nameOf(subject)
  return {
    id: encodeId(idPrefix.limit, of),
    client: subject.kind === 'book' ? null : name,
    book: subject.kind === 'book' ? name : null,
    operation: only ?? null,
    rate:
      rate === undefined ? null : { requests: rate.requests, window_seconds: rate.windowSeconds, burst: rate.burst },
    concurrency: most ?? null,
  }
}
