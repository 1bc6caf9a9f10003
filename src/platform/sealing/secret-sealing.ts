import { assert } from '#kernel'
import type { Secret } from '#platform/secrets'
import { activeDataKey, dataKeyOf } from './keyring.ts'
import { localKeysOf } from './local-keys.ts'
import { type DataKey, openText, sealedWith, sealText } from './sealed-text.ts'

/**
 * Seals secrets of the program itself, which are never stored plain, such as the keys that sign tokens. `place` names where
 * one is stored: it opens nowhere else.
 */
export type Sealing = {
  readonly seal: (secret: Buffer, place: string) => Buffer
  /** Undefined: it was sealed with a key that this process does not have, or for another place, or was changed. */
  readonly open: (sealed: Buffer, place: string) => Buffer | undefined
}

/** Data keys in the database are numbered from 1. */
const fileNumber = 0

/**
 * With the data keys, where there are any. Otherwise with the newest key of the file, which seals nothing else. `file` is
 * undefined where there are data keys alone.
 */
export function createSecretSealing(file: Secret | undefined): Sealing {
  const fileKeys = (): DataKey[] =>
    file === undefined ? [] : localKeysOf(file).map(({ bytes }) => ({ number: fileNumber, bytes }))
  return {
    seal: (secret, place) => {
      const key = dataKeyOf(activeDataKey() ?? fileNumber) ?? fileKeys()[0]
      assert(key, 'there is a file, or there are data keys')
      return Buffer.from(sealText(key, { place, text: secret.toString('base64') }))
    },
    open: (sealed, place) => {
      const text = sealed.toString()
      const number = sealedWith(text) ?? -1
      for (const key of number === fileNumber ? fileKeys() : [dataKeyOf(number)]) {
        const opened = key && openText(key, { place, text })
        if (opened !== undefined) return Buffer.from(opened, 'base64')
      }
      return undefined
    },
  }
}
