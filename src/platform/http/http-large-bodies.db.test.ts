import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startTestServer, useWaitingServers } from '#testing'
import { createLimits } from '../limits/index.ts'
import { createLogger } from '../telemetry/index.ts'
import { createHttpServer } from './index.ts'

const { startServer, servers, database, post, codeOf, seen } = useWaitingServers()
const { waits, signals, aborted, met, readOf } = seen

describe('large bodies', () => {
  const mebibyte = 1024 * 1024
  const listOf = (bytes: number) => Array.from({ length: 8 }, () => 'x'.repeat(bytes / 8))
  const list = listOf(mebibyte)
  const send = (url: string, key: string, also: object = {}) =>
    fetch(`${url}/v1/large`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ list, ...also }),
    })
  /** Announces a body of 2 MiB, sends the given part of it, and stops. */
  const stall = (url: string, key: string, part: number) => {
    const client = connect(Number(new URL(url).port), '127.0.0.1')
    client.on('error', () => undefined)
    const head = `POST /v1/large HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer ${key}`
    client.write(`${head}\r\nContent-Type: application/json\r\nContent-Length: ${2 * mebibyte}\r\n\r\n`)
    client.write(`{"list":["${'x'.repeat(part)}`)
    return client
  }

  it('of one key that stall take nothing from other keys', async () => {
    const url = await startServer({ bodiesBytesMax: 6 * mebibyte })
    const clients = Array.from({ length: 20 }, () => stall(url, 'slow', 1000))
    clients.push(...Array.from({ length: 8 }, () => stall(url, 'slow', mebibyte)))
    const more = async () => {
      const refused = await send(url, 'slow')
      return [refused.status, refused.headers.get('retry-after')]
    }
    await expect.poll(more).toEqual([503, '1'])
    for (let n = 0; n < 5; n += 1) expect((await send(url, 'good')).status).toBe(200)
    expect(await more()).toEqual([503, '1'])
    for (const client of clients) client.destroy()
    await expect.poll(async () => (await send(url, 'slow')).status).toBe(200)
  })

  it('that stall are ended and release their memory', async () => {
    const url = await startServer({ bodiesBytesMax: 2 * mebibyte, uploadWindowMs: 100 })
    const client = stall(url, 'key', mebibyte - 100)
    const answered = new Promise<string>((resolve) => client.once('data', (data) => resolve(String(data))))
    expect(await answered).toMatch(/^HTTP\/1.1 408 /)
    client.destroy()
    const small = await fetch(`${url}/v1/large`, {
      method: 'POST',
      headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
      body: JSON.stringify({ list: listOf(mebibyte - 800) }),
    })
    expect(small.status).toBe(200)
  })

  it('are counted until the handler has ended, even if a timeout was answered in its place', async () => {
    const url = await startServer({ bodiesBytesMax: 3 * mebibyte, handlerTimeoutMs: 200 })
    expect(await codeOf(await send(url, 'key', { wait: true }))).toBe('deadline_exceeded')
    expect((await send(url, 'key')).status).toBe(503)
    waits.pop()?.resolve()
    await expect.poll(async () => (await send(url, 'key')).status).toBe(200)
    expect(aborted.splice(0)).toEqual([true])
  })

  it('of a client that has gone away are distinguished from those that a client waits for', async () => {
    const url = await startServer()
    signals.length = 0
    const stay = send(url, 'key', { wait: true })
    await expect.poll(() => waits.length).toBe(1)
    const controller = new AbortController()
    const gone = fetch(`${url}/v1/large`, {
      method: 'POST',
      headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
      body: JSON.stringify({ list, wait: true }),
      signal: controller.signal,
    }).catch(() => 'gone')
    await expect.poll(() => waits.length).toBe(2)
    controller.abort()
    expect(await gone).toBe('gone')
    await expect.poll(() => signals.map((signal) => signal.aborted)).toEqual([false, true])
    for (const wait of waits.splice(0)) wait.resolve()
    expect((await stay).status).toBe(200)
    await expect.poll(() => aborted.splice(0)).toEqual([false, true])
  })
})

describe('a body of some kilobytes', () => {
  it('waits for few bodies of a key that sends many', async () => {
    const url = await startServer({})
    const body = JSON.stringify({ list: ['x'.repeat(50_000)] })
    met.length = 0
    readOf.length = 0
    const clients = Array.from({ length: 31 }, (_, each) => {
      const client = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined)
      const key = each < 30 ? 'many' : 'few'
      const head = `POST /v1/large HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer ${key}`
      client.write(`${head}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`)
      client.write(body.slice(0, -1))
      return client
    })
    await expect.poll(() => met.length).toBe(31)
    for (const client of clients) client.write(body.slice(-1))
    await expect.poll(() => readOf.length).toBe(31)
    expect(readOf.indexOf('few')).toBeLessThan(15)
    for (const client of clients) client.destroy()
  })
})

describe('the rate of a key', () => {
  it('is stated on every answer, and requests beyond it are refused', async () => {
    const perClient = { rate: { requests: 1, windowSeconds: 60, burst: 2 }, concurrency: undefined }
    const limits = createLimits({ database: database(), perClient, onFault: () => undefined })
    const url = await startServer({ limits })
    const first = await post(url, false)
    expect([first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).toEqual([
      '"client";q=1;w=60',
      '"client";r=1;t=0',
    ])
    await post(url, false)
    const third = await post(url, false)
    expect([third.status, third.headers.get('retry-after'), await codeOf(third)]).toEqual([429, '60', 'rate_limited'])
    expect((await post(url, false, { authorization: 'Bearer other' })).status).toBe(200)
    await limits.stop()
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
    const url = await startServer()
    const port = Number(new URL(url).port)
    const other = createHttpServer({
      modules: [],
      authenticate: () => ({ ok: false, refusal: { code: 'unauthenticated', message: 'No.' } }),
      database: database(),
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

describe('problem catalogs', () => {
  it('do not give one code two meanings', () => {
    const again = { validation_failed: { status: 409, title: 'Again', explanation: 'Again.' } }
    const build = () =>
      createHttpServer({
        modules: [{ name: 'again', problems: again, routes: [] }],
        authenticate: () => ({ ok: false, refusal: { code: 'unauthenticated', message: 'No.' } }),
        database: database(),
        logger: createLogger({ level: 'silent' }),
      })
    expect(build).toThrow('two modules declare the problem validation_failed')
  })
})
