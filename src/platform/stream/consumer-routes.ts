import { type Static, Type } from 'typebox'
import { assert, formatTimestamp } from '#kernel'
import { digits, readTime, timeInput, timeOrNull } from '../fields/index.ts'
import { answer, closedObject, type HttpModule, InvalidRequest, type Route, route } from '../http/index.ts'
import type { Database } from '../postgres/index.ts'
import type { Consumer } from './consumer.ts'
import { type ConsumerState, readStates } from './consumer-read-model.ts'
import { replay, setPaused } from './control-consumer.ts'

type Deps = { readonly database: Database; readonly consumers: readonly Consumer[] }

const tag = 'Events'
const name = Type.String({
  pattern: '^[a-z][a-z-]{0,62}$',
  description: 'The name of the consumer.',
  examples: ['event-topics'],
})

const consumerSchema = closedObject(
  {
    name,
    about: Type.String({ description: 'What it does.', examples: ['Publishes all events to topics of Kafka.'] }),
    state: Type.Unsafe<'running' | 'failing' | 'paused'>({
      type: 'string',
      enum: ['running', 'failing', 'paused'],
      description: '`failing`: the last try failed. It is repeated, and no event is passed over.',
      examples: ['running'],
    }),
    fault: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Why the last try failed.',
      examples: [null],
    }),
    faulty_since: timeOrNull('Since when all tries have failed.'),
    paused_at: timeOrNull('When an operator paused it.'),
    lag_events: Type.Integer({ description: 'Events of all books that it has not handled.', examples: [12] }),
    lag_seconds: Type.Number({ description: 'Age of the oldest of them.', examples: [0.4] }),
    position: digits('The last event of this book that it has handled; 0: none.', { example: '41' }),
    last_position: digits('The last event of this book.', { example: '53' }),
  },
  { title: 'Consumer', description: 'A reader of the events of all books, inside the program.' },
)

const params = closedObject({ consumer: name })

const replaySchema = closedObject(
  {
    from_position: Type.Optional(
      Type.String({
        pattern: '^[1-9][0-9]{0,18}$',
        description: 'The position of the event to go on with. A later one passes over those before it.',
        examples: ['42'],
      }),
    ),
    from_time: Type.Optional(timeInput('Go on with the first event of this time or later.')),
  },
  { title: 'ReplayConsumer', description: 'Either a position or a time.', examples: [{ from_position: '42' }] },
)

export const consumerProblems = {
  consumer_not_found: {
    status: 404,
    title: 'There is no such consumer',
    explanation: 'This installation has no consumer of that name. `GET /v1/consumers` lists them.',
  },
  position_not_kept: {
    status: 422,
    title: 'The feed has no such position',
    explanation:
      'The event was dropped as too old, or is not there yet. Give a position that the feed has, or the one behind the last.',
  },
} as const

/** The consumers of the feeds, for operators: `/v1/consumers`. */
export function consumerRoutes(deps: Deps): HttpModule {
  return {
    name: 'consumers',
    problems: consumerProblems,
    routes: [listRoute(deps), pauseRoute(deps, 'pause'), pauseRoute(deps, 'resume'), replayRoute(deps)],
  }
}

function listRoute(deps: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/consumers',
    operation: 'list_consumers',
    summary: 'List the consumers of events',
    description: 'What reads the feeds inside the program, with its lag, and its position in the feed of this book.',
    tag,
    permission: 'consumers:read',
    answers: {
      200: closedObject({ data: Type.Array(consumerSchema) }, { title: 'ConsumersAnswer' }),
    },
    handle: async ({ caller }) => answer(200, { data: await readAll(deps, caller.book.number) }),
  })
}

