import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { sendRaw } from '../../test/support/raw-request.ts'
import { type Received, useTestGateways } from '../../test/support/test-gateway.ts'

// A gateway in this process. What stands for the API breaks, is slow, or is gone; clients are slow or too many.

const { startUpstream, startGateway } = useTestGateways()

const answering = () => startUpstream((response) => void response.writeHead(201, { 'content-length': 2 }).end('ok'))
/** Reads a request, and ends the connection without an answer. */
const breaking = () => startUpstream((_response, _received, socket) => void socket.destroy())

const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/payments`, { method: 'POST', headers, body: '{"amount":1}' })
const keyed = { 'idempotency-key': 'k' }
const codeOf = async (answer: Response) => ({ status: answer.status, ...((await answer.json()) as { code?: string }) })
const bodies = (seen: readonly Received[]) => seen.map(({ body, headers }) => [body, headers['idempotency-key']])

describe('a process that is gone', () => {
  it('is passed over when nothing was sent to it, whatever the request is', async () => {
    const [gone, other] = [await answering(), await answering()]
    await gone.stop()
    const { url } = await startGateway([gone, other])
    for (let sent = 0; sent < 6; sent += 1) expect((await post(url)).status).toBe(201)
    const batch = `{"transfers":"${'x'.repeat(2 * 1024 * 1024)}"}`
    const large = await fetch(`${url}/v1/transfers/batch`, { method: 'POST', body: batch })
    expect([large.status, other.seen.length, other.seen.at(-1)?.body.length]).toEqual([201, 7, batch.length])
  })

  it.each([
    ['a request with an Idempotency-Key', keyed],
    ['a callback of a rail', undefined],
  ])('after %s was sent: it is repeated elsewhere, with the same bytes', async (_what, headers) => {
    const [broken, other] = [await breaking(), await answering()]
    const { url, service } = await startGateway([broken, other])
    const ask = () =>
      headers === undefined
        ? fetch(`${url}/v1/rails/upi/callbacks`, { method: 'POST', body: '{"amount":1}' })
        : post(url, headers)
    while (broken.seen.length === 0) expect((await ask()).status).toBe(201)
    expect(bodies(other.seen.slice(-1))).toEqual(bodies(broken.seen))
    expect(await (await fetch(`${service}/metrics`)).text()).toContain('munim_gateway_retries_total{reason="broken"} 1')
  })

  it('after a request without a key was sent: its client learns that the outcome is not known', async () => {
    const [broken, other] = [await breaking(), await answering()]
    const { url } = await startGateway([broken, other])
    let answer = await post(url)
    while (broken.seen.length === 0) answer = await post(url)
    expect(await codeOf(answer)).toMatchObject({ status: 502, code: 'gateway_broken' })
    expect(broken.seen.length + other.seen.length).toBeGreaterThan(0)
    expect(broken.seen).toHaveLength(1)
  })

  it('a request that breaks every process is given to two of them only', async () => {
    const all = [await breaking(), await breaking(), await breaking(), await breaking()]
    const { url } = await startGateway(all)
    expect(await codeOf(await post(url, keyed))).toMatchObject({ status: 502, code: 'gateway_broken' })
    expect(all.flatMap(({ seen }) => seen)).toHaveLength(2)
  })

  it('that had begun a large answer ends the connection of the client', async () => {
    const upstream = await startUpstream((response, _received, socket) => {
      response.writeHead(200, { 'content-length': 1_000_000 })
      response.write('x'.repeat(100_000), () => socket.destroy())
    })
    const { url } = await startGateway([upstream])
    const answer = await fetch(`${url}/v1/events`)
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow()
  })

  it('that had begun a small answer is as good as one that had not', async () => {
    const half = await startUpstream((response, _received, socket) => {
      response.writeHead(201, { 'content-length': 10 })
      response.write('half', () => socket.destroy())
    })
    const other = await answering()
    const { url } = await startGateway([half, other])
    while (half.seen.length === 0) expect(await (await post(url, keyed)).text()).toBe('ok')
  })

  it('and whose first try still runs: the gateway waits until its key is free', async () => {
    let refusals = 0
    const broken = await breaking()
    const busy = await startUpstream((response, { headers }) => {
      const isBusy = headers['x-first'] === undefined && refusals++ < 3
      response.writeHead(isBusy ? 409 : 201, { 'content-length': 2, ...(isBusy && { 'retry-after': '1' }) }).end('ok')
    })
    const { url } = await startGateway([broken, busy])
    while (broken.seen.length === 0) await post(url, { 'x-first': '1', ...keyed })
    refusals = 0
    broken.seen.length = 0
    while (broken.seen.length === 0) {
      refusals = 0
      const { status } = await post(url, keyed)
      // Only a repetition waits: the first try of a request has its answer.
      expect(status).toBe(broken.seen.length === 0 ? 409 : 201)
    }
    expect(refusals).toBeGreaterThan(3)
  })

  it('or answers nothing any more: what it has is repeated elsewhere, if that changes nothing', async () => {
    const second = Promise.withResolvers<void>()
    const frozen = await startUpstream(() => {
      if (frozen.seen.length > 1) second.resolve()
    })
    // Holds some until the other process has the rest.
    const other = await startUpstream((response, { headers }) => {
      const answer = () => response.writeHead(201, { 'content-length': 2 }).end('ok')
      void (headers['x-hold'] === undefined ? Promise.resolve() : second.promise).then(answer)
    })
    const { url } = await startGateway([frozen, other])
    // One without a key, which has to wait for its deadline, and one with it. The other process answers at once.
    const gone = new AbortController()
    const unrepeatable: Promise<unknown>[] = []
    while (frozen.seen.length === 0) {
      const { length } = other.seen
      const asked = fetch(`${url}/v1/payments`, { method: 'POST', body: '{}', signal: gone.signal })
      unrepeatable.push(asked.catch(() => undefined))
      await expect.poll(() => frozen.seen.length + other.seen.length).toBeGreaterThan(length)
    }
    const busy = Array.from({ length: 3 }, () => post(url, { ...keyed, 'x-hold': '1' }))
    await expect.poll(() => frozen.seen.length).toBeGreaterThan(1)
    frozen.ready = 0
    expect((await Promise.all(busy)).map(({ status }) => status)).toEqual([201, 201, 201])
    expect(frozen.seen.filter(({ headers }) => headers['idempotency-key'] === undefined)).toHaveLength(1)
    gone.abort()
    await Promise.all(unrepeatable)
  })

  it('without another one: nothing was done, and the client learns that', async () => {
    const gone = await answering()
    await gone.stop()
    const { url } = await startGateway([gone], { limits: { retryMs: 100 } })
    const answer = await post(url)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await codeOf(answer)).toMatchObject({ status: 503, code: 'gateway_unreachable' })
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
  })
})

it('an answer that does not come in time is a time-out, and the API learns that nobody waits', async () => {
  const left = Promise.withResolvers<void>()
  const upstream = await startUpstream((response) => void response.on('close', left.resolve))
  const { url } = await startGateway([upstream], { timeoutMs: 200 })
  expect(await codeOf(await post(url, keyed))).toMatchObject({ status: 504, code: 'gateway_timeout' })
  await left.promise
  expect(upstream.seen).toHaveLength(1)
})

it('a client that leaves is nobody to work for', async () => {
  const left = Promise.withResolvers<void>()
  const upstream = await startUpstream((response) => void response.on('close', left.resolve))
  const { url } = await startGateway([upstream])
  const gone = new AbortController()
  const asked = fetch(`${url}/v1/payments`, { signal: gone.signal })
  await expect.poll(() => upstream.seen.length).toBe(1)
  gone.abort()
  await expect(asked).rejects.toThrow()
  await left.promise
})

it('when there is too much, lists are refused before payments, and what waits is answered in the end', async () => {
  const gate = Promise.withResolvers<void>()
  const upstream = await startUpstream((response) => void gate.promise.then(() => response.end('done')))
  const { url, service } = await startGateway([upstream], { requestsMax: 4, limits: { waitingMax: 4 } })
  const ask = (path: string, method = 'GET') => fetch(url + path, { method })
  const metric = async (name: string) => {
    const text = await (await fetch(`${service}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  }
  const waiting = (kind: string) => metric(`munim_gateway_requests_waiting{class="${kind}"}`)
  // All places, with one for each of the lower classes.
  const first = [ask('/v1/payments', 'POST'), ask('/v1/transfers', 'POST'), ask('/v1/payments'), ask('/v1/payments/1')]
  await expect.poll(() => upstream.seen.length).toBe(4)
  const lists = [ask('/v1/payments'), ask('/v1/refunds')]
  await expect.poll(() => waiting('low')).toBe(2)
  const payments = ['/v1/payments', '/v1/refunds', '/v1/payouts'].map((path) => ask(path, 'POST'))
  const refused = await Promise.all(lists)
  expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['1', '1'])
  expect(await Promise.all(refused.map(codeOf))).toMatchObject(Array(2).fill({ status: 503, code: 'overloaded' }))
  await expect.poll(() => waiting('urgent')).toBe(3)
  expect(await metric('munim_gateway_shed_total{class="low"}')).toBe(2)
  gate.resolve()
  const answered = await Promise.all([...first, ...payments])
  expect(answered.map(({ status }) => status)).toEqual(Array(7).fill(200))
})

