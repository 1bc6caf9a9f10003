import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Shares, Taker } from '#kernel'
import { type Authenticate, type AuthenticationResult, type Scope, scopeSuffices } from './caller.ts'
import { addressOf } from './connections.ts'
import { Exchange } from './exchange.ts'
import type { OwnDetails, Problems } from './problem.ts'
import type { HttpProblemCode } from './problem-catalogue.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Answer, Route } from './route.ts'
import { scopeDetail } from './route-handler.ts'

type GateDeps = {
  readonly authenticate: Authenticate
  readonly problems: Problems
  readonly rateLimit: RateLimit | undefined
  readonly allowedMethods: (path: string) => string[]
  /** Those of the requests under way. */
  readonly places: Shares
  readonly send: (exchange: Exchange, answer: Answer) => void
  readonly fail: (exchange: Exchange, error: unknown) => void
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

const urlLengthMax = 8192
const bearer = /^bearer +([\x21-\x7e]{1,500})$/i

/**
 * What happens before a body is read: the request's head is checked, the caller recognized and the
 * rate taken. A hook that has answered does not call `done`.
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

  /** Takes a place among the requests under way; answers when the sender, or those it belongs to, have too many. */
  const takesPlace = (exchange: Exchange, sender: Taker): boolean => {
    exchange.sender = sender
    exchange.hasPlace = deps.places.take(sender, 1)
    if (!exchange.hasPlace) refuse(exchange, 'service_unavailable', tooMany)
    return exchange.hasPlace
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
        detail: scopeDetail(scope, caller.scope),
      })
    }
    if (takesPlace(exchange, { group: caller.book.number, sender: caller.keyId })) next()
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
    const result = deps.authenticate({
      key,
      book: Array.isArray(book) ? book.join() : book,
      address: request.socket.remoteAddress,
    })
    if (!(result instanceof Promise)) return afterAuthentication(exchange, result, scope, next)
    // Until the key is known it is a stranger's.
    if (!takesPlace(exchange, strangerOf(request, 'unknown key'))) {
      // It has been answered: that the look-up fails is told to those who wait for it.
      result.catch(() => undefined)
      return
    }
    const leave = () => {
      if (exchange.hasPlace) deps.places.release(exchange.sender, 1)
      exchange.hasPlace = false
    }
    result
      .finally(leave)
      .then((known) => afterAuthentication(exchange, known, scope, next))
      .catch((error) => deps.fail(exchange, error))
  }

  const admit = (route: Route): Hook => {
    const { scope } = route
    return (request, reply, done) => {
      const exchange = new Exchange(reply, route.path)
      request.exchange = exchange
      if (!passesHead(request, exchange)) return
      if (scope !== 'none') return authenticated(request, exchange, scope, done)
      if (takesPlace(exchange, strangerOf(request, route.path))) done()
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
  const repeated = repeatedHeader(request.raw.rawHeaders)
  if (repeated !== undefined) {
    return { code: 'malformed_request', also: { detail: `The header ${repeated} is given more than once.` } }
  }
  return undefined
}

/**
 * Headers that must come once, as only one can count: of these Node keeps the first in silence, or
 * joins them to what nobody has sent.
 */
const singleHeaders: readonly string[] = ['host', 'authorization', 'content-type', 'munim-book']
const singleLengths = new Set(singleHeaders.map((name) => name.length))

/** The name of such a header that is given twice. `raw` has names and values by turns. */
function repeatedHeader(raw: readonly string[]): string | undefined {
  let seen = 0
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] as string
    if (!singleLengths.has(name.length)) continue
    const place = singleHeaders.indexOf(name.toLowerCase())
    if (place === -1) continue
    if ((seen & (1 << place)) !== 0) return name
    seen |= 1 << place
  }
  return undefined
}

const tooMany: OwnDetails = {
  detail: 'The server has as many requests under way as it takes, or as it takes of one key or book.',
  headers: { 'retry-after': '1' },
}

/** Who has no key is counted with all others who have none and ask for the same. */
function strangerOf(request: FastifyRequest, what: string): Taker {
  return { group: `strangers ${what}`, sender: `${what} ${addressOf(request.socket)}` }
}

/** A 401 says how to authenticate, as RFC 6750 asks. */
function challenge(answer: Answer, error?: string): Answer {
  if (answer.status === 429) return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } }
  if (answer.status !== 401) return answer
  const value = error === undefined ? 'Bearer realm="munim"' : `Bearer realm="munim", error="${error}"`
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': value } }
}
