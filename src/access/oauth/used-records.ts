import type { RecordName, TokenRecord } from '#platform/oauth'
import type { Database, Transaction } from '#platform/postgres'
import { remember } from '../remember.ts'
import { addRecord, addRecordsAgain, consumeRecord, consumeRecordsAgain, findRecord } from './oauth-record-store.ts'

/** Of each kind: the newest that this process used. */
const usedMax = 10_000

export type UsedRecord = TokenRecord & { readonly untilMs: number }

/** Records of what counts once. What this process has used stays used, also on a server that lacks it. */
export type UsedRecords = {
  readonly find: (record: RecordName) => Promise<object | undefined>
  /** Returns false when a record of that kind and id is in force. */
  readonly add: (record: TokenRecord) => Promise<boolean>
  /** Returns false when it was consumed before, or is not there. */
  readonly consume: (record: RecordName) => Promise<boolean>
  readonly writeAgain: (tx: Transaction) => Promise<void>
}

export function createUsedRecords(database: Database, wallMs: () => number): UsedRecords {
  const added = new Map<string, UsedRecord>()
  const consumed = new Map<string, RecordName>()
  const nameOf = ({ kind, id }: RecordName) => `${kind} ${id}`
  return {
    find: async (record) => {
      const name = nameOf(record)
      const found = await findRecord(database, record)
      if (found !== undefined) return consumed.has(name) ? { ...found, consumed: true } : found
      const known = added.get(name)
      return known !== undefined && known.untilMs > wallMs() ? known.payload : undefined
    },
    add: async (record) => {
      const [name, untilMs] = [nameOf(record), wallMs() + record.seconds * 1000]
      if ((added.get(name)?.untilMs ?? 0) > wallMs() || !(await addRecord(database, record))) return false
      remember(added, usedMax, name, { ...record, untilMs })
      return true
    },
    consume: async ({ kind, id }) => {
      const name = nameOf({ kind, id })
      if (consumed.has(name) || !(await consumeRecord(database, { kind, id }))) return false
      remember(consumed, usedMax, name, { kind, id })
      return true
    },
    writeAgain: async (tx) => {
      await consumeRecordsAgain(tx, [...consumed.values()])
      const nowMs = wallMs()
      await addRecordsAgain(
        tx,
        [...added.values()].filter(({ untilMs }) => untilMs > nowMs),
      )
    },
  }
}
