import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAddressList } from '#platform/addresses'
import { startTestServer, type TestServer } from '#testing'

// A server that believes a gateway at 127.0.0.1, which says where clients are.

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ trustedGateways: createAddressList(['127.0.0.1']) })
})
afterAll(() => server.stop())

const blocks = ['203.0.113.7', '10.2.0.0/16', '2001:db8::/32']

async function codeFrom(address: string | undefined, key: string) {
  const headers = address === undefined ? {} : { 'munim-client-address': address }
  const { status, body } = await server.request('GET', '/v1/accounts', { key, headers })
  return status === 200 ? 200 : body.code
}

async function makeKey(also: object) {
  const body = { scope: 'read', name: 'shop', ...also }
  return server.request('POST', '/v1/api-keys', { body })
}

const onTheList = ['203.0.113.7', '10.2.255.1', '::ffff:10.2.0.1', '2001:db8::1']
const elsewhere = ['203.0.113.8', '10.3.0.1', '2001:db9::1', '203.0.113.7, 10.2.0.1', 'localhost', undefined]

it('a key is used from the addresses on its list, and from no other', async () => {
  const { body } = await makeKey({ allowed_addresses: blocks })
  expect(body.allowed_addresses).toEqual(blocks)
  // The first time by a query, and then as it is known.
  for (const _ of ['asked', 'known']) {
    for (const address of elsewhere)
      expect([address, await codeFrom(address, body.key)]).toEqual([address, 'address_not_allowed'])
    for (const address of onTheList) expect([address, await codeFrom(address, body.key)]).toEqual([address, 200])
  }
  const listed = await server.request('GET', '/v1/api-keys')
  expect(listed.body.data[0].allowed_addresses).toEqual(blocks)
})

it('a key without a list is used from everywhere', async () => {
  const { body } = await makeKey({})
  expect(body.allowed_addresses).toBe(null)
  expect([await codeFrom('9.9.9.9', body.key), await codeFrom(undefined, body.key)]).toEqual([200, 200])
})

it('an OAuth client gets tokens and uses them from the addresses on its list', async () => {
  const permissions = ['ledger:read']
  const made = await server.request('POST', '/v1/oauth-clients', {
    body: { name: 'shop', permissions, allowed_addresses: blocks },
  })
  const { id, client_secret, allowed_addresses } = made.body
  expect(allowed_addresses).toEqual(blocks)
  const askToken = async (address: string) => {
    const form = { grant_type: 'client_credentials', client_id: id, client_secret }
    const headers = { 'munim-client-address': address }
    const answer = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers,
    })
    const body = (await answer.json()) as { readonly access_token: string; readonly error?: string }
    return { status: answer.status, ...body }
  }
  expect(await askToken('203.0.113.8')).toMatchObject({ status: 401, error: 'invalid_client' })
  const { access_token: token } = await askToken('10.2.0.1')
  expect([await codeFrom('2001:db8::1', token), await codeFrom('10.3.0.1', token)]).toEqual([
    200,
    'address_not_allowed',
  ])

  const change = (body: object) => server.request('PATCH', `/v1/oauth-clients/${id}`, { body })
  await change({ name: 'the same shop' })
  expect(await codeFrom('10.3.0.1', token)).toBe('address_not_allowed')
  expect((await change({ allowed_addresses: ['10.3.0.0/16'] })).body.allowed_addresses).toEqual(['10.3.0.0/16'])
  expect([await codeFrom('10.3.0.1', token), await codeFrom('10.2.0.1', token)]).toEqual([200, 'address_not_allowed'])
  expect((await change({ allowed_addresses: null })).body.allowed_addresses).toBe(null)
  expect([await codeFrom('10.2.0.1', token), (await askToken('203.0.113.8')).status]).toEqual([200, 200])
})

it.each([
  [[]],
  [['10.0.0.0/33']],
  [['10.0.0.0/8', 'example.com']],
  [['10.0.0.0/8', '10.0.0.0/8']],
  [['::/129']],
  [['10.0.0']],
  ['10.0.0.0/8'],
])('refuses the list %j', async (allowed_addresses) => {
  const { status, body } = await makeKey({ allowed_addresses })
  expect([status, body.code, body.param]).toEqual([
    400,
    'validation_failed',
    expect.stringMatching(/^allowed_addresses/),
  ])
})

it('the log of administrative acts has the lists', async () => {
  const { id } = (await makeKey({ allowed_addresses: blocks })).body
  const { data } = (await server.request('GET', `/v1/audit?subject=${id}`)).body
  expect(data).toMatchObject([{ action: 'api_key.created', after: { allowed_addresses: blocks } }])
})

it('what a caller with a list makes and takes over is used from there alone', async () => {
  const headers = { 'munim-client-address': '10.2.0.1' }
  const { body: own } = await makeKey({ scope: 'admin', allowed_addresses: ['10.2.0.0/16'] })
  const ask = (method: string, path: string, body: object) =>
    server.request(method, path, { key: own.key, headers, body })
  const permissions = ['ledger:read']
  const [key, client] = [
    { path: '/v1/api-keys', body: { scope: 'read', name: 'made' } },
    { path: '/v1/oauth-clients', body: { permissions, name: 'made' } },
  ]
  for (const { path, body } of [key, client]) {
    const made = async (allowed_addresses: string[]) => ask('POST', path, { ...body, allowed_addresses })
    expect((await ask('POST', path, body)).body.allowed_addresses).toEqual(['10.2.0.0/16'])
    expect((await made(['10.2.3.0/24'])).body.allowed_addresses).toEqual(['10.2.3.0/24'])
    expect(await made(['10.2.3.0/24', '10.3.0.0/16'])).toMatchObject({
      ...{ status: 403, body: { code: 'addresses_beyond_own', param: 'allowed_addresses' } },
    })
  }
  const { body: inside } = await ask('POST', client.path, client.body)
  const { body: outside } = await server.request('POST', client.path, { body: client.body })
  const code = async (id: string, change: string | object) => {
    const [method, path, body] = typeof change === 'string' ? ['POST', `/${change}`, {}] : ['PATCH', '', change]
    return (await ask(`${method}`, `${client.path}/${id}${path}`, Object(body))).body.code
  }
  const beyond = 'addresses_beyond_own'
  expect(await code(inside.id, { allowed_addresses: null })).toBe(beyond)
  expect(await code(inside.id, { allowed_addresses: ['10.2.3.4'] })).toBeUndefined()
  expect(await code(inside.id, 'rotate-secret')).toBeUndefined()
  expect(await code(outside.id, 'rotate-secret')).toBe(beyond)
  expect(await code(outside.id, { allowed_addresses: ['10.2.3.4'] })).toBe(beyond)
  expect(await code(outside.id, { name: 'another name' })).toBeUndefined()
})
