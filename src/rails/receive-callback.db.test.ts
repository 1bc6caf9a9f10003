import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { openDatabase } from '#platform/postgres'
import { systemClock } from '#platform/time'
import { signWebhook } from '#platform/webhooks'
import {
  createTestDatabase,
  type RailSimulatorProcess,
  startRailSimulatorProcess,
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '#testing'
import { createRails, type RailsService } from './create-rails.ts'
import { createInbox } from './inbox.ts'
import { pruneInbox } from './inbox-store.ts'
import type { RailEvent } from './rail.ts'
import { createSimulatorRails } from './simulator/create-simulator-rails.ts'

const secret = Buffer.alloc(32, 5)
const now = () => Math.floor(systemClock.now() / 1_000_000)

type Sent = {
  readonly id: string
  readonly body: Buffer
  readonly seconds: number
  readonly headers: Record<string, string>
}

/** A callback as the simulator sends it; `change` is applied to its event. */
function callback(change: object = {}, also: { readonly seconds?: number; readonly key?: Buffer } = {}): Sent {
  const id = `ev_${newUuid()}`
  const reference = `chg_${newUuid()}`
  const body = Buffer.from(
    JSON.stringify({
      id,
      type: 'operation.succeeded',
      rail: 'upi',
      sequence: 1,
      occurred_at: '2026-01-31T09:30:00.050000Z',
      data: {
        id: reference,
        operation: 'charge',
        status: 'succeeded',
        amount: '2500',
        asset: 'INR',
        original: null,
        idempotency_key: newUuid(),
        response_code: '00',
      },
      ...change,
    }),
  )
  const seconds = also.seconds ?? now()
  const signature = signWebhook(also.key ?? secret, { id, seconds, body })
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature }
  return { id, body, seconds, headers }
}

