import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailOutcome } from '#rails'
import { byCard, firstBook, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import type { SubjectAction } from '../../machine.ts'

// A rail reports a dispute before it is known what became of the disputed capture.

let test: TestPayments
let payment: string
/** The capture calls of the rail, and its answers to them by their order. */
let calls: string[]
let answers: RailOutcome[]

const wait = { timeout: patience(30_000) }
const captured = (at: number, amount: bigint): RailOutcome => ({
  kind: 'succeeded',
  railReference: `cap-${at}`,
  amount,
})
const pending = (at: number): RailOutcome => ({ kind: 'pending', railReference: `cap-${at}` })

beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 500n)
  calls = []
  answers = []
  test.rail.answer = ({ operation, id }) => {
    if (operation !== 'capture') return undefined
    if (!calls.includes(id)) calls.push(id)
    return answers[calls.indexOf(id)]
  }
  const held = { source: byCard, destinations: [share('shop', 100n)], capture: 'manual' } as const
  payment = (await test.pay(held)).id
  await test.end('payment', payment)
})
afterEach(() => test.stop())

const capture = async (amount: bigint, final: boolean, answer: RailOutcome) => {
  answers.push(answer)
  const { id } = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment, amount, final }))
  await expect.poll(async () => attemptOf(id), wait).toBe(answer.kind)
  return id
}
const attemptOf = async (subject: string) => {
  const [row] = await test.database.query<{ state: string }>({
    text: 'select state from payments.attempts where subject_id = $1',
    values: [subject],
  })
  return row?.state
}
const receive = async (
  operation: 'dispute' | 'capture',
  parts: { originalReference?: string; call?: string },
  reported: RailOutcome,
) => {
  const { railReference = '' } = reported as { railReference?: string }
  const event = {
    rail: 'card',
    eventId: newUuid(),
    occurredAt: 0,
    operation,
    railReference,
    ...parts,
    outcome: reported,
  }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event as never]))
  test.payments.wake()
  await test.settled()
}
const dispute = (originalReference: string, amount: bigint) =>
  receive('dispute', { originalReference }, { kind: 'succeeded', railReference: 'dsp-1', amount })
/** The rail reports the outcome of its nth capture. */
const tell = async (at: number, outcome: RailOutcome) => {
  answers[at] = outcome
  await receive('capture', { call: calls[at] ?? '' }, outcome)
}
/** Makes the waiting events due. */
const hurry = () =>
  test.database.query({ text: `update lanes.later set due_at = now() where kind = 'payment.rail_event'` })
const open = () =>
  test.database.query<{ reason: string }>({ text: 'select reason from cases.cases where resolved_at is null' })
const books = async () => {
  await hurry()
  const of = async (code: string) => (await test.balances(code).catch(() => [0n]))[0]
  return { shop: await of('shop'), clearing: await of('rails:card:clearing:USD'), suspense: await of('suspense:USD') }
}
const untouched = { shop: 500n, clearing: 0n, suspense: 0n }

describe('a dispute of a capture whose outcome is not known yet', () => {
  it('waits when it names the authorization, and is then paid by the shop', async () => {
    await capture(100n, true, pending(1))
    const { railReference = '' } = await test.payment(payment)
    await dispute(railReference, 100n)
    expect([await books(), await open()]).toEqual([untouched, []])
    await tell(0, captured(1, 100n))
    await expect.poll(async () => (await test.payment(payment)).amountCaptured, wait).toBe(100n)
    const refunded = async () => (await books()) && (await test.payment(payment)).amountRefunded
    await expect.poll(refunded, wait).toBe(100n)
    expect([await books(), await open(), await verifyAll(test.database)]).toEqual([untouched, [], []])
  })

  it('waits when another capture is known, and is then paid by the shop', async () => {
    const first = await capture(30n, false, captured(1, 30n))
    await test.end('capture', first)
    await capture(70n, true, pending(2))
    await dispute('cap-2', 70n)
    expect([await books(), await open()]).toEqual([{ shop: 530n, clearing: -30n, suspense: 0n }, []])
    await tell(1, captured(2, 70n))
    const refunded = async () => (await books()) && (await test.payment(payment)).amountRefunded
    await expect.poll(refunded, wait).toBe(70n)
    expect([await books(), await open()]).toEqual([{ shop: 530n, clearing: -30n, suspense: 0n }, []])
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('opens a case when the capture was declined, and books nothing', async () => {
    const first = await capture(30n, false, captured(1, 30n))
    await test.end('capture', first)
    const decline = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const
    answers.push({ kind: 'failed', decline, railReference: 'cap-2' })
    const { id } = await test.ask((payments, tx) =>
      payments.capture(tx, { book: 1, payment, amount: 70n, final: false }),
    )
    await test.end('capture', id)
    await dispute('cap-2', 70n)
    const reasons = async () => (await hurry()) && open()
    await expect.poll(reasons, wait).toEqual([{ reason: 'unmatched_event' }])
    const inBook = await test.database.query({ text: 'select book_id from cases.cases where resolved_at is null' })
    expect(inBook).toEqual([{ book_id: firstBook }])
    expect(await books()).toEqual({ shop: 530n, clearing: -30n, suspense: 0n })
    expect(await verifyAll(test.database)).toEqual([])
  })
})

it('a dispute of a capture that an operator stated is booked at once', async () => {
  const id = await capture(100n, true, pending(1))
  const decision: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'The console.' }
  await test.ask(async (payments, tx) => {
    const subject = { kind: 'capture', id, payment, book: 1 } as const
    return {
      ok: true,
      value: await payments.input(tx, subject, { kind: 'decision', decision, about: 'outcome_unknown' }),
    }
  })
  await test.settled()
  expect(await test.payment(payment)).toMatchObject({ amountCaptured: 100n })
  await dispute('cap-1', 100n)
  expect([await books(), await open()]).toEqual([untouched, []])
  expect(await test.payment(payment)).toMatchObject({ amountRefunded: 100n })
})
