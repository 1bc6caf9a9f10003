import type { Static } from 'typebox'
import { assert, decodeId, encodeId, idPrefix, type Uuid } from '#kernel'
import {
  type Answer,
  answer,
  type Caller,
  decodeCursor,
  encodeCursor,
  type HttpModule,
  InvalidRequest,
  page,
  pageLimit,
  pageSchema,
  type Route,
  type RouteRequest,
  route,
} from '#platform/http'
import type { Database, Transaction } from '#platform/postgres'
import type { Payments } from '../payments.ts'
import { type ActOnStuckDependencies, actOnStuck, type StuckCommand } from '../stuck/act-on-stuck.ts'
import { noBook, type StuckAction } from '../stuck/stuck.ts'
import { getStuck, listActs, listStuck } from '../stuck/stuck-read-model.ts'
import { type StuckRefusalCode, stuckRefusals } from '../stuck/stuck-refusals.ts'
import {
  decideBody,
  forceBody,
  noteBody,
  reassignBody,
  stuckParams,
  stuckQuery,
  stuck as stuckSchema,
  stuckWithActs,
} from './stuck-schemas.ts'
import { stuckActToJson, stuckToJson } from './stuck-to-json.ts'

export type StuckRoutesDependencies = ActOnStuckDependencies & {
  readonly database: Database
  readonly payments: Pick<Payments, 'input' | 'wake'>
}

const statusesAndTitles: Readonly<Record<StuckRefusalCode, readonly [status: number, title: string]>> = {
  stuck_not_found: [404, 'There is no such entry in the stuck list'],
  stuck_already_resolved: [409, 'The entry is resolved'],
  stuck_being_decided: [409, 'A decision is being carried out'],
  stuck_entry_changed: [409, 'The entry has changed'],
  stuck_action_not_allowed: [409, 'The state does not allow this'],
  stuck_outcome_not_allowed: [409, 'The state does not allow this outcome'],
}

const stuckProblems = Object.fromEntries(
  Object.entries(stuckRefusals).map(([code, explanation]) => {
    const [status, title] = statusesAndTitles[code as StuckRefusalCode]
    return [code, { status, title, explanation }]
  }),
) as HttpModule['problems']

const tag = 'Stuck list'

/** The routes of the stuck list, `/v1/stuck`: cases for an operator. */
export function stuckRoutes(deps: StuckRoutesDependencies): HttpModule {
  return {
    name: 'stuck',
    problems: stuckProblems,
    routes: [listRoute(deps), getRoute(deps), ...decisionRoutes(deps), ...otherActRoutes(deps)],
  }
}

function listRoute({ database }: StuckRoutesDependencies): Route {
  return route({
    method: 'GET',
    path: '/v1/stuck',
    operation: 'list_stuck',
    summary: 'List what needs a person',
    description:
      'Newest first; only what is open, unless `state` says otherwise. Filters go together. With an operator key also ' +
      'what is in no book: events of rails that belong to nothing known.',
    tag,
    scope: 'read',
    query: stuckQuery,
    answers: { 200: pageSchema(stuckSchema) },
    handle: async ({ query, caller }) => {
      const limit = pageLimit(query)
      const found = await listStuck(database, {
        books: booksOf(caller),
        limit: limit + 1,
        before: query.cursor === undefined ? undefined : readBefore(query.cursor),
        filter: {
          state: query.state ?? 'open',
          ...(query.reason !== undefined && { reason: query.reason }),
          ...(query.owner !== undefined && { owner: query.owner }),
          ...(query.subject_type !== undefined && { kind: query.subject_type }),
          ...(query.older_than !== undefined && { olderThanSeconds: Number(query.older_than) }),
        },
      })
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      return answer(200, page(shown.map(stuckToJson), last && encodeCursor(encodeId(idPrefix.stuck, last.id))))
    },
  })
}

function getRoute({ database }: StuckRoutesDependencies): Route {
  return route({
    method: 'GET',
    path: '/v1/stuck/:id',
    operation: 'get_stuck',
    summary: 'Read an entry of the stuck list, with what people did about it',
    tag,
    scope: 'read',
    params: stuckParams,
    answers: { 200: stuckWithActs },
    problems: ['stuck_not_found'],
    handle: async ({ params, caller, refuse }) => {
      const found = await getStuck(database, booksOf(caller), uuidOf(params.id))
      if (found === undefined) return refuse({ code: 'stuck_not_found', message: stuckRefusals.stuck_not_found })
      const acts = await listActs(database, found.id)
      return answer(200, Object.assign(stuckToJson(found), { acts: acts.map(stuckActToJson) }))
    },
  })
}

