import { createHash } from 'node:crypto'
import { assert } from '#kernel'
import { journalTables } from './journal.ts'

/** The name of a table whose rows are hashed. */
export type JournalTable = (typeof journalTables)[number]['table']

/**
 * Hashes one batch. `add` takes the tables in the order of {@link journalTables}, each at most once. It takes the
 * number of rows, and their tuples in PostgreSQL's binary COPY format in one or more buffers, without file header and
 * trailer. A table without rows may be left out. `digest` ends the hash.
 */
export type BatchHasher = {
  readonly add: (table: JournalTable, rows: number, ...tuples: readonly Buffer[]) => void
  readonly digest: () => Buffer
}

/** The previous hash of the first block. */
export const chainStart: Buffer = Buffer.alloc(32)

const placeOf = new Map<JournalTable, number>(journalTables.map(({ table }, index) => [table, index + 1]))

/** Starts the hash of one batch, as `journal.ts` defines it. */
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

/** The hash of a block: over the hash of the block before it, then the batches it seals, in the block's order. */
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
