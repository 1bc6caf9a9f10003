import { formatTimestamp } from '#kernel'
import { micros, plainArray, type SnapshotReader } from '#platform/postgres'
import { chainStart, hashBlock } from '../sealing/batch-hash.ts'
import { batchName } from './batch-checks.ts'
import type { Findings } from './findings.ts'

/** A block noted elsewhere. While it is the same, nothing up to it was changed. */
export type SealedHead = { readonly number: number; readonly hash: string }

export type ChainState = { readonly head: SealedHead | undefined; readonly unsealed: number }

export type BlockOptions = {
  /** Must still exist unchanged. */
  readonly knownHead: SealedHead | undefined
  readonly onBlocks: (progress: { readonly done: number; readonly total: number }) => void
}

type StoredBlock = {
  readonly number: bigint
  readonly previous: Buffer
  readonly hash: Buffer
  readonly batches: readonly bigint[]
}

type StoredBatch = { readonly position: bigint; readonly hash: Buffer }

const blocksPerPage = 64
const misplacedMax = 20
const unsealedSecondsMax = 600

/** Recomputes the chain from the recorded batch hashes, and checks that existing and sealed batches are the same. */
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
    onBlocks({ done, total })
  }
  findings.count('block_chain', done)
  if (knownHead !== undefined) checkKnownHead(findings, knownHead, known)
  await checkMembership(reader, findings)
  const unsealed = await checkUnsealed(reader, findings)
  return { head: last && { number: Number(last.number), hash: last.hash.toString('hex') }, unsealed }
}

async function checkPage(
  reader: SnapshotReader,
  findings: Findings,
  blocks: readonly StoredBlock[],
  before: StoredBlock | undefined,
): Promise<StoredBlock | undefined> {
  const batches = await readBatches(
    reader,
    blocks.flatMap((block) => block.batches),
  )
  let last = before
  for (const block of blocks) {
    checkBlock(findings, block, last, batches)
    last = block
  }
  return last
}

/** An attacker can rewrite even the whole chain; only a head noted before reveals it. */
function checkKnownHead(findings: Findings, known: SealedHead, found: StoredBlock | undefined): void {
  const hash = found?.hash.toString('hex')
  if (hash === known.hash) return
  const now = hash === undefined ? 'is not there any more' : `now has the hash ${hash}`
  findings.add('block_chain', `block ${known.number}, known by the hash ${known.hash}, ${now}`)
}

function checkBlock(
  findings: Findings,
  block: StoredBlock,
  before: StoredBlock | undefined,
  batches: ReadonlyMap<bigint, StoredBatch>,
): void {
  const name = `block ${block.number}`
  const add = (text: string) => findings.add('block_chain', `${name} ${text}`)
  const expected = (before?.number ?? 0n) + 1n
  if (block.number !== expected) add(`follows block ${expected - 1n}: expected block ${expected}`)
  const previous = before?.hash ?? chainStart
  if (!block.previous.equals(previous)) {
    add(`continues ${block.previous.toString('hex')}, but the block before it is ${previous.toString('hex')}`)
  }
  const missing = block.batches.filter((position) => !batches.has(position))
  for (const position of missing) add(`seals ${batchName(position)}, which is not there`)
  if (missing.length > 0) return
  const inOrder = block.batches.flatMap((position) => batches.get(position) ?? [])
  const hash = hashBlock(previous, inOrder)
  if (!hash.equals(block.hash)) add(`hashes to ${hash.toString('hex')}, recorded is ${block.hash.toString('hex')}`)
}

async function* readBlocks(reader: SnapshotReader): AsyncGenerator<StoredBlock[]> {
  let after = -(2n ** 63n)
  for (;;) {
    const blocks = await reader.query<StoredBlock>({
      text: `select number, previous, hash, batches from ledger.blocks
        where number > $1 order by number limit ${blocksPerPage}`,
      values: [after],
    })
    if (blocks.length > 0) yield blocks
    if (blocks.length < blocksPerPage) return
    after = blocks.at(-1)?.number ?? after
  }
}

async function readBatches(
  reader: SnapshotReader,
  positions: readonly bigint[],
): Promise<ReadonlyMap<bigint, StoredBatch>> {
  const rows = await reader.query<StoredBatch>({
    text: 'select position, hash from ledger.batches where position = any ($1::bigint[])',
    values: [plainArray(positions)],
  })
  return new Map(rows.map((batch) => [batch.position, batch]))
}

/** Every batch is in exactly one block, or waits for the next one. */
async function checkMembership(reader: SnapshotReader, findings: Findings): Promise<void> {
  const rows = await reader.query<{ position: bigint; blocks: bigint; unsealed: boolean }>({
    text: `select batch.position, batch.is_unsealed as unsealed, coalesce(sealed.blocks, 0) as blocks
      from ledger.batches as batch
      left join (
        select position, count(*) as blocks
        from ledger.blocks cross join unnest(batches) as position
        group by position
      ) as sealed on sealed.position = batch.position
      where coalesce(sealed.blocks, 0) <> case when batch.is_unsealed then 0 else 1 end
      order by batch.position
      limit ${misplacedMax}`,
  })
  for (const { position, blocks, unsealed } of rows) {
    const name = batchName(position)
    const text =
      blocks === 0n
        ? `no block seals ${name}, which is marked as sealed`
        : unsealed
          ? `${name} is sealed, but marked as waiting to be`
          : `${name} is sealed ${blocks} times`
    findings.add('block_chain', text)
  }
}

async function checkUnsealed(reader: SnapshotReader, findings: Findings): Promise<number> {
  const [row] = await reader.query<{ batches: bigint; oldest: bigint | null; seconds: number | null; all: bigint }>({
    text: `select count(*) filter (where is_unsealed) as batches, count(*) as all,
        ${micros('min(recorded_at) filter (where is_unsealed)')} as oldest,
        extract(epoch from clock_timestamp() - min(recorded_at) filter (where is_unsealed))::float8 as seconds
      from ledger.batches`,
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
