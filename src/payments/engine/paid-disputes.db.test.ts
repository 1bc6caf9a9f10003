import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailOutcome } from '#rails'
import { byCard, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import type { CaseReason, SubjectAction } from '../machine.ts'

// The shop pays for a dispute of money that it got and has, and for no other.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 500n)
})
afterEach(() => test.stop())

const wait = { timeout: patience(30_000) }
const books = async () => {
  const of = async (code: string) => (await test.balances(code).catch(() => [0n]))[0]
  return { shop: await of('shop'), clearing: await of('rails:card:clearing:USD'), suspense: await of('suspense:USD') }
}
const open = () =>
  test.database.query<{ reason: string }>({ text: 'select reason from cases.cases where resolved_at is null' })
const dispute = async (originalReference: string, amount: bigint) => {
  const outcome = { kind: 'succeeded', railReference: 'dsp-1', amount } as const
  const event = { rail: 'card', eventId: newUuid(), occurredAt: 0, operation: 'dispute', originalReference } as const
  const named = { ...event, railReference: 'dsp-1', outcome }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [named]))
  test.payments.wake()
  await test.settled()
}
const decide = async (id: string, decision: SubjectAction, about: CaseReason) => {
  await test.ask(async (payments, tx) => {
    const subject = { kind: 'payment', id, book: 1 } as const
    return { ok: true, value: await payments.input(tx, subject, { kind: 'decision', decision, about }) }
  })
  await test.settled()
}

/** The rail captures 50, and then 40 instead of 50. */
const captured = async () => {
  let captures = 0
  test.rail.answer = ({ operation }) => {
    if (operation !== 'capture') return undefined
    captures += 1
    return { kind: 'succeeded', railReference: `cap-${captures}`, amount: captures === 1 ? 50n : 40n }
  }
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)], capture: 'manual' })
  await test.end('payment', id)
  for (const final of [false, true]) {
    const one = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id, amount: 50n, final }))
    await test.end('capture', one.id)
  }
  await expect.poll(open, wait).toEqual([{ reason: 'wrong_amount' }])
  return id
}

it('a dispute of an undelivered capture that was returned is a loss with a case', async () => {
  await decide(await captured(), { action: 'reverse' }, 'wrong_amount')
  await expect.poll(books, wait).toEqual({ shop: 550n, clearing: -50n, suspense: 0n })
  await dispute('cap-2', 40n)
  expect(await books()).toEqual({ shop: 550n, clearing: -10n, suspense: -40n })
  expect([await open(), await verifyAll(test.database)]).toEqual([[{ reason: 'dispute_after_refund' }], []])
})

it('a dispute of a capture that an operator delivered is paid by the shop', async () => {
  await decide(await captured(), { action: 'force', outcome: 'succeeded', evidence: 'Accepted.' }, 'wrong_amount')
  await expect.poll(books, wait).toEqual({ shop: 590n, clearing: -90n, suspense: 0n })
  await dispute('cap-2', 40n)
  expect(await books()).toEqual({ shop: 550n, clearing: -50n, suspense: 0n })
  expect([await open(), await verifyAll(test.database)]).toEqual([[], []])
})

it('a dispute while a refund is under way is paid by the shop when the rail declines that refund', async () => {
  let reported: RailOutcome = { kind: 'pending', railReference: 'ref-1' }
  test.rail.answer = ({ operation }) => (operation === 'refund' ? reported : undefined)
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  const asked = { book: 1, payment: id, metadata: {} }
  const refund = await test.ask((payments, tx) => payments.createRefund(tx, asked))
  const call = () => test.rail.calls.find(({ operation }) => operation === 'refund')?.id
  await expect.poll(call, wait).toBeDefined()
  const { railReference = '' } = await test.payment(id)
  await dispute(railReference, 100n)
  expect([await books(), await open()]).toEqual([
    { shop: 600n, clearing: 0n, suspense: -100n },
    [{ reason: 'dispute_after_refund' }],
  ])
  const decline = { code: 'do_not_honor', remedy: 'never', message: 'Charged back.' } as const
  reported = { kind: 'failed', decline, railReference: 'ref-1' }
  const event = { rail: 'card', eventId: newUuid(), occurredAt: 0, operation: 'refund', call: call() ?? '' } as const
  const declined = { ...event, railReference: 'ref-1', outcome: reported }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [declined]))
  test.payments.wake()
  expect((await test.end('refund', refund.id)).row).toMatchObject({ state: 'failed' })
  expect([await books(), await open()]).toEqual([{ shop: 500n, clearing: 0n, suspense: 0n }, []])
  expect(await verifyAll(test.database)).toEqual([])
})
