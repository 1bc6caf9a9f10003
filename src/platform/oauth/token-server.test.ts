import { hash, X509Certificate } from 'node:crypto'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { Fault } from '../faults/index.ts'
import { newSigningKey } from './signing-key.ts'
import type { TokenClient } from './token-client.ts'
import type { TokenRecord } from './token-records.ts'
import { createTokenServer, hashSecret } from './token-server.ts'

const issuer = 'https://pay.example.com'
const form = 'application/x-www-form-urlencoded'

async function serverOf(find: (id: string) => Promise<TokenClient | undefined>) {
  const records = new Map<string, TokenRecord>()
  const server = await createTokenServer({
    issuer,
    audience: `${issuer}/v1`,
    key: newSigningKey().privateJwk,
    findClient: find,
    covers: (held, wanted) => held.includes(wanted),
    records: {
      // As if both requests had asked before one of them was stored.
      find: async () => undefined,
      add: async (record) => {
        const isFirst = !records.has(record.id)
        records.set(record.id, record)
        return isFirst
      },
    },
  })
  const ask = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => {
    const body = Buffer.from(new URLSearchParams({ grant_type: 'client_credentials', ...fields }).toString())
    return server.answer({ headers: { 'content-type': form, ...headers }, body })
  }
  return { server, ask }
}

const client = (proof: TokenClient['proof']): TokenClient => ({
  id: 'client_1',
  permissions: ['a:read', 'b:write'],
  generation: 4,
  proof,
})
const bySecret = async () => client({ kind: 'secret', hashes: [hashSecret('one'), hashSecret('two')] })

it('issues a token of the generation of its client, for each of its secrets', async () => {
  const { ask } = await serverOf(bySecret)
  for (const client_secret of ['one', 'two']) {
    const answered = await ask({ client_id: 'client_1', client_secret, scope: 'b:write' })
    expect([answered.status, answered.error]).toEqual([200, undefined])
    const { access_token, ...also } = JSON.parse(answered.body)
    expect(also).toEqual({ token_type: 'Bearer', expires_in: 600, scope: 'b:write' })
    const claims = decodeJwt(access_token)
    expect(claims).toMatchObject({ iss: issuer, aud: `${issuer}/v1`, client_id: 'client_1', munim_generation: 4 })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600)
  }
})

it('gives nothing to a request for no scope, and all to one that does not name any', async () => {
  const { ask } = await serverOf(bySecret)
  const credentials = { client_id: 'client_1', client_secret: 'one' }
  for (const scope of ['', ' ']) expect((await ask({ ...credentials, scope })).error).toBe('invalid_scope')
  expect(JSON.parse((await ask(credentials)).body).scope).toBe('a:read b:write')
})

it('takes neither a hash for a secret, nor a client without secrets, nor two proofs at once', async () => {
  const { ask } = await serverOf(bySecret)
  const basic = { authorization: `Basic ${Buffer.from('client_1:one').toString('base64')}` }
  const hex = hashSecret('one').toString('hex')
  for (const client_secret of [hex, `${hex},`, 'on', 'one ', '-', '']) {
    expect((await ask({ client_id: 'client_1', client_secret })).status).toBeGreaterThanOrEqual(400)
  }
  expect((await ask({ client_id: 'client_1', client_secret: 'one' }, basic)).error).toBe('invalid_request')
  const none = await serverOf(async () => client({ kind: 'secret', hashes: [] }))
  for (const client_secret of ['-', '', 'one']) {
    expect((await none.ask({ client_id: 'client_1', client_secret })).status).toBeGreaterThanOrEqual(400)
  }
})

it('lets the record of an assertion decide which of two requests is the first', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = [await exportJWK(publicKey)]
  const { ask } = await serverOf(async () => client({ kind: 'keys', jwks: { keys } }))
  const client_assertion = await new SignJWT({ iss: 'client_1', sub: 'client_1', aud: issuer, jti: 'once' })
    .setProtectedHeader({ alg: 'ES256' })
    .setExpirationTime('1m')
    .sign(privateKey)
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const both = await Promise.all([1, 2].map(() => ask({ client_assertion, client_assertion_type })))
  expect(both.map(({ error }) => error).sort()).toEqual(['invalid_client', undefined])
})

it('binds a token to the certificate that has the name of the client, and takes no other', async () => {
  const authority = createTestAuthority('authority')
  const issued = (...hosts: string[]) => new X509Certificate(authority.issue({ name: 'x', hosts }).cert)
  const { server } = await serverOf(async () => client({ kind: 'certificate', dnsName: 'shop.pay.internal' }))
  const body = Buffer.from('grant_type=client_credentials&client_id=client_1')
  const ask = (certificate: X509Certificate | undefined) =>
    server.answer({ headers: { 'content-type': form }, body, certificate })
  const own = issued('other.internal', 'shop.pay.internal')
  const granted = await ask(own)
  expect([granted.status, granted.error]).toEqual([200, undefined])
  const claims = decodeJwt(JSON.parse(granted.body).access_token)
  expect(claims.cnf).toEqual({ 'x5t#S256': hash('sha256', own.raw, 'base64url') })
  const others = [
    undefined,
    issued(),
    issued('pay.internal'),
    issued('*.pay.internal'),
    issued('shop.pay.internal.evil.example'),
  ]
  for (const certificate of others) expect((await ask(certificate)).error).toBe('invalid_client')
})

it('throws a fault of the store, which is no answer to the client', async () => {
  const away = new Fault({ code: 'away', message: 'away', retryable: true })
  const { ask } = await serverOf(() => Promise.reject(away))
  await expect(ask({ client_id: 'client_1', client_secret: 'one' })).rejects.toBe(away)
})

it('refuses what is no form, and no odd request makes it fail', async () => {
  const { server } = await serverOf(bySecret)
  const body = Buffer.from('grant_type=client_credentials&client_id=client_1&client_secret=one')
  const odd = [
    [{ 'content-type': 'application/json' }, body],
    [{ 'content-type': undefined }, body],
    [{ 'content-type': form }, Buffer.alloc(0)],
    [{ 'content-type': form }, Buffer.from('&&&=&grant_type&%%%')],
    [{ 'content-type': form }, Buffer.from(`${body}&client_secret=two`)],
    [{ 'content-type': form }, Buffer.from(`${body}&scope=a:read&scope=b:write`)],
    [{ 'content-type': form }, Buffer.from(`${body}&scope=%00`)],
    [{ 'content-type': form }, Buffer.from('grant_type=__proto__&client_id=client_1&client_secret=one')],
    [{ 'content-type': form, authorization: 'Basic %%%' }, Buffer.from('grant_type=client_credentials')],
    [{ 'content-type': form, authorization: 'Bearer x' }, Buffer.from('grant_type=client_credentials')],
  ] as const
  for (const [headers, sent] of odd) {
    const { status, error } = await server.answer({ headers, body: sent })
    expect([400, 401]).toContain(status)
    expect(error).toMatch(/^invalid_|^unsupported_/)
  }
})
