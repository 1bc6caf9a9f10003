import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BodyBudget } from './body-budget.ts'
import { type Authenticate, type AuthenticationResult, type Scope, scopeSuffices } from './caller.ts'
import { Exchange } from './exchange.ts'
import type { OwnDetails, Problems } from './problem.ts'
import type { HttpProblemCode } from './problem-catalogue.ts'
import type { RateLimit } from './rate-limit.ts'
import { type Answer, bodyBytesMax, type Route } from './route.ts'

type GateDeps = {
  readonly authenticate: Authenticate
  readonly problems: Problems
  readonly rateLimit: RateLimit | undefined
  readonly bodyBudget: BodyBudget
  readonly allowedMethods: (path: string) => string[]
  readonly isFull: () => boolean
  readonly send: (exchange: Exchange, answer: Answer) => void
  readonly fail: (exchange: Exchange, error: unknown) => void
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

const urlLengthMax = 8192
const bearer = /^bearer +([\x21-\x7e]{1,500})$/i

/**
 * What happens before a body is read: the request's head is checked, the caller recognised, the
 * rate taken and room for a large body reserved. A hook that has answered does not call `done`.
 */
export function createGate(deps: GateDeps) {
  const refuse = (exchange: Exchange, code: HttpProblemCode, also?: OwnDetails) =>
    deps.send(exchange, deps.problems.own(exchange.id, code, also))

  /** Whether the head is readable; answers when it is not. */
  const passesHead = (request: FastifyRequest, exchange: Exchange): boolean => {
    const wrong = headProblem(request)
    if (wrong === undefined) return true
    refuse(exchange, wrong.code, wrong.also)
    return false
  }

  const afterAuthentication = (exchange: Exchange, result: AuthenticationResult, scope: Scope, next: () => void) => {
    if (!result.ok) {
      deps.send(exchange, challenge(deps.problems.render(exchange.id, result.refusal), 'invalid_token'))
      return
    }
    const caller = result.value
    exchange.caller = caller
    if (deps.rateLimit) {
      const rate = deps.rateLimit.take(caller.keyId)
      exchange.rateHeaders = rate.headers
      if (!rate.allowed) return refuse(exchange, 'rate_limited')
    }
    if (!scopeSuffices(caller.scope, scope)) {
      return refuse(exchange, 'scope_insufficient', {
        detail: `This needs a key of scope ${scope}; the key's scope is ${caller.scope}.`,
      })
    }
    next()
  }

  const authenticated = (request: FastifyRequest, exchange: Exchange, scope: Scope, next: () => void) => {
    const { authorization, 'munim-book': book } = request.headers
    if (authorization === undefined) {
      return deps.send(exchange, challenge(deps.problems.own(exchange.id, 'unauthenticated')))
    }
    const key = bearer.exec(authorization)?.[1]
    if (key === undefined) {
      const detail = 'Authorization must be `Bearer` and an API key.'
      return deps.send(exchange, challenge(deps.problems.own(exchange.id, 'unauthenticated', { detail })))
    }
    const result = deps.authenticate({ key, book: Array.isArray(book) ? book.join() : book })
    if (!(result instanceof Promise)) return afterAuthentication(exchange, result, scope, next)
    result
      .then((known) => afterAuthentication(exchange, known, scope, next))
      .catch((error) => deps.fail(exchange, error))
  }

  /** Reserves what the body may take; one beyond the route's limit is refused when it is read. */
  const reserveBody = (request: FastifyRequest, exchange: Exchange, route: Route): boolean => {
    const routeMax = route.bodyBytesMax ?? bodyBytesMax
    if (routeMax <= bodyBytesMax) return true
    const declared = request.headers['content-length']
    const bytes = declared === undefined ? routeMax : Number(declared)
    if (bytes > routeMax) return true
    if (!deps.bodyBudget.reserve(bytes)) {
      refuse(exchange, 'service_unavailable', busy('The server is busy with other large requests.'))
      return false
    }
    exchange.reservedBytes = bytes
    return true
  }

  const admit = (route: Route): Hook => {
    const { scope } = route
    return (request, reply, done) => {
      const exchange = new Exchange(reply, route.path)
      request.exchange = exchange
      if (!passesHead(request, exchange)) return
      const next = () => {
        if (reserveBody(request, exchange, route)) done()
      }
      if (scope === 'none') return next()
      if (deps.isFull()) {
        return refuse(exchange, 'service_unavailable', busy('The server has as many requests under way as it takes.'))
      }
      authenticated(request, exchange, scope, next)
    }
  }

  /** Nothing is at the path, or not with this method. Under /v1 that is only told to who has a key. */
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
    if (path === '/v1' || path.startsWith('/v1/')) authenticated(request, exchange, 'read', answerUnknown)
    else answerUnknown()
  }

  return { admit, refuseUnknown }
}

/** What is wrong with a request's head, if anything is. */
function headProblem(request: FastifyRequest): { code: HttpProblemCode; also?: OwnDetails } | undefined {
  if (request.url.length > urlLengthMax) return { code: 'url_too_long' }
  if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
    return { code: 'malformed_request', also: { detail: 'The header Host is missing.' } }
  }
  return undefined
}

function busy(detail: string): OwnDetails {
  return { detail, headers: { 'retry-after': '1' } }
}

/** A 401 says how to authenticate, as RFC 6750 asks. */
function challenge(answer: Answer, error?: string): Answer {
  if (answer.status !== 401) return answer
  const value = error === undefined ? 'Bearer realm="munim"' : `Bearer realm="munim", error="${error}"`
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': value } }
}
