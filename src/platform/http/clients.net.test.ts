import { hash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import { createServer as createTlsServer, request as requestByTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { type AddressList, createAddressList } from '../addresses/index.ts'
import { certificateHeader, createClients } from './clients.ts'

// What a server knows of its clients, with and without a gateway between them.

const authority = createTestAuthority('ours')
const secure = createTlsServer({
  ...authority.issue({ name: 'server', hosts: ['127.0.0.1'] }),
  ca: authority.cert,
  requestCert: true,
  rejectUnauthorized: false,
})
const plain = createServer()
const shop = authority.issue({ name: 'shop', hosts: ['shop.internal'], roles: ['client'] })
const gateway = authority.issue({ name: 'gateway', roles: ['gateway'] })

beforeAll(async () => {
  for (const server of [secure, plain]) {
    server.on('request', (_request, response) => void response.end())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
})
afterAll(() => {
  for (const server of [secure, plain]) {
    server.closeAllConnections()
    server.close()
  }
})

type Asking = {
  readonly pair?: object
  readonly headers?: Record<string, string | string[]>
  readonly trusted?: AddressList
}

async function seen({ pair, headers = {}, trusted }: Asking) {
  const server = pair === undefined ? plain : secure
  const clientOf = createClients(trusted)
  const { port } = server.address() as AddressInfo
  const options = { ...pair, port, host: '127.0.0.1', ca: authority.cert, headers, agent: false } as const
  const received = once(server, 'request')
  const asked = pair === undefined ? request(options) : requestByTls(options)
  asked.on('error', () => undefined).end()
  const [got] = (await received) as [IncomingMessage]
  const { address, certificate, thumbprint } = clientOf(got)
  const found = { address, certificate: certificate()?.subject, thumbprint: thumbprint() }
  expect(thumbprint()).toBe(found.thumbprint)
  asked.destroy()
  return found
}

const asserted = {
  'munim-client-address': '203.0.113.9',
  'client-cert': certificateHeader(new X509Certificate(shop.cert)),
}
const thumbprint = hash('sha256', new X509Certificate(shop.cert).raw, 'base64url')
const direct = { address: '127.0.0.1', certificate: undefined, thumbprint: undefined }

it('knows the certificate of a connection, and only one that it has verified', async () => {
  expect(await seen({ pair: shop })).toEqual({ ...direct, certificate: 'CN=shop', thumbprint })
  expect(await seen({ pair: {} })).toEqual(direct)
  const stranger = createTestAuthority('another').issue({ name: 'shop', roles: ['gateway'] })
  expect(await seen({ pair: stranger, headers: asserted })).toEqual(direct)
})

it('believes a gateway, and never takes it for the client', async () => {
  const said = { address: '203.0.113.9', certificate: 'CN=shop', thumbprint }
  expect(await seen({ pair: gateway, headers: asserted })).toEqual(said)
  expect(await seen({ pair: gateway })).toEqual({ ...direct, address: undefined })
  const trusted = createAddressList(['127.0.0.0/8'])
  expect(await seen({ headers: asserted, trusted })).toEqual(said)
  expect(await seen({ headers: asserted, trusted: createAddressList(['10.0.0.1']) })).toEqual(direct)
  // With TLS, a certificate says who is a gateway.
  expect(await seen({ pair: shop, headers: asserted, trusted })).toEqual({
    ...direct,
    certificate: 'CN=shop',
    thumbprint,
  })
})

it('believes nobody else', async () => {
  expect(await seen({ headers: asserted })).toEqual(direct)
  expect(await seen({ pair: {}, headers: asserted })).toEqual(direct)
  expect(await seen({ pair: shop, headers: asserted })).toMatchObject({ address: '127.0.0.1' })
})

it.each([
  ['munim-client-address', '203.0.113.9, 10.0.0.1'],
  ['munim-client-address', 'example.com'],
  ['munim-client-address', ''],
  ['client-cert', 'MIIB'],
  ['client-cert', ':MIIB:'],
  ['client-cert', `${asserted['client-cert']}, ${asserted['client-cert']}`],
])('takes %s: %s for nothing', async (name, value) => {
  const what = name === 'client-cert' ? 'certificate' : 'address'
  expect(await seen({ pair: gateway, headers: { ...asserted, [name]: value } })).toMatchObject({ [what]: undefined })
})

it('takes a repeated header for nothing', async () => {
  const twice = { 'munim-client-address': ['203.0.113.9', '203.0.113.10'] }
  expect(await seen({ pair: gateway, headers: twice })).toMatchObject({ address: undefined })
})
