import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import { appendEventsSteps } from './append-events.ts'
import { readHorizon } from './horizon.ts'
import type { FeedCursor } from './outbox.ts'
import { feedStart, readFeed } from './read-feed.ts'
import { createFeedSequencer, type FeedSequencer } from './sequencer.ts'
import { sequencingSettings, sequencingSteps } from './sequencer-store.ts'
import { verifyFeed } from './verify-feed.ts'

let test: TestDatabase
const open: FeedSequencer[] = []

beforeEach(async () => {
  test = await createTestDatabase()
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((sequencer) => sequencer.stop()))
})

function sequencer(options: { pollMs?: number; floorMs?: number } = {}): FeedSequencer {
  const made = createFeedSequencer({
    database: test.database,
    onFault: (fault) => {
      throw fault
    },
    ...options,
  })
  open.push(made)
  return made
}

const named = (names: readonly string[], book = 1) =>
  names.map((name) => ({ book, type: 'transfer.posted', data: JSON.stringify(name) }))

async function append(names: readonly string[], book = 1): Promise<void> {
  await test.database.transaction((tx) => tx.burst(appendEventsSteps(0, named(names, book))))
}

/** Follows the feed to its end. Returns the events' texts and the place to go on from. */
async function follow(after: string, book = 1): Promise<{ said: unknown[]; at: string }> {
  const said: unknown[] = []
  let at = after
  for (let cursor: FeedCursor | undefined = { after }; cursor !== undefined; ) {
    const page: Awaited<ReturnType<typeof readFeed>> = await readFeed(test.database, { book, cursor, limit: 50 })
    if (page === undefined) throw new Error('the event to go on from was not found')
    said.push(...page.items.map(({ data }) => data))
    at = page.items.at(-1)?.id ?? at
    cursor = page.next
  }
  return { said, at }
}

const rows = () =>
  test.database.query<{ book: number; first: bigint; count: number }>({
    text: `select book_id as book, first_position as first, event_count as count from platform.outbox
      order by book_id, first_position`,
  })

