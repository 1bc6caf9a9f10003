import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import * as oauth4webapi from 'oauth4webapi'
import * as openid from 'openid-client'
import { describe, expect, it } from 'vitest'
import { type MadeClient, useOauthClients } from '#testing'

const { server, admin, makeClient, askToken, credentialsOf, tokenOf, statusWith, change } = useOauthClients()

describe('independent clients', () => {
  it('openid-client finds the server, gets a token with a secret, and calls the API', async () => {
    const client = await makeClient()
    for (const auth of [openid.ClientSecretBasic, openid.ClientSecretPost]) {
      for (const algorithm of ['oidc', 'oauth2'] as const) {
        const found = await openid.discovery(new URL(server().url), client.id, undefined, auth(client.client_secret), {
          algorithm,
          execute: [openid.allowInsecureRequests],
        })
        const tokens = await openid.clientCredentialsGrant(found)
        expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'ledger:write ledger:read' })
        const called = await openid.fetchProtectedResource(
          found,
          tokens.access_token,
          new URL(`${server().url}/v1/accounts`),
          'POST',
          JSON.stringify({ code: `by:${algorithm}`, asset: 'USD' }),
          new Headers({ 'content-type': 'application/json' }),
        )
        expect([201, 409]).toContain(called.status)
      }
    }
  })

  it('oauth4webapi signs an assertion, and its token passes as RFC 9068 demands', async () => {
    const issuer = new URL(server().url)
    const insecure = { [oauth4webapi.allowInsecureRequests]: true }
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one' }
    const { id } = await makeClient({ jwks: { keys: [jwk] } })
    const response = await oauth4webapi.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    const as = await oauth4webapi.processDiscoveryResponse(issuer, response)
    const client = { client_id: id }
    const auth = oauth4webapi.PrivateKeyJwt({ key: privateKey, kid: 'one' })
    const granted = await oauth4webapi.clientCredentialsGrantRequest(as, client, auth, {}, insecure)
    const { access_token } = await oauth4webapi.processClientCredentialsResponse(as, client, granted)
    expect(await statusWith(access_token)).toBe(200)
    const request = new Request(`${server().url}/v1/accounts`, { headers: { authorization: `Bearer ${access_token}` } })
    const claims = await oauth4webapi.validateJwtAccessToken(as, request, `${server().url}/v1`, insecure)
    expect(claims).toMatchObject({ iss: server().url, aud: `${server().url}/v1`, sub: id, client_id: id })
    const keys = createRemoteJWKSet(new URL(as.jwks_uri ?? ''))
    const verified = await jwtVerify(access_token, keys, { typ: 'at+jwt', algorithms: ['ES256'] })
    expect(verified.protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) })
  })
})

