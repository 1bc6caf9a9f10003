import type { Static } from 'typebox'
import { assert, idPrefix, type Uuid } from '#kernel'
import {
  type Answer,
  answer,
  type HttpModule,
  InvalidRequest,
  querySchema,
  type Route,
  type RouteRequest,
  route,
} from '#platform/http'
import { answerPage, idCursor, pageQuery, pageRequest, pageSchema, publicIdCursor } from '#platform/lists'
import type { Database, Transaction } from '#platform/postgres'
import type { CaseRequest } from '../act-on-case.ts'
import type { Case, CaseAction } from '../case.ts'
import { type CaseFilter, listCases } from '../case-list-read-model.ts'
import { getCase, listActs } from '../case-read-model.ts'
import type { Cases } from '../create-cases.ts'
import { readSubjectId } from '../queue.ts'
import { caseRefusals } from '../refusals.ts'
import { bulkRoute } from './bulk-route.ts'
import { actNames, booksOf, requestOf, statedIn, uuidOf } from './case-request.ts'
import {
  actBody,
  caseAct,
  caseParams,
  caseSchemas,
  forceBody,
  noteBody,
  reassignBody,
  writeOffBody,
} from './case-schemas.ts'
import { caseActToJson, caseToJson } from './case-to-json.ts'
import { caseProblems } from './problems.ts'

type CaseRoutesDependencies = {
  readonly database: Database
  readonly cases: Cases
  /** Called after an action has committed, so that its work starts at once. */
  readonly onActed: () => void
}

type Deps = CaseRoutesDependencies & { readonly schemas: ReturnType<typeof caseSchemas> }

const tag = 'Cases'
const caseCursor = publicIdCursor(idPrefix.case)

/** The newest acts that are shown with a case. */
const shownActs = 100

/** The routes of cases, `/v1/cases`. Call it after all queues are registered: the schemas name their reasons. */
export function caseRoutes(given: CaseRoutesDependencies): HttpModule {
  const deps = { ...given, schemas: caseSchemas(given.cases.queues()) }
  return {
    name: 'cases',
    problems: caseProblems,
    routes: [
      ...[listRoute(deps), getRoute(deps), actsRoute(deps)],
      ...[...subjectRoutes(deps), ...otherRoutes(deps), bulkRoute(deps)],
    ],
  }
}

function listRoute({ database, cases, schemas }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/cases',
    operation: 'list_cases',
    summary: 'List cases',
    description:
      'Newest first; only open ones, unless `state` says otherwise. A case must match all filters. With the permission ' +
      '`books:any` also the cases that are in no book: events of rails that match nothing known. A page may have fewer cases ' +
      'than `limit` while `has_more` is true.',
    tag,
    permission: 'cases:read',
    query: schemas.query,
    answers: { 200: pageSchema(schemas.shown) },
    handle: async ({ query, caller }) => {
      const page = await listCases(database, {
        books: booksOf(caller),
        ...pageRequest(query, caseCursor),
        filter: readFilter(cases, query),
      })
      return answerPage(page, caseCursor, (each) => toJson(cases, each))
    },
  })
}

function readFilter(cases: Cases, query: Static<Deps['schemas']['query']>): CaseFilter {
  const { queue, reason, owner, priority, subject_type: kind } = query
  return {
    ...{ state: query.state ?? 'open', queue, reason, owner, priority, kind },
    ...(query.subject_id !== undefined && { subject: readSubject(cases, query.subject_id) }),
    ...(query.overdue !== undefined && { isOverdue: query.overdue === 'true' }),
    ...(query.older_than !== undefined && { olderThanSeconds: Number(query.older_than) }),
  }
}

function getRoute({ database, cases, schemas }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/cases/:id',
    operation: 'get_case',
    summary: 'Read a case, with the newest actions of operators on it',
    tag,
    permission: 'cases:read',
    params: caseParams,
    answers: { 200: schemas.shownWithActs },
    problems: ['case_not_found'],
    handle: async ({ params, caller, refuse }) => {
      const found = await getCase(database, booksOf(caller), uuidOf(params.id))
      if (found === undefined) return refuse({ code: 'case_not_found', message: caseRefusals.case_not_found })
      const newest = await listActs(database, { case: found.id, limit: shownActs })
      const acts = newest.items.toReversed().map(caseActToJson)
      return answer(200, Object.assign(toJson(cases, found), { acts, has_more_acts: newest.next !== undefined }))
    },
  })
}

function actsRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/cases/:id/acts',
    operation: 'list_case_acts',
    summary: 'List the actions of operators on a case',
    description: 'Newest first.',
    tag,
    permission: 'cases:read',
    params: caseParams,
    query: querySchema(pageQuery),
    answers: { 200: pageSchema(caseAct) },
    problems: ['case_not_found'],
    handle: async ({ params, query, caller, refuse }) => {
      const request = pageRequest(query, idCursor)
      const found = await getCase(database, booksOf(caller), uuidOf(params.id))
      if (found === undefined) return refuse({ code: 'case_not_found', message: caseRefusals.case_not_found })
      return answerPage(await listActs(database, { case: found.id, ...request }), idCursor, caseActToJson)
    },
  })
}

