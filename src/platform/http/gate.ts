import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Quotas, Taker } from '#kernel'
import { networkOf } from '../addresses/index.ts'
import { deadlineHeader, readDeadline } from '../deadlines/index.ts'
import type { OwnDetails, Problems } from './answering/problem.ts'
import type { HttpProblemCode } from './answering/problem-catalog.ts'
import type { Authenticate, AuthenticationResult, Caller } from './caller.ts'
import type { Client } from './clients.ts'
import { Exchange } from './exchange.ts'
import type { CallerLimits } from './limits/caller-limits.ts'
import type { Permission } from './permissions.ts'
import { headProblem, isInPieces } from './reading/head-problem.ts'
import type { Answer, Route } from './route.ts'
import { lacking } from './route-handler.ts'

type GateDeps = {
  readonly authenticate: Authenticate
  readonly clientOf: (request: IncomingMessage) => Client
  readonly problems: Problems
  readonly limits: CallerLimits | undefined
  readonly deadlineMaxMs: number
  readonly allowedMethods: (path: string) => string[]
  readonly places: Quotas
  readonly send: (exchange: Exchange, answer: Answer) => void
  readonly fail: (exchange: Exchange, error: unknown) => void
}

/** Without a permission: any caller. */
type Needed = { readonly permission?: Permission; readonly operation: string }
type Entered = Awaited<ReturnType<CallerLimits['enter']>>

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

/** Chunked bodies, of a few MiB at most, that may be buffered at once while their senders' keys are looked up. */
const unreadMax = 32
/** An access token is longer than a key. */
const bearer = /^bearer +([\x21-\x7e]{1,9500})$/i

function createDoor(deps: Omit<GateDeps, 'authenticate' | 'limits' | 'allowedMethods'>) {
  const refuse = (exchange: Exchange, code: HttpProblemCode, also?: OwnDetails) =>
    deps.send(exchange, deps.problems.own(exchange.id, code, also))

  let unread = 0

  const passesHead = (request: FastifyRequest, exchange: Exchange): boolean => {
    exchange.client = deps.clientOf(request.raw)
    const wrong = headProblem(request)
    if (wrong === undefined) return true
    refuse(exchange, wrong.code, wrong.also)
    return false
  }

  /** Counted from the arrival of the headers. */
  const takesDeadline = (request: FastifyRequest, exchange: Exchange): boolean => {
    const header = request.headers[deadlineHeader]
    if (header === undefined) return true
    const ms = readDeadline(header, deps.deadlineMaxMs)
    if (ms === undefined) {
      const detail = 'Munim-Deadline must be a whole number of milliseconds.'
      refuse(exchange, 'validation_failed', { detail, param: 'Munim-Deadline' })
      return false
    }
    exchange.untilMs = exchange.startedMs + ms
    return true
  }

  const takesPlace = (exchange: Exchange, sender: Taker, isRoom = true): boolean => {
    exchange.sender = sender
    exchange.hasPlace = isRoom && deps.places.take(sender, 1)
    if (!exchange.hasPlace) refuse(exchange, 'service_unavailable', tooMany)
    return exchange.hasPlace
  }

  const whenKnown = (
    request: FastifyRequest,
    exchange: Exchange,
    result: Promise<AuthenticationResult>,
    known: (result: AuthenticationResult) => void,
  ) => {
    const pieces = isInPieces(request) ? 1 : 0
    // Until the key is known, the request counts as one without a key.
    const isAdmitted = takesPlace(exchange, strangerOf(exchange, 'unknown key'), unread + pieces <= unreadMax)
    if (!isAdmitted) {
      // The request has been answered, so ignore a failed look-up.
      result.catch(() => undefined)
      return
    }
    unread += pieces
    const leave = () => {
      unread -= pieces
      if (exchange.hasPlace) deps.places.release(exchange.sender, 1)
      exchange.hasPlace = false
    }
    result
      .finally(leave)
      .then(known)
      .catch((error) => deps.fail(exchange, error))
  }

  return { refuse, passesHead, takesDeadline, takesPlace, whenKnown }
}

