import { formatTimestamp } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import { chainStart, hashBlock } from '../batch-hash.ts'
import { batchName } from './batch-checks.ts'
import type { Findings } from './findings.ts'

/** A block as one notes it down elsewhere: while it is the same, nothing up to it was changed. */
export type SealedHead = { readonly number: number; readonly hash: string }

/** What the chain comes to. `unsealed` batches wait for the next block. */
export type ChainState = { readonly head: SealedHead | undefined; readonly unsealed: number }

export type BlockOptions = {
  /** A block noted before, which must still be there as it was. */
  readonly knownHead: SealedHead | undefined
  readonly onBlocks: (done: number, total: number) => void
}

/** A place in the chain's order. */
type Key = { readonly transaction: bigint; readonly position: bigint }

type StoredBlock = Key & {
  readonly number: bigint
  readonly previous: Buffer
  readonly hash: Buffer
  readonly batches: readonly bigint[]
}

type StoredBatch = Key & { readonly hash: Buffer }

const blocksPerPage = 64
/** A batch that is unsealed for longer than this is a finding. */
const unsealedSecondsMax = 600

/**
 * Recomputes the chain of blocks from the recorded hashes of the batches, and compares which batches
 * there are with which are sealed.
 */
export async function checkBlocks(
  reader: SnapshotReader,
  findings: Findings,
  { knownHead, onBlocks }: BlockOptions,
): Promise<ChainState> {
  const [counted] = await reader.query<{ blocks: bigint }>({ text: 'select count(*) as blocks from ledger.blocks' })
  const total = Number(counted?.blocks ?? 0n)
  let done = 0
  let last: StoredBlock | undefined
  let known: StoredBlock | undefined
  for await (const blocks of readBlocks(reader)) {
    last = await checkPage(reader, findings, blocks, last)
    known ??= blocks.find(({ number }) => Number(number) === knownHead?.number)
    done += blocks.length
    onBlocks(done, total)
  }
  findings.count('block_chain', done)
  if (knownHead !== undefined) checkKnownHead(findings, knownHead, known)
  const unsealed = await checkUnsealed(reader, findings, last ?? chainOrigin)
  return { head: last && { number: Number(last.number), hash: last.hash.toString('hex') }, unsealed }
}

/** Checks blocks that follow one another; returns the last. */
async function checkPage(
  reader: SnapshotReader,
  findings: Findings,
  blocks: readonly StoredBlock[],
  before: StoredBlock | undefined,
): Promise<StoredBlock | undefined> {
  const end = blocks.at(-1)
  if (end === undefined) return before
  const batches = await readSealedBatches(reader, before ?? chainOrigin, end)
  let last = before
  let at = 0
  for (const block of blocks) {
    const from = at
    while (at < batches.length && !isAfter(batches[at] ?? block, block)) at += 1
    checkBlock(findings, block, last, batches.slice(from, at))
    last = block
  }
  return last
}

/** Even the whole chain can be written anew; a head that was noted before tells. */
function checkKnownHead(findings: Findings, known: SealedHead, found: StoredBlock | undefined): void {
  const hash = found?.hash.toString('hex')
  if (hash === known.hash) return
  const now = hash === undefined ? 'is not there any more' : `now has the hash ${hash}`
  findings.add('block_chain', `block ${known.number}, known by the hash ${known.hash}, ${now}`)
}

const chainOrigin: Key = { transaction: 0n, position: 0n }

function isAfter(one: Key, other: Key): boolean {
  return one.transaction === other.transaction ? one.position > other.position : one.transaction > other.transaction
}