describe('a slow client', () => {
  const limits = { headersTimeoutMs: 400, bodyWindowMs: 300, readingTimeoutMs: 300 }

  /** Writes a byte now and then, until the gateway ends the connection. Returns what it said. */
  async function drip(url: string, begin: string): Promise<string> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let said = ''
    socket.on('data', (data) => {
      said += data
    })
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    socket.write(begin)
    const timer = setInterval(() => socket.write('x'), 20)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(timer)
    return said.split('\r\n')[0] ?? ''
  }

  it.each([
    ['head', 'GET /v1/payments HTTP/1.1\r\nHost: munim\r\nX-Slow: '],
    ['body', 'POST /v1/payments HTTP/1.1\r\nHost: munim\r\nContent-Length: 100000\r\n\r\n'],
    ['body of chunks', 'POST /v1/payments HTTP/1.1\r\nHost: munim\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n'],
    ['large body', 'POST /v1/transfers/batch HTTP/1.1\r\nHost: munim\r\nContent-Length: 20000000\r\n\r\n'],
  ])('that takes very long for a %s is refused, while others are served', async (_what, begin) => {
    const upstream = await answering()
    const { url } = await startGateway([upstream], { limits })
    const slow = Array.from({ length: 20 }, () => drip(url, begin))
    expect((await post(url)).status).toBe(201)
    expect(await Promise.all(slow)).toEqual(Array(20).fill('HTTP/1.1 408 Request Timeout'))
    expect(upstream.seen).toHaveLength(1)
  })

  it('that does not read its answers keeps neither memory nor a place', async () => {
    const upstream = await startUpstream((response) => void response.end('x'.repeat(30_000_000)))
    const { url, service } = await startGateway([upstream], { limits })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.pause().on('error', () => undefined)
    socket.write('GET /v1/payments HTTP/1.1\r\nHost: munim\r\n\r\n')
    const metrics = async () => (await fetch(`${service}/metrics`)).text()
    await expect.poll(() => upstream.seen.length).toBeGreaterThan(0)
    await expect.poll(metrics).toMatch(/^munim_gateway_connections 0$/m)
    expect(await metrics()).toMatch(/^munim_gateway_requests 0$/m)
  })

  it('connections beyond the bound make room, those of the address with the most of them first', async () => {
    const upstream = await answering()
    const { url, service } = await startGateway([upstream], { limits: { connectionsMax: 10 } })
    const sockets: Socket[] = []
    for (let opened = 0; opened < 30; opened += 1) {
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress: '127.0.0.2' })
      sockets.push(socket.on('error', () => undefined))
      await once(socket, 'connect')
    }
    await expect.poll(() => sockets.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(10)
    expect((await post(url)).status).toBe(201)
    expect(await (await fetch(`${service}/metrics`)).text()).toMatch(/^munim_gateway_connections \d+$/m)
    for (const socket of sockets) socket.destroy()
  })
})

