import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { decodeId } from '#kernel'
import type { Database } from '#platform/postgres'
import { makePerson, testSealing, tokensOf, useOauthClients } from '#testing'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { createAuthenticator } from '../authenticate.ts'
import { createSessionDirectory } from '../people/session-directory.ts'
import { createTokenAuthenticator } from './authenticate-token.ts'
import { createClientDirectory } from './client-directory.ts'
import { createOauth } from './oauth.ts'
import { findClient } from './oauth-client-store.ts'
import { createSigningKeys } from './signing-keys.ts'

const { server, admin, makeClient, tokenOf, statusWith, change } = useOauthClients()

describe('another process', () => {
  const startProcess = async () => {
    const clock = { nowMs: 0 }
    const faults: unknown[] = []
    const nowMs = () => clock.nowMs
    const { database, url: issuer } = server()
    const keys = createSigningKeys({ database, sealing: undefined, nowMs })
    const directory = createClientDirectory({ database, nowMs, onFault: (fault) => faults.push(fault) })
    const isOver = () => false
    const sessions = createSessionDirectory({ database, nowMs, isOver, onFault: (fault) => faults.push(fault) })
    const named = { issuer, audience: `${issuer}/v1`, nowMs: () => Date.now() }
    const tokens = createTokenAuthenticator({ ...named, keys, directory, sessions })
    await Promise.all([keys.load(), directory.learn()])
    return { clock, faults, accepts: async (token: string) => (await tokens.authenticate(token)).ok, tokens }
  }

  it('accepts a token without a query, and refuses it soon after its client was revoked', async () => {
    const client = await makeClient()
    const token = await tokenOf(client)
    const { clock, faults, accepts, tokens } = await startProcess()
    expect(tokens.authenticate(token)).toMatchObject({
      ok: true,
      value: { principal: { kind: 'client' }, book: { code: 'main' } },
    })
    await change('DELETE', { client })
    expect(await accepts(token)).toBe(true)
    clock.nowMs += 5001
    await expect.poll(() => accepts(token)).toBe(false)
    expect(faults).toEqual([])
  })

  it('refuses the token of a person soon after the login was ended, and at once after ten seconds', async () => {
    const person = await makePerson(server())
    const [first, second] = [await tokensOf(server(), person), await tokensOf(server(), person)]
    const { clock, faults, accepts, tokens } = await startProcess()
    for (const { access_token } of [first, second]) expect(await accepts(access_token)).toBe(true)
    expect(tokens.authenticate(first.access_token)).toMatchObject({ value: { principal: { kind: 'person' } } })
    const body = new URLSearchParams({ client_id: 'munim-cli', token: first.refresh_token })
    expect((await fetch(`${server().url}/oauth/revoke`, { method: 'POST', body })).status).toBe(200)
    expect(await accepts(first.access_token)).toBe(true)
    clock.nowMs += 5001
    await expect.poll(() => accepts(first.access_token)).toBe(false)
    expect(await accepts(second.access_token)).toBe(true)
    await server().request('POST', `/v1/people/${person.id}/disable`)
    clock.nowMs += 10_001
    expect(await accepts(second.access_token)).toBe(false)
    expect(faults).toEqual([])
  })

  it('keeps no keys with which a client signs, however it came to know the client', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { id } = await makeClient({ jwks: { keys: [publicKey.export({ format: 'jwk' })] } })
    const clientId = decodeId('client', id) ?? ''
    const { database } = server()
    const directory = createClientDirectory({ database, nowMs: () => 0, onFault: () => undefined })
    await directory.find({ clientId, generation: 1 })
    expect(directory.lastKnown(clientId)?.proof).toEqual({ kind: 'keys' })
    await directory.learn()
    expect(directory.lastKnown(clientId)?.proof).toEqual({ kind: 'keys' })
    const client = await findClient(database, clientId)
    expect(client?.proof).toMatchObject({ keys: [{ kty: 'EC' }] })
    if (client) directory.changed(client)
    expect(directory.lastKnown(clientId)?.proof).toEqual({ kind: 'keys' })
  })

  it('never trusts what it knows for longer than ten seconds, and learns of a new generation from its tokens', async () => {
    const client = await makeClient()
    const token = await tokenOf(client)
    const { clock, accepts } = await startProcess()
    await change('PATCH', { client, body: { permissions: ['ledger:read'] } })
    const narrow = await tokenOf(client)
    expect(await accepts(token)).toBe(true)
    expect(await accepts(narrow)).toBe(true)
    expect(await accepts(token)).toBe(false)
    await change('DELETE', { client })
    clock.nowMs += 10_001
    expect(await accepts(narrow)).toBe(false)
  })

  it('reads the keys again for a key that it does not know, but not for each such token', async () => {
    const client = await makeClient()
    const { clock, accepts } = await startProcess()
    await server().request('POST', '/v1/oauth-keys/rotate', { body: { drop_earlier: true } })
    const token = await tokenOf(client)
    expect(await accepts(token)).toBe(false)
    clock.nowMs += 1001
    expect(await accepts(token)).toBe(true)
  })
})