describe('the sequencer', () => {
  it('numbers the events of each book from 1 on without gaps', async () => {
    await append(['a', 'b'])
    await append(['x'], 2)
    await append(['c'])
    expect(await sequencer().sequence()).toBe(3)
    await append(['y', 'z'], 2)
    expect(await sequencer().sequence()).toBe(1)
    expect(await rows()).toEqual([
      { book: 1, first: 1n, count: 2 },
      { book: 1, first: 3n, count: 1 },
      { book: 2, first: 1n, count: 1 },
      { book: 2, first: 2n, count: 2 },
    ])
    expect(await verifyFeed(test.database)).toEqual({ checked: 6, findings: [] })
  })

  it('gives each position once and leaves none out while many write and many processes sequence', async () => {
    const sequencers = Array.from({ length: 5 }, () => sequencer({ pollMs: 1 }))
    for (const one of sequencers) one.start()
    const expected: string[] = []
    await Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        for (let round = 0; round < 40; round += 1) {
          const name = `${writer}:${round}`
          expected.push(name)
          await append([name, `${name}'`], 1 + (writer % 2))
        }
      }),
    )
    await Promise.all(sequencers.map((one) => one.stop()))
    while ((await sequencer().sequence()) > 0);
    const said = [...(await follow(feedStart, 1)).said, ...(await follow(feedStart, 2)).said] as string[]
    expect(said.filter((name) => !name.endsWith("'")).sort()).toEqual(expected.sort())
    // Each writer's events are in the order of its commits.
    for (let writer = 0; writer < 6; writer += 1) {
      const own = said.filter((name) => name.startsWith(`${writer}:`) && !name.endsWith("'"))
      expect(own).toEqual(Array.from({ length: 40 }, (_, round) => `${writer}:${round}`))
    }
    expect(await verifyFeed(test.database)).toEqual({ checked: 480, findings: [] })
  })

  it('shows an event after those that it depends on, however far apart commits and rounds are', async () => {
    const own = sequencer()
    const first = await test.database.session('first')
    const second = await test.database.session('second')
    const unrelated = await test.database.session('unrelated')
    await unrelated.query({ text: 'begin' })
    await unrelated.burst(appendEventsSteps(0, named(['unrelated'])))
    await first.query({ text: 'begin' })
    await first.burst(appendEventsSteps(0, named(['created'])))
    expect(await own.sequence()).toBe(0)
    await first.query({ text: 'commit' })
    await second.query({ text: 'begin' })
    await second.burst(appendEventsSteps(0, named(['changed'])))
    await second.query({ text: 'commit' })
    await own.sequence()
    const { said, at } = await follow(feedStart)
    expect(said).toEqual(['created', 'changed'])
    await unrelated.query({ text: 'commit' })
    await own.sequence()
    expect((await follow(at)).said).toEqual(['unrelated'])
    await Promise.all([first.close(), second.close(), unrelated.close()])
  })

  it('releases its lock at once when a process is frozen or dies after a round', async () => {
    const frozen = await test.database.session('frozen')
    await append(['a'])
    // Everything that a process sends for a round. It sends nothing more.
    await frozen.burst([sequencingSettings])
    await frozen.burst(sequencingSteps(undefined))
    await append(['b'])
    expect(await sequencer().sequence()).toBe(1)
    expect((await follow(feedStart)).said).toEqual(['a', 'b'])
    await frozen.close()
  })

  it('lets one process at a time sequence', async () => {
    await append(['a'])
    const other = await test.database.session('other')
    await other.query({ text: 'begin' })
    await other.burst(sequencingSteps(undefined))
    expect(await sequencer().sequence()).toBe(0)
    await other.query({ text: 'rollback' })
    expect(await sequencer().sequence()).toBe(1)
    await other.close()
  })

  it('goes on with another connection when its own is lost', async () => {
    const faults: Error[] = []
    const own = createFeedSequencer({ database: test.database, onFault: (fault) => faults.push(fault), pollMs: 5 })
    open.push(own)
    own.start()
    await append(['a'])
    while ((await follow(feedStart)).said.length < 1);
    await test.database.query({
      text: `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like '% sequencer'`,
    })
    await append(['b'])
    while ((await follow(feedStart)).said.length < 2);
    expect((await follow(feedStart)).said).toEqual(['a', 'b'])
  })

  it('keeps the order that readers knew for rows without positions', async () => {
    await test.database.query({
      text: `insert into platform.outbox (id, transaction, book_id, recorded_at, events)
        select id, transaction::text::xid8, 1, now(), format('[{"type":"transfer.posted","data":%s}]', id)
        from (values (1, 20), (2, 9), (3, 20), (4, 100)) old (id, transaction)`,
    })
    await append(['new'])
    await sequencer().sequence()
    expect((await follow(feedStart)).said).toEqual([2, 1, 3, 4, 'new'])
    expect((await verifyFeed(test.database)).findings).toEqual([])
  })

  it('misses nothing of a transaction that is open while the floor is raised', async () => {
    const own = sequencer({ floorMs: 0 })
    const names: string[] = []
    for (let round = 0; round < 20; round += 1) {
      const late = await test.database.session('late')
      await late.query({ text: 'begin' })
      await late.burst(appendEventsSteps(0, named([`late ${round}`])))
      for (let before = 0; before < 4; before += 1) {
        await append([`${round} ${before}`])
        expect(await own.sequence()).toBe(1)
        names.push(`${round} ${before}`)
      }
      await late.query({ text: round % 4 === 3 ? 'rollback' : 'commit' })
      await late.close()
      expect(await own.sequence()).toBe(round % 4 === 3 ? 0 : 1)
      if (round % 4 !== 3) names.push(`late ${round}`)
      await own.sequence()
      await own.sequence()
    }
    expect((await follow(feedStart)).said).toEqual(names)
    expect((await verifyFeed(test.database)).findings).toEqual([])
  })

  it('does not scan rows that have a position, however long a reader keeps an old snapshot', async () => {
    const old = await test.database.session('old')
    await old.query({ text: 'begin isolation level repeatable read' })
    await old.query({ text: 'select 1 from platform.outbox limit 1' })
    await test.database.query({
      text: `insert into platform.outbox (book_id, recorded_at, events, event_count)
        select 1, now(), '[{"type":"a.b","data":1}]', 1 from generate_series(1, 20000) n`,
    })
    expect(await sequencer().sequence()).toBe(20_000)
    const { number, writers } = await readHorizon(test.database, {
      table: 'platform.outbox',
      sequence: 'platform.outbox_rows',
    })
    expect([number, writers.size]).toEqual([20_001n, 0])
    const [, step] = sequencingSteps(number + 1n)
    const { blocks, rows: found } = await measure(step?.text.replace('$1', String(number + 1n)) ?? '')
    expect(found).toBe(1)
    expect(blocks).toBeLessThan(40)
    await old.close()
  })

  it('finds waiting rows, and the events after a position, by indexes alone', async () => {
    await test.database.query({
      text: `insert into platform.outbox (book_id, recorded_at, events, event_count, first_position)
        select 1, now(), '[{"type":"a.b","data":1}]', 1, n from generate_series(1, 50000) n`,
    })
    await test.database.query({ text: 'insert into platform.feeds (book_id, last_position) values (1, 50000)' })
    await test.database.query({ text: 'vacuum analyze platform.outbox' })
    await append(['last'])
    const { blocks, rows: found } = await measure(sequencingSteps(undefined)[1]?.text ?? '')
    expect(found).toBe(1)
    expect(blocks).toBeLessThan(200)
  })
})

