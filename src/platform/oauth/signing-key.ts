import { createPublicKey, generateKeyPairSync, hash, type JsonWebKey, type KeyObject } from 'node:crypto'

/** A key of ECDSA on P-256, as JWK (RFC 7517). */
export type PublicJwk = {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly kid: string
  readonly alg: 'ES256'
  readonly use: 'sig'
}

export type PrivateJwk = PublicJwk & { readonly d: string }

export type SigningKeyPair = { readonly publicJwk: PublicJwk; readonly privateJwk: PrivateJwk }

/** `kid` is the key's thumbprint (RFC 7638). */
export function newSigningKey(): SigningKeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' })
  const kid = hash('sha256', JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }), 'base64url')
  const publicJwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' }
  return { publicJwk, privateJwk: { ...publicJwk, d } }
}

export function verifyingKey({ kty, crv, x, y }: PublicJwk): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty, crv, x, y } satisfies JsonWebKey })
}
