import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createQuotas, type Taker } from '#kernel'
import { type AddressList, networkOf } from '#platform/addresses'
import {
  assertedHeaders,
  certificateHeader,
  clientCertificate,
  createUnreadAnswers,
  type HttpProblemCode,
  type OwnDetails,
  type Problems,
  requestIdOf,
} from '#platform/http'
import { answerProblem } from './answers.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import type { Admission } from './requests/admission.ts'
import { clientAddress } from './requests/client-address.ts'
import type { PassOn } from './requests/pass-on.ts'
import { type BodyFlaw, type BodyReader, createBodyReader, type RequestBody } from './requests/request-body.ts'
import { classOf, type RequestClass } from './requests/request-class.ts'
import { type HeadResult, type RequestHead, readHead } from './requests/request-head.ts'

export type RequestLimits = {
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly connectionsMax: number
  readonly waitingMax: number
  readonly bodyBytesMax: number
  /** Larger bodies are passed on while they arrive, and once only. */
  readonly wholeBytesMax: number
  readonly bodiesBytesMax: number
  /** In each such time, 4 KiB of a body must arrive, and 64 KiB of one that is passed on while it arrives. */
  readonly bodyWindowMs: number
  /** The time to read an answer, and once more for each 512 KiB. */
  readonly readingTimeoutMs: number
  readonly retryMs: number
}

type HandlerDeps = {
  readonly problems: Problems
  readonly admission: Admission
  readonly passOn: Pick<PassOn, 'pass'>
  readonly metrics: GatewayMetrics
  readonly answerHealth: (request: IncomingMessage, response: ServerResponse) => void
  readonly limits: Partial<RequestLimits>
  readonly allow: AddressList | undefined
  readonly proxies: AddressList | undefined
  readonly isLast: (socket: Socket) => boolean
  readonly onFault: (error: unknown) => void
  readonly onAnswered: ((answered: AnsweredLine) => void) | undefined
}

/** For the log. Without what a client wrote, such as the target. */
export type AnsweredLine = {
  readonly requestId: string
  readonly method: string
  readonly class: RequestClass | 'none'
  readonly status: number
  readonly ms: number
  readonly address: string | undefined
}

const mebibyte = 1024 * 1024
/** Those of the API: the largest batch, and everything else. */
const bodyBytesMax = 32 * mebibyte
const wholeBytesMax = mebibyte
const bodiesBytesMax = 128 * mebibyte
const pieceMin = 4 * 1024
/** It holds a place. The API demands as much. */
const streamedPieceMin = 64 * 1024
export const readingTimeoutMs = 30_000
const unreadBytesMax = 128 * mebibyte

/** One request of a client. */
type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly id: string
  readonly address: string | undefined
  readonly taker: Taker
  readonly startedMs: number
  class: RequestClass | 'none'
}

const flaws: Readonly<Record<Exclude<BodyFlaw, 'gone'>, 'body_too_large' | 'request_timeout' | 'overloaded'>> = {
  too_large: 'body_too_large',
  too_slow: 'request_timeout',
  no_room: 'overloaded',
}

