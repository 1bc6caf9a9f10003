import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createAddressList } from '#platform/addresses'
import { sendRaw } from '../../test/support/raw-request.ts'
import { useTestGateways } from '../../test/support/test-gateway.ts'

// A gateway in this process, before servers that stand for the API. Requests as honest and as hostile clients send them.

const { startUpstream, startGateway } = useTestGateways()
const host = 'Host: munim\r\n'

async function start(also: Parameters<typeof startGateway>[1] = {}) {
  const upstream = await startUpstream((response, { url }) => {
    const body = JSON.stringify({ url })
    const headers = {
      'content-type': 'application/json',
      'x-answer': 'a',
      'keep-alive': 'timeout=1',
      'retry-after': '3',
      'content-length': String(body.length),
    }
    response.writeHead(url.includes('created') ? 201 : 200, headers).end(body)
  })
  const { url, service } = await startGateway([upstream], also)
  return { upstream, url, service }
}

describe('a request', () => {
  it('is made again for the API, with what the gateway knows of the client', async () => {
    const { upstream, url } = await start()
    const answer = await fetch(`${url}/v1/payments?created=1`, {
      method: 'POST',
      headers: { authorization: 'Bearer key', 'idempotency-key': 'k', 'request-id': 'req-1', 'x-own': 'kept' },
      body: '{"amount":1}',
    })
    expect([answer.status, await answer.json()]).toEqual([201, { url: '/v1/payments?created=1' }])
    expect(Object.fromEntries(answer.headers)).toMatchObject({ 'x-answer': 'a', 'retry-after': '3' })
    expect(upstream.seen).toMatchObject([
      {
        method: 'POST',
        url: '/v1/payments?created=1',
        body: '{"amount":1}',
        headers: {
          authorization: 'Bearer key',
          'idempotency-key': 'k',
          'request-id': 'req-1',
          'x-own': 'kept',
          'content-length': '12',
          'munim-client-address': '127.0.0.1',
          host: new URL(upstream.url).host,
        },
      },
    ])
  })

  it('says nothing of the client that the client has written itself', async () => {
    const { upstream, url } = await start()
    const lies = [
      ...['Munim-Client-Address', 'munim_client_address', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X_Forwarded_For'],
      ...['X-Real-IP', 'Forwarded', 'Via', 'Client-Cert', 'Client-Cert-Chain', 'X-SSL-Client-Cert'],
    ].map((name) => `${name}: 10.0.0.1\r\n`)
    const { status } = await sendRaw(url, `GET /v1/payments HTTP/1.1\r\n${host}${lies.join('')}\r\n`)
    expect([status, Object.keys(upstream.seen[0]?.headers ?? {}).sort()]).toEqual([
      200,
      ['connection', 'host', 'munim-client-address', 'request-id'],
    ])
    expect(upstream.seen[0]?.headers['munim-client-address']).toBe('127.0.0.1')
  })

  it('loses the headers of its connection, and no others', async () => {
    const { upstream, url } = await start()
    const ofConnection =
      'Connection: keep-alive, Upgrade, TE\r\nUpgrade: h2c\r\nTE: trailers\r\nProxy-Authorization: x\r\nExpect: wonders\r\n'
    const raw = `POST /v1/payments HTTP/1.1\r\n${host}${ofConnection}Priority: u=2\r\nContent-Length: 2\r\n\r\n{}`
    const { head } = await sendRaw(url, raw)
    expect(head).toContain('HTTP/1.1')
    await expect.poll(() => upstream.seen.length).toBe(1)
    const { headers } = upstream.seen[0] ?? {}
    expect([headers?.upgrade, headers?.te, headers?.['proxy-authorization'], headers?.expect]).toEqual(Array(4))
    expect(headers?.priority).toBe('u=2')
  })

  it('reaches no route that is not for clients, however it is written', async () => {
    const { upstream, url } = await start()
    for (const path of ['/metrics', '/scaling', '/%6detrics', '//metrics', '/v1', '/docsx', '/', '/readyz/..']) {
      expect([path, (await sendRaw(url, `GET ${path} HTTP/1.1\r\n${host}\r\n`)).status]).toEqual([path, 404])
    }
    expect(upstream.seen).toEqual([])
    for (const path of [
      '/v1/payments',
      '/docs',
      '/docs/errors',
      '/openapi.json',
      '/.well-known/openid-configuration',
    ]) {
      expect((await fetch(url + path)).status).toBe(200)
    }
  })
})

const bodyOf = (headers: string, body = '') => `POST /v1/payments HTTP/1.1\r\n${host}${headers}\r\n\r\n${body}`
const empty = '0\r\n\r\n'
const smuggled = 'GET /v1/smuggled HTTP/1.1\r\nHost: munim\r\n\r\n'

describe('what another parser might understand otherwise', () => {
  it.each<[string, string, number]>([
    ['both lengths', bodyOf('Content-Length: 5\r\nTransfer-Encoding: chunked', empty + smuggled), 400],
    ['both lengths, the other way', bodyOf('Transfer-Encoding: chunked\r\nContent-Length: 5', empty + smuggled), 400],
    ['two lengths', bodyOf('Content-Length: 0\r\nContent-Length: 5', smuggled), 400],
    ['two equal lengths', bodyOf('Content-Length: 2\r\nContent-Length: 2', '{}'), 400],
    ['a list of lengths', bodyOf('Content-Length: 2, 2', '{}'), 400],
    ['a signed length', bodyOf('Content-Length: +2', '{}'), 400],
    ['a folded header', bodyOf('X-A: b\r\n c\r\nContent-Length: 0'), 400],
    ['a folded encoding', bodyOf('Transfer-Encoding:\r\n chunked', empty), 400],
    ['a name with a space', bodyOf('Content-Length : 2', '{}'), 400],
    ['a header without a name', bodyOf(': x'), 400],
    ['a bare line feed', `GET /v1/x HTTP/1.1\r\nHost: a\nX: b\r\n\r\n`, 400],
    ['a bare carriage return', `GET /v1/x HTTP/1.1\r\nHost: a\rX: b\r\n\r\n`, 400],
    ['a NUL in a header', `GET /v1/x HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`, 400],
    ['an unknown encoding', bodyOf('Transfer-Encoding: xchunked', empty), 400],
    ['a second encoding', bodyOf('Transfer-Encoding: gzip, chunked', empty), 400],
    ['chunked twice', bodyOf('Transfer-Encoding: chunked, chunked', empty), 400],
    ['two encodings', bodyOf('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', empty), 400],
    ['chunks of HTTP/1.0', `POST /v1/x HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n${empty}`, 400],
    ['a chunk size that is no number', bodyOf('Transfer-Encoding: chunked', `zz\r\n${smuggled}`), 400],
    ['a chunk size in another form', bodyOf('Transfer-Encoding: chunked', `0x2\r\n{}\r\n${empty}`), 400],
    ['a chunk size beyond all bounds', bodyOf('Transfer-Encoding: chunked', `${'f'.repeat(17)}\r\n{}`), 400],
    ['a chunk of another size', bodyOf('Transfer-Encoding: chunked', `1\r\n{}\r\n${empty}`), 400],
    ['chunks without carriage returns', bodyOf('Transfer-Encoding: chunked', '2\n{}\n0\n\n'), 400],
    ['a length among the trailers', bodyOf('Transfer-Encoding: chunked', '0\r\nContent-Length: 5\r\n\r\n'), 400],
    ['a read with a body', `GET /v1/x HTTP/1.1\r\n${host}Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`, 400],
    ['a read in chunks', `GET /v1/x HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${empty}`, 400],
    ['a header of the request named by Connection', bodyOf('Connection: idempotency-key\r\nIdempotency-Key: k'), 400],
    ['two hosts', `GET /v1/x HTTP/1.1\r\n${host}Host: other\r\n\r\n`, 400],
    ['no host', 'GET /v1/x HTTP/1.1\r\n\r\n', 400],
    ['the target of a proxy', `GET http://other/v1/x HTTP/1.1\r\n${host}\r\n`, 400],
    ['a fragment', `GET /v1/x#y HTTP/1.1\r\n${host}\r\n`, 400],
    ['a byte beyond ASCII in the target', `GET /v1/\xff HTTP/1.1\r\n${host}\r\n`, 400],
    ['no target', `OPTIONS * HTTP/1.1\r\n${host}\r\n`, 400],
    ['a later version', `GET /v1/x HTTP/2.0\r\n${host}\r\n`, 400],
    ['no version', 'GET /v1/x\r\n\r\n', 400],
    ['a tunnel', `CONNECT munim:443 HTTP/1.1\r\n${host}\r\n`, 405],
    ['an unusual method', `PROPFIND /v1/x HTTP/1.1\r\n${host}\r\n`, 405],
    ['a long target', `GET /v1/${'x'.repeat(8_192)} HTTP/1.1\r\n${host}\r\n`, 414],
    ['long headers', `GET /v1/x HTTP/1.1\r\n${host}X: ${'x'.repeat(16_000)}\r\n\r\n`, 431],
    ['many headers', `GET /v1/x HTTP/1.1\r\n${host}${'a: b\r\n'.repeat(101)}\r\n`, 431],
  ])('is refused: %s', async (_what, raw, status) => {
    const { upstream, url } = await start()
    const answer = await sendRaw(url, Buffer.from(raw, 'latin1'))
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, expect.objectContaining({ status })])
    expect(answer.head.toLowerCase()).toContain('request-id: ')
    expect((await fetch(`${url}/v1/after`)).status).toBe(200)
    expect(upstream.seen.map((one) => one.url)).toEqual(['/v1/after'])
  })

  it('does not take the place of the answer to a request before it', async () => {
    const gate = Promise.withResolvers<void>()
    const upstream = await startUpstream((response) => void gate.promise.then(() => response.end('first')))
    const { url } = await startGateway([upstream])
    const answer = sendRaw(url, `GET /v1/first HTTP/1.1\r\n${host}\r\nnot HTTP\r\n\r\n`)
    await expect.poll(() => upstream.seen.length).toBe(1)
    gate.resolve()
    expect(await answer).toMatchObject({ status: 200, body: expect.stringContaining('first') })
  })
})

