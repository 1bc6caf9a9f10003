import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { Database } from '#platform/postgres'
import type { FuzzTarget } from './callers.ts'

/** Signs as the server does, by a key that it takes for one of its earlier ones. No attacker can do this. */
export function signerOf(database: Pick<Database, 'query'>): FuzzTarget['signToken'] {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = randomBytes(32).toString('base64url')
  const published = JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' })
  return async (header, payload) => {
    await database.query({
      text: `insert into access.oauth_signing_keys (kid, state, public, sealed, retired_at)
        values ($1, 'retired', $2, '', now() + interval '1 day') on conflict (kid) do nothing`,
      values: [kid, published],
    })
    const text = [{ ...header, kid }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }
}
