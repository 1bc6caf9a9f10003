import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { TSchema } from 'typebox'
import { assert, type Uuid } from '#kernel'
import { isAbandoned, isPast, requestAbandoned } from '../deadlines/index.ts'
import { DatabaseFault } from '../faults/index.ts'
import { findAnswer, type IdempotentRequest, once, type RunningKeys } from '../idempotency/index.ts'
import { newUuid, requestedUuid } from '../ids/index.ts'
import { type Database, repeatDeadlocked, type Transaction } from '../postgres/index.ts'
import { type ActingCall, createRecorder, neededPermissions, nothingToRecord, type RecordAct } from './acts.ts'
import { refusePart } from './answering/error-answer.ts'
import { waitSecondsOf } from './answering/prefer.ts'
import type { OwnDetails, Problems } from './answering/problem.ts'
import type { Caller } from './caller.ts'
import type { Exchange } from './exchange.ts'
import type { createFairQueue } from './limits/fair-queue.ts'
import type { RunningRequests } from './limits/running-requests.ts'
import { leastScope, type Permission } from './permissions.ts'
import { createRequestReader, readIdempotency } from './reading/read-request.ts'
import { createReadingLog, type ReadingRows } from './reading-log.ts'
import { type Answer, type Route, type RouteRequest, type StreamAnswer, takesIdempotencyKey } from './route.ts'
import type { SecondPerson } from './second-person.ts'
import { holdForSecond, refuseUnasked } from './second-person-hold.ts'
import type { Check } from './validation.ts'

type QueueKind = 'reads' | 'writes'
type FairQueue = ReturnType<typeof createFairQueue>

type HandlerDeps = {
  readonly route: Route
  readonly compile: (schema: TSchema) => Check
  readonly checkBody: Check | undefined
  readonly problems: Problems
  readonly running: RunningRequests
  readonly runningKeys: RunningKeys
  readonly queues: { readonly [Kind in QueueKind]: FairQueue }
  readonly database: Database
  /** Undefined: nothing is recorded. */
  readonly record?: RecordAct | undefined
  readonly secondPerson?: SecondPerson | undefined
  readonly readingRows: ReadingRows | undefined
  readonly logger: Logger
  readonly send: (exchange: Exchange, answer: Answer | StreamAnswer) => void
  readonly releaseBody: (exchange: Exchange) => void
  readonly fail: (exchange: Exchange, error: unknown) => void
  /** In turn, as nothing else of the request waits for one. */
  readonly refuse: (exchange: Exchange, error: unknown) => void
  readonly isLettingGo: () => boolean
}

const replayedHeader = { 'idempotent-replayed': 'true' } as const

export function createRouteHandler(deps: HandlerDeps) {
  const { route, problems, runningKeys, send, refuse } = deps
  const read = createRequestReader(route, deps)
  const run = createRun(deps)
  const takesKey = takesIdempotencyKey(route)

  return (request: FastifyRequest, _reply: FastifyReply): void => {
    const exchange = request.exchange
    assert(exchange, 'the gate makes the exchange of every request')
    try {
      const mayRepeat = takesKey && request.headers['idempotency-key'] !== undefined
      if (exchange.isLate && !mayRepeat) throw requestAbandoned()
      const parts = read(request)
      const caller = exchange.caller ?? anonymous
      const { alsoNeeds } = route
      if (alsoNeeds !== undefined && !caller.permissions.has(alsoNeeds.permission)) {
        const param = alsoNeeds.paramOf(parts.body)
        if (param !== undefined) {
          send(exchange, problems.own(exchange.id, 'scope_insufficient', lacking(alsoNeeds.permission, param)))
          return
        }
      }
      const idempotency = takesKey ? readIdempotency(request, exchange, caller) : undefined
      if (idempotency && !runningKeys.enter(idempotency)) {
        send(exchange, problems.own(exchange.id, 'idempotency_key_in_use', { headers: { 'retry-after': '1' } }))
        return
      }
      const waitMs = route.waits === true ? waitMsOf(request) : undefined
      run(exchange, routeRequest(exchange, deps, { ...parts, caller, idempotency, waitMs }))
    } catch (error) {
      refuse(exchange, error)
    }
  }
}

