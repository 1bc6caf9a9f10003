import { assert } from '#kernel'
import type { Secret } from '#platform/secrets'
import { activeDataKey, dataKeyOf, type Place, placed, sealField } from './keyring.ts'
import { localKeysOf } from './local-keys.ts'
import { type DataKey, openText, sealedWith, sealText } from './sealed-text.ts'

/** Seals secrets of the program itself, which are never stored plain, such as the keys that sign tokens. */
export type SecretSealing = {
  readonly seal: (place: Place, text: string) => string
  /** Undefined: it was sealed with a key that this process does not have, or at another place, or was changed. */
  readonly open: (place: Place, text: string) => string | undefined
}

/** Data keys in the database are numbered from 1. */
const fileNumber = 0

/**
 * With the data keys, where there are any. Otherwise with the newest key of the file, which seals nothing else. `file` is
 * undefined where there are data keys alone.
 */
export function createSecretSealing(file: Secret | undefined): SecretSealing {
  const fileKeys = (): DataKey[] =>
    file === undefined ? [] : localKeysOf(file).map(({ bytes }) => ({ number: fileNumber, bytes }))
  return {
    seal: (place, text) => {
      if (activeDataKey() !== undefined) return sealField(place, text)
      const [newest] = fileKeys()
      assert(newest, 'there is a file, or there are data keys')
      return sealText(newest, placed(place, text))
    },
    open: (place, text) => {
      const number = sealedWith(text) ?? -1
      for (const key of number === fileNumber ? fileKeys() : [dataKeyOf(number)]) {
        const opened = key && openText(key, placed(place, text))
        if (opened !== undefined) return opened
      }
      return undefined
    },
  }
}