function subjectRoutes(deps: Deps): Route[] {
  const problems = [
    ...['case_not_found', 'case_already_resolved', 'case_being_acted_on', 'case_waits', 'case_changed'],
    'case_action_not_allowed',
  ]
  const described = { tag, params: caseParams, answers: { 200: deps.schemas.shown }, problems }
  const afterCommit = (_: object, kept: Answer) => {
    deps.onActed()
    return kept
  }
  return [
    route({
      ...{ ...described, ...post('retry'), summary: 'Retry the work', permission: 'cases:act', body: actBody },
      description: 'Only allowed when the work certainly has not happened.',
      handleOnce: (request, tx) => act(deps, request, tx, { command: { action: 'retry' }, ...request.body }),
      afterCommit,
    }),
    route({
      ...{
        ...described,
        ...post('inquire'),
        summary: 'Inquire at the rail again',
        permission: 'cases:act',
        body: actBody,
      },
      handleOnce: (request, tx) => act(deps, request, tx, { command: { action: 'inquire' }, ...request.body }),
      afterCommit,
    }),
    route({
      ...{ ...described, ...post('force'), summary: 'State the outcome, with evidence', permission: 'cases:decide' },
      description:
        'Books an outcome that an operator has seen outside, in a statement or in the console of the rail. The evidence is kept with ' +
        'the case and in the log of administrative acts.',
      body: forceBody,
      problems: [...problems, 'case_outcome_not_allowed', 'case_attempt_unclear'],
      handleOnce: (request, tx) =>
        act(deps, request, tx, { command: statedIn(request.body), revision: request.body.revision }),
      afterCommit,
    }),
    route({
      ...{
        ...described,
        ...post('reverse'),
        summary: 'Refund what arrived, and end it as failed',
        permission: 'cases:act',
      },
      body: actBody,
      handleOnce: (request, tx) => act(deps, request, tx, { command: { action: 'reverse' }, ...request.body }),
      afterCommit,
    }),
    route({
      ...{
        ...described,
        ...post('write_off'),
        summary: 'Give the amount up',
        permission: 'cases:decide',
        body: writeOffBody,
      },
      description:
        'Books the amount of the case between suspense and the account of write-offs. Beyond the limit of the server ' +
        'two people have to want it: the first call proposes it (`proposed_by`), and the call of another API key does ' +
        'it. The proposal lapses when the case changes.',
      problems: [...problems, 'case_needs_another_person'],
      handleOnce: (request, tx) => {
        const { revision, text } = request.body
        return act(deps, request, tx, { command: { action: 'write_off', text }, revision })
      },
      afterCommit,
    }),
  ]
}

function otherRoutes(deps: Deps): Route[] {
  const described = { tag, params: caseParams, answers: { 200: deps.schemas.shown } }
  return [
    route({
      ...{ ...described, ...post('reassign'), summary: 'Set the owner', permission: 'cases:act', body: reassignBody },
      problems: ['case_not_found', 'case_already_resolved'],
      handleOnce: (request, tx) => act(deps, request, tx, { command: { action: 'reassign', ...request.body } }),
    }),
    route({
      ...{ ...described, ...post('note'), summary: 'Add a note', permission: 'cases:act', body: noteBody },
      description: 'Also allowed on a resolved case.',
      problems: ['case_not_found'],
      handleOnce: (request, tx) => act(deps, request, tx, { command: { action: 'note', ...request.body } }),
    }),
  ]
}

const post = (action: CaseAction) =>
  ({ method: 'POST', path: `/v1/cases/:id/${action}`, operation: `${action}_case`, acts: actNames(action) }) as const

type ActRequest = Pick<RouteRequest, 'caller' | 'refuse' | 'record'> & { readonly params: Static<typeof caseParams> }

async function act(
  { cases }: Deps,
  { params, caller, refuse, record }: ActRequest,
  tx: Transaction,
  wanted: Pick<CaseRequest, 'command' | 'revision'>,
): Promise<Answer> {
  const done = await cases.act(tx, { ...requestOf({ caller, record }, params.id), ...wanted })
  if (!done.ok) return refuse(done.refusal)
  const after = await getCase(tx, booksOf(caller), done.value)
  assert(after, 'cases are never deleted')
  return answer(200, toJson(cases, after))
}

const toJson = (cases: Cases, found: Case) => caseToJson(cases.queue(found.queue), found)

function readSubject(cases: Cases, id: string): Uuid {
  const uuid = readSubjectId(cases.queues(), id)
  if (uuid === undefined)
    throw new InvalidRequest('subject_id must be the id of the subject of a case', { param: 'subject_id' })
  return uuid
}