/** Handles a request that was read, in its turn, and answers it. */
function createRun(deps: HandlerDeps): (exchange: Exchange, request: RouteRequest) => void {
  const { route, problems, running, runningKeys, send, fail } = deps
  const handle = createHandle(route, deps)

  /** A request that comes too late may repeat one that did not: then it has the answer of that one. */
  const findEarlier = (exchange: Exchange, idempotency: IdempotentRequest) =>
    new Promise<Awaited<ReturnType<typeof findAnswer>>>((resolve, reject) => {
      const begin = (done: () => void) => {
        exchange.release = done
        findAnswer(deps.database, idempotency).then(resolve, reject)
      }
      const leave = () => reject(requestAbandoned())
      deps.queues.reads(exchange.sender, { begin, isOver: () => exchange.isGone, leave })
    })

  return (exchange, request) => {
    const kind = queueOf(route, request.body)
    const entry = {
      startedMs: performance.now(),
      expire: () => send(exchange, problems.own(exchange.id, 'deadline_exceeded', { headers: { 'retry-after': '1' } })),
    }
    const place = running.add(entry)
    exchange.handling = true
    const end = () => {
      running.remove(place, entry)
      exchange.handling = false
      exchange.release?.()
      deps.releaseBody(exchange)
      if (request.idempotency) runningKeys.leave(request.idempotency)
    }
    const answer = (answered: Answer | StreamAnswer) => {
      end()
      send(exchange, answered)
    }
    const giveUp = (error: unknown) => {
      end()
      fail(exchange, error)
    }
    const failed = (error: unknown) => {
      const isTooLate = exchange.isLate && !exchange.isGone && isAbandoned(error)
      if (!isTooLate || request.idempotency === undefined) return giveUp(error)
      exchange.release?.()
      findEarlier(exchange, request.idempotency).then(
        (found) => (found === undefined ? giveUp(error) : answer(request.settle(found))),
        giveUp,
      )
    }
    const begin = (done?: () => void) => {
      exchange.release = done
      handle(request).then(answer, failed)
    }
    const leave = () => failed(requestAbandoned())
    if (exchange.isLate) return leave()
    if (kind === undefined) return begin()
    deps.queues[kind](exchange.sender, { begin, isOver: () => exchange.aborted, leave })
  }
}

/** POSTs with `handle` write in shared batches, so they need no pool connection of their own. */
function queueOf({ permission, method, handleOnce, writesBesides }: Route, body: unknown): QueueKind | undefined {
  if (permission === 'none') return undefined
  if (method === 'GET') return 'reads'
  return handleOnce !== undefined || method !== 'POST' || writesBesides?.(body) ? 'writes' : undefined
}

export function lacking(permission: Permission, param?: string): OwnDetails {
  const have = `API keys have it from the scope ${leastScope(permission)} on`
  const detail = `${param ?? 'This'} needs the permission ${permission}. ${have}.`
  return { detail, param, permission }
}

function waitMsOf(request: FastifyRequest): number | undefined {
  const seconds = waitSecondsOf(request.headers.prefer)
  return seconds === undefined ? undefined : seconds * 1000
}

/** The caller of routes that need no key. No book has the number 0. */
const anonymous: Caller = {
  principal: { kind: 'service', id: '00000000000000000000000000000000' },
  name: '',
  grant: '',
  permissions: new Set(),
  book: { number: 0, id: '00000000000000000000000000000000', code: '' },
}

function createHandle(route: Route, deps: HandlerDeps): (request: RouteRequest) => Promise<Answer | StreamAnswer> {
  const { readAct, operation } = route
  if (readAct === undefined) return createAnswering(route, deps)
  const answerFor = createAnswering(route, deps)
  const { readingRows: rows, logger } = deps
  const onFault = (error: unknown) => logger.warn({ err: error, operation }, 'a reading is not in the log of acts')
  const noteReading = createReadingLog({ operation, readAct }, { rows, onFault })
  return async (request) => {
    const answered = await answerFor(request)
    if (answered.status < 300) {
      const [subject] = Object.values(request.params ?? {})
      const { caller, signal } = request
      const noted = noteReading({ caller, subject, call: callOf(route, request), signal })
      // Others must be able to read while the log is held.
      if (noted !== undefined) request.rest()
      await noted
    }
    return answered
  }
}

function createAnswering(route: Route, { database, secondPerson }: HandlerDeps) {
  const { handle, handleOnce: handleInTransaction, afterCommit } = route
  if (handle) {
    const refuseMarked = refuseUnasked(route, { secondPerson, database })
    if (refuseMarked === undefined) return async (request: RouteRequest) => handle(request)
    return async (request: RouteRequest) => (await refuseMarked(request)) ?? handle(request)
  }
  assert(handleInTransaction, `${route.method} ${route.path} has a handler`)
  const handleRecorded = async (request: RouteRequest, tx: Transaction) => {
    const answered = await handleInTransaction(request, tx)
    assert(answered.status >= 400 || route.acts === undefined || request.isRecorded(), `${route.operation} records`)
    return answered
  }
  const handleOnce = holdForSecond(route, { secondPerson, handle: handleRecorded, callOf })
  const commitOnce = async (request: RouteRequest): Promise<Answer> => {
    const { idempotency, untilMs } = request
    if (idempotency === undefined) {
      return database.unit(
        (tx) => {
          refuseAbandoned(request)
          return handleOnce(request, tx)
        },
        { untilMs },
      )
    }
    let first: Answer | undefined
    const work = async (tx: Transaction) => {
      refuseAbandoned(request)
      first = await handleOnce(request, tx)
      return { status: first.status, body: first.keptBody ?? first.body }
    }
    const idempotent = await once(database, idempotency, work, { untilMs })
    return idempotent.kind === 'done' && first ? first : request.settle(idempotent)
  }
  const commit = (request: RouteRequest) =>
    repeatDeadlocked(() => commitOnce(request)).catch((error: unknown) => {
      throw isCutShort(error, request) ? requestAbandoned() : error
    })
  if (afterCommit === undefined) return commit
  return async (request: RouteRequest) => afterCommit(request, await commit(request))
}

