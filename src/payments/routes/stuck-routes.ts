import type { Static, TSchema } from 'typebox'
import { assert, decodeId, encodeId, formatTimestamp, idPrefix, type Uuid } from '#kernel'
import {
  answer,
  decodeCursor,
  encodeCursor,
  type HttpModule,
  InvalidRequest,
  page,
  pageLimit,
  pageSchema,
  type Route,
  route,
  type Scope,
} from '#platform/http'
import type { Database } from '#platform/postgres'
import type { Payments } from '../payments.ts'
import { type ActOnStuckDependencies, actOnStuck, type StuckAct } from '../stuck/act-on-stuck.ts'
import type { Stuck, StuckAction, StuckSubject } from '../stuck/stuck.ts'
import { getStuck, listActs, listStuck, type StuckActRecord } from '../stuck/stuck-read-model.ts'
import { type StuckRefusalCode, stuckRefusals } from '../stuck/stuck-refusals.ts'
import { allowedActions, isOverdue } from '../stuck/stuck-rules.ts'
import {
  forceBody,
  noBody,
  noteBody,
  reassignBody,
  stuckParams,
  stuckQuery,
  stuck as stuckSchema,
  stuckWithActs,
} from './stuck-schemas.ts'

export type StuckRoutesDependencies = ActOnStuckDependencies & {
  readonly database: Database
  readonly payments: Pick<Payments, 'input' | 'wake'>
}

const statusesAndTitles: Readonly<Record<StuckRefusalCode, readonly [status: number, title: string]>> = {
  stuck_not_found: [404, 'There is no such entry in the stuck list'],
  stuck_already_resolved: [409, 'The entry is resolved'],
  stuck_being_decided: [409, 'A decision is being carried out'],
  stuck_action_not_allowed: [409, 'The state does not allow this'],
}

/** The catalogue's entries of the refusals of the stuck list. */
export const stuckProblems = Object.fromEntries(
  Object.entries(stuckRefusals).map(([code, explanation]) => {
    const [status, title] = statusesAndTitles[code as StuckRefusalCode]
    return [code, { status, title, explanation }]
  }),
) as HttpModule['problems']

const tag = 'Stuck list'

/** What needs a person: `/v1/stuck`. */
export function stuckRoutes(deps: StuckRoutesDependencies): Route[] {
  return [
    listRoute(deps),
    getRoute(deps),
    actRoute(deps, {
      action: 'retry',
      summary: 'Try again what is stuck',
      description: 'Only offered where what is tried again has certainly not happened.',
      scope: 'write',
      body: noBody,
      read: () => ({ action: 'retry' }),
    }),
    actRoute(deps, {
      action: 'inquire',
      summary: 'Ask the rail once more what became of it',
      scope: 'write',
      body: noBody,
      read: () => ({ action: 'inquire' }),
    }),
    actRoute(deps, {
      action: 'force',
      summary: 'State the outcome, with evidence',
      description:
        'Books what somebody has seen outside: in a statement, in the console of the rail. The evidence is kept with ' +
        'the entry and in the log of administrative acts. Needs an admin key.',
      scope: 'admin',
      body: forceBody,
      read: ({ outcome, evidence }) => ({ action: 'force', outcome, evidence }),
    }),
    actRoute(deps, {
      action: 'reverse',
      summary: 'Give back what arrived and end it',
      scope: 'write',
      body: noBody,
      read: () => ({ action: 'reverse' }),
    }),
    actRoute(deps, {
      action: 'reassign',
      summary: 'Say who sees to it',
      scope: 'write',
      body: reassignBody,
      read: ({ owner }) => ({ action: 'reassign', owner }),
    }),
    actRoute(deps, {
      action: 'note',
      summary: 'Write something down about it',
      description: 'Also on an entry that is resolved.',
      scope: 'write',
      body: noteBody,
      read: ({ text }) => ({ action: 'note', text }),
    }),
  ]
}

