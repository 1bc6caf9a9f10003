import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Taker } from '#kernel'
import { isPast } from '../deadlines/index.ts'
import type { Caller } from './caller.ts'
import type { Client } from './clients.ts'
import type { Answer, StreamAnswer } from './route.ts'

const anonymous: Taker = { group: '', sender: '' }

export class Exchange {
  readonly id: string
  readonly method: string
  /** The route's pattern, or a fixed word when no route matched: the label of the metrics. */
  readonly path: string
  readonly startedMs = performance.now()
  readonly reply: FastifyReply
  /** The client's deadline, by the clock of `performance`. */
  untilMs: number | undefined = undefined
  caller: Caller | undefined = undefined
  /** Set by the gate. */
  client: Client | undefined = undefined
  body: Buffer | undefined = undefined
  /** The parsed body, once it was checked against its schema. */
  checkedBody: unknown = undefined
  fingerprint: Buffer | undefined = undefined
  rateHeaders: Readonly<Record<string, string>> | undefined = undefined
  /** Ends the request for the limits of requests at once. */
  leaveLimits: (() => void) | undefined = undefined
  takenBytes = 0
  /** The sender whose quotas the bytes and the place count against. Set by the gate. */
  sender: Taker = anonymous
  hasPlace = false
  /** Whether the handler still uses the body, even if a deadline has already been answered. */
  handling = false
  answered = false
  streams = false
  release: (() => void) | undefined = undefined

  constructor(reply: FastifyReply, path: string) {
    this.id = reply.request.id
    this.method = reply.request.method
    this.path = path
    this.reply = reply
  }

  /** Of a caller with a key: a stranger adds nothing to the trace of another. */
  get traceparent(): string | undefined {
    if (this.caller === undefined) return undefined
    const given = this.reply.request.headers.traceparent
    return typeof given === 'string' ? given : undefined
  }

  /** True once the client has disconnected, its deadline has passed, or an answer was sent. */
  get aborted(): boolean {
    return this.isGone || this.isLate
  }

  /** Whether nobody can be answered any more. */
  get isGone(): boolean {
    return this.answered || this.reply.raw.destroyed
  }

  /** Whether the client's deadline has passed. */
  get isLate(): boolean {
    return isPast(this.untilMs)
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange | undefined
  }
}

/** Set on every answer, which must not be cached, framed, sniffed or run. */
export const staticHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

const jsonType = 'application/json; charset=utf-8'
export const problemType = 'application/problem+json; charset=utf-8'

const staticFields = Object.entries(staticHeaders).flat()

/** The caller ensures that this is the first answer. `last` closes the connection afterward. */
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
  for (const cookie of answered.cookies ?? []) fields.push('set-cookie', cookie)
  if (last) fields.push('connection', 'close')
  const sent = answered.bytes ?? body
  if (status !== 204 && status !== 304) {
    fields.push('content-length', String(Buffer.byteLength(sent)))
    if (own?.['content-type'] === undefined) fields.push('content-type', status < 400 ? jsonType : problemType)
  }
  if (own === undefined) fields.push(...staticFields)
  // The answer's own headers replace the static ones: a repeated name would be sent twice.
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
