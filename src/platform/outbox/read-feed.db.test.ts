import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import type { Session } from '../postgres/index.ts'
import { appendEventsSteps, eventsPerRow } from './append-events.ts'
import type { FeedCursor, FeedQuery } from './outbox.ts'
import { feedStart, readFeed } from './read-feed.ts'
import { createFeedSequencer, type FeedSequencer } from './sequencer.ts'

const book = 5
let server: TestDatabase
let sequencer: FeedSequencer
let made = 0

beforeEach(async () => {
  server = await createTestDatabase()
  sequencer = createFeedSequencer({ database: server.database, onFault: noFault })
  made = 0
})

afterEach(() => sequencer.stop())

const noFault = (fault: Error) => {
  throw fault
}

/** Events numbered from 1 on, in the order of their creation. */
function events(count: number, options: { type?: string; book?: number; bytes?: number } = {}) {
  return Array.from({ length: count }, () => {
    made += 1
    return {
      book: options.book ?? book,
      type: options.type ?? 'transfer.posted',
      data: JSON.stringify({ number: made, filler: 'x'.repeat(options.bytes ?? 0) }),
    }
  })
}

async function append(count: number, options: { type?: string; book?: number; bytes?: number } = {}): Promise<void> {
  await server.database.transaction((tx) => tx.burst(appendEventsSteps(made, events(count, options))))
}

async function read(query: Omit<FeedQuery, 'book'>) {
  await sequencer.sequence()
  const page = await readFeed(server.database, { book, ...query })
  if (page === undefined) throw new Error('the event to go on from was not found')
  return { ...page, numbers: page.items.map(({ data }) => (data as { number: number }).number) }
}

test('large events share a row with few others, so that a reader of one reads little', async () => {
  await append(20, { bytes: 30_000 })
  const rows = await server.database.query({ text: 'select id from platform.outbox' })
  expect(rows.length).toBeGreaterThan(5)
  expect((await readOn(feedStart, 7)).numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
})

/** Reads forward to the end, as a reader of the feed does. */
async function readOn(after: string, limit: number, types?: readonly string[]) {
  const numbers: number[] = []
  let at = after
  for (let cursor: FeedCursor | undefined = { after }; cursor !== undefined; ) {
    const page = await read({ cursor, limit, ...(types && { types }) })
    numbers.push(...page.numbers)
    at = page.items.at(-1)?.id ?? at
    cursor = page.next
  }
  return { numbers, at }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, place) => from + place)

test('forward pages give every event once, in order, across rows and pages of any size', async () => {
  await append(eventsPerRow + 10)
  await append(1)
  await append(30)
  for (const limit of [1, 7, 100, 1000]) {
    expect((await readOn(feedStart, limit)).numbers).toEqual(range(1, made))
  }
})

test('newest-first pages give every event once, backwards', async () => {
  await append(40)
  await append(3)
  const numbers: number[] = []
  let cursor: FeedCursor | undefined
  do {
    const page = await read({ limit: 9, cursor })
    numbers.push(...page.numbers)
    cursor = page.next
  } while (cursor !== undefined)
  expect(numbers).toEqual(range(1, made).reverse())
})

test('a reader who waits at the end gets later events, and none twice', async () => {
  await append(5)
  const { at } = await readOn(feedStart, 3)
  expect(await read({ cursor: { after: at }, limit: 10 })).toMatchObject({ items: [], next: undefined })
  await append(2)
  expect((await readOn(at, 10)).numbers).toEqual([6, 7])
})

test('a forward reader misses nothing when transactions are committed out of order', async () => {
  const early = await server.database.session('early')
  const late = await server.database.session('late')
  const begin = async (session: Session, count: number) => {
    await session.query({ text: 'begin' })
    await session.burst(appendEventsSteps(made, events(count)))
  }
  await append(1)
  // The early transaction has the lower row, and ends last.
  await begin(early, 2)
  await begin(late, 3)
  await late.query({ text: 'commit' })
  const first = await readOn(feedStart, 10)
  expect(first.numbers).toEqual([1, 4, 5, 6])
  expect((await read({ limit: 10 })).numbers).toEqual([6, 5, 4, 1])
  await early.query({ text: 'commit' })
  const rest = await readOn(first.at, 10)
  expect(rest.numbers).toEqual([2, 3])
  expect((await readOn(feedStart, 2)).numbers).toEqual([1, 4, 5, 6, 2, 3])
  await early.close()
  await late.close()
})

