import { afterEach, beforeEach, expect, it } from 'vitest'
import { byCard, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// A rail reports an operation again, with other content: nothing is booked, and an operator gets an entry.

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
})
afterEach(() => test.stop())

const tell = async (eventId: string, railReference: string, amount: bigint) => {
  const call = test.rail.calls[0]?.id ?? ''
  const outcome = { kind: 'succeeded', railReference, amount } as const
  const event = { rail: 'card', eventId, occurredAt: 0, operation: 'charge', call, railReference, outcome } as const
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await test.settled()
}
const open = () =>
  test.database.query<{ subject_kind: string; reason: string; detail: string }>({
    text: 'select subject_kind, reason, detail from cases.cases where resolved_at is null order by id',
  })
const posted = async () => {
  const rows = await test.database.query<{ posted: bigint }>({
    text: `select e.posted from unnest($1::text[]) with ordinality as named (code, place)
      join ledger.accounts a on a.code = named.code
      cross join lateral (
        select posted from ledger.entries where account = a.number order by version desc limit 1) e
      order by place`,
    values: [['rails:card:clearing:USD', 'shop']],
  })
  return rows.map((row) => row.posted)
}
const charged = async () => {
  const [row] = await test.database.query<{ reference: string }>({
    text: 'select rail_reference as reference from payments.attempts',
  })
  return row?.reference ?? ''
}
const findings = () => verifyAll(test.database)

it('a charge that is reported again unchanged opens no case', async () => {
  await tell('statement/1', await charged(), 100n)
  expect(await open()).toEqual([])
})

it('a charge that a statement reports in another amount than the answer opens a case', async () => {
  await tell('statement/1', await charged(), 90n)
  expect(await open()).toMatchObject([{ reason: 'unmatched_event', detail: expect.stringContaining('0.90 USD') }])
  expect(await posted()).toEqual([-100n, 100n])
  await tell('callback/1', await charged(), 90n)
  expect(await open()).toHaveLength(1)
  expect(await findings()).toEqual([])
})

it('a charge that a rail has made twice under one key opens a case', async () => {
  await tell('statement/2', 'another', 100n)
  expect(await open()).toMatchObject([{ reason: 'unmatched_event', detail: expect.stringContaining('another') }])
  expect(await posted()).toEqual([-100n, 100n])
  expect(await findings()).toEqual([])
})