/** The pages that a statement of the sequencer reads when it has the lock. */
async function measure(text: string): Promise<{ blocks: number; rows: number }> {
  const session = await test.database.session('plans')
  await session.burst([sequencingSettings])
  await session.query({ text: 'begin' })
  await session.query({ text: "select set_config('munim.sequencing', 'true', true)" })
  const [plan] = await session.query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>({
    text: `explain (analyze, buffers, format json) ${text}`,
  })
  await session.query({ text: 'rollback' })
  await session.close()
  const root = plan?.['QUERY PLAN'][0]?.Plan ?? {}
  return {
    blocks: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
    rows: root['Actual Rows'] ?? 0,
  }
}

describe('the check of the feed', () => {
  const change = async (text: string) => {
    await append(['a', 'b'])
    await append(['c'])
    await append(['d'])
    await sequencer().sequence()
    await test.database.query({ text })
    return (await verifyFeed(test.database)).findings
  }

  it('reports a gap, in the middle and at the end', async () => {
    expect(await change('delete from platform.outbox where first_position = 3')).toEqual([
      'book 1: the feed goes on at position 4, expected 3',
    ])
    await test.database.query({ text: 'delete from platform.outbox where first_position = 4' })
    expect((await verifyFeed(test.database)).findings).toEqual([
      'book 1: the feed ends at position 2, but 4 were given to it',
    ])
  })

  it('reports a position given twice, and events missing from their row', async () => {
    expect(await change(`update platform.outbox set first_position = 3 where first_position = 4`)).toContain(
      'book 1: the feed goes on at position 3, expected 4',
    )
    await test.database.query({
      text: `update platform.outbox set events = '[]' where first_position = 1`,
    })
    expect((await verifyFeed(test.database)).findings.join()).toContain('with 2 events of which 0 are there')
  })

  it('reports rows that wait too long', async () => {
    await append(['a'])
    expect((await verifyFeed(test.database)).findings.join()).toContain('1 rows of events have waited')
  })
})
