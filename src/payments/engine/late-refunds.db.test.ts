import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RailEvent, RailOutcome } from '#rails'
import { byCard, passTime, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// Refunds that the rail declined, and made after all when another refund or submission had replaced them.

let test: TestPayments
let payment: string

const declined = (remedy: 'never' | 'later', railReference: string) => {
  return { kind: 'failed', decline: { code: 'declined', remedy, message: 'No.' }, railReference } as const
}

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  payment = (await test.pay({ source: byCard, destinations: [share('shop', 100n)] })).id
  await test.end('payment', payment)
})
afterEach(() => test.stop())

/** The outcomes of the rail's first and second refund. */
function answerRefunds(...outcomes: (RailOutcome | undefined)[]): void {
  test.rail.answer = ({ operation }, ask) => {
    if (operation !== 'refund') return undefined
    return ask === 'submit' ? outcomes.shift() : { kind: 'pending', railReference: 'second' }
  }
}
const askRefund = () => test.ask((payments, tx) => payments.createRefund(tx, { ...{ book: 1, metadata: {} }, payment }))
const refundCalls = () => test.rail.calls.filter(({ operation, ask }) => operation === 'refund' && ask === 'submit')
const reasons = async () => {
  const text = 'select reason from cases.cases where resolved_at is null'
  return (await test.database.query<{ reason: string }>({ text })).map(({ reason }) => reason)
}
async function report(at: number, outcome: RailEvent['outcome'], railReference: string): Promise<void> {
  const call = refundCalls()[at]?.id ?? ''
  const about = { rail: 'card', operation: 'refund', railReference, call } as const
  const event = { ...about, eventId: `e-${at}`, occurredAt: 0, outcome }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await test.settled()
}
const reportFirst = () => report(0, { kind: 'succeeded', railReference: 'first', amount: 100n }, 'first')
async function expectInOrder(clearing: bigint): Promise<void> {
  expect(await test.balances('shop')).toEqual([0n, 0n, 0n])
  expect(await test.balances('rails:card:clearing:USD')).toEqual([clearing, 0n, 0n])
  expect(await test.balances('suspense:USD')).toEqual([-clearing, 0n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
}

it('a refund that succeeds after its replacement is a clawback with a case, and the books are in order', async () => {
  answerRefunds(declined('never', 'first'))
  const first = await askRefund()
  await test.end('refund', first.id)
  const second = await askRefund()
  await test.end('refund', second.id)
  await reportFirst()
  expect(await reasons()).toEqual(['late_success'])
  await expectInOrder(100n)
})

it(
  'the case of a refund that succeeds late is resolved when its second submission fails',
  async () => {
    answerRefunds(declined('later', 'first'), { kind: 'pending', railReference: 'second' })
    await askRefund()
    const submitted = async () => {
      if (refundCalls().length < 2) await passTime(test.database)
      return refundCalls().length
    }
    await expect.poll(submitted, { timeout: patience(20_000) }).toBe(2)
    await test.settled()
    await reportFirst()
    expect(await reasons()).toEqual(['late_success'])
    await report(1, declined('never', 'second'), 'second')
    expect(await reasons()).toEqual([])
    expect(await test.payment(payment)).toMatchObject({ amountRefunded: 100n, amountRefunding: 0n })
    await expectInOrder(0n)
  },
  patience(40_000),
)