describe('POST /v1/rails/{rail}/callbacks', () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startTestServer({
      rails: (['card', 'upi'] as const).map((name) => ({
        name,
        adapter: `simulator-${name}`,
        url: 'http://127.0.0.1:1',
        callback_secrets: [Buffer.alloc(32, 4), secret].map((one) => `whsec_${one.toString('base64')}`),
      })),
    })
  })
  afterAll(() => server.stop())

  const post = async (sent: { body: Buffer; headers: Record<string, string> }, rail = 'upi') => {
    const response = await fetch(`${server.url}/v1/rails/${rail}/callbacks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...sent.headers },
      body: new Uint8Array(sent.body),
    })
    return { status: response.status, body: (await response.json()) as { code?: string } }
  }
  const kept = async (id: string) => {
    const rows = await server.database.query<{ problem: string | null }>({
      text: 'select problem from rails.inbox where rail = $1 and event_id = $2',
      values: ['upi', id],
    })
    return rows.map(({ problem }) => problem)
  }

  it('accepts a message signed by the rail, without an API key, and answers a repetition the same', async () => {
    const sent = callback()
    const first = await post(sent)
    expect(first).toEqual({ status: 200, body: { received: true } })
    expect(await post(sent)).toEqual(first)
    expect(await kept(sent.id)).toEqual([null])
  })

  it('treats a repetition with a fresh time and signature as the same event', async () => {
    const sent = callback()
    const seconds = sent.seconds + 2
    const signature = signWebhook(secret, { id: sent.id, seconds, body: sent.body })
    const again = { ...sent.headers, 'webhook-timestamp': String(seconds), 'webhook-signature': signature }
    expect((await post(sent)).status).toBe(200)
    expect((await post({ body: sent.body, headers: again })).status).toBe(200)
    expect(await kept(sent.id)).toEqual([null])
  })

  it.each<[string, (sent: Sent) => { body: Buffer; headers: Record<string, string> }]>([
    ['without a signature', ({ body }) => ({ body, headers: {} })],
    ['signed with another secret', () => callback({}, { key: Buffer.alloc(32, 6) })],
    ['older than five minutes', () => callback({}, { seconds: now() - 400 })],
    ['from the future', () => callback({}, { seconds: now() + 400 })],
    ['whose body was changed', ({ body, headers }) => ({ headers, body: Buffer.from(`${body} `) })],
    [
      'whose time was changed',
      ({ body, headers, seconds }) => ({ body, headers: { ...headers, 'webhook-timestamp': String(seconds + 1) } }),
    ],
    ['whose id was changed', ({ body, headers }) => ({ body, headers: { ...headers, 'webhook-id': 'ev_other' } })],
  ])('refuses a message %s and keeps nothing of it', async (_what, change) => {
    const sent = callback()
    expect(await post(change(sent))).toMatchObject({ status: 401, body: { code: 'callback_not_genuine' } })
    expect(await kept(sent.id)).toEqual([])
  })

  it('accepts no callbacks of an unknown rail', async () => {
    expect(await post(callback(), 'cash')).toMatchObject({ status: 404, body: { code: 'rail_not_found' } })
  })

  it('accepts no body beyond 64 KiB', async () => {
    expect(await post(callback({ filler: 'x'.repeat(70_000) }))).toMatchObject({ status: 413 })
  })

  it('keeps an unreadable message for an operator, who finds it with the reason', async () => {
    const sent = callback({ data: { id: 'chg_1', operation: 'charge', status: 'succeeded', amount: '-5' } })
    expect((await post(sent)).status).toBe(200)
    const listed = await server.request('GET', '/v1/rails/upi/unread-events?limit=1')
    expect(listed.body.data).toMatchObject([
      { event_id: sent.id, problem: 'its operation is not understood', body: sent.body.toString(), statement: null },
    ])
  })

  it('shows rails and their health to any key, and lets an administrator pause them', async () => {
    const listed = await server.request('GET', '/v1/rails')
    expect(listed.body.data.map((rail: { name: string; state: string }) => [rail.name, rail.state])).toEqual([
      ['card', 'up'],
      ['upi', 'up'],
    ])
    expect((await server.request('POST', '/v1/rails/card/pause')).body).toMatchObject({ state: 'paused' })
    expect((await server.request('POST', '/v1/rails/card/resume')).body).toMatchObject({ state: 'up', retry_at: null })
    const reader = await server.createKey('read')
    expect((await server.request('POST', '/v1/rails/card/pause', { key: reader })).status).toBe(403)
    expect((await server.request('GET', '/v1/rails/cash')).body.code).toBe('rail_not_found')
    expect((await server.request('POST', '/v1/rails/cash/pause')).body.code).toBe('rail_not_found')
  })

  it('reports in the metrics whether each rail is up', async () => {
    const metrics = String((await server.request('GET', '/metrics')).body)
    expect(metrics).toContain('munim_rail_up{rail="upi"} 1')
  })
})

describe('a received message', () => {
  let test: TestDatabase
  let rails: RailsService
  let refuse: ((events: readonly RailEvent[]) => Error | undefined) | undefined
  const batches: (readonly RailEvent[])[] = []

  beforeAll(async () => {
    test = await createTestDatabase()
    rails = createRails({
      database: test.database,
      adapters: createSimulatorRails({ url: 'http://127.0.0.1:1', callbackSecrets: () => [secret], timeoutMs: 500 }),
      onEvents: async (tx, events) => {
        const refused = refuse?.(events)
        if (refused) throw refused
        await tx.query({ text: 'select 1' })
        batches.push(events)
      },
      onHandedOn: () => undefined,
      readBooks: async () => [],
      collects: false,
      measure: () => undefined,
      onNotice: () => undefined,
      onFault: () => undefined,
    })
    await rails.start()
  })
  beforeEach(() => {
    refuse = undefined
    batches.length = 0
  })
  afterAll(async () => {
    await rails.stop()
    await test.drop()
  })

  const receive = ({ body, headers }: Sent, rail = 'upi') =>
    rails.receive({ rail, message: { header: (name) => headers[name], body } })

  it('is passed on once, however often and however concurrently it comes', async () => {
    const sent = Array.from({ length: 40 }, () => callback())
    const answers = await Promise.all([...sent, ...sent, ...sent].map((one) => receive(one)))
    expect(answers.every(({ ok }) => ok)).toBe(true)
    expect(batches.flat().map(({ eventId }) => eventId)).toEqual(sent.map(({ id }) => id))
    expect(batches.length).toBeLessThan(20)
  })

  it('is stored and passed on together: if it cannot be passed on, it is new the next time', async () => {
    const sent = callback()
    refuse = () => new Fault({ code: 'elsewhere', message: 'not now', retryable: true })
    await expect(receive(sent)).rejects.toMatchObject({ code: 'elsewhere' })
    refuse = undefined
    expect(batches).toEqual([])
    await receive(sent)
    expect(batches.flat().map(({ eventId }) => eventId)).toEqual([sent.id])
  })

  it('is not affected by another one that cannot be passed on', async () => {
    const [good, bad, better] = [callback(), callback(), callback()]
    refuse = (events) => (events.some(({ eventId }) => eventId === bad.id) ? new Error('a defect') : undefined)
    const settled = await Promise.allSettled([good, bad, better].map((one) => receive(one)))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(batches.flat().map(({ eventId }) => eventId)).toEqual([good.id, better.id])
  })

  it('with the same id from two rails is two events', async () => {
    const sent = callback()
    await receive(sent, 'upi')
    await receive(sent, 'card')
    expect(batches.flat().map(({ rail }) => rail)).toEqual(['upi', 'card'])
  })

  const unread = (id: string) =>
    test.database.query({ text: 'select problem from rails.inbox where event_id = $1', values: [id] })
  const reported: Omit<RailEvent, 'eventId'> = {
    ...{ rail: 'upi', railReference: 'chg_1', operation: 'charge', occurredAt: 0 },
    outcome: { kind: 'succeeded', railReference: 'chg_1', amount: 2_500n },
  }
  const badAmount = { id: 'chg_1', operation: 'charge', status: 'succeeded', amount: '25.00' }

  it('that could not be read is passed on once when it comes again in a readable form', async () => {
    const bad = callback({ data: badAmount })
    const good = callback({ id: bad.id })
    await receive(bad)
    expect(await unread(bad.id)).toEqual([{ problem: expect.any(String) }])
    await test.database.query({ text: `update rails.inbox set received_at = received_at - interval '91 days'` })
    for (const again of [good, good, bad]) await receive(again)
    expect(batches.flat().map(({ eventId }) => eventId)).toEqual([bad.id])
    expect(await unread(bad.id)).toEqual([{ problem: null }])
    // It is kept from now on like one that was never seen before.
    await pruneInbox(test.database, { days: 90, limit: 1_000 })
    await receive(good)
    expect(batches.flat()).toHaveLength(1)
  })

  it('that comes unreadable and readable at once, to two processes, is passed on once', async () => {
    const database = openDatabase(test.connection)
    const handedOn: string[] = []
    const other = createInbox({
      database,
      onEvents: async (_tx, events) => void handedOn.push(...events.map(({ eventId }) => eventId)),
      ...{ onHandedOn: () => undefined, onProblem: () => undefined },
    })
    try {
      const bad = Array.from({ length: 20 }, () => callback({ data: badAmount }))
      const good = bad.map(({ id }) => callback({ id }))
      await Promise.all(bad.slice(0, 15).map((one) => receive(one)))
      const elsewhere = bad.toReversed().map(({ id }) => {
        const event = { ...reported, eventId: id }
        return other.receive({ rail: 'upi', eventId: id, body: '{}', reading: { kind: 'event', event } })
      })
      await Promise.all([...[...bad, ...good].map((one) => receive(one)), ...elsewhere])
      const all = [...batches.flat().map(({ eventId }) => eventId), ...handedOn]
      expect(all.toSorted()).toEqual(bad.map(({ id }) => id).toSorted())
    } finally {
      await database.close()
    }
  })

  it('with nothing new is not passed on', async () => {
    await receive(callback({ type: 'operation.pending' }))
    expect(batches).toEqual([])
  })
})

describe('messages of the simulator', () => {
  let simulator: RailSimulatorProcess
  let server: TestServer

  beforeAll(async () => {
    const flags = ['--latency-ms', '20', '--callback-delay-ms', '0', '--late-ms', '50', '--day-ms', '0']
    simulator = await startRailSimulatorProcess(...flags, '--callback-secret', `whsec_${secret.toString('base64')}`)
    server = await startTestServer({
      rails: ['card', 'upi'].map((name) => ({
        name,
        adapter: `simulator-${name}`,
        url: simulator.url,
        callback_secrets: [`whsec_${secret.toString('base64')}`],
        timeout_ms: 500,
      })),
    })
    await simulator.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
  })
  afterAll(async () => {
    await server.stop()
    await simulator.kill()
  })

  it.each([
    ['upi', 'charge', 'asha@upi', 1],
    ['upi', 'charge', 'failure@upi', 1],
    ['upi', 'charge', 'duplicate@upi', 1],
    ['upi', 'charge', 'early@upi', 1],
    ['upi', 'charge', 'late_success@upi', 2],
    ['upi', 'charge', 'dispute@upi', 2],
    ['upi', 'charge', 'out_of_order@upi', 2],
    ['card', 'charge', 'card_dispute', 1],
    ['card', 'charge', 'card_late_success', 1],
  ])(
    'over %s: a %s with %s leaves the expected events in the inbox, all understood',
    async (rail, operation, instrument, events) => {
      const count = async () => {
        const [row] = await server.database.query<{ read: bigint; unread: bigint }>({
          text: 'select count(*) as read, count(problem) as unread from rails.inbox',
        })
        return row
      }
      const before = Number((await count())?.read)
      const [adapter] = createSimulatorRails({ url: simulator.url, callbackSecrets: () => [], timeoutMs: 500 }).filter(
        ({ name }) => name === rail,
      )
      await adapter?.submit({ id: newUuid(), operation: operation as 'charge', amount: 100n, asset: 'INR', instrument })
      await adapter?.close()
      await expect.poll(async () => Number((await count())?.read) - before).toBe(events)
      await expect.poll(() => simulator.waiting()).toBe(0)
      expect(Number((await count())?.read) - before).toBe(events)
      expect((await count())?.unread).toBe(0n)
    },
  )
})