function decisionRoutes(deps: StuckRoutesDependencies): Route[] {
  const problems = [
    ...['stuck_not_found', 'stuck_already_resolved', 'stuck_being_decided', 'stuck_entry_changed'],
    'stuck_action_not_allowed',
  ]
  const described = { tag, params: stuckParams, answers: { 200: stuckSchema }, problems }
  const afterCommit = (_: object, kept: Answer) => {
    deps.payments.wake()
    return kept
  }
  return [
    route({
      ...{ ...described, ...post('retry'), summary: 'Try again what is stuck', scope: 'write', body: decideBody },
      description: 'Only offered where what is tried again has certainly not happened.',
      handleOnce: (request, tx) => act(deps, request, tx, { act: { action: 'retry' }, ...request.body }),
      afterCommit,
    }),
    route({
      ...{ ...described, ...post('inquire'), summary: 'Ask the rail once more what became of it', scope: 'write' },
      body: decideBody,
      handleOnce: (request, tx) => act(deps, request, tx, { act: { action: 'inquire' }, ...request.body }),
      afterCommit,
    }),
    route({
      ...{ ...described, ...post('force'), summary: 'State the outcome, with evidence', scope: 'admin' },
      description:
        'Books what somebody has seen outside: in a statement, in the console of the rail. The evidence is kept with ' +
        'the entry and in the log of administrative acts. Needs an admin key.',
      body: forceBody,
      problems: [...problems, 'stuck_outcome_not_allowed'],
      handleOnce: (request, tx) => {
        const { revision, ...stated } = request.body
        return act(deps, request, tx, { act: { action: 'force', ...stated }, revision })
      },
      afterCommit,
    }),
    route({
      ...{ ...described, ...post('reverse'), summary: 'Give back what arrived and end it', scope: 'write' },
      body: decideBody,
      handleOnce: (request, tx) => act(deps, request, tx, { act: { action: 'reverse' }, ...request.body }),
      afterCommit,
    }),
  ]
}

function otherActRoutes(deps: StuckRoutesDependencies): Route[] {
  const described = { tag, params: stuckParams, answers: { 200: stuckSchema } }
  return [
    route({
      ...{ ...described, ...post('reassign'), summary: 'Say who sees to it', scope: 'write', body: reassignBody },
      problems: ['stuck_not_found', 'stuck_already_resolved'],
      handleOnce: (request, tx) => act(deps, request, tx, { act: { action: 'reassign', ...request.body } }),
    }),
    route({
      ...{ ...described, ...post('note'), summary: 'Write something down about it', scope: 'write', body: noteBody },
      description: 'Also on an entry that is resolved.',
      problems: ['stuck_not_found'],
      handleOnce: (request, tx) => act(deps, request, tx, { act: { action: 'note', ...request.body } }),
    }),
  ]
}

const post = (action: StuckAction) =>
  ({ method: 'POST', path: `/v1/stuck/:id/${action}`, operation: `${action}_stuck` }) as const

type ActRequest = Pick<RouteRequest, 'caller' | 'refuse'> & { readonly params: Static<typeof stuckParams> }

async function act(
  deps: StuckRoutesDependencies,
  { params, caller, refuse }: ActRequest,
  tx: Transaction,
  wanted: Pick<StuckCommand, 'act' | 'revision'>,
): Promise<Answer> {
  const books = booksOf(caller)
  const done = await actOnStuck(deps, tx, { books, id: uuidOf(params.id), actor: caller.keyId, ...wanted })
  if (!done.ok) return refuse(done.refusal)
  const after = await getStuck(tx, books, done.value)
  assert(after, 'entries are never deleted')
  return answer(200, stuckToJson(after))
}

/** An operator key also sees entries that belong to no book. */
function booksOf({ book, scope }: Caller): readonly number[] {
  return scope === 'operator' ? [book.number, noBook] : [book.number]
}

function uuidOf(id: string): Uuid {
  const uuid = decodeId(idPrefix.stuck, id)
  if (uuid === undefined) throw new InvalidRequest('id must be the id of an entry of the stuck list', 'id')
  return uuid
}

function readBefore(cursor: string): Uuid {
  const before = decodeId(idPrefix.stuck, decodeCursor(cursor, 'string')[0])
  if (before === undefined) throw new InvalidRequest('cursor must be the next_cursor of an earlier page', 'cursor')
  return before
}
