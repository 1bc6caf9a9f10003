import type { Queryable, Transaction } from '#platform/postgres'

export type ChainHead = { readonly number: bigint; readonly hash: Buffer }

export type UnsealedBatch = { readonly position: bigint; readonly hash: Buffer }

export type Block = {
  readonly number: bigint
  readonly previous: Buffer
  readonly hash: Buffer
  readonly batches: readonly UnsealedBatch[]
}

/** Advisory lock of sealing; the number is made from 'munim seal'. */
const sealLock = 7_236_837_701

/** Locks sealing until the transaction ends; false when another process has the lock. */
export async function takeSealLock(tx: Transaction): Promise<boolean> {
  const rows = await tx.query<{ taken: boolean }>({
    name: 'take-seal-lock',
    text: 'select pg_try_advisory_xact_lock($1::bigint) as taken',
    values: [sealLock],
  })
  return rows[0]?.taken === true
}

export async function readChainHead(queryable: Queryable): Promise<ChainHead | undefined> {
  const rows = await queryable.query<ChainHead>({
    name: 'read-chain-head',
    text: 'select number, hash from ledger.blocks order by number desc limit 1',
  })
  return rows[0]
}

/** Unsealed batches from the position `from` on. A later commit goes into a later block, regardless of its position. */
export function readUnsealedBatches(
  queryable: Queryable,
  { from, limit }: { readonly from: bigint; readonly limit: number },
): Promise<UnsealedBatch[]> {
  return queryable.query<UnsealedBatch>({
    name: 'read-unsealed-batches',
    text: unsealedBatchesText,
    values: [from, limit],
  })
}

export const unsealedBatchesText = `select batch.position, batch.hash
  from ledger.batches as batch
  where batch.is_unsealed and batch.position >= $1
  order by batch.position
  limit $2`

/** Also marks the batches as sealed. A unique violation means that another process appended first. */
export async function insertBlock(queryable: Queryable, block: Block): Promise<void> {
  await queryable.query({
    name: 'insert-block',
    text: `with block as (
        insert into ledger.blocks (number, previous, hash, batches) values ($1, $2, $3, $4::bigint[])
      )
      update ledger.batches set is_unsealed = false where position = any ($4::bigint[])`,
    values: [block.number, block.previous, block.hash, `{${block.batches.map((batch) => batch.position).join(',')}}`],
  })
}

/**
 * Restored rows have transaction ids that this server has yet to reach, and would one day count as new. Sets up to
 * `limit` of them to an id that is past on every server; returns how many.
 */
export async function forgetForeignTransactions(queryable: Queryable, limit: number): Promise<number> {
  const rows = await queryable.query<{ count: bigint }>({
    name: 'forget-foreign-transactions',
    text: `with forgotten as (
        update ledger.batches set transaction = '3' where position in (
          select position from ledger.batches
          where transaction >= pg_snapshot_xmax(pg_current_snapshot())
          order by transaction desc limit $1
        ) and transaction >= pg_snapshot_xmax(pg_current_snapshot())
        returning 1)
      select count(*) as count from forgotten`,
    values: [limit],
  })
  return Number(rows[0]?.count ?? 0n)
}
