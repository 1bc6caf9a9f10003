import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RailEvent, RailOutcome } from '#rails'
import { passTime, patience, startTestPayments, type TestPayments, verifyAll } from '#testing'

// A payout that its rail declined for now and that was submitted again, and the first submission succeeded after all.

let test: TestPayments
let id: string
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 100n)
  const outcomes: RailOutcome[] = [
    {
      kind: 'failed',
      decline: { code: 'try_again_later', remedy: 'later', message: 'Later.' },
      railReference: 'first',
    },
    { kind: 'pending', railReference: 'second' },
  ]
  test.rail.answer = (_, ask) => (ask === 'submit' ? outcomes.shift() : { kind: 'pending', railReference: 'second' })
  const out = { amount: 100n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  ;({ id } = await test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} })))
  const submitted = async () => {
    if (submissions().length < 2) await passTime(test.database)
    return submissions().length
  }
  await expect.poll(submitted, { timeout: patience(20_000) }).toBe(2)
  await test.settled()
}, patience(40_000))
afterEach(() => test.stop())

const submissions = () => test.rail.calls.filter(({ ask }) => ask === 'submit')

async function report(at: number, outcome: RailEvent['outcome']): Promise<void> {
  const railReference = ['first', 'second'][at] ?? ''
  const about = { rail: 'card', operation: 'payout', railReference, call: submissions()[at]?.id ?? '' } as const
  const event = { ...about, eventId: `e-${at}`, occurredAt: 0, outcome }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await test.settled()
}
const paid = (railReference: string) => ({ kind: 'succeeded', railReference, amount: 100n }) as const
const decline = { code: 'declined', remedy: 'never', message: 'No.' } as const

const reasons = async () => {
  const text = 'select reason from cases.cases where resolved_at is null'
  return (await test.database.query<{ reason: string }>({ text })).map(({ reason }) => reason)
}
const findings = () => verifyAll(test.database)
const balances = async () => ({
  shop: await test.balances('shop'),
  clearing: (await test.balances('rails:card:clearing:USD'))[0],
  suspense: (await test.balances('suspense:USD'))[0],
})

it('the first payout counts when the second fails: its account has paid, and no case is open', async () => {
  await report(0, paid('first'))
  expect(await reasons()).toEqual(['late_success'])
  await report(1, { kind: 'failed', decline, railReference: 'second' })
  expect((await test.end('payout', id)).row).toMatchObject({ state: 'succeeded', railReference: 'first' })
  expect([await reasons(), await findings()]).toEqual([[], []])
  expect(await balances()).toEqual({ shop: [0n, 0n, 0n], clearing: 100n, suspense: 0n })
})

it('two payouts that both succeed leave a case for the double payment, which verification requires', async () => {
  await report(0, paid('first'))
  await report(1, paid('second'))
  expect((await test.end('payout', id)).row).toMatchObject({ state: 'succeeded', railReference: 'second' })
  expect([await reasons(), await findings()]).toEqual([['late_success'], []])
  expect(await balances()).toEqual({ shop: [0n, 0n, 0n], clearing: 200n, suspense: -100n })
  await test.database.query({ text: `update cases.cases set resolved_at = now(), resolution = 'settled'` })
  expect(await findings()).toEqual([expect.stringContaining('suspended should be 0, and the books have -100')])
})
