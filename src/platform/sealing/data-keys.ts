import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { assert } from '#kernel'
import { createPeriodic } from '#platform/background'
import type { Database, Transaction } from '#platform/postgres'
import { insertDataKey, type NewDataKey, readDataKeys, rewrapDataKey, type StoredDataKey } from './data-key-store.ts'
import type { KeyEncryption } from './key-encryption.ts'
import { about, createLoadedKeys, keyBytes, noKey } from './loaded-keys.ts'

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
const lockName = 'platform.data_keys'

export function createDataKeys({ database, encryption, onFault }: Deps): DataKeys {
  const keys = createLoadedKeys({ database, encryption })
  const { load } = keys
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
  /** Also after a switch to a server that has none. */
  const loadOrMake = async () => {
    const { stored } = await load()
    if (encryption === undefined || stored.length > 0) return undefined
    await makeFirst()
    await load()
    return undefined
  }
  const reading = createPeriodic({ name: 'reading the data keys', restMs: readEveryMs, work: loadOrMake, onFault })
  let isStopped = false
  const readUntilKnown = async (epoch: number) => {
    for (let restMs = 50; !isStopped && !keys.areOf(epoch); restMs = Math.min(restMs * 2, readEveryMs)) {
      await reading.round()
      if (!keys.areOf(epoch)) await sleep(restMs, undefined, { ref: false })
    }
  }
  // What is sealed with a key that the new server does not have can never be opened.
  const stopSuspending = database.onNewEpoch(() => {
    if (encryption === undefined) return
    keys.close()
    void readUntilKnown(database.epoch())
  })
  return {
    isSealing: encryption !== undefined,
    start: async () => {
      await loadOrMake()
      reading.start()
    },
    stop: async () => {
      isStopped = true
      stopSuspending()
      await reading.stop()
      // A plain text would stay one.
      if (encryption !== undefined) keys.close()
      await encryption?.close()
    },
    rotate: async ({ isUnderWay, record }) => {
      if (encryption === undefined) throw noKey()
      const { stored, found } = await load()
      for (const one of stored) {
        const known = found.get(one.number)
        assert(known, 'all stored keys were opened')
        const after = await encryption.wrap(known.key.bytes, about(one))
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