export function createRequestHandler(deps: HandlerDeps) {
  const { problems, limits, metrics, isLast } = deps
  const reader = createReader(limits)
  const unread = createUnreadAnswers({
    bytesMax: unreadBytesMax,
    patienceMs: limits.readingTimeoutMs ?? readingTimeoutMs,
  })

  const refuse = ({ request, response, id }: Exchange, code: HttpProblemCode, also: OwnDetails = {}) => {
    const answer = problems.own(id, code, also)
    // What is left of the body would have to be read before the next request.
    answerProblem(response, answer, { requestId: id, isLast: !request.complete || isLast(request.socket) })
  }
  const end = (exchange: Exchange) => {
    const { request, response, startedMs, taker } = exchange
    reader.release(request)
    if (!response.headersSent) return
    unread.add(response, taker)
    const ms = performance.now() - startedMs
    const answered = { class: exchange.class, status: response.statusCode }
    metrics.onAnswered({ ...answered, seconds: ms / 1000 })
    const { id: requestId, address } = exchange
    deps.onAnswered?.({ ...answered, requestId, method: request.method ?? '', ms: Math.round(ms), address })
  }
  const serve = async (exchange: Exchange) => {
    const { request, address, taker } = exchange
    const { url = '' } = request
    if (isHealth(url)) return deps.answerHealth(request, exchange.response)
    if (deps.allow !== undefined && !deps.allow.has(address)) return refuse(exchange, 'address_refused')
    const read = readHead(request)
    if (!read.ok) return refuse(exchange, read.code, detailsOf(read))
    const { head } = read
    exchange.class = classOf({ ...head, priority: headerOf(request, 'priority') })
    const body = await reader.read(request, { length: head.hasBody ? head.length : 0, taker })
    if (body === 'gone') return undefined
    if (typeof body === 'string') return refuseBody(exchange, body)
    // No single object is that large, and nobody waits for an upload that holds a place.
    if (body.kind === 'streaming') exchange.class = 'low'
    return passWhenAdmitted(exchange, head, body)
  }
  const refuseBody = (exchange: Exchange, flaw: Exclude<BodyFlaw, 'gone'>) => {
    if (flaw === 'no_room') metrics.count('shed', exchange.class)
    refuse(exchange, flaws[flaw], flaw === 'no_room' ? retryLater : {})
  }
  const passWhenAdmitted = async (exchange: Exchange, head: RequestHead, body: RequestBody) => {
    const leave = await enter(deps.admission, exchange)
    if (leave === undefined) {
      if (exchange.response.destroyed) return
      metrics.count('shed', exchange.class)
      return refuse(exchange, 'overloaded', retryLater)
    }
    try {
      const { response, request, startedMs } = exchange
      const headers = [...head.headers, ...assertions(exchange)]
      const passed = await deps.passOn.pass({
        ...{ head, headers, body, response, startedMs },
        // What is left of the body would have to be read before the next request.
        isLast: () => !request.complete || isLast(request.socket),
      })
      if (passed.kind === 'failed') refuse(exchange, passed.code, passed.code === 'gateway_timeout' ? {} : retryLater)
      else if (passed.kind === 'flawed' && passed.flaw !== 'gone') refuseBody(exchange, passed.flaw)
    } finally {
      leave()
    }
  }
  return {
    handle: (request: IncomingMessage, response: ServerResponse) => {
      const exchange = beginExchange(request, response, deps.proxies)
      // A broken connection is seen by what reads or writes.
      request.on('error', () => undefined)
      response.on('error', () => undefined)
      serve(exchange)
        .catch((error: unknown) => {
          deps.onFault(error)
          refuse(exchange, 'internal_error')
        })
        .finally(() => end(exchange))
    },
    stop: () => {
      reader.stop()
      unread.stop()
    },
  }
}

function createReader(limits: Partial<RequestLimits>): BodyReader {
  return createBodyReader({
    bytesMax: limits.bodyBytesMax ?? bodyBytesMax,
    wholeMax: limits.wholeBytesMax ?? wholeBytesMax,
    budget: createQuotas(limits.bodiesBytesMax ?? bodiesBytesMax),
    windowMs: limits.bodyWindowMs ?? 5_000,
    ...{ pieceMin, streamedPieceMin },
  })
}

function beginExchange(request: IncomingMessage, response: ServerResponse, proxies: AddressList | undefined): Exchange {
  const { 'x-forwarded-for': forwardedFor } = request.headers
  const peer = request.socket.remoteAddress
  const address = clientAddress({ peer, proxies, forwardedFor: Array.isArray(forwardedFor) ? undefined : forwardedFor })
  const network = networkOf({ remoteAddress: address })
  const taker = { group: network, sender: network }
  return { request, response, address, taker, id: requestIdOf(request), startedMs: performance.now(), class: 'none' }
}

const retryLater: OwnDetails = { headers: { 'retry-after': '1' } }

/** Resolves to what gives the place back; to undefined when there is none. */
function enter(admission: Admission, { class: kind, taker, response }: Exchange): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const onClose = () => {
      leave?.()
      resolve(undefined)
    }
    if (response.destroyed) return resolve(undefined)
    let leave: (() => void) | undefined
    let hasBegun = false
    const settle = () => {
      hasBegun = true
      response.off('close', onClose)
      if (leave !== undefined) resolve(leave)
    }
    response.once('close', onClose)
    const shed = () => {
      response.off('close', onClose)
      resolve(undefined)
    }
    leave = admission.enter({ class: kind === 'none' ? 'low' : kind, taker, begin: settle, shed })
    if (hasBegun) resolve(leave)
  })
}

/** What the API believes of the gateway alone. */
function assertions({ request, id, address }: Exchange): string[] {
  const certificate = clientCertificate(request.socket)
  const asserted = ['request-id', id]
  if (address !== undefined) asserted.push(assertedHeaders.address, address)
  if (certificate !== undefined) asserted.push(assertedHeaders.certificate, certificateHeader(certificate))
  return asserted
}

function detailsOf(read: Extract<HeadResult, { ok: false }>): OwnDetails {
  return read.detail === undefined ? {} : { detail: read.detail }
}

function isHealth(url: string): boolean {
  return /^\/(?:healthz|readyz)(?:\?|$)/.test(url)
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