it('answers a few requests for tokens at once, and the others in turn', async () => {
  const client = await makeClient()
  const held: (() => void)[] = []
  let isHolding = true
  const database: Database = {
    ...server().database,
    query: async (statement) => {
      if (isHolding && statement.text.includes('from access.oauth_clients')) {
        await new Promise<void>((resolve) => held.push(resolve))
      }
      return server().database.query(statement)
    },
  }
  const oauth = createOauth({ database, sealing: testSealing, onFault: () => undefined })
  isHolding = false
  await oauth.load()
  isHolding = true
  oauth.serve(server().url)
  const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: client.client_secret }
  const body = Buffer.from(new URLSearchParams(form).toString())
  const contentType = 'application/x-www-form-urlencoded'
  const request = { authorization: undefined, contentType, body, address: '10.0.0.1', certificate: undefined }
  const asked = Array.from({ length: 30 }, () => oauth.answerToken(request))
  await expect.poll(() => held.length).toBeGreaterThan(0)
  for (let round = 0; round < 20; round += 1) await new Promise(setImmediate)
  expect(held.length).toBeLessThanOrEqual(8)
  isHolding = false
  for (const letGo of held) letGo()
  const answers = await Promise.all(asked)
  expect(answers.filter((answer) => answer?.status === 200).length).toBe(30)
  await oauth.stop()
})

describe('a client with a certificate', () => {
  it('gets tokens that only its connection may use', async () => {
    const body = { name: 'tls', permissions: ['ledger:read'], certificate_dns_name: 'shop.internal' }
    const { body: made } = await server().request('POST', '/v1/oauth-clients', { body })
    expect(made).toMatchObject({ auth_method: 'tls_client_auth', client_secret: null })
    const oauth = createOauth({ database: server().database, sealing: testSealing, onFault: () => undefined })
    await oauth.load()
    oauth.serve(server().url)
    const { cert } = createTestAuthority('authority').issue({ name: 'x', hosts: ['shop.internal'] })
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: made.id })
    const contentType = 'application/x-www-form-urlencoded'
    const given = { authorization: undefined, contentType, body: Buffer.from(form.toString()), address: '10.0.0.1' }
    const ask = (certificate: X509Certificate | undefined) => oauth.answerToken({ ...given, certificate })
    expect((await ask(undefined))?.error).toBe('invalid_client')
    const certificate = new X509Certificate(cert)
    const answered = await ask(certificate)
    expect(answered?.status).toBe(200)
    const token = JSON.parse(answered?.body ?? '').access_token
    const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
    const isAccepted = async (shown?: string) =>
      (await oauth.tokens.authenticate(token, { certificate: () => shown })).ok
    expect(await isAccepted(thumbprint)).toBe(true)
    for (const shown of [undefined, '', thumbprint.toLowerCase()]) expect(await isAccepted(shown)).toBe(false)
    expect(await statusWith(token)).toBe(401)
    await oauth.stop()
  })
})

