import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { expect, it } from 'vitest'
import { newSigningKey, verifyingKey } from './signing-key.ts'
import { createTokenVerifier } from './verify-token.ts'

const issuer = 'https://pay.example.com'
const audience = `${issuer}/v1`
const nowSeconds = 1_800_000_000
const ours = newSigningKey()
const { kid } = ours.publicJwk
const publicKey = verifyingKey(ours.publicJwk)
const verify = createTokenVerifier({
  issuer,
  audience,
  keyOf: (asked) => (asked === kid ? publicKey : undefined),
  nowMs: () => nowSeconds * 1000,
})

const header = { alg: 'ES256', typ: 'at+jwt', kid }
const payload = {
  iss: issuer,
  aud: audience,
  sub: 'client_1',
  client_id: 'client_1',
  scope: 'payments:write ledger:read',
  munim_generation: 3,
  jti: 'x',
  iat: nowSeconds,
  exp: nowSeconds + 600,
}
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const ecSigned = (text: string, key: KeyObject | object = ours.privateJwk) =>
  sign('sha256', Buffer.from(text), { key: key as never, format: 'jwk', dsaEncoding: 'ieee-p1363' }).toString(
    'base64url',
  )

function tokenOf(head: object = header, body: object = payload, signed: (text: string) => string = ecSigned): string {
  const text = `${encode(head)}.${encode(body)}`
  return `${text}.${signed(text)}`
}
const flawOf = (token: string) => {
  const verified = verify(token)
  return verified.ok ? undefined : verified.flaw
}

it('accepts a token of ours', () => {
  expect(verify(tokenOf())).toEqual({
    ok: true,
    claims: {
      kid,
      clientId: 'client_1',
      generation: 3,
      permissions: ['payments:write', 'ledger:read'],
      person: undefined,
      expiresMs: (nowSeconds + 600) * 1000,
      boundTo: undefined,
    },
  })
  const bound = verify(tokenOf(header, { ...payload, cnf: { 'x5t#S256': 'A'.repeat(43) } }))
  expect(bound.ok && bound.claims.boundTo).toBe('A'.repeat(43))
})

it('takes a token for that of a person only when it says which login it comes from', () => {
  const ofPerson = { ...payload, sub: 'psn_1', munim_session: 'ses_1' }
  const verified = verify(tokenOf(header, ofPerson))
  expect(verified.ok && verified.claims.person).toEqual({ id: 'psn_1', session: 'ses_1' })
  for (const odd of [
    { munim_session: undefined },
    { munim_session: 7 },
    { sub: 7 },
    { sub: undefined },
    { sub: 'client_1' },
  ]) {
    expect(flawOf(tokenOf(header, { ...ofPerson, ...odd }))).toBe('claims')
  }
})

it('refuses a token without a signature', () => {
  const text = `${encode({ ...header, alg: 'none' })}.${encode(payload)}`
  expect(flawOf(`${text}.`)).toBe('malformed')
  for (const alg of ['none', 'None', 'NONE', undefined, ['ES256'], 'es256']) {
    expect(flawOf(tokenOf({ ...header, alg }))).toBe('algorithm')
  }
})

it('refuses a token that is signed with another algorithm, by the public key as a secret or by a key of RSA', () => {
  const spki = publicKey.export({ type: 'spki', format: 'pem' })
  const hmac = (text: string) => createHmac('sha256', spki).update(text).digest('base64url')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const rs256 = (text: string) => sign('sha256', Buffer.from(text), rsa).toString('base64url')
  // Of the right length for ES256, and of its own.
  for (const signed of [(text: string) => hmac(text).padEnd(86, 'A'), hmac]) {
    expect(flawOf(tokenOf({ ...header, alg: 'HS256' }, payload, signed))).toMatch(/algorithm|malformed/)
    expect(flawOf(tokenOf(header, payload, signed))).toMatch(/signature|malformed/)
  }
  expect(flawOf(tokenOf({ ...header, alg: 'RS256' }, payload, rs256))).toBe('malformed')
  expect(flawOf(tokenOf({ ...header, alg: 'RS256' }))).toBe('algorithm')
})