function pauseRoute(deps: Deps, action: 'pause' | 'resume'): Route {
  const isPause = action === 'pause'
  return route({
    method: 'POST',
    path: `/v1/consumers/:consumer/${action}`,
    operation: `${action}_consumer`,
    summary: isPause ? 'Pause a consumer' : 'Resume a consumer',
    description: isPause
      ? 'It takes no further events; those that it is handling are finished. Events wait, and are dropped when they are too old.'
      : 'Lets a paused consumer go on, within about a second.',
    tag,
    permission: 'consumers:manage',
    params,
    answers: { 200: consumerSchema },
    problems: ['consumer_not_found'],
    acts: [isPause ? 'consumer.paused' : 'consumer.resumed'],
    writesBesides: () => true,
    handle: async ({ params: { consumer }, caller, refuse, record }) => {
      if (!isKnown(deps, consumer)) return refuse(notFound)
      await deps.database.unit(async (tx) => {
        const { wasPaused } = await setPaused(tx, consumer, isPause ? caller.principal.id : undefined)
        const [before, after] = [{ paused: wasPaused }, { paused: isPause }]
        await record(tx, { subject: `consumer ${consumer}`, before, after, book: 'shared' })
      })
      return answer(200, await readOne(deps, { consumer, book: caller.book.number }))
    },
  })
}

function replayRoute(deps: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/consumers/:consumer/replay',
    operation: 'replay_consumer',
    summary: 'Replay events to a consumer',
    description:
      'The consumer handles the events of this book again, from a position or a time on. Effects in the database are not ' +
      'doubled; other systems get the events again, with the same ids.',
    tag,
    permission: 'consumers:manage',
    params,
    body: replaySchema,
    answers: { 200: consumerSchema },
    problems: ['consumer_not_found', 'position_not_kept'],
    acts: ['consumer.replayed'],
    writesBesides: () => true,
    handle: async ({ params: { consumer }, body, caller, refuse, record }) => {
      if (!isKnown(deps, consumer)) return refuse(notFound)
      const book = caller.book.number
      const from = readFrom(body)
      const moved = await deps.database.unit(async (tx) => {
        const result = await replay(tx, { name: consumer, book, from })
        if (result.ok) await record(tx, { subject: `consumer ${consumer}`, details: { ...body } })
        return result
      })
      if (!moved.ok) {
        const { from, to } = moved.kept
        const message = `The feed has the positions ${from} to ${to}.`
        return refuse({ code: 'position_not_kept', message, param: 'from_position' })
      }
      return answer(200, await readOne(deps, { consumer, book }))
    },
  })
}

const notFound = { code: 'consumer_not_found', message: consumerProblems.consumer_not_found.explanation }

function readFrom({ from_position: position, from_time: time }: Static<typeof replaySchema>) {
  if ((position === undefined) === (time === undefined)) {
    throw new InvalidRequest('Give either from_position or from_time.', { param: 'from_position' })
  }
  if (position !== undefined) return { position: BigInt(position) }
  return { time: readTime({ value: time ?? '', param: 'from_time' }) }
}

function isKnown({ consumers }: Deps, asked: string): boolean {
  return consumers.some((consumer) => consumer.name === asked)
}

async function readAll({ database, consumers }: Deps, book: number) {
  const states = await readStates(database, { names: consumers.map((consumer) => consumer.name), book })
  return states.map((state, at) => toJson(state, consumers[at]?.about ?? ''))
}

async function readOne(deps: Deps, { consumer, book }: { readonly consumer: string; readonly book: number }) {
  const found = (await readAll(deps, book)).find((one) => one.name === consumer)
  assert(found !== undefined, 'every consumer has a state')
  return found
}

function toJson(state: ConsumerState, about: string): Static<typeof consumerSchema> {
  const time = (at: number | undefined) => (at === undefined ? null : formatTimestamp(at))
  return {
    name: state.name,
    about,
    state: state.pausedAt !== undefined ? 'paused' : state.fault !== undefined ? 'failing' : 'running',
    fault: state.fault ?? null,
    faulty_since: time(state.faultySince),
    paused_at: time(state.pausedAt),
    lag_events: state.lagEvents,
    lag_seconds: Math.round(state.lagSeconds * 1000) / 1000,
    position: String(state.position),
    last_position: String(state.lastPosition),
  }
}
