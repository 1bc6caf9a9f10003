import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import * as oauth4webapi from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  askTokens,
  logIn,
  loginRequest,
  makePerson,
  openBrowser,
  passLogin,
  refresh,
  startTestServer,
  type TestPerson,
  type TestServer,
  tokensOf,
} from '#testing'
import { createKnownRefreshTokens } from '../oauth/known-refresh-tokens.ts'

let server: TestServer
let ada: TestPerson
beforeAll(async () => {
  server = await startTestServer()
  ada = await makePerson(server, { login: 'ada@example.com', role: 'analyst' })
})
afterAll(() => server.stop())

const statusWith = async (key: string) => (await server.request('GET', '/v1/accounts', { key })).status
const makeClient = async (also: object) => {
  const body = { name: 'console', permissions: ['ledger:read', 'payments:read'], ...also }
  const made = await server.request('POST', '/v1/oauth-clients', { body })
  expect([made.status, made.body.code]).toEqual([201, undefined])
  return made.body
}
const exchange = ({ code, verifier, redirect }: Awaited<ReturnType<typeof logIn>>, also: Record<string, string> = {}) =>
  askTokens(server, {
    ...{ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirect },
    ...also,
  })

describe('independent clients', () => {
  it('openid-client logs a person in at the command line, and renews and ends the login', async () => {
    const issuer = new URL(server.url)
    const execute = [openid.allowInsecureRequests]
    const found = await openid.discovery(issuer, 'munim-cli', undefined, openid.None(), { execute })
    const verifier = openid.randomPKCECodeVerifier()
    const [state, nonce] = [openid.randomState(), openid.randomNonce()]
    const url = openid.buildAuthorizationUrl(found, {
      ...{ redirect_uri: 'http://127.0.0.1:54321/callback', scope: 'openid profile email', state, nonce },
      ...{ code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
    })
    const browser = openBrowser(server)
    const begun = await browser.get(url.href)
    expect([begun.status, begun.location]).toEqual([303, expect.stringMatching(/^\/oauth\/login\/[\w-]+$/)])
    const passed = await passLogin(browser, begun.location, { ...ada, code: ada.code() })
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
    const tokens = await openid.authorizationCodeGrant(found, new URL(passed.location), checks)
    const claims = tokens.claims()
    expect(claims).toMatchObject({ sub: ada.id, nonce, aud: 'munim-cli', name: expect.stringContaining('Person') })
    const keys = createRemoteJWKSet(new URL(found.serverMetadata().jwks_uri ?? ''))
    const idToken = await jwtVerify(tokens.id_token ?? '', keys, { issuer: server.url, audience: 'munim-cli' })
    expect(idToken.protectedHeader).toMatchObject({ alg: 'ES256' })
    expect(idToken.payload).toMatchObject({ email: 'ada@example.com', amr: ['pwd', 'otp'] })
    const access = await jwtVerify(tokens.access_token, keys, { audience: `${server.url}/v1`, typ: 'at+jwt' })
    expect(access.payload).toMatchObject({ sub: ada.id, client_id: 'munim-cli' })
    const scope = String(access.payload.scope).split(' ')
    expect([scope.includes('ledger:read'), scope.includes('ledger:write')]).toEqual([true, false])
    expect(await statusWith(tokens.access_token)).toBe(200)
    expect(await statusWith(tokens.id_token ?? '')).toBe(401)
    const userinfo = await openid.fetchUserInfo(found, tokens.access_token, ada.id)
    expect(userinfo).toMatchObject({ preferred_username: 'ada@example.com', munim_role: 'analyst', munim_book: 'main' })
    const renewed = await openid.refreshTokenGrant(found, tokens.refresh_token ?? '')
    expect(renewed.claims()?.sub).toBe(ada.id)
    expect(await statusWith(renewed.access_token)).toBe(200)
    await openid.tokenRevocation(found, renewed.refresh_token ?? '')
    for (const ended of [tokens.access_token, renewed.access_token]) expect(await statusWith(ended)).toBe(401)
    expect((await refresh(server, renewed.refresh_token ?? '')).body.error).toBe('invalid_grant')
  })

  it('oauth4webapi logs a person in at a client with a secret, for what both may do', async () => {
    const redirect = 'https://console.example.com/callback'
    const { id, client_secret } = await makeClient({ redirect_uris: [redirect] })
    const insecure = { [oauth4webapi.allowInsecureRequests]: true }
    const issuer = new URL(server.url)
    const as = await oauth4webapi.processDiscoveryResponse(
      issuer,
      await oauth4webapi.discoveryRequest(issuer, insecure),
    )
    expect(as).toMatchObject({ code_challenge_methods_supported: ['S256'], response_types_supported: ['code'] })
    const client = { client_id: id }
    const browser = openBrowser(server)
    const { url, verifier } = loginRequest({ client: id, redirect, scope: 'openid ledger:read' })
    const begun = await browser.get(url)
    const passed = await passLogin(browser, begun.location, { ...ada, code: ada.code(1) })
    const parameters = oauth4webapi.validateAuthResponse(as, client, new URL(passed.location), 'a state')
    const auth = oauth4webapi.ClientSecretBasic(client_secret)
    const granted = await oauth4webapi.authorizationCodeGrantRequest(
      as,
      client,
      auth,
      parameters,
      redirect,
      verifier,
      insecure,
    )
    const tokens = await oauth4webapi.processAuthorizationCodeResponse(as, client, granted, { requireIdToken: true })
    expect(decodeJwt(tokens.access_token)).toMatchObject({ scope: 'ledger:read', sub: ada.id, client_id: id })
    expect(await statusWith(tokens.access_token)).toBe(200)
    expect((await server.request('GET', '/v1/payments', { key: tokens.access_token })).status).toBe(403)
    await server.request('DELETE', `/v1/oauth-clients/${id}`)
    expect(await statusWith(tokens.access_token)).toBe(401)
  })
})

describe('a login request', () => {
  it('without PKCE, or with another method than S256, is sent back with an error', async () => {
    for (const also of [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
      { code_challenge_method: undefined },
    ]) {
      const { location, status } = await openBrowser(server).get(loginRequest({ also }).url)
      const { searchParams, origin } = new URL(location)
      expect([status, origin, searchParams.get('error')]).toEqual([303, 'http://127.0.0.1:9', 'invalid_request'])
      expect(searchParams.get('state')).toBe('a state')
    }
  })

  it('is sent nowhere but to the registered address, of which only the port of the own machine may differ', async () => {
    const { id } = await makeClient({ redirect_uris: ['https://a.example/back'], public: true })
    const others = [
      ['munim-cli', 'http://127.0.0.1:9/callback/'],
      ['munim-cli', 'http://127.0.0.1:9/other'],
      ['munim-cli', 'http://127.0.0.1:9/callback?x=1'],
      ['munim-cli', 'http://localhost:9/callback'],
      ['munim-cli', 'https://evil.example/callback'],
      [id, 'https://a.example/back/'],
      [id, 'https://a.example:444/back'],
      [id, 'https://A.example/back'],
      [id, 'https://a.example/back#'],
      ['client_none', 'https://a.example/back'],
    ] as const
    for (const [client, redirect] of others) {
      const refused = await openBrowser(server).get(loginRequest({ client, redirect }).url)
      expect([redirect, refused.status, refused.location]).toEqual([redirect, 400, ''])
      expect(refused.text).toContain('This login cannot go on')
    }
    expect(
      (await openBrowser(server).get(loginRequest({ redirect: 'http://127.0.0.1:65000/callback' }).url)).status,
    ).toBe(303)
  })

  it('asks for no permission that its client lacks, and never passes without a login', async () => {
    const { id } = await makeClient({ redirect_uris: ['https://b.example/back'], public: true })
    const at = { client: id, redirect: 'https://b.example/back' }
    for (const [request, error] of [
      [{ ...at, scope: 'openid lanes:manage' }, 'invalid_scope'],
      [{ ...at, also: { prompt: 'none' } }, 'login_required'],
      [{ ...at, also: { response_type: 'token' } }, 'invalid_request'],
      [{ ...at, also: { response_mode: 'fragment' } }, 'invalid_request'],
    ] as const) {
      const { location } = await openBrowser(server).get(loginRequest(request).url)
      expect([error, new URLSearchParams(location.split(/[?#]/)[1]).get('error')]).toEqual([error, error])
    }
    const browser = openBrowser(server)
    const begun = await browser.get(loginRequest().url)
    const early = await browser.get(begun.location.replace('/login/', '/authorize/'))
    expect(early.location).not.toContain('code=')
  })
})

describe('a code', () => {
  it('is good once, with its verifier and its address, and its second use ends the login', async () => {
    for (const also of [{ code_verifier: 'x'.repeat(43) }, { redirect_uri: 'http://127.0.0.1:10/callback' }]) {
      expect((await exchange(await logIn(server, ada), also)).body.error).toBe('invalid_grant')
    }
    const given = await logIn(server, ada)
    const first = await exchange(given)
    expect(await statusWith(first.body.access_token)).toBe(200)
    expect((await exchange(given)).body.error).toBe('invalid_grant')
    expect(await statusWith(first.body.access_token)).toBe(401)
    expect((await refresh(server, first.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('counts once of two requests at the same time', async () => {
    const given = await logIn(server, ada)
    const both = await together('AuthorizationCode', () => exchange(given))
    expect(both.filter(({ status }) => status === 200).length).toBeLessThan(2)
    for (const { body } of both) if (body.access_token) expect(await statusWith(body.access_token)).toBe(401)
  })
})

/** Asks twice, and lets neither go on before both have found that the record was not used. */
async function together<Answer>(kind: string, ask: () => Promise<Answer>): Promise<Answer[]> {
  let both: Promise<Answer[]> | undefined
  await server.database.transaction(async (tx) => {
    await tx.query({ text: 'select 1 from access.oauth_records where kind = $1 for update', values: [kind] })
    both = Promise.all([ask(), ask()])
    const waiting = async () => {
      // Not in the transaction, which would see the same activity each time.
      const rows = await server.database.query({
        text: `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
          and query like '%set consumed_at%'`,
      })
      return rows.length
    }
    await expect.poll(waiting).toBe(2)
  })
  return (await both) ?? []
}

describe('a refresh token', () => {
  it('is known as such while it is in force, and a guess is not', async () => {
    const onFault = (fault: unknown) => expect(fault).toBeUndefined()
    const known = createKnownRefreshTokens({ database: server.database, nowMs: () => 0, onFault })
    const { refresh_token: used } = await tokensOf(server, ada)
    const { refresh_token } = (await refresh(server, used)).body
    await known.learn()
    expect([refresh_token, used, 'guessed'].map(known.has)).toEqual([true, false, false])
  })

  it('is replaced at each use, and its second use ends the whole login', async () => {
    const first = await tokensOf(server, ada)
    const second = await refresh(server, first.refresh_token)
    const third = await refresh(server, second.body.refresh_token)
    expect(new Set([first, second.body, third.body].map(({ refresh_token }) => refresh_token)).size).toBe(3)
    expect(await statusWith(third.body.access_token)).toBe(200)
    expect((await refresh(server, first.refresh_token)).body.error).toBe('invalid_grant')
    expect((await refresh(server, third.body.refresh_token)).body.error).toBe('invalid_grant')
    for (const { access_token } of [first, second.body, third.body]) expect(await statusWith(access_token)).toBe(401)
  })

  it('counts once of two requests at the same time', async () => {
    const { refresh_token } = await tokensOf(server, ada)
    const both = await together('RefreshToken', () => refresh(server, refresh_token))
    expect(both.filter(({ status }) => status === 200).length).toBeLessThan(2)
    for (const { body } of both) if (body.access_token) expect(await statusWith(body.access_token)).toBe(401)
  })

  it('of another client is refused, and stays good for its own', async () => {
    const redirect = 'https://c.example/back'
    const { id } = await makeClient({ redirect_uris: [redirect], public: true })
    const other = await makeClient({ redirect_uris: ['https://d.example/back'] })
    const { refresh_token } = await tokensOf(server, ada)
    expect((await refresh(server, refresh_token, { client_id: id })).body.error).toBe('invalid_grant')
    const secret = { client_id: other.id, client_secret: other.client_secret }
    expect((await refresh(server, refresh_token, secret)).body.error).toBe('invalid_grant')
    const revoke = (form: Record<string, string>) =>
      fetch(`${server.url}/oauth/revoke`, {
        method: 'POST',
        body: new URLSearchParams({ token: refresh_token, ...form }),
      })
    for (const form of [{ client_id: id }, secret]) expect((await revoke(form)).status).toBe(200)
    const renewed = await refresh(server, refresh_token)
    expect([renewed.status, await statusWith(renewed.body.access_token)]).toEqual([200, 200])
  })
})

it('no code, token, password or secret of a person is stored as it is', async () => {
  const person = await makePerson(server)
  const given = await logIn(server, person)
  const { body } = await exchange(given)
  const texts = [given.code, body.refresh_token, body.access_token, person.password, ...person.recoveryCodes]
  const tables = await server.database.query<{ name: string }>({
    text: `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('access', 'platform')`,
  })
  for (const { name } of tables) {
    const rows = await server.database.query<{ row: string }>({ text: `select t::text as row from ${name} t` })
    for (const { row } of rows) for (const text of texts) expect(row).not.toContain(text)
  }
})
