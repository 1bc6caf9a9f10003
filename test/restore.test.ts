import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLedger, createSealer, createTrialBalanceReader, verifyLedger } from '#ledger'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres'
import { newUuid } from '#platform/ids'
import { createFeedSequencer, readFeed, verifyFeed } from '#platform/outbox'
import { type Database, migrate, openDatabase } from '#platform/postgres'
import { createTestDatabase, migratedModules, type TestDatabase } from '#testing'
import { copyDatabase } from './support/copy-database.ts'
import { keepSmallBooks } from './support/small-books.ts'

// A dump restored into a new server: the rows are the old ones, the transaction ids start again.

const feedStart = '0'.repeat(32)
const noFault = (fault: unknown) => {
  throw fault
}

let source: TestDatabase
let directory: string
let server: EmbeddedPostgres
let target: Database

beforeAll(async () => {
  source = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'munim-restore-'))
  server = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } })
  target = openDatabase(server.connection)
  await migrate(target, await migratedModules())
})

afterAll(async () => {
  await target?.close()
  await server?.stop()
  await rm(directory, { recursive: true, force: true })
})

/** Advances the server's transaction ids far beyond those of a new one: each round of the loop uses one. */
async function useTransactionIds(database: Database, count: number): Promise<void> {
  await database.query({ text: 'create table public.used (n integer)' })
  await database.query({
    text: `do $$ begin
      for n in 1..${count} loop
        begin insert into public.used values (n); exception when others then null; end;
      end loop;
    end $$`,
  })
  await database.query({ text: 'drop table public.used' })
}

async function xmax(database: Database): Promise<bigint> {
  const [row] = await database.query<{ id: bigint }>({
    text: 'select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as id',
  })
  return row?.id ?? 0n
}

async function follow(database: Database, after: string, limit = 1000): Promise<{ id: string; type: string }[]> {
  const page = await readFeed(database, { book: 1, cursor: { after }, limit })
  if (page === undefined) throw new Error('the event to go on from was not found')
  return page.items.map(({ id, type }) => ({ id, type }))
}

it('a restored database goes on where it was: the feed, consumers within it, the chain and the sums', async () => {
  await useTransactionIds(source.database, 30_000)
  const old = createFeedSequencer({ database: source.database, onFault: noFault })
  const oldSealer = createSealer({ database: source.database, onFault: noFault })
  const books = await keepSmallBooks(source.database, async () => {
    await old.sequence()
    await oldSealer.seal()
  })
  await books.close()
  const consumer = (await follow(source.database, feedStart, 3)).at(-1)?.id ?? ''
  // Some events have no place yet and some batches no block when the dump is made.
  await copyDatabase(source.database, target)
  expect((await xmax(source.database)) - (await xmax(target))).toBeGreaterThan(20_000n)

  // The sequence that the old server would have continued.
  await old.sequence()
  await old.stop()
  const expected = await follow(source.database, feedStart)

  const trialBalance = createTrialBalanceReader()
  const totalsBefore = (await trialBalance(target, { book: 1, limit: 100 })).totals
  const sequencer = createFeedSequencer({ database: target, onFault: noFault })
  const sealer = createSealer({ database: target, onFault: noFault })
  await sequencer.sequence()
  expect(await follow(target, feedStart)).toEqual(expected)
  expect(await follow(target, consumer)).toEqual(expected.slice(3))

  const ledger = createLedger({ database: target, onFault: noFault, sealIntervalMs: 3_600_000 })
  await ledger.start()
  for (let count = 0; count < 5; count += 1) {
    const usual = {
      kind: 'create',
      book: 1,
      idGiven: true,
      source: 'bank',
      destination: 'alice',
      asset: 'USD',
    } as const
    const [outcome] = await ledger.submit({ commands: [{ ...usual, id: newUuid(), amount: 10n }], atomic: false })
    expect(outcome?.ok).toBe(true)
    await sequencer.sequence()
    expect(await sealer.seal()).toBeGreaterThan(0)
  }
  await ledger.stop(5_000)

  const all = await follow(target, feedStart)
  expect(all.slice(0, expected.length)).toEqual(expected)
  expect(all.slice(expected.length).map(({ type }) => type)).toEqual(Array(5).fill('transfer.posted'))
  expect(await verifyFeed(target)).toMatchObject({ findings: [] })
  const verification = await verifyLedger(target)
  expect(verification.checks.flatMap(({ findings }) => findings)).toEqual([])
  expect(verification).toMatchObject({ ok: true, unsealed: 0 })

  // The reader with cached sums adds the five transfers, and counts nothing from the dump twice.
  const remembered = (await trialBalance(target, { book: 1, limit: 100 })).totals
  expect(remembered).toEqual((await createTrialBalanceReader()(target, { book: 1, limit: 100 })).totals)
  expect(remembered).not.toEqual(totalsBefore)
  await useTransactionIds(target, 40_000)
  expect((await trialBalance(target, { book: 1, limit: 100 })).totals).toEqual(remembered)
  await sequencer.stop()
})
