import { randomBytes } from 'node:crypto'
import { assert } from '#kernel'
import { createPeriodic } from '#platform/background'
import { Fault } from '#platform/faults'
import type { Database, Transaction } from '#platform/postgres'
import {
  type DataKeyPurpose,
  insertDataKey,
  type NewDataKey,
  readDataKeys,
  rewrapDataKey,
  type StoredDataKey,
} from './data-key-store.ts'
import type { KeyEncryption } from './key-encryption.ts'
import { useKeyring } from './keyring.ts'
import type { DataKey } from './sealed-text.ts'

export type DataKeys = {
  /** This process has the key outside the database. */
  readonly isSealing: boolean
  /** Throws a Fault with one sentence for the operator when the keys of the database cannot be used. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Wraps all data keys again, and makes another one, unless rows are still being sealed with the latest. */
  readonly rotate: (rotation: Rotation) => Promise<void>
}

export type Rotation = {
  readonly isUnderWay: boolean
  /** In the transaction that stores the new data key. */
  readonly record: (tx: Transaction, dataKey: number) => Promise<void>
}

type Deps = {
  readonly database: Database
  /** undefined: nothing is sealed. */
  readonly encryption: KeyEncryption | undefined
  readonly onFault: (error: unknown) => void
}

/** Other processes read the keys this often, and have read a new one long before it is used. */
const readEveryMs = 10_000
const usedInMs = 60_000
const keyBytes = 32
const lockName = 'platform.data_keys'

export function createDataKeys({ database, encryption, onFault }: Deps): DataKeys {
  const opened = new Map<number, DataKey>()
  const load = async (): Promise<readonly StoredDataKey[]> => {
    const stored = await readDataKeys(database)
    if (stored.length > 0 && encryption === undefined) throw noKey()
    for (const one of stored) {
      if (!opened.has(one.number) && encryption !== undefined) opened.set(one.number, await unwrap(encryption, one))
    }
    const used = stored.filter(({ isUsed }) => isUsed)
    const latest = (purpose: DataKeyPurpose) =>
      opened.get(used.findLast((one) => one.purpose === purpose)?.number ?? -1)
    useKeyring({ active: latest('fields'), index: latest('index'), byNumber: new Map(opened) })
    return stored
  }
  // Wrapping may ask a key service, so it comes before the transaction.
  const make = async (key: Omit<NewDataKey, 'wrapped'>): Promise<NewDataKey> => {
    assert(encryption, 'keys are made only where they can be wrapped')
    return { ...key, wrapped: await encryption.wrap(randomBytes(keyBytes), about(key)) }
  }
  /** Runs `work` unless another process has made keys since. */
  const addTo = (known: readonly StoredDataKey[], work: (tx: Transaction) => Promise<void>) =>
    database.transaction(async (tx) => {
      await tx.query({ text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))', values: [lockName] })
      if ((await readDataKeys(tx)).length === known.length) await work(tx)
    })
  const makeFirst = async () => {
    const index = await make({ number: 1, purpose: 'index', usedInMs: 0 })
    const fields = await make({ number: 2, purpose: 'fields', usedInMs: 0 })
    await addTo([], async (tx) => {
      await insertDataKey(tx, index)
      await insertDataKey(tx, fields)
    })
  }
  const reading = createPeriodic({
    name: 'reading the data keys',
    restMs: readEveryMs,
    work: async () => {
      await load()
      return undefined
    },
    onFault,
  })
  return {
    isSealing: encryption !== undefined,
    start: async () => {
      const stored = await load()
      if (encryption !== undefined && stored.length === 0) {
        await makeFirst()
        await load()
      }
      reading.start()
    },
    stop: async () => {
      await reading.stop()
      useKeyring(undefined)
      await encryption?.close()
    },
    rotate: async ({ isUnderWay, record }) => {
      if (encryption === undefined) throw noKey()
      const stored = await load()
      for (const one of stored) {
        const key = opened.get(one.number)
        assert(key, 'all stored keys were opened')
        const after = await encryption.wrap(key.bytes, about(one))
        await rewrapDataKey(database, { number: one.number, before: one.wrapped, after })
      }
      const newest = stored.at(-1)
      if (isUnderWay || newest?.isUsed === false) return
      const made = await make({ number: (newest?.number ?? 0) + 1, purpose: 'fields', usedInMs })
      await addTo(stored, async (tx) => {
        await insertDataKey(tx, made)
        await record(tx, made.number)
      })
    },
  }
}

async function unwrap(encryption: KeyEncryption, stored: StoredDataKey): Promise<DataKey> {
  const bytes = await encryption.unwrap(stored.wrapped, about(stored))
  assert(bytes.length === keyBytes, 'a data key has 32 bytes')
  return { number: stored.number, bytes }
}

/** A wrapped key is of use under its own number and purpose alone. */
function about({ number, purpose }: Pick<StoredDataKey, 'number' | 'purpose'>): string {
  return `munim data key ${number} ${purpose}`
}

function noKey(): Fault {
  const message = 'This database has sealed fields: start with --secrets-key, the key that sealed them.'
  return new Fault({ code: 'secrets_key_missing', message, retryable: false })
}
