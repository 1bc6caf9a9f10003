import type { RequestListener, Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from 'fastify'
import type { Logger } from 'pino'
import { createQuotas, type Quotas } from '#kernel'
import type { AddressList } from '../addresses/index.ts'
import { isAbandoned } from '../deadlines/index.ts'
import { createRunningKeys } from '../idempotency/index.ts'
import type { Database } from '../postgres/index.ts'
import { guardServer, type ServerGuard, serverOptions, type TlsListener } from '../tls/index.ts'
import { noteAnswered } from '../tracing/index.ts'
import type { RecordAct } from './acts.ts'
import { createAllowedMethods } from './answering/allowed-methods.ts'
import { answerConnectionError, refuseConnect } from './answering/connection-errors.ts'
import { createErrorAnswer } from './answering/error-answer.ts'
import { createProblems, type Problems } from './answering/problem.ts'
import { httpProblems, type ProblemCatalog } from './answering/problem-catalog.ts'
import { requestIdOf } from './answering/request-id.ts'
import type { Authenticate } from './caller.ts'
import { createClients } from './clients.ts'
import { Exchange, writeAnswer } from './exchange.ts'
import { createGate } from './gate.ts'
import type { CallerLimits } from './limits/caller-limits.ts'
import { followConnections } from './limits/connections.ts'
import { createFairQueue } from './limits/fair-queue.ts'
import { createRefusals } from './limits/refusals.ts'
import { createRunningRequests } from './limits/running-requests.ts'
import { createUnreadAnswers } from './limits/unread-answers.ts'
import { asListenFault, type Listening, listeningUrl } from './listening.ts'
import { createJsonParser, readBytes } from './reading/body-parser.ts'
import { type BodyReader, createBodyReader } from './reading/body-reader.ts'
import { parseQueryString } from './reading/query-string.ts'
import { createReadingRows } from './reading-log.ts'
import { type Answer, bodyBytesMax, type HttpModule, type Route, type StreamAnswer } from './route.ts'
import { createRouteHandler } from './route-handler.ts'
import type { SecondPerson } from './second-person.ts'
import { createSchemaCompiler } from './validation.ts'

export type HttpServerOptions = {
  readonly modules: readonly HttpModule[]
  readonly authenticate: Authenticate
  readonly database: Database
  /** The log of acts. Undefined: nothing is recorded. */
  readonly record?: RecordAct
  /** Undefined: no call waits for a second person. */
  readonly secondPerson?: SecondPerson
  readonly logger: Logger
  readonly onAnswered?: (
    request: Pick<Exchange, 'method' | 'path'>,
    answer: { readonly status: number },
    seconds: number,
  ) => void
  /** The base of the links in problem documents: `…/errors#code`. Default: `/docs` of this server. */
  readonly docsUrl?: string
  /** Of clients, books and routes. Default: none. */
  readonly limits?: CallerLimits
  /** The server then answers 503. Default 30 s. */
  readonly handlerTimeoutMs?: number
  /** The latest deadline that a request may have. Default 60 s. */
  readonly deadlineMaxMs?: number
  readonly headersTimeoutMs?: number
  readonly requestTimeoutMs?: number
  /** Default 20,000, or fewer when the process may open fewer files. */
  readonly connectionsMax?: number
  readonly bodiesBytesMax?: number
  readonly runningMax?: number
  readonly handledMax?: number
  readonly writingMax?: number
  /** The time for the next 64 KiB of a large upload. Default 5 s. */
  readonly uploadWindowMs?: number
  readonly unreadBytesMax?: number
  /** The time to read an answer, and once more for each 512 KiB. Default 30 s. */
  readonly readingTimeoutMs?: number
  readonly slowMs?: number
  /** The addresses of gateways that have no certificate. */
  readonly trustedGateways?: AddressList | undefined
  /** Without it, the server speaks plain HTTP. */
  readonly tls?: TlsListener
}

export type HttpServer = {
  /** Returns the URL. Port 0 takes a free one. Throws a Fault `port_taken` or `address_unusable` for the operator. */
  readonly listen: (address: { host: string; port: number }) => Promise<string>
  readonly close: (timeoutMs: number) => Promise<void>
  readonly running: () => number
  readonly routes: readonly Route[]
  readonly problems: ProblemCatalog
}

/** Leaves room for one of the largest batches of another key, however much one key takes. */
const bodiesBytesMax = 192 * 1024 * 1024
const unreadBytesMax = 256 * 1024 * 1024
const headerBytesMax = 16 * 1024
const runningMax = 10_000
/** For requests that read from the pool. With `writingMax`, it stays below the pool's size: no handler waits there. */
const handledMax = 12
/**
 * For requests that write through the pool. One place is never taken, see {@link createQuotas}. So no handler waits for
 * one of the 7 connections for writes. A book gets 5 places at most, and two that always want more settle at 3 each.
 */
const writingMax = 8
const paramLengthMax = 1000
const waitPart = 0.5
const keepAliveTimeout = 72_000

/** Creates the server. It does not listen until `listen` is called. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const routes = options.modules.flatMap((module) => module.routes)
  const catalogs = [httpProblems, ...options.modules.map((module) => module.problems)]
  const problems = createProblems(catalogs, options.docsUrl ?? '/docs')
  const budget = createQuotas(options.bodiesBytesMax ?? bodiesBytesMax)
  const places = createQuotas(options.runningMax ?? runningMax)
  const reader = createBodyReader({ budget, windowMs: options.uploadWindowMs ?? 5000 })
  const running = createRunningRequests(options.handlerTimeoutMs ?? 30_000)
  let closing = false
  let isLettingGo = false

  const isLast = (exchange: Exchange) => closing || isOutdated(exchange)
  const { send, fail, refuse, releaseBody, stop } = createSending({ options, problems, budget, places, isLast })
  const { app, isOutdated } = createFastify({ options, problems, reader, fail: refuse })
  const gate = createGate({
    ...{ authenticate: options.authenticate, clientOf: createClients(options.trustedGateways) },
    ...{ limits: options.limits, problems },
    deadlineMaxMs: options.deadlineMaxMs ?? 60_000,
    allowedMethods: createAllowedMethods(routes),
    places,
    send,
    fail,
  })
  const connections = followConnections(app.server, { max: options.connectionsMax, isTls: options.tls !== undefined })
  const [compile, runningKeys] = [createSchemaCompiler(), createRunningKeys()]
  // A write may wait long, for a locked row or a synchronous replica. Reads must not wait for that.
  const queues = {
    reads: createFairQueue(options.handledMax ?? handledMax),
    writes: createFairQueue(options.writingMax ?? writingMax),
  }
  app.addHook('onRequest', gate.refuseUnknown)
  const readingRows = options.record && createReadingRows({ ...options, record: options.record })
  const register = (on: FastifyInstance, route: Route) => {
    const checkBody = route.body && compile(route.body)
    on.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodyBytesMax ?? bodyBytesMax,
      exposeHeadRoute: route.method === 'GET' && route.streams !== true,
      ...(route.body && checkBody && { config: { body: { schema: route.body, check: checkBody } } }),
      onRequest: gate.admit(route),
      handler: createRouteHandler({
        route,
        compile,
        checkBody,
        problems,
        running,
        runningKeys,
        queues,
        readingRows,
        ...options,
        ...{ send, releaseBody, fail, refuse },
        isLettingGo: () => isLettingGo,
      }),
    })
  }
  for (const route of routes) if (route.rawBody === undefined) register(app, route)
  // Their bodies are of any type, so they have a parser of their own.
  app.register((raw, _options, ready) => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', (request, stream, done) =>
      readBytes(reader, { request, stream, done }, () => done(null)),
    )
    for (const route of routes) if (route.rawBody !== undefined) register(raw, route)
    ready()
  })
  return {
    routes,
    problems: problems.catalog,
    running: running.count,
    listen: (address) => listen(app, { ...address, scheme: options.tls === undefined ? 'http' : 'https' }),
    close: async (timeoutMs) => {
      closing = true
      const letGo = setTimeout(() => {
        isLettingGo = true
      }, timeoutMs * waitPart)
      await closeServer(app, connections.closeUnused, timeoutMs)
      clearTimeout(letGo)
      running.stop()
      reader.stop()
      stop()
    },
  }
}

function createSending(deps: {
  readonly options: HttpServerOptions
  readonly problems: Problems
  readonly budget: Quotas
  readonly places: Quotas
  readonly isLast: (exchange: Exchange) => boolean
}) {
  const { options, problems, budget, places, isLast } = deps
  const unread = createUnreadAnswers({
    bytesMax: options.unreadBytesMax ?? unreadBytesMax,
    patienceMs: options.readingTimeoutMs ?? 30_000,
  })
  const errorAnswer = createErrorAnswer({ problems, logger: options.logger })
  const slowMs = options.slowMs ?? 1000
  const releaseBody = (exchange: Exchange) => {
    if (exchange.handling || exchange.takenBytes === 0) return
    budget.release(exchange.sender, exchange.takenBytes)
    exchange.takenBytes = 0
  }
  const releasePlace = (exchange: Exchange) => {
    exchange.leaveLimits?.()
    exchange.leaveLimits = undefined
    if (!exchange.hasPlace) return
    places.release(exchange.sender, 1)
    exchange.hasPlace = false
  }
  const send = (exchange: Exchange, answered: Answer | StreamAnswer) => {
    if (exchange.answered) return
    exchange.answered = true
    exchange.streams = 'stream' in answered
    releaseBody(exchange)
    releasePlace(exchange)
    writeAnswer(exchange, answered, isLast(exchange))
    if (!exchange.streams) unread.add(exchange.reply.raw, exchange.sender)
    const tookMs = performance.now() - exchange.startedMs
    options.onAnswered?.(exchange, answered, tookMs / 1000)
    const { id, method, path, startedMs, traceparent } = exchange
    const body = 'stream' in answered ? undefined : answered.body
    noteAnswered(options.logger, { id, method, path, startedMs, traceparent, body, status: answered.status }, slowMs)
  }
  const fail = (exchange: Exchange, error: unknown) => {
    // Nothing has been sent yet: without an answer, the client would wait forever.
    if (exchange.streams && !exchange.reply.raw.headersSent) exchange.answered = false
    const isLate = exchange.isLate && isAbandoned(error)
    send(exchange, isLate ? problems.own(exchange.id, 'deadline_passed') : errorAnswer(error, exchange))
  }
  return { send, fail, refuse: createRefusals(fail), releaseBody, stop: unread.stop }
}

function createFastify(deps: {
  readonly options: HttpServerOptions
  readonly problems: Problems
  readonly reader: BodyReader
  readonly fail: (exchange: Exchange, error: unknown) => void
}) {
  const { options, problems, reader, fail } = deps
  const { tls } = options
  const guards: ServerGuard[] = []
  const onGuard = (guard: ServerGuard) => guards.push(guard)
  const exchangeOf = (request: FastifyRequest, reply: FastifyReply) => {
    request.exchange ??= new Exchange(reply, 'unreadable')
    return request.exchange
  }
  const requestTimeout = options.requestTimeoutMs ?? 60_000
  const http = {
    maxHeaderSize: headerBytesMax,
    headersTimeout: options.headersTimeoutMs ?? 10_000,
    connectionsCheckingInterval: Math.min(5000, (options.headersTimeoutMs ?? 10_000) / 2),
    requireHostHeader: false,
    ...{ requestTimeout, keepAliveTimeout },
  }
  const serverFactory: FastifyServerFactory<Server> | undefined =
    tls && ((handler) => createGuardedServer({ tls, http, handler, onGuard }))
  const app = fastify<Server>({
    logger: false,
    genReqId: requestIdOf,
    ...{ requestTimeout, keepAliveTimeout },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: paramLengthMax, querystringParser: parseQueryString },
    http,
    ...(serverFactory !== undefined && { serverFactory }),
    clientErrorHandler: (error, socket) => answerConnectionError(problems, error, socket),
    frameworkErrors: (error, request, reply) => fail(exchangeOf(request, reply as FastifyReply), error),
  })
  app.decorateRequest('exchange', undefined)
  app.addHook('preClose', async () => {
    for (const guard of guards) guard.stop()
  })
  app.setErrorHandler((error, request, reply) => fail(exchangeOf(request, reply), error))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', createJsonParser(reader))
  app.server.on('connect', (_request, socket: Socket) => refuseConnect(problems, socket))
  // Node answers an unknown Expect with an empty 417. Ignore the header instead.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  return {
    app,
    isOutdated: ({ reply }: Exchange) => guards.some((guard) => guard.isOutdated(reply.request.raw.socket)),
  }
}

type GuardedServer = {
  readonly tls: TlsListener
  readonly http: object
  readonly handler: RequestListener
  readonly onGuard: (guard: ServerGuard) => void
}

function createGuardedServer({ tls, http, handler, onGuard }: GuardedServer): Server {
  const server = createTlsServer({ ...http, ...serverOptions(tls.tls) }, handler)
  onGuard(guardServer(server, tls))
  return server
}

async function listen(app: FastifyInstance, listening: Listening): Promise<string> {
  const { host, port } = listening
  await app.listen({ host, port }).catch((error) => Promise.reject(asListenFault(error, listening)))
  return listeningUrl(app.server as Server, listening)
}

/** Node closes only idle connections that had a request. `closeUnused` closes those that had none. */
async function closeServer(app: FastifyInstance, closeUnused: () => void, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), timeoutMs)
  try {
    const closed = app.close()
    closeUnused()
    await closed
  } finally {
    clearTimeout(timer)
  }
}
