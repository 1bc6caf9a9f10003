import { beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase, until } from '#testing'
import { createKeyPruner } from '../idempotency/index.ts'
import { newUuid } from '../ids/index.ts'
import {
  appendEventsSteps,
  createFeedSequencer,
  feedStart,
  outboxTable,
  readFeed,
  verifyFeed,
} from '../outbox/index.ts'
import { type AgingTable, createRetention, unitsTable } from './index.ts'
import { listPartitions, noteDropped } from './partition-store.ts'

let test: TestDatabase

beforeEach(async () => {
  test = await createTestDatabase()
})

const retention = (...tables: AgingTable[]) =>
  createRetention({
    database: test.database,
    tables,
    onFault: (fault) => {
      throw fault
    },
  })

const append = (count: number) =>
  test.database.transaction((tx) =>
    tx.burst(
      appendEventsSteps(
        0,
        Array.from({ length: count }, (_, at) => ({ book: 1, type: 'transfer.posted', data: String(at) })),
      ),
    ),
  )

async function partitionOf(table: string): Promise<Record<string, number>> {
  const rows = await test.database.query<{ name: string; rows: bigint }>({
    text: `select tableoid::regclass::text as name, count(*) as rows from ${table} group by 1`,
  })
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, Number(count)]))
}

/** 1 when midnight (UTC) has passed since the migration, which made the units' partition up to the end of its own day. */
async function daysSinceMigration(): Promise<number> {
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '')
  const isOver = (await listPartitions(test.database, 'platform.units')).includes(`platform.units_until_${today}`)
  return isOver ? 1 : 0
}

/** Ages rows of the outbox: their ids contain their day. */
async function age(days: number): Promise<void> {
  await test.database.query({
    text: 'update platform.outbox set id = id - ($1::bigint << 40) where id >> 40 = extract(epoch from now())::bigint / 86400',
    values: [days],
  })
}

