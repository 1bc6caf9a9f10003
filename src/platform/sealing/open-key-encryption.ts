import { openSecret } from '#platform/secrets'
import { type KeyEncryption, wrongKey } from './key-encryption.ts'
import { localKeys } from './local-keys.ts'
import { createTransitKeys } from './transit-keys.ts'

export type KeyEncryptionSettings = {
  /** `env:NAME` or `file:PATH` of 32 bytes in base64, the newest first, or `transit:URL` of a key service. */
  readonly key: string
  /** The login to the key service, by `env:NAME` or `file:PATH`. */
  readonly token?: string | undefined
}

/** Throws a Fault for wrong settings. */
export function openKeyEncryption({ key, token }: KeyEncryptionSettings): KeyEncryption {
  if (!/^(env|file|transit):/.test(key)) throw wrongKey('must be env:NAME, file:PATH or transit:URL')
  if (key.startsWith('transit:')) {
    const opened = token === undefined ? undefined : openSecret(token)
    if (opened?.ok === false) throw wrongKey(`needs the token of the key service: ${opened.why}`)
    return createTransitKeys(key.slice('transit:'.length), opened?.secret)
  }
  const opened = openSecret(key)
  if (!opened.ok) throw wrongKey(`cannot be read: ${opened.why}`)
  return localKeys(opened.secret)
}