describe('the signing keys', () => {
  const published = async () => {
    const response = await fetch(`${server().url}/oauth/jwks`)
    return ((await response.json()) as { keys: { kid: string }[] }).keys
  }
  const rotate = (body: object) => server().request('POST', '/v1/oauth-keys/rotate', { body })

  it('rotate without downtime: the next key was published before, and the one before still verifies', async () => {
    const client = await makeClient()
    const before = await published()
    const old = await tokenOf(client)
    expect((await rotate({})).status).toBe(200)
    const young = await tokenOf(client)
    const { kid } = decodeProtectedHeader(young)
    expect(kid).not.toBe(decodeProtectedHeader(old).kid)
    expect(before.map((key) => key.kid)).toContain(kid)
    expect((await published()).map((key) => key.kid)).toEqual(expect.arrayContaining(before.map((key) => key.kid)))
    for (const token of [old, young]) expect(await statusWith(token)).toBe(200)
    expect((await published()).every((key) => !('d' in key))).toBe(true)
    expect((await server().request('POST', '/v1/oauth-keys/rotate', { body: {}, key: admin() })).status).toBe(403)
  })

  it('that are dropped take their tokens with them', async () => {
    const client = await makeClient()
    const old = await tokenOf(client)
    expect(await statusWith(old)).toBe(200)
    expect((await rotate({ drop_earlier: true })).body.data.length).toBe(2)
    expect(await statusWith(old)).toBe(401)
    expect(await statusWith(await tokenOf(client))).toBe(200)
  })

  it('are sealed in the database', async () => {
    const rows = await server().database.query<{ sealed: Buffer; public: string }>({
      text: 'select sealed, public from access.oauth_signing_keys',
    })
    for (const row of rows) {
      expect(row.public).not.toContain('"d"')
      expect(row.sealed.toString('latin1')).not.toContain('"d"')
    }
  })
})

