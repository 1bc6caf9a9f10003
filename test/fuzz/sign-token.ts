import { createPrivateKey, sign } from 'node:crypto'
import type { Database } from '#platform/postgres'
import type { Sealing } from '#platform/secrets'
import type { FuzzTarget } from './callers.ts'

/** Signs with the key with which the server signs at present, as an attacker never could. */
export function signerOf(database: Pick<Database, 'query'>, sealing: Sealing): FuzzTarget['signToken'] {
  return async (header, payload) => {
    const [stored] = await database.query<{ kid: string; sealed: Buffer }>({
      text: `select kid, sealed from access.oauth_signing_keys where state = 'current'`,
    })
    const opened = stored && sealing.open(stored.sealed, `access.oauth_signing_keys ${stored.kid}`)
    if (opened === undefined) throw new Error('the signing key cannot be opened')
    const key = createPrivateKey({ key: JSON.parse(opened.toString('utf8')), format: 'jwk' })
    const text = [{ ...header, kid: stored?.kid }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
}
