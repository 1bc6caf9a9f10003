import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '#platform/postgres'
import { createTestDatabase, type TestDatabase } from '#testing'
import { verifyLedger } from '../verify/verify-ledger.ts'
import { chainStart, hashBlock } from './batch-hash.ts'
import { takeSealLock, unsealedBatchesText } from './seal-store.ts'
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
  const stored = await database.query<{ position: bigint; hash: Buffer }>({
    text: 'select position, hash from ledger.batches where position = any ($1::bigint[]) order by position',
    values: [positions],
  })
  const byPosition = new Map(stored.map((batch) => [batch.position, batch]))
  return hashBlock(
    previous,
    positions.flatMap((position) => byPosition.get(position) ?? []),
  )
}

async function sealBatches(sealer: Sealer, batches: number): Promise<void> {
  for (let sealed = 0; sealed < batches; sealed += await sealer.seal()) await sleep(1)
}

describe('the sealer', () => {
  it('chains batches as it finds them committed, each block on the one before', async () => {
    const sealer = createSealer({ database, onFault: noFault })
    await insertBatches(30, 10)
    await sealBatches(sealer, 2)
    await insertBatches(20)
    await sealBatches(sealer, 1)
    await insertBatches(5)
    await sealBatches(sealer, 1)
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

  it('divides waiting batches into blocks of the allowed size', async () => {
    const sealer = createSealer({ database, onFault: noFault, batchesPerBlockMax: 2 })
    await insertBatches(1, 2, 3, 4, 5)
    await sealBatches(sealer, 5)
    expect((await readBlocks()).map(({ batches }) => batches)).toEqual([[1n, 2n], [3n, 4n], [5n]])
  })

  it('seals committed batches while an earlier transaction stays open, and that one later', async () => {
    const sealer = createSealer({ database, onFault: noFault })
    const late = await database.session('late')
    await late.query({ text: 'begin' })
    await late.query({
      text: `insert into ledger.batches (position, recorded_at, operations, hash) values (5, now(), 1, '')`,
    })
    await insertBatches(10)
    expect(await sealer.seal()).toBe(1)
    await late.query({ text: 'commit' })
    await late.close()
    expect(await sealer.seal()).toBe(1)
    expect((await readBlocks()).map(({ batches }) => batches)).toEqual([[10n], [5n]])
    const { checks } = await verifyLedger(database)
    expect(checks.find(({ name }) => name === 'block_chain')?.findings).toEqual([])
  })

  it('reports how long batches have waited', async () => {
    const sealer = createSealer({ database, onFault: noFault, intervalMs: 10 })
    const other = await database.session('other')
    await other.query({ text: 'begin' })
    expect(await takeSealLock(other)).toBe(true)
    await insertBatches(10)
    sealer.start()
    while (sealer.status().unsealedSeconds < 0.2) await sleep(10)
    expect(await readBlocks()).toEqual([])
    await other.query({ text: 'rollback' })
    await other.close()
    while (sealer.status().batches < 1) await sleep(10)
    await sealer.stop()
    expect(sealer.status()).toMatchObject({ batches: 1, faults: 0 })
  })

  it('alternates with the sealers of other processes', async () => {
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

  it('seals rows of a server whose transaction ids are ahead, and moves those ids into the past', async () => {
    await database.query({
      text: `insert into ledger.batches (position, transaction, recorded_at, operations, hash)
        select n, ('9000000000'::bigint + n)::text::xid8, now(), 1, '' from generate_series(1, 30) n`,
    })
    const sealer = createSealer({ database, onFault: noFault })
    expect(await sealer.seal()).toBe(30)
    await insertBatches(31)
    expect(await sealer.seal()).toBe(1)
    expect((await readBlocks()).flatMap(({ batches }) => batches)).toHaveLength(31)
    const ahead = await database.query({
      text: 'select from ledger.batches where transaction >= pg_snapshot_xmax(pg_current_snapshot())',
    })
    expect(ahead).toEqual([])
  })

  it('finds the batches after the last block by an index, however many there are', async () => {
    await database.query({
      text: `insert into ledger.batches (position, recorded_at, operations, hash)
        select position, now(), 1, '' from generate_series(1, 20000) position`,
    })
    await database.query({ text: 'analyze ledger.batches' })
    const sealer = createSealer({ database, onFault: noFault })
    await sealBatches(sealer, 20_000)
    // About where the sealer looks between two looks at all batches.
    const from = 20_000 - 100
    const [plan] = await database.query<{
      'QUERY PLAN': { Plan: { 'Actual Rows': number; 'Shared Hit Blocks': number } }[]
    }>({
      text: `explain (analyze, buffers, format json) ${unsealedBatchesText.replace('$1', String(from)).replace('$2', '4096')}`,
    })
    const root = plan?.['QUERY PLAN'][0]?.Plan
    expect(root?.['Actual Rows']).toBe(0)
    expect(root?.['Shared Hit Blocks']).toBeLessThan(40)
  })
})
