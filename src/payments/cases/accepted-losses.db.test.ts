import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent } from '#rails'
import { byCard, patience, share, startTestPayments, type TestPayments } from '#testing'
import { paymentChecks } from '../verify/payment-checks.ts'

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
})
afterEach(() => test.stop())

const wait = { timeout: patience(10_000) }
const open = () => test.openCases()
const balances = async () =>
  Promise.all(['shop', 'rails:card:clearing:USD', 'suspense:USD'].map(async (code) => (await test.balances(code))[0]))
const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)

function disputed(call: string, railReference: string, amount: bigint): RailEvent {
  const outcome = { kind: 'succeeded', railReference, amount } as const
  return { rail: 'card', eventId: newUuid(), occurredAt: 0, call, operation: 'dispute', railReference, outcome }
}

/** An operator accepts the loss of the open case; `meanwhile` goes to the payment before that. */
async function acceptLoss(meanwhile: RailEvent[] = []): Promise<void> {
  const [entry] = await open()
  const command = { action: 'force', outcome: 'succeeded', evidence: 'Booked as our loss.' } as const
  await test.act(entry?.id ?? '', command, { before: (tx) => test.payments.receiveRailEvents(tx, meanwhile) })
  await test.settled()
}

it('accepting a loss does not accept another loss that came meanwhile', async () => {
  const { database, payments, pay, end, ask, rail } = test
  const { id } = await pay({ source: byCard, destinations: [share('shop', 100n)] })
  await end('payment', id)
  const back = await ask((door, tx) => door.createRefund(tx, { book: 1, payment: id, metadata: {} }))
  await end('refund', back.id)
  const call = rail.calls[0]?.id ?? ''
  await database.transaction((tx) => payments.receiveRailEvents(tx, [disputed(call, 'dsp_1', 10n)]))
  payments.wake()
  await expect.poll(open, wait).toMatchObject([{ reason: 'dispute_after_refund' }])
  await acceptLoss([disputed(call, 'dsp_2', 50n)])
  await expect.poll(balances, wait).toEqual([0n, 60n, -60n])
  const left = async () => (await open()).map(({ reason, detail }) => `${reason}: ${detail}`)
  await expect.poll(left, wait).toEqual([expect.stringMatching(/^dispute_after_refund: .*0\.50 USD more/)])
  await acceptLoss()
  await expect.poll(open, wait).toEqual([])
  expect([await balances(), await findings()]).toEqual([[0n, 60n, -60n], []])
})