describe('retention', () => {
  it('makes partitions for today and ahead, and moves earlier rows into them', async () => {
    await append(3)
    await test.database.query({ text: 'insert into platform.units (id) values ($1::uuid)', values: [newUuid()] })
    expect(Object.keys(await partitionOf('platform.outbox'))).toEqual(['platform.outbox_other'])
    // Today's units are in the partition that the migration made of the table.
    const more = await daysSinceMigration()
    const { created, deferred } = await retention(outboxTable(30), unitsTable).round()
    expect([created.length, deferred]).toEqual([7 + more, []])
    await append(1)
    const [today] = created
    expect(await partitionOf('platform.outbox')).toEqual({ [today ?? '']: 2 })
    expect(await retention(outboxTable(30), unitsTable).round()).toEqual({ created: [], dropped: [], deferred: [] })
  })

  it('that is stopped ends after the partition that it is at', async () => {
    const dropping: string[] = []
    const wait = Promise.withResolvers<void>()
    const beforeDrop = async (_: unknown, partition: string) => {
      dropping.push(partition)
      await wait.promise
      return true
    }
    await append(1)
    for (const days of [50, 45, 40, 2, 1]) await makeDay(days)
    const stopped = retention({ ...outboxTable(30), beforeDrop }, unitsTable)
    const round = stopped.round()
    await expect.poll(() => dropping).toHaveLength(1)
    const stop = stopped.stop()
    wait.resolve()
    await stop
    const { dropped } = await round
    expect([dropping.length, dropped.length]).toEqual([1, 1])
    expect((await retention(outboxTable(30)).round()).dropped).toHaveLength(2)
  })

  it('drops expired days, and the feed goes on after them without a reported gap', async () => {
    const sequencer = createFeedSequencer({ database: test.database, onFault: () => {} })
    const kept = retention(outboxTable(30))
    await append(2)
    await age(40)
    await append(3)
    await age(35)
    await append(4)
    for (const days of [40, 35, 2, 1]) await makeDay(days)
    await kept.round()
    // Rows without a position in the feed are not dropped.
    expect((await kept.round()).dropped).toEqual([])
    await sequencer.sequence()
    const [old] = (await readFeed(test.database, { book: 1, cursor: { after: feedStart }, limit: 1 }))?.items ?? []
    expect((await kept.round()).dropped).toHaveLength(2)
    await sequencer.sequence()
    await sequencer.stop()
    const page = await readFeed(test.database, { book: 1, cursor: { after: feedStart }, limit: 10 })
    expect(page?.items.map(({ data }) => data)).toEqual([0, 1, 2, 3])
    expect(await readFeed(test.database, { book: 1, cursor: { after: old?.id ?? '' }, limit: 1 })).toBeUndefined()
    expect(await verifyFeed(test.database)).toEqual({ checked: 4, findings: [] })
    await append(1)
    await sequencer.sequence()
    await sequencer.stop()
    expect(await verifyFeed(test.database)).toEqual({ checked: 5, findings: [] })
  })

  it('keeps rows that are old only by a clock set far ahead, until that clock has stayed for days', async () => {
    const reported: unknown[] = []
    const kept = createRetention({
      database: test.database,
      tables: [outboxTable(30)],
      onFault: (fault) => reported.push(fault),
    })
    const { isClockSettled } = kept
    const pruner = () => createKeyPruner({ database: test.database, keepDays: 30, isClockSettled, onFault: () => {} })
    const keys = async () => (await test.database.query({ text: 'select from platform.idempotency_keys' })).length
    // By the clock that was set 40 days ahead, rows written a moment ago are 40 days old.
    await append(2)
    await age(40)
    await makeDay(40)
    await test.database.query({
      text: `insert into platform.idempotency_keys (book_id, key, fingerprint, status, encoding, body, created_at)
        values (1, 'charged', '\\x00', 201, 0, '', now() - interval '40 days')`,
    })
    const { dropped, deferred } = await kept.round()
    const [early, late] = [pruner(), pruner()]
    early.start()
    await early.stop()
    expect([dropped, deferred.length, reported.length, await isClockSettled(), await keys()]).toEqual([
      [],
      1,
      1,
      false,
      1,
    ])
    for (const days of [2, 1]) await makeDay(days)
    await kept.round()
    const sequencer = createFeedSequencer({ database: test.database, onFault: () => {} })
    await sequencer.sequence()
    await sequencer.stop()
    expect((await kept.round()).dropped).toHaveLength(1)
    late.start()
    await until(async () => (await keys()) === 0)
    await late.stop()
    expect([reported.length, await isClockSettled()]).toEqual([1, true])
  })

  it('maintains the other tables when one fails', async () => {
    const reported: unknown[] = []
    const tables = [unitsTable, outboxTable(30)]
    const kept = createRetention({ database: test.database, tables, onFault: (fault) => reported.push(fault) })
    // A foreign partition overlaps tomorrow's.
    const [from, to] = [1, 2].map((daysAhead) => unitsTable.bound(Date.now() + daysAhead * 86_400_000))
    await test.database.query({
      text: `create table platform.units_stranger partition of platform.units for values from ('${from}') to ('${to}')`,
    })
    await append(2)
    await age(40)
    for (const days of [40, 2, 1]) await makeDay(days)
    const sequencer = createFeedSequencer({ database: test.database, onFault: () => {} })
    await sequencer.sequence()
    await sequencer.stop()
    const more = await daysSinceMigration()
    const { created, dropped } = await kept.round()
    expect([created.length, dropped.length]).toEqual([4 + more, 1])
    expect(reported).toMatchObject([{ state: '42P17' }])
  })

  it.each([
    ['day', [30, 3660, undefined, 30]],
    ['month', [undefined, 30, 3660]],
  ] as const)(
    'goes on without a missing day when events by the %s are kept for longer or shorter',
    async (_, keeps) => {
      for (const keepDays of keeps) {
        expect((await retention(outboxTable(keepDays)).round()).deferred).toEqual([])
        await append(1)
      }
      expect(Object.keys(await partitionOf('platform.outbox'))).not.toContain('platform.outbox_other')
      const sequencer = createFeedSequencer({ database: test.database, onFault: () => {} })
      await sequencer.sequence()
      await sequencer.stop()
      expect(await verifyFeed(test.database)).toEqual({ checked: keeps.length, findings: [] })
    },
  )

  it('blocks no other session when a table is in use, and does its work later', async () => {
    const reader = await test.database.session('reader')
    await reader.query({ text: 'begin' })
    await reader.query({ text: 'select count(*) from platform.outbox' })
    const kept = retention(outboxTable(30))
    const round = kept.round()
    // Meanwhile events are written and read as usual.
    for (let count = 0; count < 20; count += 1) await append(1)
    expect((await round).deferred.length).toBeGreaterThan(0)
    await reader.query({ text: 'commit' })
    await reader.close()
    expect((await kept.round()).deferred).toEqual([])
    expect(Object.keys(await partitionOf('platform.outbox'))).not.toContain('platform.outbox_other')
  })

  it('makes partitions at once on a switch to another server, which may be an older copy', async () => {
    let tell: (() => void) | undefined
    const database = {
      ...test.database,
      onNewEpoch: (reported: () => void) => {
        tell = reported
        return () => {
          tell = undefined
        }
      },
    }
    const kept = createRetention({ database, tables: [outboxTable(30)], onFault: () => {} })
    await kept.start()
    await append(1)
    const [today = ''] = Object.keys(await partitionOf('platform.outbox'))
    await test.database.query({ text: `drop table ${today}` })
    tell?.()
    await until(async () => (await listPartitions(test.database, 'platform.outbox')).includes(today))
    await kept.stop()
    expect(tell).toBe(undefined)
  })

  it('remembers the latest dropped part, even when an older one was in use and goes after it', async () => {
    const days = [40, 38, 39].map((daysAgo) => unitsTable.bound(Date.now() - daysAgo * 86_400_000))
    for (const bound of days) await noteDropped(test.database, { table: unitsTable.name, bound })
    const noted = await test.database.query({ text: 'select bound from platform.dropped' })
    expect(noted).toEqual([{ bound: days[1] }])
  })

  it('is done by one process at a time', async () => {
    const rounds = await Promise.all(Array.from({ length: 4 }, () => retention(outboxTable(30)).round()))
    expect(rounds.flatMap(({ created }) => created)).toHaveLength(4)
  })
})

/** Creates a partition for a day in the past, with the existing rows of that day. */
async function makeDay(daysAgo: number): Promise<void> {
  const day = Math.floor(Date.now() / 86_400_000) - daysAgo
  const name = `outbox_${new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')}`
  const [from, to] = [BigInt(day) << 40n, BigInt(day + 1) << 40n]
  await test.database.transaction(async (tx) => {
    await tx.query({ text: `create table platform.${name} (like platform.outbox including all)` })
    await tx.query({
      text: `insert into platform.${name} (id, book_id, recorded_at, events, event_count, first_position)
        select id, book_id, recorded_at, events, event_count, first_position
        from platform.outbox where id >= ${from} and id < ${to}`,
    })
    await tx.query({ text: `delete from platform.outbox where id >= ${from} and id < ${to}` })
    await tx.query({
      text: `alter table platform.outbox attach partition platform.${name} for values from (${from}) to (${to})`,
    })
  })
}