describe('a body', () => {
  const limits = { bodyBytesMax: 300_000, wholeBytesMax: 1_000, bodiesBytesMax: 100_000 }

  it.each([
    ['by its length', { 'content-length': '300001' }],
    ['as it arrives', {}],
  ])('that is too large is refused: %s', async (_what, headers) => {
    const upstream = await answering()
    const { url } = await startGateway([upstream], { limits })
    const asked = request(`${url}/v1/transfers/batch`, { method: 'POST', headers })
    asked.on('error', () => undefined)
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>
    for (let part = 0; part < 4; part += 1) asked.write('x'.repeat(100_000))
    const [{ statusCode }] = await answered
    expect([statusCode, upstream.seen]).toEqual([413, []])
    asked.destroy()
  })

  it('whose answer comes before its end has that answer, and the connection ends', async () => {
    const upstream = await startUpstream(
      () => undefined,
      (_request, response) => {
        response.writeHead(401, { 'content-length': 2 }).end('no')
        return true
      },
    )
    const { url } = await startGateway([upstream])
    const asked = request(`${url}/v1/transfers/batch`, { method: 'POST', headers: { 'content-length': 20_000_000 } })
    asked.on('error', () => undefined)
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>
    asked.write('x'.repeat(2_000_000))
    const [answer] = await answered
    expect([answer.statusCode, answer.headers.connection]).toEqual([401, 'close'])
    asked.destroy()
  })

  it('that would take more than its share of the memory is refused, and not those of others', async () => {
    const upstream = await answering()
    const { url } = await startGateway([upstream], { limits: { ...limits, wholeBytesMax: 200_000 } })
    const head = 'POST /v1/payments HTTP/1.1\r\nHost: munim\r\nContent-Length: 150000\r\n\r\n'
    const greedy = await sendRaw(url, head + 'x'.repeat(80_000))
    expect([greedy.status, JSON.parse(greedy.body)]).toMatchObject([503, { code: 'overloaded' }])
    expect((await post(url)).status).toBe(201)
  })
})

it('a name with several addresses is several processes, and follows its changes', async () => {
  const upstream = await answering()
  const { port } = new URL(upstream.url)
  let addresses = ['127.0.0.1', '127.0.0.9']
  // Nothing answers at the second address.
  const silent = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.9', resolve))
  const resolve = async () => addresses.map((address) => ({ address, family: 4 }))
  const { url, service } = await startGateway([`http://api.internal:${port}`], { resolve, resolveEveryMs: 100 })
  const names = async () => (await (await fetch(`${service}/metrics`)).text()).match(/upstream_up\{.*/g)
  expect(await names()).toEqual([
    `upstream_up{upstream="api.internal 127.0.0.1:${port}"} 1`,
    `upstream_up{upstream="api.internal 127.0.0.9:${port}"} 0`,
  ])
  for (let sent = 0; sent < 4; sent += 1) expect((await post(url)).status).toBe(201)
  addresses = ['127.0.0.1']
  await expect.poll(names).toHaveLength(1)
  silent.close()
})
