import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { assert } from '#kernel'
import { requestAbandoned } from '../../deadlines/index.ts'
import { fingerprintInTurns } from '../../idempotency/index.ts'
import type { Exchange } from '../exchange.ts'
import { UnreadableRequest } from '../invalid-request.ts'
import { type Check, checkInTurns } from '../validation.ts'
import { type BodyReader, endedEarly } from './body-reader.ts'
import { readBody, sliceBytes } from './body-slices.ts'
import { refuseMismatch } from './read-request.ts'
import { bodiesUnderWayMax, createRoundRobinReading, mediumBytesMax } from './round-robin-reading.ts'

export type Arriving = {
  readonly request: FastifyRequest
  readonly stream: IncomingMessage
  readonly done: (error: Error | null, body?: unknown) => void
}

export type CheckedBody = { readonly schema: TSchema; readonly check: Check }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Large bodies are checked as they are read, in several turns of the event loop. */
    body?: CheckedBody
  }
}

export function readBytes(
  reader: BodyReader,
  { request, stream, done }: Arriving,
  onRead: (bytes: Buffer, exchange: Exchange) => void,
): void {
  const { exchange } = request
  assert(exchange, 'the gate makes the exchange of every request')
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    done(new UnreadableRequest('unsupported_media_type', 'Bodies with a Content-Encoding are not read.'))
    return
  }
  const onTaken = (bytes: number) => {
    exchange.takenBytes += bytes
  }
  const bytesMax = request.routeOptions.bodyLimit
  const isStrangers = exchange.caller === undefined
  reader.read({ stream, bytesMax, sender: exchange.sender, isStrangers, onTaken }, (error, bytes) => {
    if (error || bytes === undefined) return done(error ?? null)
    // Many clients send a content type with every request. An empty body counts as none.
    if (bytes.length === 0) return done(null)
    exchange.body = bytes
    onRead(bytes, exchange)
  })
}

/** Up to this size, a body is read when it arrives: that takes less than the rest of its request. */
const smallBytesMax = 4 * 1024

/** Larger bodies wait for their turns, so that a sender of many takes only its part of the time. */
export function createJsonParser(reader: BodyReader) {
  const scheduleMedium = createRoundRobinReading({ underWayMax: 1, turnMs: 1 })
  const scheduleLarge = createRoundRobinReading({ underWayMax: bodiesUnderWayMax })
  return (request: FastifyRequest, stream: IncomingMessage, done: Arriving['done']): void => {
    readBytes(reader, { request, stream, done }, (bytes, exchange) => {
      const reading = readInTurns(request, exchange, bytes)
      const readOn = (): boolean => {
        try {
          if (isGivenUp(request, exchange)) throw exchange.isLate ? requestAbandoned() : endedEarly()
          const { done: isRead, value } = reading.next()
          if (isRead === true) done(null, value)
          return isRead !== true
        } catch (flaw) {
          done(flaw as Error)
          return false
        }
      }
      if (bytes.length <= smallBytesMax) readOn()
      else if (bytes.length <= mediumBytesMax) scheduleMedium(exchange.sender, readOn)
      else scheduleLarge(exchange.sender, readOn)
    })
  }
}

/** One that is late may repeat one that was not, which only its whole body shows. */
function isGivenUp({ headers }: FastifyRequest, exchange: Exchange): boolean {
  return exchange.isGone || (exchange.isLate && headers['idempotency-key'] === undefined)
}

/** A body of several slices is also checked and hashed in turns. A smaller one is checked with its request. */
function* readInTurns(
  request: FastifyRequest,
  exchange: Exchange,
  bytes: Buffer,
): Generator<undefined, unknown, undefined> {
  const body = yield* readBody(bytes)
  if (bytes.length <= sliceBytes) return body
  const { body: checked } = request.routeOptions.config
  if (checked !== undefined) {
    yield
    refuseMismatch(yield* checkInTurns(checked, body, bytes.length))
    exchange.checkedBody = body
  }
  if (request.headers['idempotency-key'] !== undefined) {
    yield
    exchange.fingerprint = yield* fingerprintInTurns(request, bytes)
  }
  return body
}
