import { expect, it } from 'vitest'
import type { HttpClient } from '#platform/http-client'
import type { StatementItem } from '../rail-adapter.ts'
import { createCallbacks, createStatements } from './netbank-reports.ts'

const at = '2026-02-01T09:30:02.000000Z'
const records = [
  `D|ev_1|payin|9d2e3f4a5b6c7d8e0198|chg_1||2500|INR|done||${at}`,
  `D|ev_2|payout_return||ret_1|9d2e3f4a5b6c7d8e0197|400|INR|done|R02|${at}`,
  `D|ev_3|payin|another form|chg_2||100|INR|done||${at}`,
]

/** Reads the lines as the statement of one day. */
async function read(lines: readonly string[], position?: string): Promise<StatementItem[]> {
  const chunks = (async function* () {
    yield Buffer.from(`${lines.join('\n')}\n`)
  })()
  const client: HttpClient = {
    call: async () => ({ kind: 'not_sent', why: 'it is not called' }),
    stream: async () => ({ kind: 'streaming', status: 200, headers: {}, chunks }),
    close: async () => undefined,
  }
  const items: StatementItem[] = []
  const offer = { name: '2026-02-01', lines: 4 }
  for await (const item of createStatements('netbank', client).read(offer, position)) items.push(item)
  return items
}

it('reads the lines of a statement as events, and its totals', async () => {
  const items = await read(['H|2026-02-01|3', ...records, 'T|3|3000'])
  expect(items.map(({ reading }) => reading)).toMatchObject([
    { kind: 'event', event: { eventId: 'ev_1', operation: 'charge', railReference: '9d2e3f4a5b6c7d8e0198' } },
    {
      kind: 'event',
      event: {
        railReference: '9d2e3f4a5b6c7d8e0197',
        operation: 'payout',
        asset: 'INR',
        outcome: { kind: 'returned', railReference: 'ret_1', amount: 400n, reason: { code: 'R02' } },
      },
    },
    { kind: 'problem', eventId: 'ev_3' },
    { kind: 'nothing' },
  ])
})

it('goes on after a position, and still checks the totals of all lines', async () => {
  const items = await read(['H|2026-02-01|3', ...records, 'T|3|3000'], '2')
  expect(items.map(({ position }) => position)).toEqual(['3', '4'])
  await expect(read(['H|2026-02-01|3', ...records, 'T|3|100'], '2')).rejects.toMatchObject({
    code: 'statement_refused',
  })
})

it.each([
  ['H|2026-02-02|3', 'T|3|3000'],
  ['H|2026-02-01|2', 'T|3|3000'],
  ['H|2026-02-01|3', 'T|2|3000'],
  ['H|2026-02-01|3', 'T|3|2999'],
])('refuses a statement from %s to %s', async (header, totals) => {
  await expect(read([header, ...records, totals])).rejects.toMatchObject({ code: 'statement_refused' })
})

it.each([
  ['no object', '[]', {}],
  ['no event', '{"transaction":{}}', {}],
  ['an event without a transaction', '{"event":"ev_1"}', { eventId: 'ev_1' }],
])('cannot read %s', async (_, body, known) => {
  const callbacks = createCallbacks('netbank', () => [])
  const message = { header: () => undefined, body: Buffer.from(body) }
  const { readings } = await callbacks.read(message, async () => undefined)
  expect(readings).toEqual([{ kind: 'problem', reason: expect.any(String), ...known }])
})
