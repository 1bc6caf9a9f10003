import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOutcome } from '#rails'
import { byCard, passTime, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import type { CaseReason, SubjectAction } from '../machine.ts'
import type { SubjectKind } from '../payment.ts'

// An operator stated that a refund succeeded. Its rail then reported less, and the rest is being refunded by another one.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 500n)
})
afterEach(() => test.stop())

const wait = { timeout: patience(30_000) }
const failed: RailEvent['outcome'] = {
  ...{ kind: 'failed', railReference: 'r-1' },
  decline: { code: 'do_not_honor', remedy: 'never', message: 'No.' },
}

const reasons = async () =>
  (
    await test.database.query<{ reason: string }>({
      text: 'select reason from cases.cases where resolved_at is null order by id',
    })
  ).map(({ reason }) => reason)

/** The pauses before inquiries are skipped. */
const reasonsLater = async () => {
  await passTime(test.database)
  return reasons()
}

const posted = async () =>
  (await Promise.all(['shop', 'rails:card:clearing:USD', 'suspense:USD'].map((code) => test.balances(code)))).map(
    ([balance]) => balance,
  )

async function tell(call: string, railReference: string, outcome: RailEvent['outcome']): Promise<void> {
  const event = { rail: 'card', eventId: newUuid(), occurredAt: await test.clock(), call, operation: 'refund' as const }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [{ ...event, railReference, outcome }]))
  test.payments.wake()
}

async function decide(kind: SubjectKind, id: string, decision: SubjectAction, about: CaseReason): Promise<void> {
  const input = { kind: 'decision', decision, about } as const
  await test.database.transaction((tx) => test.payments.input(tx, { kind, id, book: 1 }, input))
  test.payments.wake()
  await test.settled()
}

it('money that a second refund is returning stays in suspense when the first one did not happen', async () => {
  const { id: payment } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', payment)
  const calls = () => test.rail.calls.filter(({ operation }) => operation === 'refund')
  const first = () => calls()[0]?.id ?? ''
  const report: { of: RailOutcome } = { of: { kind: 'unknown', why: 'timeout' } }
  test.rail.answer = ({ operation, id }) => {
    if (operation !== 'refund') return undefined
    return id === first() ? report.of : { kind: 'pending', railReference: 'r-2' }
  }
  const asked = { book: 1, payment, amount: 100n, metadata: {} }
  const { id: refund } = await test.ask((payments, tx) => payments.createRefund(tx, asked))
  await expect.poll(() => calls().length, wait).toBeGreaterThan(0)
  await test.database.query({ text: `update payments.attempts set inquiries = 20 where subject_kind = 'refund'` })
  await expect.poll(reasonsLater, wait).toEqual(['outcome_unknown'])
  await decide('refund', refund, { action: 'force', outcome: 'succeeded', evidence: 'The console.' }, 'outcome_unknown')
  const less = { kind: 'succeeded', railReference: 'r-1', amount: 60n } as const
  report.of = less
  await tell(first(), 'r-1', less)
  await expect.poll(reasons, wait).toEqual(['wrong_amount'])
  expect(await posted()).toEqual([500n, -40n, 40n])
  await decide('payment', payment, { action: 'reverse' }, 'wrong_amount')
  await expect.poll(() => calls().some(({ id, amount }) => id !== first() && amount === 40n), wait).toBe(true)
  report.of = failed
  await tell(first(), 'r-1', failed)
  await expect.poll(reasonsLater, wait).toEqual(['outcome_unknown'])

  await decide('refund', refund, { action: 'force', outcome: 'failed', evidence: 'The statement.' }, 'outcome_unknown')
  expect([await posted(), await reasons()]).toEqual([[500n, -40n, 40n], ['outcome_unknown']])

  const second = calls().find(({ id }) => id !== first())?.id ?? ''
  await tell(second, 'r-2', { kind: 'succeeded', railReference: 'r-2', amount: 40n })
  await expect.poll(posted, wait).toEqual([500n, 0n, 0n])
  const { amountSuspended, amountLost, amountRefunded, phase } = await test.payment(payment)
  expect([amountSuspended ?? 0n, amountLost ?? 0n, amountRefunded, phase]).toEqual([0n, 0n, 100n, 'ended'])
  expect([await reasons(), await verifyAll(test.database)]).toEqual([['outcome_unknown'], []])
})
