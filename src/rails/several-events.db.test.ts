import { afterAll, beforeAll, expect, it } from 'vitest'
import { readingRail, startTestRails, type TestRails } from '#testing'
import type { Reading } from './rail-adapter.ts'

// A rail that signs with a header of its own, speaks XML, and reports several events a message.

const xml = readingRail('xml', {
  callbacks: {
    isGenuine: ({ header }) => header('x-signature') === 'right',
    read: async ({ body }) => ({
      readings: [...body.toString().matchAll(/<e id="(\w+)" as="(\w+)"\/>/g)].map(([, id = '', as = '']) =>
        readingOf(id, as),
      ),
      reply: { status: 202, type: 'application/xml', body: '<Ack/>' },
    }),
  },
})

function readingOf(eventId: string, as: string): Reading {
  if (as === 'problem') return { kind: 'problem', reason: 'not understood' }
  const outcome =
    as === 'hint' ? ({ kind: 'hint' } as const) : ({ kind: 'succeeded', railReference: 'r', amount: 1n } as const)
  const event = { rail: 'xml', eventId, railReference: 'r', operation: 'charge', outcome, occurredAt: 0 } as const
  return { kind: 'event', event }
}

let test: TestRails
beforeAll(async () => {
  test = await startTestRails(xml)
})
afterAll(() => test.stop())

const send = (text: string, signature = 'right') => {
  const header = (name: string) => (name === 'x-signature' ? signature : undefined)
  return test.rails.receive({ rail: 'xml', message: { header, body: Buffer.from(text) } })
}
const message =
  '<m><e id="a" as="succeeded"/><e id="b" as="hint"/><e id="c" as="problem"/><e id="d" as="problem"/></m>\0'

it('takes every event of a message once, and gives the adapter its own reply', async () => {
  for (let times = 0; times < 3; times += 1) {
    expect(await send(message)).toMatchObject({ ok: true, value: { status: 202, body: '<Ack/>' } })
  }
  expect(test.events.map(({ eventId, outcome }) => [eventId, outcome.kind])).toEqual([
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
  expect(test.events.filter(({ eventId }) => eventId === 'x')).toEqual([])
})
