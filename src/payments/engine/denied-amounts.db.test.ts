import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailOutcome } from '#rails'
import { byCard, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// A rail refunds another amount than requested, and then says that it has not refunded at all.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 500n)
})
afterEach(() => test.stop())

const wait = { timeout: patience(12_000) }
const open = async () => {
  const text = 'select reason from cases.cases where resolved_at is null order by rank desc limit 1'
  return (await test.database.query<{ reason: string }>({ text })).map(({ reason }) => reason)
}
/** Of the shop, clearing and suspense; an account that was never needed does not exist. */
const books = () => {
  const codes = ['shop', 'rails:card:clearing:USD', 'suspense:USD']
  return Promise.all(codes.map(async (code) => (await test.balances(code).catch(() => [0n]))[0]))
}

it.each([
  [49n, [560n, -51n, -9n]],
  [31n, [569n, -69n, 0n]],
])(
  'a refund of 40, reported as %s and then denied, is undone when an operator states its failure',
  async (reported, booked) => {
    const report: { of?: RailOutcome } = {}
    test.rail.answer = ({ operation, id }) =>
      operation === 'refund'
        ? (report.of ?? { kind: 'succeeded', railReference: `card-${id}`, amount: reported })
        : undefined
    const { id: payment } = await test.pay({ source: byCard, amount: 100n, destinations: [share('shop', 100n)] })
    await test.end('payment', payment)
    const { id } = await test.ask((payments, tx) =>
      payments.createRefund(tx, { book: 1, payment, amount: 40n, metadata: {} }),
    )
    await expect.poll(open, wait).toEqual(['wrong_amount'])
    expect(await books()).toEqual(booked)
    const call = test.rail.calls.find(({ operation }) => operation === 'refund')?.id ?? ''
    const railReference = `card-${call}`
    const decline = { code: 'do_not_honor', remedy: 'never', message: 'It did not happen.' } as const
    const outcome = { kind: 'failed', decline, railReference } as const
    report.of = outcome
    const event = { rail: 'card', eventId: newUuid(), occurredAt: 0, operation: 'refund', call, railReference } as const
    await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [{ ...event, outcome }]))
    test.payments.wake()
    await expect.poll(open, wait).toEqual(['outcome_unknown'])
    const decision = { action: 'force', outcome: 'failed', evidence: 'Console: no refund.' } as const
    const input = { kind: 'decision', decision, about: 'outcome_unknown' } as const
    await test.database.transaction((tx) => test.payments.input(tx, { kind: 'refund', id, book: 1 }, input))
    test.payments.wake()
    await expect.poll(open, wait).toEqual([])
    expect([await books(), await verifyAll(test.database)]).toEqual([[600n, -100n, 0n], []])
    expect((await test.end('refund', id)).row).toMatchObject({ state: 'failed', reason: 'settled_by_hand' })
  },
)
