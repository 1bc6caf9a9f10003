import { afterEach, expect, test, vi } from 'vitest'
import { encodeId } from '#kernel'
import type { HttpClient, HttpClientOptions, HttpReply } from '#platform/http-client'
import { noteAnswered } from './note-answered.ts'
import { addSpan, isTracing, startTracing, type Tracing, traceCounts } from './traces.ts'

const subject = '01981c8e6f7a7c0b9d2e3f4a5b6c7d8e'
const id = encodeId('pay', subject)
const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
let tracing: Tracing | undefined
afterEach(async () => {
  await tracing?.stop()
  tracing = undefined
})

/** What a collector gets. */
function collect(status = 200) {
  // biome-ignore lint/suspicious/noExplicitAny: the test looks into what is sent.
  const sent: { url: string; spans: any[] }[] = []
  const open = ({ url }: HttpClientOptions): HttpClient => ({
    ...unused,
    call: async ({ path, body }) => {
      const { resourceSpans } = JSON.parse(String(body))
      sent.push({ url: `${url.replace(/\/$/, '')}${path}`, spans: resourceSpans[0].scopeSpans[0].spans })
      return { kind: 'answered', status, headers: {}, body: '' }
    },
  })
  return { sent, open }
}

const unused = { stream: () => Promise.reject(new Error('no stream')), close: async () => undefined }
const silent = { isLevelEnabled: () => false, info: () => undefined, warn: () => undefined } as never
const answered = { id: 'req_1', method: 'POST', path: '/v1/payments', startedMs: 0, status: 201 }
const body = `{"id":"${id}","state":"processing"}`

test('nothing is kept without tracing', () => {
  addSpan({ name: 'x', kind: 'client', startMs: 0, endMs: 1, attributes: {} })
  expect(isTracing()).toBe(false)
})

test('a request begins the trace of its subject; with a caller it is in both', async () => {
  const { sent, open } = collect()
  tracing = startTracing('http://collector:4318/', { openClient: open })
  noteAnswered(silent, { ...answered, body, traceparent: undefined }, 1e9)
  noteAnswered(silent, { ...answered, body, traceparent: caller }, 1e9)
  await tracing.stop()
  const [{ url, spans } = { url: '', spans: [] }] = sent
  expect(url).toBe('http://collector:4318/v1/traces')
  const root = { traceId: subject, spanId: subject.slice(16) }
  expect(spans).toMatchObject([
    { ...root, name: 'POST /v1/payments', kind: 2 },
    { traceId: caller.slice(3, 35), parentSpanId: caller.slice(36, 52), links: [root] },
    root,
  ])
  expect(spans[0]).not.toHaveProperty('parentSpanId')
  expect(BigInt(spans[0].endTimeUnixNano) / 1_000_000n).toBeGreaterThan(BigInt(Date.now() - 60_000))
})

test('a message and a call are children of the root, and what the collector refuses is counted', async () => {
  const { sent, open } = collect(503)
  tracing = startTracing('http://collector:4318', { openClient: open })
  addSpan({
    name: 'lane bulk',
    kind: 'consumer',
    subject,
    startMs: 0,
    endMs: 1,
    attributes: { attempts: 0 },
    hasFailed: true,
  })
  const before = traceCounts().dropped
  await tracing.stop()
  expect(sent[0]?.spans).toMatchObject([
    { traceId: subject, parentSpanId: subject.slice(16), kind: 5, status: { code: 2 } },
  ])
  expect(traceCounts().dropped).toBe(before + 1)
})

test.each(['00-00000000000000000000000000000000-b7ad6b7169203331-01', caller.replace('00', 'ff')])(
  'the caller %s is ignored',
  async (traceparent) => {
    const { sent, open } = collect()
    tracing = startTracing('http://collector:4318', { openClient: open })
    noteAnswered(silent, { ...answered, body, traceparent }, 1e9)
    await tracing.stop()
    expect(sent[0]?.spans.map(({ traceId }) => traceId)).toEqual([subject])
  },
)

test('thousands of spans are written in several turns of the event loop, all of them and in order', async () => {
  const { sent, open } = collect()
  tracing = startTracing('http://collector:4318', { openClient: open })
  const names = Array.from({ length: 8_192 }, (_, n) => `span ${n}`)
  for (const name of names) addSpan({ name, kind: 'client', startMs: 0, endMs: 1, attributes: {} })
  let turns = 0
  const count = () => {
    turns += 1
    if (sent.length === 0) setImmediate(count)
  }
  setImmediate(count)
  await tracing.stop()
  expect(sent[0]?.spans.map(({ name }) => name)).toEqual(names)
  expect(turns).toBeGreaterThanOrEqual(31)
})

test('a stop ends what a silent collector has not answered', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  let [begun, ended] = [0, 0]
  const open = (): HttpClient => {
    const closed = Promise.withResolvers<HttpReply>()
    return {
      ...unused,
      call: ({ timeoutMs = 0 }) => {
        begun += 1
        // A client ends its calls when it is closed, and at their deadline.
        if (timeoutMs < 1_000) closed.resolve({ kind: 'broken', why: 'no answer' })
        return closed.promise.finally(() => {
          ended += 1
        })
      },
      close: async () => closed.resolve({ kind: 'broken', why: 'closed' }),
    }
  }
  tracing = startTracing('http://collector:4318', { openClient: open })
  for (let round = 0; round < 3; round += 1) {
    addSpan({ name: 'x', kind: 'client', startMs: 0, endMs: 1, attributes: {} })
    vi.advanceTimersByTime(1_000)
  }
  await expect.poll(() => [begun, ended]).toEqual([1, 0])
  await tracing.stop()
  expect([begun, ended]).toEqual([2, 2])
  vi.useRealTimers()
})