function listRoute({ database }: StuckRoutesDependencies): Route {
  return route({
    method: 'GET',
    path: '/v1/stuck',
    operation: 'list_stuck',
    summary: 'List what needs a person',
    description: 'Newest first; only what is open, unless `state` says otherwise. Filters go together.',
    tag,
    scope: 'read',
    query: stuckQuery,
    answers: { 200: pageSchema(stuckSchema) },
    handle: async ({ query, caller }) => {
      const limit = pageLimit(query)
      const found = await listStuck(database, {
        book: caller.book.number,
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
      return answer(200, page(shown.map(stuckView), last && encodeCursor(encodeId(idPrefix.stuck, last.id))))
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
      const found = await getStuck(database, caller.book.number, uuidOf(params.id))
      if (found === undefined) return refuse({ code: 'stuck_not_found', message: stuckRefusals.stuck_not_found })
      return answer(200, { ...stuckView(found), acts: (await listActs(database, found.id)).map(actView) })
    },
  })
}

type ActRoute<Body extends TSchema> = {
  readonly action: StuckAction
  readonly summary: string
  readonly description?: string
  readonly scope: Scope
  readonly body: Body
  readonly read: (body: Static<Body>) => StuckAct
}

const decisions: readonly StuckAction[] = ['retry', 'inquire', 'force', 'reverse']
const decisionProblems = ['stuck_being_decided', 'stuck_action_not_allowed'] as const

function actRoute<Body extends TSchema>(deps: StuckRoutesDependencies, act: ActRoute<Body>): Route {
  const isDecision = decisions.includes(act.action)
  return route({
    method: 'POST',
    path: `/v1/stuck/:id/${act.action}`,
    operation: `${act.action}_stuck`,
    summary: act.summary,
    ...(act.description !== undefined && { description: act.description }),
    tag,
    scope: act.scope,
    params: stuckParams,
    body: act.body,
    answers: { 200: stuckSchema },
    problems: [
      'stuck_not_found',
      ...(act.action === 'note' ? [] : ['stuck_already_resolved']),
      ...(isDecision ? decisionProblems : []),
    ],
    handleOnce: async ({ params, caller, body, refuse }, tx) => {
      const book = caller.book.number
      const command = { book, id: uuidOf(params.id), actor: caller.keyId, act: act.read(body as Static<Body>) }
      const done = await actOnStuck(deps, tx, command)
      if (!done.ok) return refuse(done.refusal)
      // The lanes look again by themselves; this only spares the wait, and does no harm before the commit.
      if (isDecision) setImmediate(deps.payments.wake)
      const after = await getStuck(tx, book, done.value)
      assert(after, 'entries are never deleted')
      return answer(200, stuckView(after))
    },
  })
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

function subjectId({ kind, id }: StuckSubject): string {
  return kind === 'event' ? id : encodeId(idPrefix[kind], id)
}

function stuckView(stuck: Stuck): Static<typeof stuckSchema> {
  return {
    id: encodeId(idPrefix.stuck, stuck.id),
    state: stuck.resolvedAt === undefined ? 'open' : 'resolved',
    subject: { type: stuck.subject.kind, id: subjectId(stuck.subject) },
    reason: stuck.reason,
    detail: stuck.detail,
    since: formatTimestamp(stuck.since),
    age_seconds: stuck.ageSeconds,
    overdue: isOverdue(stuck),
    owner: stuck.owner ?? null,
    actions: [...allowedActions(stuck)],
    deciding: stuck.isDeciding,
    decision: stuck.decision ?? null,
    evidence: stuck.evidence ?? null,
    resolved_at: stuck.resolvedAt === undefined ? null : formatTimestamp(stuck.resolvedAt),
    resolution: stuck.resolution ?? null,
  }
}

function actView({ at, actor, action, text }: StuckActRecord) {
  return { at: formatTimestamp(at), by: encodeId(idPrefix.apiKey, actor), action, text: text ?? null }
}
