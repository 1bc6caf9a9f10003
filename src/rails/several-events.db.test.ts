import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import { createRails, type RailsService } from './create-rails.ts'
import type { RailEvent } from './rail.ts'
import type { RailAdapter, Reading } from './rail-adapter.ts'

// A rail that signs with a header of its own, speaks XML, and reports several events a message.

let test: TestDatabase
let rails: RailsService
const events: RailEvent[] = []

const inquiry = { firstMs: 1_000, thenMs: [], atMost: 1, giveUpAfterMs: 1_000 }
const xml: RailAdapter = {
  name: 'xml',
  capabilities: {
    operations: new Set(['charge']),
    inquiries: { default: { unanswered: inquiry, accepted: inquiry } },
    authorizationMs: 0,
  },
  submit: async () => ({ kind: 'unknown', why: 'not used' }),
  inquire: async () => ({ kind: 'unknown', why: 'not used' }),
  probe: async () => true,
  close: async () => undefined,
  callbacks: {
    isGenuine: ({ header }) => header('x-signature') === 'right',
    read: async ({ body }) => ({
      readings: [...body.toString().matchAll(/<e id="(\w+)" as="(\w+)"\/>/g)].map(([, id = '', as = '']) =>
        readingOf(id, as),
      ),
      reply: { status: 202, type: 'application/xml', body: '<Ack/>' },
    }),
  },
}

function readingOf(eventId: string, as: string): Reading {
  if (as === 'problem') return { kind: 'problem', reason: 'not understood' }
  const outcome =
    as === 'hint' ? ({ kind: 'hint' } as const) : ({ kind: 'succeeded', railReference: 'r', amount: 1n } as const)
  const event = { rail: 'xml', eventId, railReference: 'r', operation: 'charge', outcome, occurredAt: 0 } as const
  return { kind: 'event', event }
}

beforeAll(async () => {
  test = await createTestDatabase()
  rails = createRails({
    database: test.database,
    adapters: [xml],
    onEvents: async (_tx, reported) => void events.push(...reported),
    readBooks: async () => [],
    collects: false,
    measure: () => undefined,
    onNotice: () => undefined,
    onFault: () => undefined,
  })
  await rails.start()
})
afterAll(async () => {
  await rails.stop()
  await test.drop()
})

const send = (text: string, signature = 'right') => {
  const header = (name: string) => (name === 'x-signature' ? signature : undefined)
  return rails.receive({ rail: 'xml', message: { header, body: Buffer.from(text) } })
}
const message =
  '<m><e id="a" as="succeeded"/><e id="b" as="hint"/><e id="c" as="problem"/><e id="d" as="problem"/></m>\0'

it('takes every event of a message once, and gives the adapter its own reply', async () => {
  for (let times = 0; times < 3; times += 1) {
    expect(await send(message)).toMatchObject({ ok: true, value: { status: 202, body: '<Ack/>' } })
  }
  expect(events.map(({ eventId, outcome }) => [eventId, outcome.kind])).toEqual([
    ['a', 'succeeded'],
    ['b', 'hint'],
  ])
  const unread = await test.database.query({ text: 'select problem from rails.inbox where problem is not null' })
  expect(unread).toHaveLength(2)
})

it('takes nothing of a message that is not genuine', async () => {
  expect(await send('<e id="x" as="succeeded"/>', 'wrong')).toMatchObject({
    ok: false,
    refusal: { code: 'callback_not_genuine' },
  })
  expect(events.filter(({ eventId }) => eventId === 'x')).toEqual([])
})
