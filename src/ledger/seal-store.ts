import type { Queryable, Transaction } from '#platform/postgres'

/** The end of the chain so far. */
export type ChainHead = { readonly number: bigint; readonly hash: Buffer }

/** A committed batch that no block holds yet. `transaction` is PostgreSQL's 64-bit transaction id. */
export type UnsealedBatch = { readonly position: bigint; readonly transaction: bigint; readonly hash: Buffer }

export type Block = {
  readonly number: bigint
  readonly previous: Buffer
  readonly hash: Buffer
  readonly batches: readonly UnsealedBatch[]
}

/** What one process at a time may do; the number is 'munim seal' squeezed into a constant of our own. */
const sealLock = 7_236_837_701

/** Takes the sealers' turn until the transaction ends; false when another process has it. */
export async function takeSealTurn(tx: Transaction): Promise<boolean> {
  const rows = await tx.query<{ taken: boolean }>({
    name: 'take-seal-turn',
    text: 'select pg_try_advisory_xact_lock($1::bigint) as taken',
    values: [sealLock],
  })
  return rows[0]?.taken === true
}

/** The last block, if there is one. */
export async function readChainHead(queryable: Queryable): Promise<ChainHead | undefined> {
  const rows = await queryable.query<ChainHead>({
    name: 'read-chain-head',
    text: 'select number, hash from ledger.blocks order by number desc limit 1',
  })
  return rows[0]
}

/**
 * The batches after the last block, in the order of the chain, at most `limit`. Only those of
 * transactions older than every one still running: a transaction that commits later sorts after
 * them, so the chain never has to be reopened.
 */
export async function readUnsealedBatches(queryable: Queryable, limit: number): Promise<UnsealedBatch[]> {
  const rows = await queryable.query<{ position: bigint; xid: string; hash: Buffer }>({
    name: 'read-unsealed-batches',
    text: unsealedBatchesText,
    values: [limit],
  })
  return rows.map((row) => ({ position: row.position, transaction: BigInt(row.xid), hash: row.hash }))
}

/** Ordered by the number of the transaction, not by its text; an index walk from the last block on. */
export const unsealedBatchesText = `select batch.position, batch.transaction::text as xid, batch.hash
  from ledger.batches as batch
  where (batch.transaction, batch.position) > (
      coalesce((select last_transaction from ledger.blocks order by number desc limit 1), '0'::xid8),
      coalesce((select last_position from ledger.blocks order by number desc limit 1), 0))
    and batch.transaction < pg_snapshot_xmin(pg_current_snapshot())
  order by batch.transaction, batch.position
  limit $1`

/** The position of the first batch after the last block, of whatever transaction. */
export async function readFirstUnsealed(queryable: Queryable): Promise<bigint | undefined> {
  const rows = await queryable.query<{ position: bigint }>({
    name: 'read-first-unsealed',
    text: `select position
      from ledger.batches
      where (transaction, position) > (
          coalesce((select last_transaction from ledger.blocks order by number desc limit 1), '0'::xid8),
          coalesce((select last_position from ledger.blocks order by number desc limit 1), 0))
      order by transaction, position
      limit 1`,
  })
  return rows[0]?.position
}

/** Appends a block. A unique violation means that somebody else appended first. */
export async function insertBlock(queryable: Queryable, block: Block): Promise<void> {
  const last = block.batches.at(-1)
  await queryable.query({
    name: 'insert-block',
    text: `insert into ledger.blocks (number, previous, hash, batches, last_transaction, last_position)
      values ($1, $2, $3, $4::bigint[], $5::text::xid8, $6)`,
    values: [
      block.number,
      block.previous,
      block.hash,
      `{${block.batches.map((batch) => batch.position).join(',')}}`,
      String(last?.transaction),
      last?.position,
    ],
  })
}
