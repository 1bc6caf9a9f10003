import type { Static } from 'typebox'
import { encodeId, formatTimestamp, idPrefix, uuidOf } from '#kernel'
import { answer, type Route, route } from '#platform/http'
import { answerPage, pageRequest, pageSchema, publicIdCursor } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { type DeadLetter, findDeadLetter, listDeadLetters } from '../failures/dead-letter-store.ts'
import { replayDeadLetter } from '../failures/replay-dead-letter.ts'
import type { Lanes } from '../lanes.ts'
import { laneRefusals } from '../refusals.ts'
import {
  deadLetterParams,
  deadLetter as deadLetterSchema,
  deadLettersQuery,
  replayAnswer,
  replayMatching as replaySchema,
} from './schemas.ts'

const tag = 'Dead letters'
const letterCursor = publicIdCursor(idPrefix.deadLetter)
const replayMax = 1_000

export function deadLetterRoutes(database: Queryable, lanes: DeadLetterLanes): Route[] {
  const toJson = (letter: DeadLetter) => render(letter, lanes)
  return [
    listRoute(database, toJson),
    getRoute(database, toJson),
    replayRoute(lanes, toJson),
    replayMatchingRoute(lanes),
  ]
}

type DeadLetterLanes = Pick<Lanes, 'replay' | 'nameSubject'>

type Render = (letter: DeadLetter) => Static<typeof deadLetterSchema>

function listRoute(database: Queryable, toJson: Render): Route {
  return route({
    method: 'GET',
    path: '/v1/dead-letters',
    operation: 'list_dead_letters',
    summary: 'List dead letters',
    tag,
    permission: 'dead_letters:read',
    readAct: 'dead_letter.read',
    query: deadLettersQuery,
    answers: { 200: pageSchema(deadLetterSchema) },
    handle: async ({ query, caller }) => {
      const { replayed, discarded, lane, kind, vendor, code, cause } = query
      const filter = {
        ...{ book: caller.book.number, lane, kind, vendor, code, cause },
        ...(replayed !== undefined && { replayed: replayed === 'true' }),
        ...(discarded !== undefined && { discarded: discarded === 'true' }),
      }
      return answerPage(await listDeadLetters(database, filter, pageRequest(query, letterCursor)), letterCursor, toJson)
    },
  })
}

function getRoute(database: Queryable, toJson: Render): Route {
  return route({
    method: 'GET',
    path: '/v1/dead-letters/:id',
    operation: 'get_dead_letter',
    summary: 'Read a dead letter',
    tag,
    permission: 'dead_letters:read',
    readAct: 'dead_letter.read',
    params: deadLetterParams,
    answers: { 200: deadLetterSchema },
    problems: ['dead_letter_not_found'],
    handle: async ({ params, caller, refuse }) => {
      const found = await findDeadLetter(database, {
        book: caller.book.number,
        id: uuidOf(idPrefix.deadLetter, params.id),
      })
      if (found !== undefined) return answer(200, toJson(found))
      return refuse({ code: 'dead_letter_not_found', message: laneRefusals.dead_letter_not_found })
    },
  })
}

function replayRoute(lanes: DeadLetterLanes, toJson: Render): Route {
  return route({
    method: 'POST',
    path: '/v1/dead-letters/:id/replay',
    operation: 'replay_dead_letter',
    summary: 'Replay a dead letter',
    description:
      'Enqueues it again in its lane, once. If it fails again, there will be another dead letter. A discarded one is refused.',
    tag,
    permission: 'dead_letters:replay',
    params: deadLetterParams,
    answers: { 200: deadLetterSchema },
    problems: ['dead_letter_not_found', 'dead_letter_replayed', 'dead_letter_discarded'],
    acts: ['dead_letter.replayed'],
    handleOnce: async ({ params, caller, refuse, record }, tx) => {
      const replayed = await replayDeadLetter(lanes, tx, {
        ...{ book: caller.book.number, id: uuidOf(idPrefix.deadLetter, params.id), by: caller.principal.id },
      })
      if (!replayed.ok) return refuse(replayed.refusal)
      const { lane, kind } = replayed.value
      await record(tx, { subject: params.id, details: { lane, kind } })
      return answer(200, toJson(replayed.value))
    },
  })
}

function replayMatchingRoute(lanes: DeadLetterLanes): Route {
  return route({
    method: 'POST',
    path: '/v1/dead-letters/replay',
    operation: 'replay_dead_letters',
    summary: 'Replay dead letters by filter',
    description:
      'Enqueues again what matches and was neither replayed nor discarded, the oldest first; without a filter, all of the book.',
    tag,
    permission: 'dead_letters:replay',
    body: replaySchema,
    answers: { 200: replayAnswer },
    acts: ['dead_letters.replayed'],
    handleOnce: async ({ body, caller, record }, tx) => {
      const { limit: max = replayMax, ...filter } = body
      const { count, hasMore } = await lanes.replay(
        tx,
        { book: caller.book.number, ...filter },
        { by: caller.principal.id, max },
      )
      const details = { replayed: String(count), filter: JSON.stringify(filter) }
      await record(tx, { subject: 'dead letters', details })
      return answer(200, { replayed: count, has_more: hasMore })
    },
  })
}

function render(letter: DeadLetter, lanes: DeadLetterLanes): Static<typeof deadLetterSchema> {
  const { kind, subject } = letter
  const payload = readPayload(letter.payload)
  return {
    id: encodeId(idPrefix.deadLetter, letter.id),
    lane: letter.lane,
    kind,
    vendor: letter.vendor ?? null,
    subject: lanes.nameSubject({ kind, subject, payload }) ?? subject,
    payload,
    attempts: letter.attempts,
    cause: letter.cause,
    code: letter.code,
    reason: letter.reason,
    enqueued_at: formatTimestamp(letter.enqueuedAt),
    died_at: formatTimestamp(letter.diedAt),
    replayed_at: letter.replayedAt === undefined ? null : formatTimestamp(letter.replayedAt),
    discarded_at: letter.discardedAt === undefined ? null : formatTimestamp(letter.discardedAt),
  }
}

function readPayload(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
