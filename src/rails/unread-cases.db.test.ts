import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ActedCase } from '#cases'
import { readingRail, startTestRails, type TestRails } from '#testing'
import type { RailsService } from './create-rails.ts'
import type { RailEvent } from './rail.ts'
import type { RailAdapter, Reading, StatementItem } from './rail-adapter.ts'
import { railMetrics } from './rail-metrics.ts'
import { refusedStatement } from './read-lines.ts'
import { collectStatements } from './statement-collector.ts'

let test: TestRails
let rails: RailsService
let adapter: RailAdapter
let events: RailEvent[]
/** What the adapter understands; a test mends it. */
let known: Set<string>
let isRefused: string | undefined
const statement = ['a', 'b', 'c']

function readingOf(word: string): Reading {
  if (!known.has(word)) return { kind: 'problem', reason: `the word ${word} is not known` }
  const outcome = { kind: 'succeeded', railReference: word, amount: 1n } as const
  const event = {
    rail: 'post',
    eventId: word,
    railReference: word,
    operation: 'charge',
    outcome,
    occurredAt: 0,
  } as const
  return { kind: 'event', event }
}

async function* read(position = '0'): AsyncGenerator<StatementItem> {
  for (const [at, text] of statement.entries()) {
    if (at >= Number(position)) yield { position: String(at + 1), text, reading: readingOf(text) }
  }
  if (isRefused !== undefined) throw refusedStatement(isRefused)
}

beforeEach(async () => {
  known = new Set(statement)
  isRefused = undefined
  adapter = readingRail('post', {
    callbacks: {
      isGenuine: () => true,
      read: ({ body }) => ({ readings: [readingOf(body.toString())] }),
    },
    statements: {
      list: async () => ({ ok: true, offers: [{ name: 's-1', lines: 1 }] }),
      read: (_offer, position) => read(position),
    },
  })
  test = await startTestRails(adapter)
  rails = test.rails
  events = test.events
})
afterEach(() => test.stop())

const collect = () => {
  const { statements } = adapter
  if (statements === undefined) throw new Error('there are statements')
  const onEvents = async (_tx: unknown, reported: readonly RailEvent[]) => void events.push(...reported)
  const deps = { database: test.database, onEvents, onHandedOn: () => undefined, onProblem: () => undefined }
  return collectStatements(deps, 'post', statements)
}
const cases = () =>
  test.database.query<{ id: string; reason: string; kind: string; subject: string; detail: string; open: boolean }>({
    text: `select id, reason, subject_kind as kind, subject_id as subject, detail, resolved_at is null as open
      from cases.cases where queue = 'rails' order by reason`,
  })
const retry = async () => {
  const [found] = await cases()
  if (found === undefined) throw new Error('there is a case')
  const subject = { kind: found.kind, id: found.subject.replaceAll('-', '') }
  const acted: ActedCase = { id: found.id, book: 0, subject, reason: found.reason, key: '' }
  return test.database.transaction((tx) => rails.caseHandler.carryOut(tx, acted, { action: 'retry' }, '0'.repeat(32)))
}
const unread = async () => {
  const metric = railMetrics(rails, test.database).find(({ name }) => name === 'munim_rail_unread_events')
  const read = (await metric?.read()) as readonly (readonly [unknown, number])[] | undefined
  return read?.[0]?.[1]
}
const call = (word: string) =>
  rails.receive({ rail: 'post', message: { header: () => undefined, body: Buffer.from(word) } })

it('a callback that cannot be read is a case, and is read again by its retry once the adapter is mended', async () => {
  await call('z')
  await call('z')
  expect(await cases()).toMatchObject([
    { reason: 'event_unread', open: true, detail: expect.stringContaining('the word z is not known') },
  ])
  expect(await unread()).toBe(1)
  expect(await retry()).toEqual({ left: 'It still cannot be read: the word z is not known.' })
  known.add('z')
  expect(await retry()).toBe('done')
  expect(events.map(({ eventId }) => eventId)).toEqual(['z'])
  expect(await unread()).toBe(0)
  await call('z')
  expect(events).toHaveLength(1)
})

it('a statement that is refused as a whole is one case, and is read as soon as it is understood', async () => {
  isRefused = 'The header is another one.'
  for (let round = 0; round < 3; round += 1) {
    await expect(collect()).rejects.toMatchObject({ code: 'statement_refused' })
  }
  expect(await cases()).toMatchObject([
    { reason: 'statement_refused', open: true, detail: expect.stringContaining('The header is another one.') },
  ])
  expect(events).toEqual([])
  isRefused = undefined
  expect(await collect()).toBe(1)
  expect(events.map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c'])
  expect(await cases()).toMatchObject([{ open: false }])
})

it('the lines of a statement that cannot be read are one case; a retry reads the whole, and each event once', async () => {
  known.delete('b')
  known.delete('c')
  expect(await collect()).toBe(1)
  expect(await cases()).toMatchObject([
    {
      ...{ reason: 'event_unread', kind: 'statement', open: true },
      detail: '2 lines of statement s-1 of rail post could not be read: the word b is not known.',
    },
  ])
  known.add('b')
  expect(await retry()).toEqual({ left: 'It is read again in the next round.' })
  expect(await collect()).toBe(1)
  expect(await cases()).toMatchObject([{ open: true, detail: expect.stringContaining('1 lines') }])
  known.add('c')
  await retry()
  expect(await collect()).toBe(1)
  expect(await cases()).toMatchObject([{ open: false }])
  expect(events.map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c'])
  expect(await unread()).toBe(0)
})
