import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { Fault } from '#platform/faults'
import type { Secret } from '#platform/secrets'
import { brokenKey, type KeyEncryption, wrongKey } from './key-encryption.ts'

const nonceBytes = 12
const tagBytes = 16

/** Throws a Fault when the secret is not a list of keys. */
export function localKeys(secret: Secret): KeyEncryption {
  localKeysOf(secret)
  return {
    wrap: async (data, about) => {
      const [newest] = localKeysOf(secret)
      if (newest === undefined) throw wrongKey('is empty')
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', newest.bytes, nonce).setAAD(Buffer.from(about))
      const bytes = Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()])
      return { by: newest.id, text: bytes.toString('base64') }
    },
    unwrap: async ({ by, text }, about) => {
      const keys = localKeysOf(secret)
      const key = keys.find(({ id }) => id === by)
      if (key === undefined) {
        const has = keys.map(({ id }) => id).join(', ')
        const message = `The secrets of this database are sealed with the key ${by}, and --secrets-key has ${has}.`
        throw new Fault({ code: 'secrets_key_missing', message, retryable: false })
      }
      const bytes = Buffer.from(text, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(-tagBytes))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
      } catch {
        throw brokenKey()
      }
    },
    close: async () => undefined,
  }
}

type LocalKey = { readonly id: string; readonly bytes: Buffer }

/** The newest first. Throws a Fault when they have another form. */
export function localKeysOf(secret: Secret): LocalKey[] {
  return secret.versions().map((text) => {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.length !== 32 || !/^[A-Za-z0-9+/]{43}=$/.test(text)) {
      throw wrongKey('must hold 32 random bytes in base64, as "openssl rand -base64 32" prints them')
    }
    const id = createHash('sha256').update('munim key id ').update(bytes).digest('hex').slice(0, 12)
    return { id, bytes }
  })
}