test('an open transaction does not delay the events of others', async () => {
  const early = await server.database.session('early')
  await early.query({ text: 'begin' })
  await early.query({ text: 'select pg_current_xact_id()' })
  await append(2)
  const first = await readOn(feedStart, 10)
  expect(first.numbers).toEqual([1, 2])
  await early.burst(appendEventsSteps(made, events(2)))
  await early.query({ text: 'commit' })
  expect((await readOn(first.at, 10)).numbers).toEqual([3, 4])
  await early.close()
})

test('a transaction that was rolled back leaves no gap that stops a reader', async () => {
  await append(1)
  const session = await server.database.session('undone')
  await session.query({ text: 'begin' })
  await session.burst(appendEventsSteps(made, events(2)))
  await session.query({ text: 'rollback' })
  await session.close()
  await append(1)
  expect((await readOn(feedStart, 10)).numbers).toEqual([1, 4])
})

test('types are filtered, forward and backward, however far apart the events are', async () => {
  await append(300)
  await append(1, { type: 'transfer.voided' })
  await append(1500)
  await append(1, { type: 'transfer.expired' })
  expect((await readOn(feedStart, 10, ['transfer.voided', 'transfer.expired'])).numbers).toEqual([301, 1802])
  expect((await read({ limit: 1, types: ['transfer.expired'] })).numbers).toEqual([1802])
  expect((await readOn(feedStart, 10, ["x' or true --"])).numbers).toEqual([])
})

test('a page reads a bounded amount of text, and the next one goes on where it stopped', async () => {
  for (let row = 0; row < 6; row += 1) await append(100, { bytes: 3000 })
  const page = await read({ cursor: { after: feedStart }, limit: 500 })
  expect(page.numbers.length).toBeLessThan(500)
  expect(page.next).toBeDefined()
  expect((await readOn(feedStart, 500)).numbers).toEqual(range(1, made))
})

test('events of another book are neither shown nor accepted as a cursor', async () => {
  await append(1)
  await append(1, { book: book + 1 })
  await append(1)
  expect((await readOn(feedStart, 10)).numbers).toEqual([1, 3])
  const foreign = await readFeed(server.database, { book: book + 1, limit: 1 })
  const id = foreign?.items[0]?.id ?? ''
  expect(await readFeed(server.database, { book, cursor: { after: id }, limit: 1 })).toBeUndefined()
  expect(await readFeed(server.database, { book, cursor: { after: 'f'.repeat(32) }, limit: 1 })).toBeUndefined()
})

test('an event of a server that was restored is not mistaken for another one with its number', async () => {
  await append(3)
  const kept = (await readOn(feedStart, 10)).at
  const [copied] = await server.database.query<{ drawn: bigint; place: bigint }>({
    text: `select s.last_value as drawn, f.last_position as place from platform.outbox_rows s, platform.feeds f
      where f.book_id = ${book}`,
  })
  await append(2)
  const { items: lost } = await read({ cursor: { after: kept }, limit: 10 })
  expect(lost).toHaveLength(2)

  // As after the restore of an earlier copy: their rows are gone, and their numbers are drawn again.
  const { drawn, place } = copied ?? { drawn: 0n, place: 0n }
  await server.database.query({ text: `delete from platform.outbox where first_position > ${place}` })
  await server.database.query({ text: `update platform.feeds set last_position = ${place} where book_id = ${book}` })
  await server.database.query({ text: `select setval('platform.outbox_rows', ${drawn})` })
  await append(4)

  const { items: again, numbers } = await read({ cursor: { after: kept }, limit: 10 })
  expect(numbers).toEqual([6, 7, 8, 9])
  expect(again.filter(({ id }) => lost.some((event) => event.id === id))).toEqual([])
  for (const { id } of lost) {
    expect(await readFeed(server.database, { book, cursor: { after: id }, limit: 10 })).toBeUndefined()
    expect(await readFeed(server.database, { book, cursor: { before: id }, limit: 10 })).toBeUndefined()
  }
})
