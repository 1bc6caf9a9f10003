import { type Static, Type } from 'typebox'
import { formatTimestamp } from '#kernel'
import { id, time, timeOrNull } from '#platform/fields'
import {
  answer,
  answerText,
  closedObject,
  type HttpModule,
  problemsOf,
  querySchema,
  type Route,
  route,
} from '#platform/http'
import { answerPage, keysetCursor, pageEnd, pageQuery, pageRequest, textCursor } from '#platform/lists'
import type { Database } from '#platform/postgres'
import type { RailStatus, RailsService } from './create-rails.ts'
import { type InboxProblem, listInboxProblems } from './inbox-store.ts'
import { railOperations } from './rail.ts'
import { railEventTypes } from './rail-events.ts'
import type { RailParts } from './rails-health.ts'
import { railRefusals } from './refusals.ts'

type Deps = { readonly rails: RailsService; readonly database: Database }

const problems = problemsOf(railRefusals, {
  rail_not_found: [404, 'No such rail'],
  callback_not_genuine: [401, 'The callback is not genuine'],
})

const inboxCursor = keysetCursor('integer', 'text')

/** A callback is a few hundred bytes. */
const callbackBytesMax = 64 * 1024

const railName = Type.String({
  pattern: '^[a-z][a-z0-9_-]{0,31}$',
  description: 'The name of the rail.',
  examples: ['card'],
})
const params = closedObject({ rail: railName })

const keySchema = closedObject(
  {
    key: Type.String({ description: 'The part of the rail: an issuer, a BIC.', examples: ['HDFC'] }),
    state: Type.Enum(['up', 'down', 'probing'], { description: 'As of a rail.', examples: ['down'] }),
    since: time('Since when it is in this state.'),
    retry_at: timeOrNull('When it is tried again.'),
  },
  { title: 'RailKey' },
)

const maintenanceSchema = closedObject(
  {
    key: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The part of the rail; null: the whole rail.',
      examples: ['HDFC'],
    }),
    starts_at: time('From when on nothing is submitted.'),
    ends_at: time('Until when, as far as it is known.'),
  },
  { title: 'RailMaintenance' },
)

const railSchema = closedObject(
  {
    name: railName,
    operations: Type.Array(Type.Enum([...railOperations]), {
      description: 'What can be asked of it.',
      examples: [['authorize', 'charge', 'capture', 'void', 'refund', 'payout']],
    }),
    assets: Type.Unsafe<string[] | null>({
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'The assets it carries; null: any.',
      examples: [['INR']],
    }),
    state: Type.Enum(['up', 'down', 'probing', 'paused'], {
      description:
        '`down`: it does not answer, and nothing is submitted until `retry_at`. `probing`: a few submissions are ' +
        'let through. `paused`: an administrator has stopped submissions.',
      examples: ['up'],
    }),
    since: time('Since when it is in this state.'),
    retry_at: timeOrNull('When it is tried again; null unless it is down or probing.'),
    keys: Type.Array(keySchema, {
      description: 'Parts of the rail, such as banks behind it, that are not up. All others are.',
    }),
    maintenance: Type.Array(maintenanceSchema, {
      description: 'When the rail or a part of it is away, now and later, as it has announced.',
    }),
  },
  { title: 'Rail' },
)
const railList = closedObject({ data: Type.Array(railSchema, { description: 'All rails.' }), ...pageEnd })

const problemSchema = closedObject(
  {
    event_id: Type.String({ description: "The rail's id of the event, or its place.", examples: ['2026-01-31/17'] }),
    received_at: time('When it came.'),
    statement: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The statement it stood in; null for a callback.',
      examples: ['2026-01-31'],
    }),
    line: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description: 'The line of the statement.',
      examples: [17],
    }),
    problem: Type.String({
      description: 'Why it could not be read.',
      examples: ['the field amount is not understood'],
    }),
    body: Type.String({ description: 'What came.', examples: ['17,ev_1,charge,chg_1,,,ten,INR,settled,,'] }),
  },
  { title: 'UnreadRailEvent' },
)

const noticeData = closedObject(
  {
    rail: railName,
    since: time('Since when it is so.'),
    retry_at: timeOrNull('When it is tried again; null when that is not known.'),
  },
  { title: 'RailNotice' },
)

/** The rails' events, for the description of the feed. */
export const railEvents = {
  types: railEventTypes,
  subject: 'rail',
  schema: closedObject(
    {
      id: id('evt', 'The id of the event.'),
      created_at: time('When it happened.'),
      type: Type.Unsafe<(typeof railEventTypes)[number]>({
        type: 'string',
        enum: [...railEventTypes],
        description: 'What happened to the rail.',
        examples: ['rail.down'],
      }),
      data: noticeData,
    },
    { title: 'RailEvent', description: 'A rail has gone down or come up; every book gets an event.' },
  ),
}

/** Rails and their health, callbacks, and unreadable events: `/v1/rails`. */
export function railRoutes(deps: Deps): HttpModule {
  return {
    name: 'rails',
    problems,
    routes: [
      listRoute(deps),
      getRoute(deps),
      pauseRoute(deps, 'pause'),
      pauseRoute(deps, 'resume'),
      problemsRoute(deps),
      callbackRoute(deps),
    ],
  }
}

function listRoute({ rails }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/rails',
    operation: 'list_rails',
    summary: 'List the rails and their health',
    description: 'All of them, in one page: they are as many as the configuration names.',
    tag: 'Rails',
    permission: 'rails:read',
    answers: { 200: railList },
    handle: () => answerPage({ items: rails.names(), next: undefined }, textCursor, (name) => view(rails, name)),
  })
}

