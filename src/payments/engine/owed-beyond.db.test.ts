import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CaseCommand } from '#cases'
import type { RailOutcome } from '#rails'
import { byCard, share, startTestPayments, type TestPayments, until } from '#testing'
import { paymentChecks } from '../verify/payment-checks.ts'

// A rail refunds more than it was asked to. The recipients pay the requested amount, even when they cannot at that
// moment. An operator decides about the excess, which is a loss.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 500n)
})
afterEach(() => test.stop())

const open = async () => (await test.openCases()).sort((one, other) => one.reason.localeCompare(other.reason))
const posted = async (...codes: string[]) =>
  (await Promise.all(codes.map((code) => test.balances(code)))).map(([balance]) => balance)
const balances = () => posted('shop', 'rails:card:clearing:USD', 'suspense:USD')
const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)

/** Acts on the case of this reason, and waits until the action is carried out. */
async function decide(reason: string, command: CaseCommand): Promise<void> {
  const entry = (await open()).find((one) => one.reason === reason)
  expect((await test.act(entry?.id ?? '', command)).ok).toBe(true)
  await until(async () => !(await open()).some((one) => one.id === entry?.id && one.isActing))
}
const accept = { action: 'force', outcome: 'succeeded', evidence: 'Borne by us.' } as const

/** A refund of 100 for which the rail returns 150. */
async function refundedBeyond(isFrozen: boolean): Promise<void> {
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  test.rail.answer = async (): Promise<RailOutcome> => {
    if (isFrozen) await test.change('shop', { state: 'frozen' })
    return { kind: 'succeeded', railReference: 'r-1', amount: 150n }
  }
  const refund = await test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment: id, metadata: {} }))
  await test.end('refund', refund.id)
  await until(async () => (await open()).length > 0)
  if (isFrozen) await test.change('shop', { state: 'open' })
}

it('the shop pays the requested part of an excessive refund, and the rest has a case', async () => {
  await refundedBeyond(false)
  expect([await balances(), await open()]).toMatchObject([
    [500n, 50n, -50n],
    [{ kind: 'refund', reason: 'wrong_amount' }],
  ])
  await decide('wrong_amount', accept)
  expect([await open(), await findings()]).toEqual([[], []])
})

it('the shop does so, too, when the books had refused it for a while', async () => {
  await refundedBeyond(true)
  const both = [
    { kind: 'payment', reason: 'booking_refused' },
    { kind: 'refund', reason: 'wrong_amount' },
  ]
  expect([await balances(), await open(), await findings()]).toMatchObject([[600n, 50n, -150n], both, []])
  await decide('booking_refused', { action: 'retry' })
  expect([await balances(), await open()]).toMatchObject([
    [500n, 50n, -50n],
    [{ kind: 'refund', reason: 'wrong_amount' }],
  ])
  await decide('wrong_amount', accept)
  expect([await balances(), await open(), await findings()]).toEqual([[500n, 50n, -50n], [], []])
})

it('the shop does so, too, when all of it had been recorded as owed before', async () => {
  await refundedBeyond(true)
  await decide('wrong_amount', accept)
  await test.database.query({ text: 'update payments.payments set amount_owed = 150, amount_lost = 0' })
  await decide('booking_refused', { action: 'retry' })
  expect([await balances(), await open()]).toMatchObject([
    [500n, 50n, -50n],
    [{ kind: 'payment', reason: 'wrong_amount' }],
  ])
  await decide('wrong_amount', accept)
  expect([await balances(), await open(), await findings()]).toEqual([[500n, 50n, -50n], [], []])
})
