import { assert } from '#kernel'
import { Fault } from '#platform/faults'
import type { Database } from '#platform/postgres'
import { type DataKeyPurpose, readDataKeys, type StoredDataKey } from './data-key-store.ts'
import type { KeyEncryption } from './key-encryption.ts'
import { closeKeyring, type Keyring, useKeyring } from './keyring.ts'
import type { DataKey } from './sealed-text.ts'

type OpenedKey = { readonly wrapped: string; readonly key: DataKey }

type OpenedKeys = ReadonlyMap<number, OpenedKey>

type Deps = { readonly database: Database; readonly encryption: KeyEncryption | undefined }

export const keyBytes = 32

/** The data keys as the database has them, opened, and in the keyring of the process. */
export function createLoadedKeys({ database, encryption }: Deps) {
  let opened: OpenedKeys = new Map()
  let ring: Keyring | undefined
  let readEpoch = -1
  // A server that took over may have another key under a known number, so a key is known by its wrapped text.
  const open = async (stored: readonly StoredDataKey[]): Promise<OpenedKeys> => {
    if (encryption === undefined) return new Map()
    const found = new Map<number, OpenedKey>()
    for (const one of stored) {
      const known = opened.get(one.number)
      const isKnown = known?.wrapped === one.wrapped.text
      found.set(one.number, isKnown ? known : { wrapped: one.wrapped.text, key: await unwrap(encryption, one) })
    }
    return found
  }
  const use = (stored: readonly StoredDataKey[], found: OpenedKeys) => {
    const used = stored.filter(({ isUsed }) => isUsed)
    const latest = (purpose: DataKeyPurpose) =>
      found.get(used.findLast((one) => one.purpose === purpose)?.number ?? -1)?.key
    const byNumber = new Map([...found].map(([number, { key }]) => [number, key]))
    opened = found
    ring = { active: latest('fields'), index: latest('index'), byNumber }
    readEpoch = database.epoch()
    useKeyring(ring)
  }
  const load = async () => {
    for (;;) {
      const epoch = database.epoch()
      const stored = await readDataKeys(database)
      if (stored.length > 0 && encryption === undefined) throw noKey()
      const found = await open(stored)
      if (epoch !== database.epoch()) continue
      // With a key outside and none in the database, the first ones are yet to be made.
      if (encryption === undefined || stored.length > 0) use(stored, found)
      return { stored, found }
    }
  }
  return {
    load,
    /** Whether they were read from the server of this epoch, or of a later one. */
    areOf: (epoch: number) => readEpoch >= epoch,
    /** Until they are loaded again, nothing is sealed and nothing sealed is opened. */
    close: () => closeKeyring(ring),
  }
}

async function unwrap(encryption: KeyEncryption, stored: StoredDataKey): Promise<DataKey> {
  const bytes = await encryption.unwrap(stored.wrapped, about(stored))
  assert(bytes.length === keyBytes, 'a data key has 32 bytes')
  return { number: stored.number, bytes }
}

/** A wrapped key is of use under its own number and purpose alone. */
export function about({ number, purpose }: Pick<StoredDataKey, 'number' | 'purpose'>): string {
  return `munim data key ${number} ${purpose}`
}

export function noKey(): Fault {
  const message = 'This database has sealed fields: start with --secrets-key, the key that sealed them.'
  return new Fault({ code: 'secrets_key_missing', message, retryable: false })
}
