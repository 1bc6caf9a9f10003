import { hash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { openTls, type RefusedConnection, type Tls, type TlsReferences } from '#platform/tls'
import { createTestAuthority } from '../../test/support/test-authority.ts'
import { useTestGateways } from '../../test/support/test-gateway.ts'

// A gateway in this process that speaks TLS with its clients and with what stands for the API.

const { startGateway } = useTestGateways()
const authority = createTestAuthority('Munim CA')
const other = createTestAuthority('Munim CA')
const hosts = ['127.0.0.1']
const own = authority.issue({ name: 'gateway', hosts, roles: ['gateway'] })
const api = authority.issue({ name: 'api', hosts, roles: ['api'] })
const shop = authority.issue({ name: 'shop', hosts: ['shop.internal'], roles: ['client'] })
const revoked = authority.issue({ name: 'lost', hosts, roles: ['api', 'client'] })
const inThePast = new Date(Date.now() - 60_000)
const trust = { ca: [authority.cert], crl: [authority.revoke([revoked.cert])] }

let ends: (() => unknown)[] = []
afterEach(() => {
  for (const end of ends) end()
  ends = []
})

function opened(references: TlsReferences): Tls {
  const result = openTls(references, { isStrict: true })
  if (!result.ok) throw new Error(result.why)
  return result.tls
}

async function startApi(pair: { readonly cert: string; readonly key: string }) {
  const seen: { readonly by: string; readonly headers: NodeJS.Dict<string | string[]> }[] = []
  const options = { ...pair, ca: authority.cert, requestCert: true, rejectUnauthorized: true }
  const server = createServer(options, (request, response) => {
    const by = String((request.socket as TLSSocket).getPeerCertificate().subject.CN)
    seen.push({ by, headers: request.headers })
    response.writeHead(200, { 'content-length': 0 }).end()
  })
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

async function start(pair: { readonly cert: string; readonly key: string }, clients: { isOptional?: boolean } = {}) {
  const upstream = await startApi(pair)
  const tls = opened({ ...own, ...trust })
  const refused: RefusedConnection[] = []
  const listener = {
    tls,
    port: 'gateway',
    onRefused: (one: RefusedConnection) => void refused.push(one),
    ...clients,
  } as const
  const { url } = await startGateway([upstream], { tls, clients: listener, limits: { retryMs: 100 } })
  return { upstream, refused, ask: (options: ConnectionOptions, headers = '') => ask(url, options, headers) }
}

/** The first line of the answer; empty when the connection was closed. */
function ask(url: string, options: ConnectionOptions, headers: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', ca: authority.cert, ...options })
    let text = ''
    socket.on('secureConnect', () => socket.write(`GET /v1/payments HTTP/1.1\r\nHost: munim\r\n${headers}\r\n`))
    socket.on('data', (data) => {
      text += data
      socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
  })
}

const ok = 'HTTP/1.1 200 OK'

it('the API learns the certificate of the client, from the gateway alone', async () => {
  const { upstream, ask: asking } = await start(api)
  const lie = `Client-Cert: :${new X509Certificate(api.cert).raw.toString('base64')}:\r\n`
  expect(await asking(shop, lie)).toBe(ok)
  const requests = upstream.seen.filter(({ headers }) => 'munim-client-address' in headers)
  expect(requests.map(({ by }) => by)).toEqual(['gateway'])
  const shown = Buffer.from(String(requests[0]?.headers['client-cert']).slice(1, -1), 'base64')
  expect(hash('sha256', shown, 'hex')).toBe(hash('sha256', new X509Certificate(shop.cert).raw, 'hex'))
})

describe('an API', () => {
  it.each([
    ['of another authority', () => other.issue({ name: 'api', hosts, roles: ['api'] })],
    [
      'whose certificate has expired',
      () => authority.issue({ name: 'api', hosts, roles: ['api'], notAfter: inThePast }),
    ],
    ['whose certificate is revoked', () => revoked],
    ['of another host', () => authority.issue({ name: 'api', hosts: ['localhost', '127.0.0.2'], roles: ['api'] })],
    ['that is a process of another role', () => authority.issue({ name: 'api', hosts, roles: ['worker', 'gateway'] })],
    ['whose certificate is for no role', () => authority.issue({ name: 'api', hosts })],
  ])('%s gets no request', async (_what, pair) => {
    const { upstream, ask: asking } = await start(pair())
    expect(await asking(shop)).toBe('HTTP/1.1 503 Service Unavailable')
    expect(upstream.seen).toEqual([])
  })
})

describe('when clients need no certificate', () => {
  it.each<[string, ConnectionOptions, string, string[]]>([
    ['without one', {}, ok, []],
    ['with a good one', shop, ok, []],
    ['with a revoked one', revoked, '', ['its certificate is revoked']],
    [
      'with one of another authority',
      other.issue({ name: 'shop', roles: ['client'] }),
      '',
      ['its certificate is of another authority'],
    ],
    [
      'with one of a process',
      api,
      '',
      ['its certificate has the role api, and not client or operator or rail or monitor'],
    ],
  ])('a client %s is admitted only if it is good', async (_what, options, line, reasons) => {
    const { upstream, refused, ask: asking } = await start(api, { isOptional: true })
    expect(await asking(options)).toBe(line)
    await expect.poll(() => refused.map(({ reason }) => reason)).toEqual(reasons)
    const asserted = upstream.seen.filter(({ headers }) => 'client-cert' in headers)
    expect(asserted).toHaveLength(options === shop ? 1 : 0)
  })
})
