import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'

export type Json = Readonly<Record<string, unknown>>

/** A token that passes, taken apart, and what an attacker could have. */
export type Genuine = {
  readonly header: Json
  readonly payload: Json
  readonly signature: string
  /** The key with which it is verified. */
  readonly publicKey: JsonWebKey
  /** Signs with the key of the server, which no attacker has. */
  readonly signAsServer: (header: object, payload: object) => Promise<string>
  /** A server of the attacker. */
  readonly strangersUrl: string
}

type Forgery = readonly [what: string, forge: (genuine: Genuine) => string | Promise<string>]

export const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export function partOf(text: string, at: number): Json {
  return JSON.parse(Buffer.from(text.split('.')[at] ?? '', 'base64url').toString())
}

const strange = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const strangeJwk = strange.publicKey.export({ format: 'jwk' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

function byStranger(header: object, payload: object): string {
  const text = `${encode(header)}.${encode(payload)}`
  const key = { key: strange.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

function withHmac(header: object, payload: object, secret: string | Buffer): string {
  const text = `${encode({ ...header, alg: 'HS256' })}.${encode(payload)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

const spki = (key: JsonWebKey, format: 'pem' | 'der') =>
  createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: format as 'pem' })

const withHeader =
  (also: (genuine: Genuine) => object) =>
  (genuine: Genuine): string =>
    byStranger({ ...genuine.header, ...also(genuine) }, genuine.payload)

const withClaims =
  (also: (genuine: Genuine) => object) =>
  (genuine: Genuine): Promise<string> =>
    genuine.signAsServer(genuine.header, { ...genuine.payload, ...also(genuine) })

const nobody = `client_${'0'.repeat(26)}`
const secondsNow = () => Math.floor(Date.now() / 1000)

/** Access tokens that are not what the server has issued. */
export const forgedTokens: readonly Forgery[] = [
  ['alg none', ({ header, payload }) => `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`],
  [
    'alg NONE and the old signature',
    ({ header, payload, signature }) => `${encode({ ...header, alg: 'NONE' })}.${encode(payload)}.${signature}`,
  ],
  [
    'HS256 with the public key as PEM',
    ({ header, payload, publicKey }) => withHmac(header, payload, spki(publicKey, 'pem')),
  ],
  [
    'HS256 with the public key as DER',
    ({ header, payload, publicKey }) => withHmac(header, payload, spki(publicKey, 'der')),
  ],
  [
    'HS256 with an empty secret and a kid of a file',
    ({ header, payload }) => withHmac({ ...header, kid: '../../../../dev/null' }, payload, ''),
  ],
  [
    'RS256 with a key of RSA',
    ({ header, payload }) => {
      const text = `${encode({ ...header, alg: 'RS256' })}.${encode(payload)}`
      return `${text}.${sign('sha256', Buffer.from(text), rsa.privateKey).toString('base64url')}`
    },
  ],
  ['another key', withHeader(() => ({}))],
  ['a kid of SQL', withHeader(() => ({ kid: "x' union select '1' --" }))],
  ['a kid that is unknown', withHeader(() => ({ kid: 'A'.repeat(43) }))],
  ['a kid of a URL', withHeader(({ strangersUrl }) => ({ kid: `${strangersUrl}/key` }))],
  ['a kid that is an object', withHeader(() => ({ kid: { toString: 'x' } }))],
  ['a key of its own', withHeader(() => ({ jwk: strangeJwk }))],
  ['a set of keys elsewhere', withHeader(({ strangersUrl }) => ({ jku: `${strangersUrl}/jwks` }))],
  ['a certificate elsewhere', withHeader(({ strangersUrl }) => ({ x5u: `${strangersUrl}/certificate` }))],
  ['a certificate of its own', withHeader(() => ({ x5c: ['MIIB'] }))],
  [
    'a critical extension',
    ({ header, payload, signAsServer }) => signAsServer({ ...header, crit: ['b64'], b64: false }, payload),
  ],
  ['the type of an ID token', ({ header, payload, signAsServer }) => signAsServer({ ...header, typ: 'JWT' }, payload)],
  ['another issuer', withClaims(({ strangersUrl }) => ({ iss: strangersUrl }))],
  ['another audience', withClaims(({ strangersUrl }) => ({ aud: `${strangersUrl}/v1` }))],
  ['a list of audiences', withClaims(({ payload, strangersUrl }) => ({ aud: [payload.aud, strangersUrl] }))],
  ['an end that is past', withClaims(() => ({ exp: secondsNow() - 1 }))],
  ['no end', withClaims(() => ({ exp: undefined }))],
  ['a client that does not exist', withClaims(() => ({ sub: nobody, client_id: nobody }))],
]

/** Assertions (`private_key_jwt`) that the client has not signed. */
export const forgedAssertions: readonly Forgery[] = [
  ['alg none', ({ header, payload }) => `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`],
  ['HS256 with the public key', ({ header, payload, publicKey }) => withHmac(header, payload, spki(publicKey, 'pem'))],
  ['HS256 with the id of the client', ({ header, payload }) => withHmac(header, payload, String(payload.sub))],
  ['another key', withHeader(() => ({ alg: 'ES256' }))],
  ['a key of its own', withHeader(() => ({ alg: 'ES256', jwk: strangeJwk }))],
  ['a set of keys elsewhere', withHeader(({ strangersUrl }) => ({ alg: 'ES256', jku: `${strangersUrl}/jwks` }))],
]