describe('after a switch to a server that lacks it', () => {
  const forgetting = new Set<() => void>()
  let epoch = 0
  const newEpoch = () => {
    epoch += 1
    for (const forget of forgetting) forget()
  }
  const switching = (): Database => ({
    ...server().database,
    epoch: () => epoch,
    onNewEpoch: (forget) => {
      forgetting.add(forget)
      return () => forgetting.delete(forget)
    },
  })
  const query = (text: string, ...values: string[]) => server().database.query<Row>({ text, values })
  type Row = Readonly<Record<string, unknown>>
  const onFault = (fault: unknown) => {
    throw fault
  }
  const isAgain = async (action: string) =>
    (
      await query(
        `select from access.audit_log where actor is null and action = $1 and details like '%took over%'`,
        action,
      )
    ).length > 0

  it('a key that was revoked here stays so, and is revoked there', async () => {
    const made = await server().request('POST', '/v1/api-keys', { body: { scope: 'operator', name: 'leaked' } })
    const { key, id } = made.body
    const { body: other } = await server().request('POST', '/v1/api-keys', { body: { scope: 'read', name: 'other' } })
    const [uuid, plain] = [id, other.id].map((one) => decodeId('key', one) ?? '') as [string, string]
    const authenticator = createAuthenticator({ database: switching(), onFault })
    const isAccepted = async () => (await authenticator.authenticate({ key, book: undefined })).ok
    expect(await isAccepted()).toBe(true)
    for (const one of [id, other.id]) expect((await server().request('DELETE', `/v1/api-keys/${one}`)).status).toBe(200)
    for (const one of [uuid, plain]) authenticator.revoked(one)
    const lose = () => query('update access.api_keys set revoked_at = null where id in ($1, $2)', uuid, plain)
    const isRevoked = async (one: string) =>
      (await query('select from access.api_keys where id = $1 and revoked_at is not null', one)).length > 0
    await lose()
    newEpoch()
    expect(await isAccepted()).toBe(false)
    await expect.poll(() => isRevoked(uuid)).toBe(true)
    expect(await isAgain('api_key.revoked')).toBe(true)
    // The last operator key of a server must remain, for whoever starts the program again.
    await lose()
    await query('create table kept_keys as select id from access.api_keys where revoked_at is null')
    await query('delete from kept_keys where id in ($1, $2)', uuid, plain)
    await query('update access.api_keys set revoked_at = now() where id in (select id from kept_keys)')
    newEpoch()
    await expect.poll(() => isRevoked(plain)).toBe(true)
    expect([await isRevoked(uuid), await isAccepted()]).toEqual([false, false])
    await authenticator.stop()
    await query('update access.api_keys set revoked_at = null where id in (select id from kept_keys)')
  })

  it('a client has what it had lost here back nowhere', async () => {
    const [narrowed, revoked] = [await makeClient(), await makeClient()]
    const tokens = [await tokenOf(narrowed), await tokenOf(revoked)]
    const oauth = createOauth({ database: switching(), sealing: testSealing, onFault })
    await oauth.load()
    oauth.serve(server().url)
    const accepted = async () => Promise.all(tokens.map(async (one) => (await oauth.tokens.authenticate(one)).ok))
    expect(await accepted()).toEqual([true, true])
    await query('create table kept_clients as table access.oauth_clients')
    await change('PATCH', { client: narrowed, body: { permissions: ['ledger:read'] } })
    await change('DELETE', { client: revoked })
    const ids = [narrowed, revoked].map(({ id }) => decodeId('client', id) ?? '')
    for (const id of ids) {
      const client = await findClient(server().database, id)
      if (client) oauth.changed(client)
    }
    await query(`update access.oauth_clients c set permissions = k.permissions, generation = k.generation, revoked_at = null
      from kept_clients k where k.id = c.id`)
    newEpoch()
    expect(await accepted()).toEqual([false, false])
    const now = async () => {
      const clients = await Promise.all(ids.map((id) => findClient(server().database, id)))
      return clients.map((client) => [client?.generation, client?.permissions.length, client?.revokedAt !== undefined])
    }
    await expect.poll(now).toEqual([
      [2, 1, false],
      [1, 2, true],
    ])
    expect([await isAgain('oauth_client.changed'), await isAgain('oauth_client.revoked')]).toEqual([true, true])
    await oauth.stop()
  })

  it('a signing key that was dropped is dropped again', async () => {
    const client = await makeClient()
    const token = await tokenOf(client)
    const oauth = createOauth({ database: switching(), sealing: testSealing, onFault })
    await oauth.load()
    oauth.serve(server().url)
    const kids = () => oauth.published().map(({ kid }) => kid)
    const dropped = kids()
    await query('create table kept_signing_keys as table access.oauth_signing_keys')
    await server().request('POST', '/v1/oauth-keys/rotate', { body: { drop_earlier: true } })
    await oauth.readKeys()
    expect((await oauth.tokens.authenticate(token)).ok).toBe(false)
    await query('delete from access.oauth_signing_keys')
    await query('insert into access.oauth_signing_keys table kept_signing_keys')
    newEpoch()
    expect((await oauth.tokens.authenticate(token)).ok).toBe(false)
    const stored = async () => (await query('select kid from access.oauth_signing_keys')).map(({ kid }) => kid)
    await expect.poll(async () => (await stored()).filter((kid) => dropped.includes(String(kid)))).toEqual([])
    await expect.poll(() => kids().length).toBe(2)
    expect((await oauth.tokens.authenticate(token)).ok).toBe(false)
    expect(await isAgain('oauth_keys.rotated')).toBe(true)
    await oauth.stop()
  })
})