describe('the token endpoint', () => {
  it('refuses wrong credentials alike, and unknown grants, scopes and resources', async () => {
    const client = await makeClient()
    const credentials = credentialsOf(client)
    const wrong = { ...credentials, client_secret: `munim_secret_${'x'.repeat(43)}` }
    const stranger = { ...wrong, client_id: `client_${'0'.repeat(26)}` }
    for (const form of [wrong, stranger, { client_id: client.id }]) {
      const refused = await askToken(form)
      expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client'])
    }
    const refusals = [
      [{ ...credentials, grant_type: 'password' }, 'unsupported_grant_type'],
      [{ ...credentials, grant_type: 'authorization_code' }, 'invalid_request'],
      [{ ...credentials, scope: 'payouts:write' }, 'invalid_scope'],
      [{ ...credentials, scope: 'ledger:write lanes:manage' }, 'invalid_scope'],
      [{ ...credentials, resource: 'https://other.example' }, 'invalid_target'],
    ] as const
    for (const [form, error] of refusals) {
      const refused = await askToken(form)
      expect([refused.status, refused.body.error]).toEqual([400, error])
    }
    const json = await fetch(`${server().url}/oauth/token`, { method: 'POST', body: JSON.stringify(credentials) })
    expect(json.status).toBe(400)
  })

  it('challenges wrong credentials in the header, and names its own address, whatever the host is called', async () => {
    const basic = Buffer.from('client_1:x').toString('base64')
    const { headers } = await askToken({}, { authorization: `Basic ${basic}` })
    expect(headers.get('www-authenticate')).toMatch(/^Basic realm="http:/)
    const metadata = await server().request('GET', '/.well-known/openid-configuration', {
      headers: { host: 'evil.example' },
    })
    expect(metadata.body).toMatchObject({ issuer: server().url, token_endpoint: `${server().url}/oauth/token` })
  })

  it('takes an assertion once, for this server, for an hour at most, and from a key of the client alone', async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
    const other = await generateKeyPair('EdDSA')
    const { id } = await makeClient({ jwks: { keys: [await exportJWK(publicKey)] } })
    const assert = (also: object = {}, key = privateKey) =>
      new SignJWT({ iss: id, sub: id, aud: server().url, jti: randomUUID(), ...also })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setExpirationTime((also as { exp?: string }).exp ?? '1m')
        .sign(key)
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const ask = async (client_assertion: string) => {
      const { status, body } = await askToken({ client_assertion, client_assertion_type })
      return body.error ?? status
    }
    const once = await assert()
    const both = await Promise.all([ask(once), ask(once)])
    expect(both.sort()).toEqual([200, 'invalid_client'])
    expect(await ask(once)).toBe('invalid_client')
    expect(await ask(await assert({ aud: 'https://other.example' }))).toBe('invalid_client')
    expect(await ask(await assert({ exp: '2h' }))).toBe('invalid_client')
    expect(await ask(await assert({ exp: '-1m' }))).toBe('invalid_client')
    expect(await ask(await assert({}, other.privateKey))).toBe('invalid_client')
    expect(await ask(await assert({ iss: 'client_x' }))).toBe('invalid_client')
    expect(await ask(await assert())).toBe(200)
  })

  it('limits guesses, and not a client behind the same address', async () => {
    const client = await makeClient()
    // Its secret is known once a token of it was used.
    expect(await statusWith(await tokenOf(client))).toBe(200)
    const guess = () => askToken({ client_id: client.id, client_secret: `munim_secret_${randomUUID()}` })
    let last = await guess()
    while (last.status !== 429) {
      expect(last.body.error).toBe('invalid_client')
      const next = await Promise.all(Array.from({ length: 20 }, guess))
      last = next.find(({ status }) => status === 429) ?? last
    }
    expect(last.headers.get('retry-after')).toBe('1')
    expect(last.body.error).toBe('temporarily_unavailable')
    const rightful = await Promise.all(Array.from({ length: 60 }, () => askToken(credentialsOf(client))))
    expect(rightful.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('a token', () => {
  it('acts in the book of its client, with the permissions that were asked for', async () => {
    const body = { name: 'b', book: 'branch', permissions: ['ledger:write', 'ledger:read'] }
    const made = await server().request('POST', '/v1/oauth-clients', { body })
    const open = async (token: string, code: string) =>
      (await server().request('POST', '/v1/accounts', { key: token, body: { code, asset: 'USD' } })).status
    expect(await open(await tokenOf(made.body), 'at:branch')).toBe(201)
    expect((await server().request('GET', '/v1/accounts/at:branch')).status).toBe(404)
    const inBranch = { headers: { 'munim-book': 'branch' } }
    expect((await server().request('GET', '/v1/accounts/at:branch', inBranch)).status).toBe(200)
    expect(await open(await tokenOf(made.body, { scope: 'ledger:read' }), 'at:branch:2')).toBe(403)
    const elsewhere = { key: await tokenOf(made.body), headers: { 'munim-book': 'main' } }
    expect((await server().request('GET', '/v1/accounts', elsewhere)).body.code).toBe('book_not_allowed')
  })

  it('is refused with the challenge of an invalid token when it is not genuine', async () => {
    const token = await tokenOf(await makeClient())
    const [head = '', body = '', signature = ''] = token.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
    const richer = Buffer.from(JSON.stringify({ ...claims, scope: 'lanes:manage' })).toString('base64url')
    for (const forged of [`${head}.${richer}.${signature}`, `${head}.${body}.`, `${head}.${body}`]) {
      const refused = await server().request('GET', '/v1/accounts', { key: forged })
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="munim", error="invalid_token"',
      ])
    }
    expect(await statusWith(token)).toBe(200)
  })

  it('ends at once with its client, and with a permission that the client loses, but not with one it gains', async () => {
    const client = await makeClient()
    const first = await tokenOf(client)
    expect(
      (await change('PATCH', { client, body: { permissions: ['payments:read', 'ledger:write', 'ledger:read'] } }))
        .status,
    ).toBe(200)
    expect(await statusWith(first)).toBe(200)
    expect((await change('PATCH', { client, body: { permissions: ['ledger:read'] } })).status).toBe(200)
    expect(await statusWith(first)).toBe(401)
    const narrow = await tokenOf(client)
    expect(await statusWith(narrow)).toBe(200)
    expect((await askToken({ ...credentialsOf(client), scope: 'ledger:write' })).body.error).toBe('invalid_scope')
    const revoked = await change('DELETE', { client })
    expect([revoked.status, revoked.body.revoked_at]).toEqual([200, expect.any(String)])
    expect(await statusWith(narrow)).toBe(401)
    expect((await askToken(credentialsOf(client))).body.error).toBe('invalid_client')
    expect((await change('PATCH', { client, body: { name: 'x' } })).body.code).toBe('oauth_client_revoked')
    expect((await change('POST', { client, what: '/rotate-secret', body: {} })).body.code).toBe('oauth_client_revoked')
  })

  it('of a revoked client manages nothing, even where it is not yet known to be revoked', async () => {
    const body = { name: 'manager', permissions: ['keys:manage'] }
    const made = await server().request('POST', '/v1/oauth-clients', { body })
    const key = await tokenOf(made.body)
    const make = (name: string) =>
      server().request('POST', '/v1/api-keys', { key, body: { permissions: ['keys:manage'], name } })
    expect((await make('one')).status).toBe(201)
    await server().database.query({ text: `update access.oauth_clients set revoked_at = now() where name = 'manager'` })
    expect((await make('two')).status).toBe(401)
  })

  it('of a client that lost a permission gives none of it on, even where that is not yet known', async () => {
    const held = ['keys:manage', 'clients:manage', 'ledger:read']
    const made = await server().request('POST', '/v1/oauth-clients', { body: { name: 'narrowed', permissions: held } })
    const key = await tokenOf(made.body)
    const act = async (method: 'POST' | 'PATCH', path: string) =>
      (await server().request(method, path, { key, body: { name: 'kept', permissions: held } })).status
    expect(await act('POST', '/v1/api-keys')).toBe(201)
    await server().database.query({
      text: `update access.oauth_clients set permissions = '{ledger:read}', generation = generation + 1 where name = 'narrowed'`,
    })
    expect(await act('POST', '/v1/api-keys')).toBe(401)
    expect(await act('POST', '/v1/oauth-clients')).toBe(401)
    expect(await act('PATCH', `/v1/oauth-clients/${made.body.id}`)).toBe(401)
  })
})

describe('clients', () => {
  it('show their secret once, store its hash alone, and take the previous one for as long as was asked', async () => {
    const body = { name: 'once', permissions: ['ledger:read'] }
    const headers = { 'idempotency-key': 'make a client' }
    const made = await server().request('POST', '/v1/oauth-clients', { body, headers })
    const replayed = await server().request('POST', '/v1/oauth-clients', { body, headers })
    expect(replayed.body).toEqual({ ...made.body, client_secret: null })
    const rotated = await change('POST', {
      client: made.body,
      what: '/rotate-secret',
      body: { keep_previous_seconds: 600 },
    })
    expect(rotated.body.client_secret).toMatch(/^munim_secret_[\w-]{43}$/)
    for (const one of [made.body, rotated.body]) expect(await statusWith(await tokenOf(one))).toBe(200)
    const again = await change('POST', { client: made.body, what: '/rotate-secret', body: {} })
    for (const one of [made.body, rotated.body]) {
      expect((await askToken(credentialsOf(one))).body.error).toBe('invalid_client')
    }
    expect(await statusWith(await tokenOf(again.body))).toBe(200)
    const tables = await server().database.query<{ name: string }>({
      text: `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('access', 'platform')`,
    })
    for (const { name } of tables) {
      const rows = await server().database.query<{ row: string }>({ text: `select t::text as row from ${name} t` })
      for (const { row } of rows) expect(row).not.toContain(again.body.client_secret.slice(13))
    }
  })

  it('have no permission that their maker lacks, belong to a book, and are made for it alone', async () => {
    const make = async (body: object) => {
      const answered = await server().request('POST', '/v1/oauth-clients', {
        key: admin(),
        body: { name: 'x', ...body },
      })
      return answered.body.code ?? answered.status
    }
    for (const one of ['lanes:manage', 'books:any', 'signing_keys:rotate'])
      expect(await make({ permissions: [one] })).toBe('permission_beyond_own')
    expect(await make({ permissions: ['keys:manage'] })).toBe(201)
    expect(await make({ permissions: ['ledger:read'], book: 'branch' })).toBe('book_not_allowed')
    for (const odd of [
      [],
      ['read'],
      ['nothing:read'],
      ['a:b:c'],
      ['*:read'],
      ['ledger:read', 'ledger:read'],
      ['"a:read'],
    ]) {
      expect(await make({ permissions: odd })).toBe('validation_failed')
    }
    const branch = { name: 'b', book: 'branch', permissions: ['ledger:read'] }
    const { body: other } = await server().request('POST', '/v1/oauth-clients', { body: branch })
    const acts = [['GET'], ['DELETE'], ['PATCH', { body: {} }], ['POST', { what: '/rotate-secret', body: {} }]] as const
    for (const [method, act] of acts) {
      expect((await change(method, { client: other, ...act })).body.code).toBe('oauth_client_not_found')
    }
    const write = await server().createKey('write')
    expect((await server().request('GET', '/v1/oauth-clients', { key: write })).status).toBe(403)
    const listed = await server().request('GET', '/v1/oauth-clients?limit=100', { key: admin() })
    expect(listed.body.data.map(({ id }: MadeClient) => id)).not.toContain(other.id)
  })

  it('register public keys that are strong enough, and nothing else', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    const odd = [
      pair.privateKey.export({ format: 'jwk' }),
      weak,
      { kty: 'oct', k: 'c2VjcmV0' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
      { ...pair.publicKey.export({ format: 'jwk' }), use: 'enc' },
      { kty: 'EC' },
      { ...pair.publicKey.export({ format: 'jwk' }), kid: 'k'.repeat(101) },
      { ...pair.publicKey.export({ format: 'jwk' }), alg: 'a'.repeat(101) },
      { ...pair.publicKey.export({ format: 'jwk' }), x: 'A'.repeat(17_000) },
    ]
    for (const key of odd) {
      const body = { name: 'x', permissions: ['ledger:read'], jwks: { keys: [key] } }
      const refused = await server().request('POST', '/v1/oauth-clients', { body })
      expect([refused.status, refused.body.param]).toEqual([400, 'jwks'])
    }
    const client = await makeClient()
    const jwks = { keys: [pair.publicKey.export({ format: 'jwk' })] }
    expect((await change('PATCH', { client, body: { jwks } })).body.code).toBe('oauth_client_proof')
  })
})
