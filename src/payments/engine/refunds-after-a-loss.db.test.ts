import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailOutcome } from '#rails'
import { byCard, moving, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// A dispute takes what a refund has returned: that is lost. Another refund is accepted after that, and fails.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 500n)
})
afterEach(() => test.stop())

const wait = { timeout: patience(20_000) }
const declined: RailOutcome = {
  kind: 'failed',
  decline: { code: 'do_not_honor', remedy: 'never', message: 'No.' },
  railReference: 'r-2',
}
const books = async () => {
  const codes = ['shop', 'rails:card:clearing:USD', 'suspense:USD']
  return Promise.all(codes.map(async (code) => (await test.balances(code).catch(() => [0n]))[0]))
}
const open = async () => {
  const text = 'select reason from cases.cases where resolved_at is null'
  return (await test.database.query<{ reason: string }>({ text })).map(({ reason }) => reason)
}

/** Two captures of 100. The first is refunded by 60, and then disputed whole. */
async function lost(): Promise<string> {
  let captures = 0
  test.rail.answer = ({ operation }) => {
    if (operation !== 'capture') return undefined
    captures += 1
    return { kind: 'succeeded', railReference: `capture-${captures}`, amount: 100n }
  }
  const destinations = [share('shop', 200n)]
  const { id: payment } = await test.pay({ source: byCard, amount: 200n, destinations, capture: 'manual' })
  await test.end('payment', payment)
  const capture = async (final: boolean) => {
    const made = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment, amount: 100n, final }))
    await test.end('capture', made.id)
  }
  await capture(false)
  const { id } = await refund(payment, 60n)
  await test.end('refund', id)
  const outcome = { kind: 'succeeded', railReference: 'dispute-1', amount: 100n } as const
  const event = {
    rail: 'card',
    eventId: newUuid(),
    occurredAt: 0,
    operation: 'dispute',
    originalReference: 'capture-1',
  } as const
  await test.database.transaction((tx) =>
    test.payments.receiveRailEvents(tx, [{ ...event, railReference: 'dispute-1', outcome }]),
  )
  test.payments.wake()
  await expect.poll(open, wait).toEqual(['dispute_after_refund'])
  await capture(true)
  expect(await books()).toEqual([600n, -40n, -60n])
  return payment
}

const refund = (payment: string, amount: bigint) =>
  test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment, amount, metadata: {} }))

it('a refund that its rail declines leaves the loss as it was', async () => {
  const payment = await lost()
  test.rail.answer = ({ operation }) => (operation === 'refund' ? declined : undefined)
  const { id } = await refund(payment, 50n)
  expect((await test.end('refund', id)).row).toMatchObject({ state: 'failed', reason: 'do_not_honor' })
  expect([await books(), await open(), await verifyAll(test.database)]).toEqual([
    [600n, -40n, -60n],
    ['dispute_after_refund'],
    [],
  ])
})

it('a refund that the books refuse ends as failed', async () => {
  const payment = await lost()
  await test.open('elsewhere')
  await test.book(moving('shop', 'elsewhere', 600n))
  const { id } = await refund(payment, 50n)
  await expect
    .poll(
      async () =>
        (
          await test.database.query<{ state: string; reason: string }>({
            text: 'select state, reason from payments.refunds where id = $1',
            values: [id],
          })
        )[0],
      wait,
    )
    .toMatchObject({ state: 'failed', reason: 'insufficient_funds' })
  expect([await books(), await open(), await verifyAll(test.database)]).toEqual([
    [0n, -40n, -60n],
    ['dispute_after_refund'],
    [],
  ])
})