describe('addresses', () => {
  it('that are not on the list are refused, except for questions about health', async () => {
    const allow = createAddressList(['10.0.0.0/8', '2001:db8::/32'])
    const { upstream, url } = await start({ allow })
    const refused = await fetch(`${url}/v1/payments`)
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'address_refused' }])
    expect([upstream.seen, (await fetch(`${url}/readyz`)).status]).toEqual([[], 200])
  })

  it('count as trusted proxies have seen them, and as nobody else says', async () => {
    const allow = createAddressList(['10.0.0.0/8', '2001:db8::/32'])
    const proxies = createAddressList(['127.0.0.1', '192.0.2.0/24'])
    const { upstream, url } = await start({ allow, proxies })
    const statusFor = async (chain: string) =>
      (await fetch(`${url}/v1/payments`, { headers: { 'x-forwarded-for': chain } })).status
    expect(await Promise.all(['10.1.2.3', '2001:db8::1', '9.9.9.9, 10.0.0.1, 192.0.2.7'].map(statusFor))).toEqual(
      Array(3).fill(200),
    )
    expect(await Promise.all(['9.9.9.9', '10.0.0.1, 9.9.9.9', '10.0.0.1, x', '2001:db9::1'].map(statusFor))).toEqual(
      Array(4).fill(403),
    )
    const asserted = upstream.seen.map(({ headers }) => headers['munim-client-address'])
    expect(asserted.sort()).toEqual(['10.0.0.1', '10.1.2.3', '2001:db8::1'])
  })
})

