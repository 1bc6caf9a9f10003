import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from 'typebox'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, sendRaw, startTestServer, type TestDatabase } from '#testing'
import { createLogger } from '../telemetry/index.ts'
import { answer, closedObject, createHttpServer, type HttpServer, route } from './index.ts'

let test: TestDatabase
const servers: HttpServer[] = []
beforeAll(async () => {
  test = await createTestDatabase()
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close(1000)
})
afterAll(() => test.drop())

const waits: PromiseWithResolvers<void>[] = []
const slow = route({
  method: 'POST',
  path: '/v1/slow',
  operation: 'slow',
  summary: 'Slow',
  tag: 'Test',
  scope: 'write',
  body: closedObject({ wait: Type.Boolean() }),
  answers: {},
  handle: async ({ body, claim }) => {
    const wait = Promise.withResolvers<void>()
    if (body.wait) {
      waits.push(wait)
      await wait.promise
    }
    return answer(200, { keyed: claim !== undefined })
  },
})

async function startServer(limits: Partial<Parameters<typeof createHttpServer>[0]>): Promise<string> {
  const book = { number: 1, id: '0'.repeat(32), code: 'main' }
  const server = createHttpServer({
    modules: [{ name: 'test', problems: {}, routes: [slow] }],
    authenticate: ({ key }) => ({ ok: true, value: { keyId: key, scope: 'write', book } }),
    database: test.database,
    logger: createLogger({ level: 'silent' }),
    ...limits,
  })
  servers.push(server)
  return server.listen({ host: '127.0.0.1', port: 0 })
}

const post = (url: string, wait: boolean, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/slow`, {
    method: 'POST',
    headers: { authorization: 'Bearer key', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ wait }),
  })

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code

describe('the deadline of a handler', () => {
  it('is answered in its place, and the key stays in use until the handler has ended', async () => {
    const url = await startServer({ handlerTimeoutMs: 200 })
    const headers = { 'idempotency-key': 'late' }
    const late = await post(url, true, headers)
    expect([late.status, late.headers.get('retry-after'), await codeOf(late)]).toEqual([503, '1', 'deadline_exceeded'])
    expect((await post(url, true, headers)).status).toBe(409)
    waits.pop()?.resolve()
    await expect.poll(async () => (await post(url, false, headers)).status).toBe(200)
  })
})

describe('a slow client', () => {
  it('is told so when its headers do not come to an end', async () => {
    const url = await startServer({ headersTimeoutMs: 300 })
    const response = await sendRaw(url, 'GET /v1/slow HTTP/1.1\r\nHost: munim\r\nX-Slow')
    expect(response.status).toBe(408)
    expect(JSON.parse(response.body)).toMatchObject({ code: 'request_timeout' })
  })

  it('is told so when its body does not come to an end', async () => {
    const url = await startServer({ headersTimeoutMs: 200, requestTimeoutMs: 400 })
    const head = 'POST /v1/slow HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer key\r\nContent-Type: application/json'
    const response = await sendRaw(url, `${head}\r\nContent-Length: 100\r\n\r\n{"wait"`)
    expect(response.status).toBe(408)
  })

  it('that goes away while its request runs does no harm', async () => {
    const url = await startServer({})
    const client = connect(Number(new URL(url).port), '127.0.0.1')
    const body = '{"wait":true}'
    const head = 'POST /v1/slow HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer key\r\nContent-Type: application/json'
    client.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    await expect.poll(() => servers[0]?.running()).toBe(1)
    client.destroy()
    await sleep(50)
    waits.pop()?.resolve()
    await expect.poll(() => servers[0]?.running()).toBe(0)
    expect((await post(url, false)).status).toBe(200)
  })
})

describe('the rate of a key', () => {
  it('is stated on every answer, and refused beyond', async () => {
    const url = await startServer({ ratePolicy: { requests: 1, windowSeconds: 60, burst: 2 } })
    const first = await post(url, false)
    expect([first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).toEqual([
      '"default";q=1;w=60',
      '"default";r=1;t=0',
    ])
    await post(url, false)
    const third = await post(url, false)
    expect([third.status, third.headers.get('retry-after'), await codeOf(third)]).toEqual([429, '60', 'rate_limited'])
    expect((await post(url, false, { authorization: 'Bearer other' })).status).toBe(200)
  })

  it('is without limit unless one is set', async () => {
    const server = await startTestServer()
    const { headers } = await server.request('GET', '/v1/books')
    expect(headers.get('ratelimit')).toBeNull()
    await server.stop()
  })
})

describe('listening', () => {
  it('says in a sentence that a port is taken or an address is not of this machine', async () => {
    const url = await startServer({})
    const port = Number(new URL(url).port)
    const other = createHttpServer({
      modules: [],
      authenticate: () => ({ ok: false, refusal: { code: 'unauthenticated', message: 'No.' } }),
      database: test.database,
      logger: createLogger({ level: 'silent' }),
    })
    servers.push(other)
    await expect(other.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'port_taken',
      message: `Port ${port} of 127.0.0.1 is in use by another program; choose another with --port.`,
    })
    await expect(other.listen({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ code: 'address_unusable' })
  })
})

describe('problem catalogues', () => {
  it('do not give one code two meanings', () => {
    const again = { validation_failed: { status: 409, title: 'Again', explanation: 'Again.' } }
    const build = () =>
      createHttpServer({
        modules: [{ name: 'again', problems: again, routes: [] }],
        authenticate: () => ({ ok: false, refusal: { code: 'unauthenticated', message: 'No.' } }),
        database: test.database,
        logger: createLogger({ level: 'silent' }),
      })
    expect(build).toThrow('two modules declare the problem validation_failed')
  })
})
