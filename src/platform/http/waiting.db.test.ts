import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { answer, closedObject, type HttpModule, route, waited } from './index.ts'

let server: TestServer
const described = { tag: 'Test', summary: 'Test', permission: 'payments:write', answers: {} } as const

const testModule: HttpModule = {
  name: 'test',
  problems: {},
  routes: [
    route({
      ...described,
      method: 'POST',
      path: '/v1/test/waiting',
      operation: 'waiting',
      body: closedObject({ name: Type.String() }),
      waits: true,
      handleOnce: async (request, tx) => {
        const found = await tx.query<{ number: string }>({ text: 'select pg_current_xact_id()::text as number' })
        return answer(201, { state: 'processing', transaction: found[0]?.number, name: request.body.name })
      },
      afterCommit: (request, kept) =>
        request.waitMs === undefined
          ? kept
          : waited({ ...kept, body: kept.body.replace('processing', 'succeeded') }, request.waitMs),
    }),
    route({
      ...described,
      method: 'POST',
      path: '/v1/test/locking',
      operation: 'locking',
      body: closedObject({ name: Type.String() }),
      handleOnce: async (request, tx) => {
        await tx.query({
          text: `insert into lanes.vendors (id, book_id, code, lane, sla_ms)
          values (gen_random_uuid(), 1, $1, 2, 10000)`,
          values: [request.body.name],
        })
        await tx.query({ text: 'select pg_advisory_xact_lock(4771)' })
        return answer(201, { name: request.body.name })
      },
    }),
    route({
      ...described,
      permission: 'payments:read',
      method: 'GET',
      path: '/v1/test/deaf',
      operation: 'deaf',
      handle: (request) => answer(200, { wait: request.waitMs ?? null }),
    }),
  ],
}

beforeAll(async () => {
  server = await startTestServer({ modules: [testModule] })
})
afterAll(() => server.stop())

const post = (headers: Record<string, string>) =>
  server.request('POST', '/v1/test/waiting', { body: { name: 'x' }, headers })

test('a client that does not wait gets the stored answer, one that waits the state after the commit', async () => {
  const plain = await post({})
  expect([plain.body.state, plain.headers.get('preference-applied')]).toEqual(['processing', null])
  const waiting = await post({ prefer: 'wait=5' })
  expect([waiting.body.state, waiting.headers.get('preference-applied')]).toEqual(['succeeded', 'wait=5'])
})

test('the answer before the wait is stored under the key, and a replay may wait as well', async () => {
  const key = { 'idempotency-key': randomUUID() }
  const first = await post({ ...key, prefer: 'wait=5' })
  const again = await post(key)
  const waiting = await post({ ...key, prefer: 'wait=5' })
  expect([first, again, waiting].map(({ body }) => body.state)).toEqual(['succeeded', 'processing', 'succeeded'])
  expect(new Set([first, again, waiting].map(({ body }) => body.transaction)).size).toBe(1)
  expect([first, again, waiting].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([
    null,
    'true',
    'true',
  ])
})

test('a route that does not wait ignores the preference', async () => {
  const { body, headers } = await server.request('GET', '/v1/test/deaf', { headers: { prefer: 'wait=5' } })
  expect([body.wait, headers.get('preference-applied')]).toEqual([null, null])
})

test('a statement that still runs at the deadline of its request is ended, and nothing of the request is kept', async () => {
  const somebody = await server.database.session('somebody')
  await somebody.query({ text: 'select pg_advisory_lock(4771)' })
  const lock = (name: string, deadline: string) =>
    server.request('POST', '/v1/test/locking', {
      body: { name },
      headers: { 'munim-deadline': deadline, 'idempotency-key': name },
    })
  const late = await lock('late', '300')
  expect([late.status, late.body.code]).toEqual([504, 'deadline_passed'])
  const inTime = lock('in-time', '60000')
  const names = () =>
    server.database.query({ text: `select code from lanes.vendors where code in ('late', 'in-time')` })
  expect(await names()).toEqual([])
  await somebody.close()
  expect((await inTime).status).toBe(201)
  expect(await names()).toEqual([{ code: 'in-time' }])
  // Nothing was stored under the key either.
  expect((await lock('late', '60000')).status).toBe(201)
})

test('a payment is stored with the deadline of its request, and none is made after it', async () => {
  await server.request('POST', '/v1/accounts', { body: { code: 'payer', asset: 'USD', min_available: null } })
  await server.request('POST', '/v1/accounts', { body: { code: 'shop', asset: 'USD' } })
  const body = { amount: 1, asset: 'USD', source: { wallet: 'payer' }, destination: 'shop' }
  const pay = (deadline: string) =>
    server.request('POST', '/v1/payments', { body, headers: { 'munim-deadline': deadline } })
  expect((await pay('0')).body.code).toBe('deadline_passed')
  expect((await pay('60000')).status).toBe(201)
  const rows = await server.database.query({
    text: `select deadline_at - created_at between interval '50 seconds' and interval '60 seconds' as stored
      from payments.payments`,
  })
  expect(rows).toEqual([{ stored: true }])
})
