import { expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { hashSecret } from '#platform/oauth'
import { createClientAttempts } from './client-attempts.ts'
import type { ListedClient } from './oauth-client.ts'

const uuids = { secret: 'a'.repeat(32), keys: 'b'.repeat(32) }
const [bySecret, byKeys] = [uuids.secret, uuids.keys].map((id) => encodeId(idPrefix.oauthClient, id)) as [
  string,
  string,
]

function setUp(proof: ListedClient['proof'], also: Partial<ListedClient> = {}) {
  const book = { number: 1, id: 'c'.repeat(32), code: 'main' }
  const common = { book, name: 'x', permissions: [], generation: 1, revision: 0n, createdAt: 0, lastUsedAt: undefined }
  const noted = { redirectUris: [], addresses: undefined }
  const client = { ...common, ...noted, proof, revokedAt: undefined, ...also }
  const known = new Map<string, ListedClient>([
    [uuids.secret, { ...client, id: uuids.secret }],
    [uuids.keys, { ...client, id: uuids.keys, proof: { kind: 'keys' } }],
  ])
  const clock = { wallMs: 0 }
  const read: string[] = []
  const attempt = createClientAttempts({
    directory: { lastKnown: (id) => known.get(id), learn: async () => undefined, read: async (id) => read.push(id) },
    isRefreshToken: (token) => token.startsWith('known'),
    nowMs: () => 0,
    wallMs: () => clock.wallMs,
    onFault: () => undefined,
  })
  const ask = (address: string, form: Readonly<Record<string, string>>) =>
    attempt({
      ...{ authorization: undefined, certificate: undefined, address },
      contentType: 'application/x-www-form-urlencoded',
      body: Buffer.from(new URLSearchParams(form).toString()),
    })
  /** How many of 200 attempts that prove nothing are let through. */
  const admitted = (address: string, form: Readonly<Record<string, string>>) => {
    let count = 0
    for (let tried = 0; tried < 200; tried += 1) {
      const one = ask(address, form)
      one?.end(false)
      if (one) count += 1
    }
    return count
  }
  return { clock, read, ask, admitted }
}

const right = { client_id: bySecret, client_secret: 'right' }
const assertionOf = (iss: string) => ({
  client_assertion: `e30.${Buffer.from(JSON.stringify({ iss })).toString('base64url')}.x`,
})
const secret = { kind: 'secret', hash: hashSecret('right'), previous: undefined } as const

it('limits what proves nothing, with or without credentials, and not the right secret', () => {
  const { ask, admitted } = setUp(secret)
  expect(admitted('10.0.0.1', {})).toBe(50)
  expect(admitted('10.0.0.2', { ...right, client_secret: 'wrong' })).toBe(50)
  for (let again = 0; again < 200; again += 1) {
    const one = ask('10.0.0.1', right)
    expect(one?.taker.group).toBe(uuids.secret)
    one?.end(true)
  }
})

it('takes no assertion of a known client for a guess of strangers, at its address or at others', () => {
  const { ask, admitted } = setUp(secret)
  for (let address = 0; address < 20; address += 1) admitted(`10.1.0.${address}`, {})
  expect(ask('10.1.0.1', {})).toBeUndefined()
  expect(ask('10.2.0.1', right)).toBeDefined()
  for (const address of ['10.1.0.1', '10.2.0.1']) {
    for (const form of [assertionOf(byKeys), { client_id: byKeys, ...assertionOf('x') }]) {
      const one = ask(address, form)
      expect(one).toBeDefined()
      one?.end(true)
    }
  }
  expect(admitted('10.1.0.1', assertionOf(byKeys))).toBe(50)
  expect(ask('10.2.0.1', assertionOf(byKeys))).toBeDefined()
})

it('leaves a share to known refresh tokens, which strangers do not use up', () => {
  const { ask, admitted } = setUp(secret)
  for (let address = 0; address < 20; address += 1) admitted(`10.1.0.${address}`, {})
  const refresh = (refresh_token: string) => ({ grant_type: 'refresh_token', client_id: 'munim-cli', refresh_token })
  expect([ask('10.2.0.1', refresh('guessed')), ask('10.2.0.1', refresh('known'))]).toMatchObject([undefined, {}])
  // One token does not use up the share of the others.
  expect(admitted('10.3.0.1', refresh('known too'))).toBe(50)
  expect(ask('10.2.0.1', refresh('known as well'))).toBeDefined()
})

it('limits a secret that has expired and a client that was revoked, and asks again about one that was refuted', () => {
  const previous = { hash: hashSecret('previous'), until: 1_000_000 }
  const { clock, ask, admitted, read } = setUp({ ...secret, previous })
  const old = { ...right, client_secret: 'previous' }
  for (let again = 0; again < 200; again += 1) expect(ask('10.0.0.1', old)).toBeDefined()
  clock.wallMs = 1001
  expect(admitted('10.0.0.1', old)).toBe(50)
  expect(read).toEqual([])
  expect(setUp(secret, { revokedAt: 1 }).admitted('10.0.0.1', right)).toBe(50)
  const refuted = setUp(secret)
  refuted.ask('10.0.0.1', right)?.end(false)
  expect(refuted.read).toEqual([uuids.secret])
  expect(refuted.admitted('10.0.0.1', {})).toBe(49)
})