it('bodies and answers of many megabytes are streamed, at the pace of the slower side', async () => {
  const piece = 'x'.repeat(64 * 1024)
  let [sent, received] = [0, 0]
  const upstream = await startUpstream(
    () => undefined,
    (request, response) => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      request.on('end', () => {
        const more = () => {
          while (sent < 512 && !response.destroyed) {
            sent += 1
            if (!response.write(piece)) return void response.once('drain', more)
          }
          response.end()
        }
        more()
      })
      return true
    },
  )
  const { url } = await startGateway([upstream])
  const asked = request(`${url}/v1/transfers/batch`, { method: 'POST' })
  for (let part = 0; part < 100; part += 1) if (!asked.write(piece)) await once(asked, 'drain')
  asked.end()
  const [answer] = await once(asked, 'response')
  expect(received).toBe(100 * piece.length)
  // The client reads nothing yet: what is on its way fits into the buffers of a few sockets.
  let before = -1
  const hasStopped = () => {
    const isSame = before === sent
    before = sent
    return isSame
  }
  await expect.poll(hasStopped, { interval: 200 }).toBe(true)
  expect(sent).toBeLessThan(400)
  let length = 0
  for await (const chunk of answer) length += chunk.length
  expect(length).toBe(512 * piece.length)
})

it('answers health where clients are, and metrics only where operators are', async () => {
  const { url, service, upstream } = await start()
  expect((await fetch(`${url}/v1/payments`)).status).toBe(200)
  const of = async (path: string) => (await fetch(path)).status
  expect(await Promise.all([`${url}/healthz`, `${url}/readyz`, `${service}/healthz`].map(of))).toEqual([200, 200, 200])
  expect([await of(`${url}/metrics`), await of(`${service}/v1/payments`)]).toEqual([404, 404])
  const metrics = await (await fetch(`${service}/metrics`)).text()
  const name = new URL(upstream.url).host
  expect(metrics).toContain(`munim_gateway_upstream_up{upstream="${name}"} 1`)
  expect(metrics).toContain('munim_gateway_request_duration_seconds_count{class="low",status="2xx"} 1')
  upstream.ready = 503
  await expect.poll(() => of(`${url}/readyz`)).toBe(503)
  // The checks may be wrong: requests are still tried.
  expect(await of(`${url}/v1/payments`)).toBe(200)
})

it('a stopping gateway answers what it has begun, and takes nothing new', async () => {
  const gate = Promise.withResolvers<void>()
  const upstream = await startUpstream((response) => void gate.promise.then(() => response.end('done')))
  const { url, gateway } = await startGateway([upstream])
  const idle = connect(Number(new URL(url).port), '127.0.0.1')
  await once(idle, 'connect')
  const answer = fetch(`${url}/v1/payments`)
  await expect.poll(() => upstream.seen.length).toBe(1)
  const stopped = gateway.stop(60_000)
  await once(idle, 'close')
  await expect(fetch(`${url}/v1/payments`)).rejects.toThrow()
  gate.resolve()
  expect([(await answer).headers.get('connection'), await (await answer).text()]).toEqual(['close', 'done'])
  await stopped
})