/** Checks one block, given the one before it and the batches that lie between the ends of the two. */
function checkBlock(
  findings: Findings,
  block: StoredBlock,
  before: StoredBlock | undefined,
  batches: readonly StoredBatch[],
): void {
  const name = `block ${block.number}`
  const add = (text: string) => findings.add('block_chain', `${name} ${text}`)
  const expected = (before?.number ?? 0n) + 1n
  if (block.number !== expected) add(`follows block ${expected - 1n}: expected block ${expected}`)
  const previous = before?.hash ?? chainStart
  if (!block.previous.equals(previous)) {
    add(`continues ${block.previous.toString('hex')}, but the block before it is ${previous.toString('hex')}`)
  }
  if (before !== undefined && !isAfter(block, before)) add('ends before the block before it')

  const there = new Map(batches.map((batch) => [batch.position, batch]))
  const missing = block.batches.filter((position) => !there.has(position))
  const sealed = new Set(block.batches)
  for (const position of missing) add(`seals ${batchName(position)}, which is not there`)
  if (sealed.size < block.batches.length) add('seals a batch twice')
  for (const { position } of batches) {
    if (!sealed.has(position)) add(`leaves out ${batchName(position)}, which belongs to it`)
  }
  if (missing.length > 0) return
  const inOrder = block.batches.flatMap((position) => there.get(position) ?? [])
  if (inOrder.some((batch, at) => at > 0 && !isAfter(batch, inOrder[at - 1] ?? batch)))
    add('seals batches out of order')
  const hash = hashBlock(previous, inOrder)
  if (!hash.equals(block.hash)) add(`hashes to ${hash.toString('hex')}, recorded is ${block.hash.toString('hex')}`)
}

async function* readBlocks(reader: SnapshotReader): AsyncGenerator<StoredBlock[]> {
  let after = -(2n ** 63n)
  for (;;) {
    const rows = await reader.query<{
      number: bigint
      previous: Buffer
      hash: Buffer
      batches: bigint[]
      transaction: string
      position: bigint
    }>({
      text: `select number, previous, hash, batches, last_transaction::text as transaction, last_position as position
        from ledger.blocks where number > $1 order by number limit ${blocksPerPage}`,
      values: [after],
    })
    const blocks = rows.map((row) => ({ ...row, transaction: BigInt(row.transaction) }))
    if (blocks.length > 0) yield blocks
    if (blocks.length < blocksPerPage) return
    after = blocks.at(-1)?.number ?? after
  }
}

/** The batches behind one place in the chain's order, up to another. */
async function readSealedBatches(reader: SnapshotReader, after: Key, upTo: Key): Promise<StoredBatch[]> {
  const rows = await reader.query<{ position: bigint; xid: string; hash: Buffer }>({
    text: `select batch.position, batch.transaction::text as xid, batch.hash
      from ledger.batches as batch
      where (batch.transaction, batch.position) > ($1::text::xid8, $2)
        and (batch.transaction, batch.position) <= ($3::text::xid8, $4)
      order by batch.transaction, batch.position`,
    values: [String(after.transaction), after.position, String(upTo.transaction), upTo.position],
  })
  return rows.map((row) => ({ position: row.position, transaction: BigInt(row.xid), hash: row.hash }))
}

/** Counts the batches behind the last block; one that waits for long is a finding. */
async function checkUnsealed(reader: SnapshotReader, findings: Findings, last: Key): Promise<number> {
  const [row] = await reader.query<{ batches: bigint; oldest: bigint | null; seconds: number | null; all: bigint }>({
    text: `select count(*) filter (where unsealed) as batches, count(*) as all,
        (extract(epoch from min(recorded_at) filter (where unsealed)) * 1000000)::bigint as oldest,
        extract(epoch from clock_timestamp() - min(recorded_at) filter (where unsealed))::float8 as seconds
      from (
        select recorded_at, (transaction, position) > ($1::text::xid8, $2) as unsealed from ledger.batches
      ) batch`,
    values: [String(last.transaction), last.position],
  })
  const batches = Number(row?.batches ?? 0n)
  findings.count('sealed', Number(row?.all ?? 0n))
  if (row?.oldest != null && (row.seconds ?? 0) > unsealedSecondsMax) {
    findings.add(
      'sealed',
      `${batches} batches wait to be sealed, the oldest since ${formatTimestamp(Number(row.oldest))}`,
    )
  }
  return batches
}
