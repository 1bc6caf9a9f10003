import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Taker } from '#kernel'
import type { Caller } from './caller.ts'
import type { Answer, StreamAnswer } from './route.ts'

const nobody: Taker = { group: '', sender: '' }

/** A request and its answer, from the first header to the last byte that the server decides. */
export class Exchange {
  readonly id: string
  readonly method: string
  /** The route's pattern, or a fixed word when no route matched: the label of the metrics. */
  readonly path: string
  readonly startedMs = performance.now()
  readonly reply: FastifyReply
  caller: Caller | undefined = undefined
  /** The exact bytes of the body, for the fingerprint of an idempotency key. */
  body: Buffer | undefined = undefined
  rateHeaders: Readonly<Record<string, string>> | undefined = undefined
  takenBytes = 0
  /** The sender that the bytes and the place are counted for. Known once the gate lets the request pass. */
  sender: Taker = nobody
  /** Whether it has a place among the requests in progress. */
  hasPlace = false
  /** Whether the handler still uses the body, even after another answer was sent, such as that of a deadline. */
  handling = false
  answered = false
  /** Whether the answer is a stream, which may fail before its first byte. */
  streams = false
  /** Releases the request's turn at the connections of the pool. */
  leaveTurn: (() => void) | undefined = undefined

  constructor(reply: FastifyReply, path: string) {
    this.id = reply.request.id
    this.method = reply.request.method
    this.path = path
    this.reply = reply
  }

  /** Whether the client no longer waits: the answer was sent (a deadline has passed), or the client disconnected. */
  get aborted(): boolean {
    return this.answered || this.reply.raw.destroyed
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange | undefined
  }
}

/** Set by hand on every answer: nothing of the API may be cached, framed, sniffed or run. */
export const staticHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

const jsonType = 'application/json; charset=utf-8'
export const problemType = 'application/problem+json; charset=utf-8'

/** Headers in the flat form that Node writes without looking up each one. */
const staticFields = Object.entries(staticHeaders).flat()

/**
 * Writes the answer. The caller ensures that it is the first. `last`: the connection ends with it. An answer in one
 * piece goes straight to Node, since the framework has nothing left to do for it.
 */
export function writeAnswer(exchange: Exchange, answered: Answer | StreamAnswer, last: boolean): void {
  if ('stream' in answered) {
    writeStream(exchange, answered, last)
    return
  }
  const { reply } = exchange
  const { status, body } = answered
  const own = answered.headers
  const fields = ['request-id', exchange.id]
  append(fields, exchange.rateHeaders)
  if (last) fields.push('connection', 'close')
  const sent = answered.bytes ?? body
  if (status !== 204 && status !== 304) {
    fields.push('content-length', String(Buffer.byteLength(sent)))
    if (own?.['content-type'] === undefined) fields.push('content-type', status < 400 ? jsonType : problemType)
  }
  if (own === undefined) fields.push(...staticFields)
  // The answer's own headers replace the static ones: a header given twice would be sent twice.
  else append(fields, { ...staticHeaders, ...own })
  reply.hijack()
  reply.raw.writeHead(status, fields)
  reply.raw.end(sent)
}

function append(fields: string[], headers: Readonly<Record<string, string>> | undefined): void {
  for (const name in headers) fields.push(name, headers[name] ?? '')
}

function writeStream(exchange: Exchange, answered: StreamAnswer, last: boolean): void {
  const { reply } = exchange
  reply.code(answered.status)
  reply.headers(staticHeaders)
  reply.header('request-id', exchange.id)
  if (exchange.rateHeaders !== undefined) reply.headers(exchange.rateHeaders)
  if (last) reply.header('connection', 'close')
  reply.header('content-type', answered.contentType)
  reply.send(Readable.from(answered.stream))
}
