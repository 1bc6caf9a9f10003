import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOutcome } from '#rails'
import { byCard, patience, share, startTestPayments, type TestPayments, type TestPaymentsOptions } from '#testing'
import { paymentChecks } from '../verify/payment-checks.ts'

// Two people write off what nobody can be found for.

let test: TestPayments
async function begin(options: TestPaymentsOptions = {}): Promise<void> {
  test = await startTestPayments(options)
  await test.open('shop')
}
beforeEach(() => begin())
afterEach(() => test.stop())

const wait = { timeout: patience(10_000) }
const no: RailOutcome = { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'never', message: 'No.' } }
const off = { action: 'write_off', text: 'The payer cannot be found.' } as const
const [asha, ravi] = [newUuid(), newUuid()]

const open = () => test.openCases()
const balances = async () => {
  const codes = ['shop', 'rails:card:clearing:USD', 'suspense:USD', 'write_offs:USD']
  return Promise.all(codes.map(async (code) => (await test.balances(code).catch(() => [0n]))[0]))
}
const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)
const tell = async (event: Omit<RailEvent, 'rail' | 'eventId' | 'occurredAt'>) => {
  const one = { rail: 'card', eventId: newUuid(), occurredAt: 0, ...event } as RailEvent
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [one]))
  test.payments.wake()
}

async function writeOff(actor: string): Promise<string> {
  const [found] = await open()
  const done = await test.act(found?.id ?? '', off, { actor })
  await test.settled()
  return done.ok ? 'accepted' : done.refusal.code
}

/** Two charges of one payment were declined, and the first happens after all. */
async function cameLate() {
  test.rail.answer = ({ operation }) => (operation === 'charge' || operation === 'refund' ? no : undefined)
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_ok' }))
  await test.end('payment', id)
  const [first = '', second = ''] = test.rail.calls.map((call) => call.id)
  const late = (call: string) => {
    const railReference = `late-${call}`
    const outcome = { kind: 'succeeded', railReference, amount: 100n } as const
    return tell({ call, operation: 'charge', railReference, outcome })
  }
  await late(first)
  await expect.poll(open, wait).toMatchObject([{ reason: 'late_success' }])
  return { id, late: () => late(second) }
}

it('what came too late: the first proposes it, and only another person does it', async () => {
  const { id } = await cameLate()
  const before = await balances()
  expect([await writeOff(asha), await balances()]).toEqual(['accepted', before])
  expect([await writeOff(asha), await balances()]).toEqual(['case_needs_another_person', before])
  expect(await writeOff(ravi)).toBe('accepted')
  expect([await open(), await balances(), await findings()]).toEqual([[], [0n, -100n, 0n, 100n], []])
  expect(await test.payment(id)).toMatchObject({ phase: 'ended', state: 'failed' })
})

it('a proposal lapses when the case changes', async () => {
  await test.stop()
  await begin({ capabilities: { operations: new Set(['charge']) } })
  const { late } = await cameLate()
  expect(await writeOff(asha)).toBe('accepted')
  await late()
  await expect.poll(balances, wait).toEqual([0n, -200n, 200n, 0n])
  await test.settled()
  const before = await balances()
  expect([await writeOff(ravi), await balances()]).toEqual(['accepted', before])
  expect([await writeOff(ravi), await balances()]).toEqual(['case_needs_another_person', before])
  expect(await writeOff(asha)).toBe('accepted')
  expect([await open(), await balances(), await findings()]).toEqual([[], [0n, -200n, 0n, 200n], []])
})

it('what the shop owes after a dispute, and what a dispute took beyond a refund', async () => {
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  const [call = ''] = test.rail.calls.map((one) => one.id)
  const dispute = (railReference: string, amount: bigint) =>
    tell({ call, operation: 'dispute', railReference, outcome: { kind: 'succeeded', railReference, amount } })
  await test.change('shop', { state: 'frozen' })
  await dispute('dsp_1', 60n)
  await expect.poll(open, wait).toMatchObject([{ reason: 'booking_refused' }])
  await test.change('shop', { state: 'open' })
  for (const actor of [asha, ravi]) expect(await writeOff(actor)).toBe('accepted')
  expect([await open(), await balances(), await findings()]).toEqual([[], [100n, -40n, 0n, -60n], []])
  const refund = await test.ask((door, tx) => door.createRefund(tx, { book: 1, payment: id, metadata: {} }))
  await test.end('refund', refund.id)
  await dispute('dsp_2', 40n)
  await expect.poll(open, wait).toMatchObject([{ reason: 'dispute_after_refund' }])
  for (const actor of [asha, ravi]) expect(await writeOff(actor)).toBe('accepted')
  expect([await open(), await balances(), await findings()]).toEqual([[], [60n, 40n, 0n, -100n], []])
})

it('what the shop owes for a refund, which then comes back in two parts', async () => {
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  test.rail.answer = async ({ id: call, amount }) => {
    await test.change('shop', { state: 'frozen' })
    return { kind: 'succeeded', railReference: `card-${call}`, amount }
  }
  const asked = { book: 1, payment: id, amount: 60n, metadata: {} }
  const refund = await test.ask((door, tx) => door.createRefund(tx, asked))
  await test.end('refund', refund.id)
  await expect.poll(open, wait).toMatchObject([{ reason: 'booking_refused' }])
  await test.change('shop', { state: 'open' })
  for (const actor of [asha, ravi]) expect(await writeOff(actor)).toBe('accepted')
  expect([await open(), await balances(), await findings()]).toEqual([[], [100n, -40n, 0n, -60n], []])
  const reason = { code: 'R01', message: 'No account.' }
  const call = test.rail.calls.findLast(({ operation }) => operation === 'refund')?.id ?? ''
  const comeBack = async (reference: string, amount: bigint, shown: readonly bigint[]) => {
    const outcome = { kind: 'returned', railReference: reference, amount, reason } as const
    await tell({ call, operation: 'refund', railReference: `card-${call}`, asset: 'USD', outcome })
    await expect.poll(balances, wait).toEqual(shown)
    expect([await open(), await findings()]).toEqual([[], []])
  }
  await comeBack('back-1', 25n, [100n, -65n, 0n, -35n])
  await comeBack('back-2', 35n, [100n, -100n, 0n, 0n])
  expect(await test.payment(id)).toMatchObject({ amountRefunded: 0n, offBy: [{ amount: 60n, captured: 60n }] })
  const text = `update payments.payments set off_shares = json_build_array(json_build_array(off_shares -> 0 -> 0, '60', '50'))`
  await test.database.query({ text })
  const [found] = await findings()
  expect(found).toContain('recovered should be 50, and the books have 60; unpaid should be 10, and the books have 0')
})
