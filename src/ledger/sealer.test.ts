import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '#platform/postgres'
import { createTestDatabase, type TestDatabase } from '#testing'
import { chainStart, hashBlock } from './batch-hash.ts'
import { unsealedBatchesText } from './seal-store.ts'
import { createSealer, type Sealer } from './sealer.ts'

type Block = { number: bigint; previous: Buffer; hash: Buffer; batches: bigint[] }

let test: TestDatabase
let database: Database

beforeEach(async () => {
  test = await createTestDatabase()
  database = test.database
})

afterEach(() => test.drop())

const noFault = (fault: Error) => {
  throw fault
}

async function insertBatches(...positions: readonly number[]): Promise<void> {
  await database.query({
    text: `insert into ledger.batches (position, recorded_at, operations, hash)
      select position, now(), 1, sha256(position::text::bytea) from unnest($1::bigint[]) as position`,
    values: [positions],
  })
}

function readBlocks(): Promise<Block[]> {
  return database.query<Block>({ text: 'select number, previous, hash, batches from ledger.blocks order by number' })
}

async function hashOf(previous: Buffer, positions: readonly bigint[]): Promise<Buffer> {
  const batches = await database.query<{ position: bigint; hash: Buffer }>({
    text: 'select position, hash from ledger.batches where position = any ($1::bigint[]) order by transaction, position',
    values: [positions],
  })
  return hashBlock(previous, batches)
}

/** Seals until that many are sealed: transactions of other databases on the server can hold it up. */
async function sealBatches(sealer: Sealer, batches: number): Promise<void> {
  for (let sealed = 0; sealed < batches; sealed += await sealer.seal()) await sleep(1)
}

describe('the sealer', () => {
  it('chains batches in the order of their transactions, each block on the one before', async () => {
    const sealer = createSealer({ database, onFault: noFault })
    await insertBatches(30, 10)
    await sealBatches(sealer, 2)
    await insertBatches(20)
    await insertBatches(5)
    await sealBatches(sealer, 2)
    expect(await sealer.seal()).toBe(0)
    const blocks = await readBlocks()
    expect(blocks[0]).toMatchObject({ number: 1n, previous: chainStart, batches: [10n, 30n] })
    expect(blocks.flatMap(({ batches }) => batches)).toEqual([10n, 30n, 20n, 5n])
    let previous = chainStart
    for (const [at, block] of blocks.entries()) {
      expect(block).toMatchObject({ number: BigInt(at + 1), previous })
      expect(block.hash).toEqual(await hashOf(previous, block.batches))
      previous = block.hash
    }
  })

  it('orders transactions by their numbers', async () => {
    const sealer = createSealer({ database, onFault: noFault })
    await database.query({
      text: `insert into ledger.batches (position, transaction, recorded_at, operations, hash)
        values (1, '100', now(), 1, ''), (2, '9', now(), 1, ''), (3, '99', now(), 1, '')`,
    })
    await sealBatches(sealer, 3)
    expect((await readBlocks()).map(({ batches }) => batches)).toEqual([[2n, 3n, 1n]])
  })

  it('divides what waits into blocks of the size allowed', async () => {
    const sealer = createSealer({ database, onFault: noFault, batchesPerBlockMax: 2 })
    await insertBatches(1, 2, 3, 4, 5)
    await sealBatches(sealer, 5)
    expect((await readBlocks()).map(({ batches }) => batches)).toEqual([[1n, 2n], [3n, 4n], [5n]])
  })

  it('waits for transactions that began earlier, and says for how long', async () => {
    const sealer = createSealer({ database, onFault: noFault, intervalMs: 10 })
    const late = await database.session('late')
    await late.query({ text: 'begin' })
    await late.query({ text: 'select pg_current_xact_id()' })
    await insertBatches(10)
    sealer.start()
    await sleep(250)
    expect(await readBlocks()).toEqual([])
    expect(sealer.status().unsealedSeconds).toBeGreaterThan(0.15)
    await late.query({
      text: `insert into ledger.batches (position, recorded_at, operations, hash) values (20, now(), 1, '')`,
    })
    await late.query({ text: 'commit' })
    await late.close()
    while (sealer.status().batches < 2) await sleep(10)
    // The transaction that began first comes first, though its batch was written last.
    expect((await readBlocks()).flatMap(({ batches }) => batches)).toEqual([20n, 10n])
    await sleep(60)
    expect(sealer.status()).toMatchObject({ batches: 2, faults: 0 })
    expect(sealer.status().unsealedSeconds).toBeLessThan(5)
    await sealer.stop()
  })

  it('takes turns with the sealers of other processes', async () => {
    const sealers = Array.from({ length: 4 }, () => createSealer({ database, onFault: noFault, batchesPerBlockMax: 3 }))
    for (let round = 0; round < 10; round += 1) {
      await insertBatches(round * 4, round * 4 + 1, round * 4 + 2, round * 4 + 3)
      await Promise.all(sealers.map((sealer) => sealer.seal()))
    }
    while ((await readBlocks()).flatMap(({ batches }) => batches).length < 40) await sealers[0]?.seal()
    const blocks = await readBlocks()
    expect(blocks.flatMap(({ batches }) => batches)).toEqual(Array.from({ length: 40 }, (_, at) => BigInt(at)))
    let previous = chainStart
    for (const block of blocks) {
      expect(block.previous).toEqual(previous)
      previous = block.hash
    }
  })

  it('reports a round that failed and tries again', async () => {
    const faults: Error[] = []
    const sealer = createSealer({ database, onFault: (fault) => faults.push(fault), intervalMs: 10 })
    await insertBatches(1)
    await database.query({ text: 'alter table ledger.blocks rename to hidden' })
    sealer.start()
    while (faults.length < 2) await sleep(5)
    expect(sealer.status().faults).toBeGreaterThan(1)
    expect(sealer.status().unsealedSeconds).toBeGreaterThan(0.01)
    await database.query({ text: 'alter table ledger.hidden rename to blocks' })
    while (sealer.status().blocks === 0) await sleep(5)
    await sealer.stop()
    expect((await readBlocks()).length).toBe(1)
  })

  it('finds the batches after the last block by an index, however many there are', async () => {
    await database.query({
      text: `insert into ledger.batches (position, recorded_at, operations, hash)
        select position, now(), 1, '' from generate_series(1, 20000) position`,
    })
    await database.query({ text: 'analyze ledger.batches' })
    const sealer = createSealer({ database, onFault: noFault })
    await sealBatches(sealer, 20_000)
    const [plan] = await database.query<{
      'QUERY PLAN': { Plan: { 'Actual Rows': number; 'Shared Hit Blocks': number } }[]
    }>({
      text: `explain (analyze, buffers, format json) ${unsealedBatchesText.replace('$1', '4096')}`,
    })
    const root = plan?.['QUERY PLAN'][0]?.Plan
    expect(root?.['Actual Rows']).toBe(0)
    expect(root?.['Shared Hit Blocks']).toBeLessThan(40)
  })
})
