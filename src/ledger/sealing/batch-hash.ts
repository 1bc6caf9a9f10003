import { createHash } from 'node:crypto'
import { assert } from '#kernel'
import { journalTables } from './journal.ts'

export type JournalTable = (typeof journalTables)[number]['table']

/** `add` takes each table at most once, in journal order, as binary COPY tuples without file header and trailer. */
export type BatchHasher = {
  readonly add: (table: JournalTable, rows: number, ...tuples: readonly Buffer[]) => void
  readonly digest: () => Buffer
}

export const chainStart: Buffer = Buffer.alloc(32)

const placeOf = new Map<JournalTable, number>(journalTables.map(({ table }, index) => [table, index + 1]))

/** Starts the hash of one batch, which `journal.ts` defines. */
export function createBatchHasher(): BatchHasher {
  const hash = createHash('sha256')
  const head = Buffer.allocUnsafe(5)
  let last = 0
  return {
    add: (table, rows, ...tuples) => {
      const place = placeOf.get(table)
      assert(place !== undefined && place > last, `${table} is hashed out of its place`)
      last = place
      if (rows === 0) return
      head.writeUInt8(place, 0)
      head.writeUInt32BE(rows, 1)
      hash.update(head)
      for (const buffer of tuples) hash.update(buffer)
    },
    digest: () => hash.digest(),
  }
}

/** Hashes the previous block's hash, then the block's batches in their order; see `journal.ts`. */
export function hashBlock(
  previous: Buffer,
  batches: Iterable<{ readonly position: bigint; readonly hash: Buffer }>,
): Buffer {
  const hash = createHash('sha256').update(previous)
  const position = Buffer.allocUnsafe(8)
  for (const batch of batches) {
    position.writeBigInt64BE(batch.position)
    hash.update(position).update(batch.hash)
  }
  return hash.digest()
}
