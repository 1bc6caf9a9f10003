import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { paymentChecks } from '#payments'
import { patience, startTestServer, type TestServer, until } from '#testing'

// A stopping server answers clients that wait for the end of a payment or order with the current state.

const calls = new Set<Socket>()
const silentRail = createServer((socket) => {
  calls.add(socket.on('error', () => undefined))
})
let server: TestServer

beforeAll(async () => {
  await new Promise<void>((resolve) => silentRail.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(silentRail.address() as AddressInfo).port}`
  const card = { name: 'card', adapter: 'simulator-card', url }
  server = await startTestServer({ rails: [{ ...card, timeout_ms: 3_600_000, inquire_after_ms: 3_600_000 }] })
}, patience(60_000))
afterAll(() => {
  for (const call of calls) call.destroy()
  silentRail.close()
})

it(
  'a waiting client is answered, and the payment goes on where it was',
  async () => {
    const post = (path: string, body: object, headers = {}) => server.request('POST', path, { body, headers })
    const source = { rail: 'card', instrument: 'card_ok' }
    expect((await post('/v1/accounts', { code: 'shop', asset: 'USD' })).status).toBe(201)
    const lamp = { code: 'lamp', name: 'Lamp', asset: 'USD', price: 500, stock: 1 }
    expect((await post('/v1/items', lamp)).status).toBe(201)
    const wait = { prefer: 'wait=20' }
    const paid = post('/v1/payments', { amount: '500', asset: 'USD', source, destination: 'shop' }, wait)
    const ordered = post('/v1/orders', { lines: [{ item: 'lamp', quantity: 1 }], source, destination: 'shop' }, wait)
    await until(() => calls.size >= 2)
    const answers = Promise.allSettled([paid, ordered])
    const checks = paymentChecks(server.database)
    const findings = await Promise.all(checks.map(({ run }) => run(new AbortController().signal)))
    expect(findings.flatMap((check) => check.findings)).toEqual([])
    await server.stop()
    expect(await answers).toMatchObject([
      { value: { status: 201, body: { state: 'processing' } } },
      { value: { status: 201, body: { state: 'processing' } } },
    ])
  },
  patience(60_000),
)
