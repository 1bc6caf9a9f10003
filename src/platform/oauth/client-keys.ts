import { createPublicKey, type JsonWebKey } from 'node:crypto'

const members = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use'] as const
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const curves = new Set(['prime256v1', 'secp384r1'])
const rsaBitsMin = 2048
const rsaBitsMax = 8192
/** Of `kid` and `alg`, which are any text. */
const nameMax = 100
/** Ten RSA keys of 8,192 bits fit. */
const setBytesMax = 16 * 1024
/** A key is read only if none of its members is longer: 8,192 bits in base64url fit. */
const memberMax = 1400
/** 64 bits in base64url. Reading a key takes time by the square of its exponent. */
const exponentMax = 11

export type ClientKeysResult =
  | { readonly ok: true; readonly keys: readonly object[] }
  | { readonly ok: false; readonly why: string }

/** The public keys with which a client may sign. Members that a server does not need are left out. */
export function readClientKeys(keys: readonly object[]): ClientKeysResult {
  const kept: object[] = []
  for (const key of keys as readonly Readonly<Record<string, unknown>>[]) {
    const why = flawOf(key)
    if (why !== undefined) return { ok: false, why }
    kept.push(Object.fromEntries(members.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]]))))
  }
  if (Buffer.byteLength(JSON.stringify(kept)) > setBytesMax) return { ok: false, why: 'the keys have more than 16 KiB' }
  const ids = kept.map((key) => ('kid' in key ? key.kid : undefined))
  const isTwice = ids.length > 1 && new Set(ids).size < ids.length
  return isTwice ? { ok: false, why: 'each of several keys needs a kid of its own' } : { ok: true, keys: kept }
}

function flawOf(key: Readonly<Record<string, unknown>>): string | undefined {
  if (privateMembers.some((name) => key[name] !== undefined))
    return 'a key holds its private part; give public keys only'
  if (key.use !== undefined && key.use !== 'sig') return 'a key is not for signatures (use)'
  if (members.some((name) => key[name] !== undefined && typeof key[name] !== 'string')) return 'a key is malformed'
  if ([key.kid, key.alg].some((name) => typeof name === 'string' && name.length > nameMax))
    return 'kid and alg have 100 characters at most'
  if (members.some((name) => String(key[name] ?? '').length > memberMax))
    return 'a key is longer than any that is taken'
  if (String(key.e ?? '').length > exponentMax) return 'an RSA key has an exponent of 64 bits at most'
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPublicKey({
      format: 'jwk',
      key: key as JsonWebKey,
    })
    const bits = details?.modulusLength ?? 0
    if (type === 'rsa')
      return bits >= rsaBitsMin && bits <= rsaBitsMax ? undefined : 'an RSA key needs 2,048 to 8,192 bits'
    if (type === 'ec') return curves.has(details?.namedCurve ?? '') ? undefined : 'a key is not on P-256 or P-384'
    return type === 'ed25519' ? undefined : 'a key is not of RSA, P-256, P-384 or Ed25519'
  } catch {
    return 'a key cannot be read as a public JWK'
  }
}