it('refuses another type, such as an ID token or an assertion', () => {
  for (const typ of ['JWT', 'jwt', 'AT+JWT', 'application/at+jwt', 'client-authentication+jwt', undefined]) {
    expect(flawOf(tokenOf({ ...header, typ }))).toBe('type')
  }
})

it('refuses a key that it does not know, and every way to bring one along', () => {
  const other = newSigningKey()
  const byOther = (text: string) => ecSigned(text, other.privateJwk)
  expect(flawOf(tokenOf({ ...header, kid: other.publicJwk.kid }, payload, byOther))).toBe('unknown_key')
  for (const odd of [undefined, 7, '', '../../dev/null', "' or 1=1 --", { kid }, [kid]]) {
    expect(flawOf(tokenOf({ ...header, kid: odd }))).toBe('unknown_key')
  }
  expect(flawOf(tokenOf(header, payload, byOther))).toBe('signature')
  const brought = [
    { jwk: other.publicJwk },
    { jku: 'https://evil.example/jwks' },
    { x5u: 'https://evil.example' },
    { x5c: ['MII'] },
    { crit: ['exp'] },
    { b64: false },
  ]
  for (const more of brought) expect(flawOf(tokenOf({ ...header, ...more }, payload, byOther))).toBe('malformed')
})

it('refuses another issuer and another audience, lists and substrings included', () => {
  for (const iss of [
    'https://pay.example.com/',
    'https://pay.example.co',
    `${issuer}.evil.example`,
    [issuer],
    undefined,
  ]) {
    expect(flawOf(tokenOf(header, { ...payload, iss }))).toBe('issuer')
  }
  for (const aud of [issuer, [audience], [audience, 'other'], `${audience}/`, '', undefined]) {
    expect(flawOf(tokenOf(header, { ...payload, aud }))).toBe('audience')
  }
})

it('refuses an expired token and one that is not valid yet', () => {
  const at = (times: object) => flawOf(tokenOf(header, { ...payload, ...times }))
  expect(at({ exp: nowSeconds })).toBe('expired')
  expect(at({ exp: nowSeconds - 1 })).toBe('expired')
  expect(at({ exp: nowSeconds + 1 })).toBeUndefined()
  expect(at({ iat: nowSeconds + 31 })).toBe('not_yet_valid')
  expect(at({ nbf: nowSeconds + 31 })).toBe('not_yet_valid')
  expect(at({ iat: nowSeconds + 29, nbf: nowSeconds + 29 })).toBeUndefined()
  for (const odd of [{ exp: undefined }, { exp: '9999999999' }, { exp: null }, { iat: undefined }, { nbf: '0' }]) {
    expect(at(odd)).toBe('claims')
  }
})

it('refuses a token whose claims are not those of a client, or that is bound to something', () => {
  const odd = [
    { client_id: undefined },
    { client_id: 'client_2' },
    { sub: 'client_2' },
    { scope: undefined },
    { scope: ['payments:write'] },
    { munim_generation: undefined },
    { munim_generation: '3' },
    { cnf: { 'x5t#S256': 'abc' } },
    { cnf: { jkt: 'A'.repeat(43) } },
    { cnf: { jkt: 'A'.repeat(43), 'x5t#S256': 'A'.repeat(43) } },
    { cnf: null },
  ]
  for (const claims of odd) expect(flawOf(tokenOf(header, { ...payload, ...claims }))).toBe('claims')
})

it('refuses a token that was changed in any character, and what is no token', () => {
  const token = tokenOf()
  for (let at = 0; at < token.length; at += 1) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    expect([at, flawOf(changed)]).not.toEqual([at, undefined])
  }
  const [head = '', body = '', signature = ''] = token.split('.')
  const none = [
    '',
    '.',
    '..',
    `${head}.${body}`,
    `${token}.x`,
    `${head}..${signature}`,
    `${head}.${body}.${signature}=`,
    ` ${token}`,
  ]
  for (const text of none) expect(flawOf(text)).toBe('malformed')
  expect(flawOf(`${encode([header])}.${body}.${signature}`)).toBe('malformed')
  expect(flawOf(`${encode('x')}.${body}.${signature}`)).toBe('malformed')
})
