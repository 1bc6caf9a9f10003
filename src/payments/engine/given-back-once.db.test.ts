import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOutcome } from '#rails'
import { byCard, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import type { SubjectAction } from '../machine.ts'

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
})
afterEach(() => test.stop())

const accounts = ['rails:card:clearing:USD', 'suspense:USD', 'shop']
const posted = async () => (await Promise.all(accounts.map((code) => test.balances(code)))).map(([balance]) => balance)

const tell = async (event: Pick<RailEvent, 'call' | 'railReference' | 'operation'>, amount: bigint) => {
  const outcome = { kind: 'succeeded', railReference: event.railReference, amount } as const
  await test.database.transaction((tx) =>
    test.payments.receiveRailEvents(tx, [{ rail: 'card', eventId: newUuid(), occurredAt: 0, outcome, ...event }]),
  )
  test.payments.wake()
}
const decide = async (id: string, decision: SubjectAction) => {
  await test.ask(async (payments, tx) => {
    const subject = { kind: 'payment', id, book: 1 } as const
    return { ok: true, value: await payments.input(tx, subject, { kind: 'decision', decision }) }
  })
  await test.settled()
}
const findings = () => verifyAll(test.database)

it('money on its way back to the payer is neither delivered nor returned with other money', async () => {
  const pending: RailOutcome = { kind: 'pending', railReference: 'r-1' }
  const refunds = [pending]
  test.rail.answer = ({ operation, instrument }, ask) => {
    if (operation === 'refund') return ask === 'inquire' ? pending : refunds.shift()
    if (instrument === 'card_second') return { kind: 'succeeded', railReference: 'c-2', amount: 90n }
    return { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'instrument', message: 'no' } }
  }
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_second' }))
  await expect.poll(async () => (await test.payment(id)).phase).toBe('review')
  const [first] = test.rail.calls
  await tell({ call: first?.id ?? '', railReference: 'c-1', operation: 'charge' }, 100n)
  await expect.poll(async () => (await test.payment(id)).amountSuspended).toBe(190n)
  await test.settled()
  expect(await findings()).toEqual([])

  await decide(id, { action: 'force', outcome: 'succeeded', evidence: 'It should do.' })
  expect(await test.payment(id)).toMatchObject({ phase: 'review', amountCaptured: 0n })
  await decide(id, { action: 'reverse' })
  await expect.poll(async () => (await test.payment(id)).amountSuspended).toBe(100n)
  await tell({ call: test.rail.calls.find(({ operation }) => operation === 'refund')?.id ?? '', ...refunded }, 100n)
  await expect.poll(async () => (await test.payment(id)).phase).toBe('ended')
  const submitted = test.rail.calls.filter(({ ask, operation }) => ask === 'submit' && operation === 'refund')
  expect(submitted.map(({ amount }) => amount)).toEqual([100n, 90n])
  expect([(await test.payment(id)).state, await posted()]).toEqual(['failed', [0n, 0n, 0n]])
  expect(await findings()).toEqual([])
})

it('a late charge on its way back is no finding, even when the payment has ended meanwhile', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<RailOutcome>()
  test.rail.answer = ({ operation, instrument }) => {
    if (operation === 'refund') return { kind: 'pending', railReference: 'r-1' }
    if (instrument === 'card_second') return answered
    return { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'instrument', message: 'no' } }
  }
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_second' }))
  await expect.poll(() => test.rail.calls.length).toBe(2)
  const [first] = test.rail.calls
  await tell({ call: first?.id ?? '', railReference: 'c-1', operation: 'charge' }, 100n)
  await expect.poll(async () => (await test.payment(id)).amountSuspended).toBe(100n)
  answer({ kind: 'succeeded', railReference: 'c-2', amount: 100n })
  await expect.poll(async () => (await test.payment(id)).state).toBe('succeeded')
  await test.settled()
  expect(await findings()).toEqual([])
  await expect.poll(() => test.rail.calls.some(({ operation }) => operation === 'refund')).toBe(true)
  await tell({ call: test.rail.calls.find(({ operation }) => operation === 'refund')?.id ?? '', ...refunded }, 100n)
  await expect.poll(async () => (await test.payment(id)).amountSuspended).toBeUndefined()
  expect(await posted()).toEqual([-100n, 0n, 100n])
  expect(await findings()).toEqual([])
})

const refunded = { railReference: 'r-1', operation: 'refund' } as const