function getRoute({ rails }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/rails/:rail',
    operation: 'get_rail',
    summary: 'Read a rail and its health',
    tag: 'Rails',
    permission: 'rails:read',
    params,
    answers: { 200: railSchema },
    problems: ['rail_not_found'],
    handle: ({ params: { rail }, refuse }) =>
      rails.rail(rail) === undefined ? refuse(notFound(rail)) : answer(200, view(rails, rail)),
  })
}

function pauseRoute({ rails }: Deps, act: 'pause' | 'resume'): Route {
  const paused = act === 'pause'
  return route({
    method: 'POST',
    path: `/v1/rails/:rail/${act}`,
    operation: `${act}_rail`,
    summary: paused ? 'Stop submissions to a rail' : 'Let submissions to a rail go on',
    description: paused
      ? 'In all processes, within a second. What would be submitted waits or takes another rail; inquiries, callbacks and statements go on.'
      : 'In all processes, within a second. A rail that is down stays down until it answers.',
    tag: 'Rails',
    permission: 'rails:manage',
    params,
    body: closedObject({}),
    answers: { 200: railSchema },
    problems: ['rail_not_found'],
    acts: [paused ? 'rail.paused' : 'rail.resumed'],
    handleOnce: async ({ params: { rail }, refuse, record }, tx) => {
      if (rails.rail(rail) === undefined) return refuse(notFound(rail))
      const { isChanged, ...health } = await rails.pause(tx, { rail, paused })
      const before = { paused: isChanged ? !paused : paused }
      await record(tx, { subject: `rail ${rail}`, before, after: { paused }, book: 'shared' })
      return answer(200, view(rails, rail, { ...health, paused }))
    },
    afterCommit: async (_, kept) => {
      await rails.refresh()
      return kept
    },
  })
}

function problemsRoute({ rails, database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/rails/:rail/unread-events',
    operation: 'list_unread_rail_events',
    summary: 'List reports of rails that could not be read',
    description: 'Callbacks that the rail has signed and lines of its statements, newest first, each with the reason.',
    tag: 'Rails',
    permission: 'rails:manage',
    readAct: 'unread_rail_event.read',
    params,
    query: querySchema(pageQuery),
    answers: { 200: closedObject({ data: Type.Array(problemSchema), ...pageEnd }) },
    problems: ['rail_not_found'],
    handle: async ({ params: { rail }, query, refuse }) => {
      if (rails.rail(rail) === undefined) return refuse(notFound(rail))
      const page = await listInboxProblems(database, { rail, ...pageRequest(query, inboxCursor) })
      return answerPage(page, inboxCursor, problemView)
    },
  })
}

function callbackRoute({ rails }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/rails/:rail/callbacks',
    operation: 'receive_rail_callback',
    summary: 'Take a callback of a rail',
    description:
      'For rails, not for clients: instead of an API key, the message is signed as the rail signs its messages. It is ' +
      'answered when everything in it is stored, and a repetition as the first was. Some rails get an answer of their own.',
    tag: 'Rails',
    permission: 'none',
    acts: { none: 'A report of a rail, signed by the rail. It is stored as it came.' },
    bodyBytesMax: callbackBytesMax,
    params,
    rawBody: { description: 'What the rail has to say, in its own form: JSON, XML, a form.' },
    answers: { 200: closedObject({ received: Type.Literal(true) }, { title: 'CallbackReceived' }) },
    problems: ['rail_not_found', 'callback_not_genuine'],
    handle: async ({ params: { rail }, bytes, header, refuse }) => {
      const received = await rails.receive({ rail, message: { header, body: bytes ?? Buffer.alloc(0) } })
      if (!received.ok) return refuse(received.refusal)
      const reply = received.value
      if (reply === undefined) return answer(200, { received: true })
      return answerText(reply.status, reply.body, { 'content-type': reply.type })
    },
  })
}

function notFound(rail: string) {
  return { code: 'rail_not_found', message: `There is no rail ${rail}.`, param: 'rail' }
}

function view(rails: RailsService, name: string, status: RailStatus = rails.status(name)): Static<typeof railSchema> {
  const { operations, assets } = rails.rail(name)?.capabilities ?? { operations: new Set<never>(), assets: undefined }
  const { state, since, retryAt, paused } = status
  return {
    name,
    operations: [...operations],
    assets: assets === undefined ? null : [...assets],
    state: paused ? 'paused' : state,
    since: formatTimestamp(since),
    retry_at: paused || retryAt === undefined ? null : formatTimestamp(retryAt),
    ...partsView(rails.parts(name)),
  }
}

function partsView({ keys, maintenance }: RailParts): Pick<Static<typeof railSchema>, 'keys' | 'maintenance'> {
  return {
    keys: keys.map((one) => ({
      key: one.key,
      state: one.state,
      since: formatTimestamp(one.since),
      retry_at: one.retryAt === undefined ? null : formatTimestamp(one.retryAt),
    })),
    maintenance: maintenance.map(({ key = null, startsAt, endsAt }) => ({
      key,
      starts_at: formatTimestamp(startsAt),
      ends_at: formatTimestamp(endsAt),
    })),
  }
}

function problemView(problem: InboxProblem): Static<typeof problemSchema> {
  return {
    event_id: problem.eventId,
    received_at: formatTimestamp(problem.receivedAt),
    statement: problem.statement ?? null,
    line: problem.line ?? null,
    problem: problem.problem,
    body: problem.body,
  }
}