/** The server ended a statement at the deadline, so the transaction was rolled back. */
function isCutShort(error: unknown, { untilMs }: RouteRequest): boolean {
  return isPast(untilMs) && error instanceof DatabaseFault && error.state === canceledState
}

/** SQLSTATE of a statement that took too long. */
const canceledState = '57014'

/** Throws a retryable Fault once no one waits for the answer. */
export function refuseAbandoned({ signal }: Pick<RouteRequest, 'signal'>): void {
  if (signal.aborted) throw requestAbandoned()
}

/** Throws a retryable Fault once no one waits for the answer. */
async function takeNextTurn(exchange: Exchange, queue: FairQueue | undefined): Promise<void> {
  if (queue === undefined || exchange.release === undefined) return
  exchange.release()
  await new Promise<void>((resolve, reject) => {
    const begin = (done: () => void) => {
      exchange.release = done
      resolve()
    }
    queue(exchange.sender, { begin, isOver: () => exchange.aborted, leave: () => reject(requestAbandoned()) })
  })
}

function newIdOf({ idempotency, caller }: Pick<RouteRequest, 'idempotency' | 'caller'>, kind: string): Uuid {
  if (idempotency === undefined) return newUuid()
  return requestedUuid(JSON.stringify([caller.book.id, kind, idempotency.key]))
}

/** A class, because one is created per request: an object literal would define its accessor each time. */
class WaitSignal {
  readonly #exchange: Pick<Exchange, 'aborted'>
  readonly #isLettingGo: () => boolean

  constructor(exchange: Pick<Exchange, 'aborted'>, isLettingGo: () => boolean) {
    this.#exchange = exchange
    this.#isLettingGo = isLettingGo
  }

  get aborted(): boolean {
    return this.#exchange.aborted || this.#isLettingGo()
  }
}

type CallingParts = Pick<RouteRequest, 'id' | 'caller' | 'body' | 'address'>

function callOf({ permission, alsoNeeds }: Route, { id, caller, body, address }: CallingParts): ActingCall {
  const also = alsoNeeds?.paramOf(body) === undefined ? undefined : alsoNeeds.permission
  const { name, grant } = caller
  const needed = neededPermissions([permission, also])
  return { name, grant, permission: needed, address: address()?.replace(/^::ffff:/, ''), requestId: id }
}

function routeRequest(
  exchange: Exchange,
  { route, queues, problems, logger, record, isLettingGo }: HandlerDeps,
  parts: Pick<RouteRequest, 'params' | 'query' | 'body' | 'caller' | 'idempotency' | 'waitMs'>,
): RouteRequest {
  const address = () => exchange.client?.address
  const { acts } = route
  const call = () => callOf(route, { ...parts, id: exchange.id, address })
  const recorder =
    acts === undefined || 'none' in acts
      ? nothingToRecord
      : createRecorder({ acts, record, caller: parts.caller, call })
  return {
    id: exchange.id,
    caller: parts.caller,
    params: parts.params,
    query: parts.query,
    body: parts.body,
    bytes: exchange.body,
    url: exchange.reply.request.url,
    header: (name) => {
      const value = exchange.reply.request.headers[name]
      return typeof value === 'string' ? value : undefined
    },
    address,
    record: recorder.record,
    isRecorded: recorder.isRecorded,
    approvedBy: recorder.approvedBy,
    certificate: () => exchange.client?.certificate(),
    idempotency: parts.idempotency,
    newId: (kind) => newIdOf(parts, kind),
    waitMs: parts.waitMs,
    waitSignal: new WaitSignal(exchange, isLettingGo),
    rest: () => exchange.release?.(),
    nextTurn: () => {
      const kind = queueOf(route, parts.body)
      return takeNextTurn(exchange, kind && queues[kind])
    },
    signal: exchange,
    untilMs: exchange.untilMs,
    refuse: (refusal, details) => problems.render(exchange.id, refusal, details),
    refusePart: (error) => refusePart(logger, error, exchange),
    inUse: () => problems.own(exchange.id, 'idempotency_key_in_use'),
    settle: (idempotent) => {
      if (idempotent.kind === 'done') return idempotent.answer
      if (idempotent.kind === 'replayed') return { ...idempotent.answer, headers: replayedHeader }
      return problems.own(exchange.id, 'idempotency_key_reused')
    },
  }
}