/** The steps before a body is read. A hook that has answered does not call `done`. */
export function createGate(deps: GateDeps) {
  const { refuse, passesHead, takesDeadline, takesPlace, whenKnown } = createDoor(deps)

  /** Counts the request by the limits of its caller, and goes on unless one is used up. */
  const enterLimits = (exchange: Exchange, operation: string, { principal, book }: Caller, goOn: () => void) => {
    const go = (entered: Entered) => {
      if (entered === undefined) return goOn()
      exchange.rateHeaders = entered.headers
      if (!entered.ok) return refuse(exchange, 'rate_limited', { detail: usedUp(entered.policy) })
      // Its client may have gone while the database was asked.
      if (exchange.answered) return entered.leave?.()
      exchange.leaveLimits = entered.leave
      goOn()
    }
    const entered = deps.limits?.enter({ client: principal, book: book.id, operation })
    if (entered instanceof Promise) entered.then(go).catch((error) => deps.fail(exchange, error))
    else go(entered)
  }

  const afterAuthentication = (exchange: Exchange, result: AuthenticationResult, needed: Needed, next: () => void) => {
    if (!result.ok) {
      const { refusal, permission } = result
      const refused = deps.problems.render(exchange.id, refusal, permission === undefined ? {} : { permission })
      deps.send(exchange, challenge(refused, 'invalid_token'))
      return
    }
    const caller = result.value
    exchange.caller = caller
    if (!takesPlace(exchange, { group: caller.book.number, sender: caller.principal.id })) return
    const { permission, operation } = needed
    enterLimits(exchange, operation, caller, () => {
      if (permission !== undefined && !caller.permissions.has(permission)) {
        return refuse(exchange, 'scope_insufficient', lacking(permission))
      }
      next()
    })
  }

  const authenticated = (request: FastifyRequest, exchange: Exchange, needed: Needed, next: () => void) => {
    const { authorization, 'munim-book': book } = request.headers
    if (authorization === undefined) {
      return deps.send(exchange, challenge(deps.problems.own(exchange.id, 'unauthenticated')))
    }
    const key = bearer.exec(authorization)?.[1]
    if (key === undefined) {
      const detail = 'Authorization must be `Bearer` and an API key or an access token.'
      return deps.send(exchange, challenge(deps.problems.own(exchange.id, 'unauthenticated', { detail })))
    }
    const result = deps.authenticate({
      key,
      book: Array.isArray(book) ? book.join() : book,
      address: exchange.client?.address,
      certificate: exchange.client?.thumbprint,
    })
    const known = (one: AuthenticationResult) => afterAuthentication(exchange, one, needed, next)
    if (result instanceof Promise) whenKnown(request, exchange, result, known)
    else known(result)
  }

  const admit = (route: Route): Hook => {
    const { permission, operation } = route
    return (request, reply, done) => {
      const exchange = new Exchange(reply, route.path)
      request.exchange = exchange
      if (!passesHead(request, exchange) || !takesDeadline(request, exchange)) return
      if (permission !== 'none') return authenticated(request, exchange, { permission, operation }, done)
      if (takesPlace(exchange, strangerOf(exchange, route.path))) done()
    }
  }

  /** Under /v1, callers without a key do not learn whether the path exists. */
  const refuseUnknown: Hook = (request, reply, done) => {
    if (!request.is404) return done()
    const exchange = new Exchange(reply, 'unknown')
    request.exchange = exchange
    if (!passesHead(request, exchange)) return
    const path = request.url.split('?', 1)[0] ?? ''
    const answerUnknown = () => {
      const methods = deps.allowedMethods(path)
      if (methods.length === 0) refuse(exchange, 'route_not_found')
      else refuse(exchange, 'method_not_allowed', { headers: { allow: methods.join(', ') } })
    }
    if (path === '/v1' || path.startsWith('/v1/')) authenticated(request, exchange, { operation: '' }, answerUnknown)
    else answerUnknown()
  }

  return { admit, refuseUnknown }
}

const tooMany: OwnDetails = {
  detail: 'The server has as many requests under way as it takes, or as it takes of one key or book.',
  headers: { 'retry-after': '1' },
}

/** The policy's name is what the headers call it. */
function usedUp(policy: string): string {
  return `The limit ${policy} is used up. Wait for Retry-After seconds; RateLimit-Policy states all limits.`
}

function strangerOf({ client }: Exchange, what: string): Taker {
  return { group: `strangers ${what}`, sender: `${what} ${networkOf({ remoteAddress: client?.address })}` }
}

/** RFC 6750 requires a 401 to name the authentication scheme. */
function challenge(answer: Answer, error?: string): Answer {
  if (answer.status === 429) return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } }
  if (answer.status !== 401) return answer
  const value = error === undefined ? 'Bearer realm="munim"' : `Bearer realm="munim", error="${error}"`
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': value } }
}
