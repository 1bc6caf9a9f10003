import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Uuid } from '#kernel'
import { createHttpClient, type HttpClient } from '#platform/http-client'
import type { Tls } from '../tls/index.ts'

/**
 * Traces in OpenTelemetry's protocol (OTLP over HTTP, JSON), only when configured. The id of a trace is that of the
 * payment or other subject, so every process adds to it by what it has anyway: nothing travels with a message.
 */
export type Span = {
  readonly name: string
  readonly kind: 'server' | 'consumer' | 'client'
  readonly subject?: Uuid
  /** The span that began the subject. There is one. */
  readonly isRoot?: boolean
  /** The caller's `traceparent`: the span is in the caller's trace, and linked to that of the subject. */
  readonly calledBy?: string | undefined
  /** By the clock of `performance`. */
  readonly startMs: number
  readonly endMs: number
  /** Names and ids, never what a client wrote. */
  readonly attributes: Readonly<Record<string, string | number>>
  readonly hasFailed?: boolean
}

export type Tracing = { readonly stop: () => Promise<void> }

const kinds = { server: 2, client: 3, consumer: 5 } as const
const keptMax = 8_192
const sendEveryMs = 1_000
/** Thousands of spans take 100 ms to write. Everything else goes on after so many. */
const writtenAtOnce = 256
const patienceMs = 5_000
const lastPatienceMs = 500
/** By W3C's Trace Context, ids of zeros and version `ff` are invalid. */
const parent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/

let waiting: object[] | undefined
const counts = { sent: 0, dropped: 0 }

export function isTracing(): boolean {
  return waiting !== undefined
}

/** Does nothing without tracing. */
export function addSpan(span: Span): void {
  if (waiting === undefined) return
  if (waiting.length >= keptMax) counts.dropped += 1
  else waiting.push(...render(span))
}

export function traceCounts(): Readonly<typeof counts> {
  return counts
}

/**
 * Spans that the collector does not take in time are dropped: the program never waits for it. `tls`: the process's
 * certificate, which is shown to a collector at an https address.
 */
export function startTracing(
  endpoint: string,
  {
    tls,
    openClient = createHttpClient,
  }: { readonly tls?: Tls | undefined; readonly openClient?: typeof createHttpClient } = {},
): Tracing {
  waiting = []
  const open = () => openClient({ url: endpoint, source: 'configuration', timeoutMs: patienceMs, tls })
  const collector = open()
  let round: Promise<void> | undefined
  const send = async (to: HttpClient, timeoutMs: number) => {
    const spans = waiting?.splice(0) ?? []
    if (spans.length === 0) return
    const isTaken = await post(to, spans, timeoutMs)
    counts[isTaken ? 'sent' : 'dropped'] += spans.length
  }
  const timer = setInterval(() => {
    round ??= send(collector, patienceMs).finally(() => {
      round = undefined
    })
  }, sendEveryMs).unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await collector.close()
      await round
      const last = open()
      await send(last, lastPatienceMs)
      await last.close()
      waiting = undefined
    },
  }
}

async function post(to: HttpClient, spans: readonly object[], timeoutMs: number): Promise<boolean> {
  const resource = { attributes: attributesOf({ 'service.name': 'munim', 'process.pid': process.pid }) }
  const head = `{"resourceSpans":[{"resource":${JSON.stringify(resource)},"scopeSpans":[{"scope":{"name":"munim"},"spans":[`
  const body = Buffer.concat([Buffer.from(head), ...(await written(spans)), Buffer.from(']}]}]}')])
  const headers = ['content-type', 'application/json']
  const reply = await to.call({ method: 'POST', path: '/v1/traces', headers, body, timeoutMs })
  return reply.kind === 'answered' && reply.status >= 200 && reply.status < 300
}

/** The list without its brackets, in pieces, each in a turn of the event loop. */
async function written(spans: readonly object[]): Promise<Buffer[]> {
  const pieces: Buffer[] = []
  for (let from = 0; from < spans.length; from += writtenAtOnce) {
    if (from > 0) await setImmediate()
    const list = JSON.stringify(spans.slice(from, from + writtenAtOnce))
    pieces.push(Buffer.from(`${from > 0 ? ',' : ''}${list.slice(1, -1)}`))
  }
  return pieces
}

function render(span: Span): object[] {
  const { subject, isRoot = false } = span
  const [, callersTrace, callersSpan] = parent.exec(span.calledBy ?? '') ?? []
  const own = subject && {
    ...common(span),
    traceId: subject,
    ...(isRoot ? { spanId: rootOf(subject) } : { parentSpanId: rootOf(subject) }),
  }
  if (callersTrace === undefined) return [own || common(span)]
  const links = subject === undefined ? [] : [{ traceId: subject, spanId: rootOf(subject) }]
  const called = { ...common(span), traceId: callersTrace, parentSpanId: callersSpan, links }
  return own ? [called, own] : [called]
}

function common({ name, kind, startMs, endMs, attributes, hasFailed }: Span) {
  return {
    ...{ traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), name, kind: kinds[kind] },
    ...{ startTimeUnixNano: unixNano(startMs), endTimeUnixNano: unixNano(endMs) },
    attributes: attributesOf(attributes),
    ...(hasFailed && { status: { code: 2 } }),
  }
}

/** The random end of the subject's id. */
function rootOf(subject: Uuid): string {
  return subject.slice(16)
}

function unixNano(ms: number): string {
  return String(BigInt(Math.round((performance.timeOrigin + ms) * 1_000)) * 1_000n)
}

function attributesOf(attributes: Span['attributes']): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value },
  }))
}
