import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import type { SubjectKind } from '../payment.ts'

// A rail denies what is booked. An operator states by mistake that it happened, and the rail denies it once more.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 500n)
})
afterEach(() => test.stop())

const wait = { timeout: patience(12_000) }
const open = async () => {
  const text = 'select reason from cases.cases where resolved_at is null'
  return (await test.database.query<{ reason: string }>({ text })).map(({ reason }) => reason)
}
const books = () => Promise.all(['shop', 'rails:card:clearing:USD'].map(async (code) => (await test.balances(code))[0]))

async function refunded(): Promise<string> {
  const { id: payment } = await test.pay({ source: byCard, amount: 100n, destinations: [share('shop', 100n)] })
  await test.end('payment', payment)
  const asked = { book: 1, payment, amount: 40n, metadata: {} }
  return (await test.ask((payments, tx) => payments.createRefund(tx, asked))).id
}

async function paidOut(): Promise<string> {
  const out = { amount: 70n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  return (await test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))).id
}

async function decide(kind: SubjectKind, id: string, outcome: 'succeeded' | 'failed'): Promise<void> {
  const decision = { action: 'force', outcome, evidence: 'Seen.' } as const
  const input = { kind: 'decision', decision, about: 'outcome_unknown' } as const
  await test.database.transaction((tx) => test.payments.input(tx, { kind, id, book: 1 }, input))
  test.payments.wake()
  await expect.poll(open, wait).toEqual([])
}

it.each([
  ['refund', refunded, [560n, -60n], [600n, -100n]],
  ['payout', paidOut, [430n, 70n], [500n, 0n]],
] as const)('a %s that its rail denies again returns to an operator', async (what, make, booked, undone) => {
  const id = await make()
  await test.end(what, id)
  const call = test.rail.calls.find(({ operation }) => operation === what)?.id ?? ''
  const decline = { code: 'do_not_honor', remedy: 'never', message: 'It did not happen.' } as const
  const outcome = { kind: 'failed', decline, railReference: `card-${call}` } as const
  test.rail.answer = ({ operation }) => (operation === what ? outcome : undefined)
  const deny = async () => {
    const event = { rail: 'card', eventId: newUuid(), occurredAt: 0, operation: what, call } as const
    const report = { ...event, railReference: outcome.railReference, outcome }
    await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [report]))
    test.payments.wake()
    await expect.poll(open, wait).toEqual(['outcome_unknown'])
  }
  await deny()
  await decide(what, id, 'succeeded')
  await deny()
  expect(await books()).toEqual(booked)
  await decide(what, id, 'failed')
  expect([await books(), await verifyAll(test.database)]).toEqual([undone, []])
})
