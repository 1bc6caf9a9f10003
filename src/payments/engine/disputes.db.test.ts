import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import type { RailEvent } from '#rails'
import { byCard, firstBook, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import type { CaseReason, SubjectAction } from '../machine.ts'

let test: TestPayments
let id: string
let call: string

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  id = (await test.pay({ source: byCard, destinations: [share('shop', 100n)] })).id
  await test.end('payment', id)
  call = test.rail.calls[0]?.id ?? ''
})
afterEach(() => test.stop())

/** Zero for an account that is not opened yet. */
const posted = async () => {
  const rows = await test.database.query<{ posted: bigint }>({
    text: `select coalesce((
        select e.posted from ledger.accounts a join ledger.entries e on e.account = a.number
        where a.code = named.code order by e.version desc limit 1), 0) as posted
      from unnest($1::text[]) with ordinality as named (code, place) order by place`,
    values: [[clearing, suspense, 'shop']],
  })
  return rows.map((row) => row.posted)
}
const tell = (eventId: string, railReference: string, amount: bigint) =>
  receive(eventId, railReference, { kind: 'succeeded', railReference, amount })
const receive = async (eventId: string, railReference: string, outcome: RailEvent['outcome']) => {
  const event = { rail: 'card', eventId, occurredAt: 0, operation: 'dispute', call, railReference, outcome } as const
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await test.settled()
}
const findings = () => verifyAll(test.database)
const openCases = () =>
  test.database.query({
    text: `select book_id, reason, detail, replace(attempt_id::text, '-', '') as attempt from cases.cases
      where resolved_at is null`,
  })
/** A case that is in the book of the payment and names it. */
const unmatched = (because: string) => {
  const detail = expect.stringMatching(`about ${encodeId(idPrefix.payment, id)}; .*${because}`)
  return { book_id: firstBook, reason: 'unmatched_event', detail, attempt: call }
}

describe('a dispute that the rail names', () => {
  it('is booked once, however many events report it', async () => {
    await tell('e-1', 'dsp-1', 30n)
    expect(await posted()).toEqual([-70n, 0n, 70n])
    await tell('statement/7', 'dsp-1', 30n)
    await tell('e-1', 'dsp-1', 30n)
    expect(await posted()).toEqual([-70n, 0n, 70n])
    await tell('e-2', 'dsp-2', 30n)
    expect(await posted()).toEqual([-40n, 0n, 40n])
    expect(await test.payment(id)).toMatchObject({ amountRefunded: 60n })
    expect(await findings()).toEqual([])
  })

  it('and reports again in another amount opens a case', async () => {
    await tell('e-1', 'dsp-1', 30n)
    await tell('e-2', 'dsp-1', 40n)
    expect(await posted()).toEqual([-70n, 0n, 70n])
    expect(await openCases()).toEqual([unmatched('otherwise before')])
    expect(await findings()).toEqual([])
  })
})

it.each(['call', 'originalReference'] as const)(
  'a dispute that names an increment by its %s applies to the captured money',
  async (by) => {
    const held = { source: byCard, destinations: [share('shop', 100n)], capture: 'manual' } as const
    const { id: payment } = await test.pay(held)
    await test.end('payment', payment)
    await test.ask((payments, tx) => payments.increment(tx, { book: 1, payment, amount: 20n }))
    await expect
      .poll(async () => (await test.payment(payment)).amountCapturable, { timeout: patience(10_000) })
      .toBe(120n)
    const increment = test.rail.calls.at(-1)?.id ?? ''
    const made = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment }))
    await test.end('capture', made.id)
    expect(await posted()).toEqual([-220n, 0n, 220n])
    const named = by === 'call' ? { call: increment } : { originalReference: `card-${increment}` }
    const outcome = { kind: 'succeeded', railReference: 'dsp-9', amount: 30n } as const
    const event = { rail: 'card', eventId: 'e-9', occurredAt: 0, operation: 'dispute', railReference: 'dsp-9' } as const
    await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [{ ...event, ...named, outcome }]))
    test.payments.wake()
    await test.settled()
    expect(await posted()).toEqual([-190n, 0n, 190n])
    expect(await test.payment(payment)).toMatchObject({ amountRefunded: 30n })
    expect(await findings()).toEqual([])
  },
)

it('a dispute that a rail gives up returns unexpected money: an operator is notified', async () => {
  await tell('opened', 'dsp-1', 30n)
  const events = () => test.database.query({ text: `select from payments.steps where input = 'dispute'` })
  expect(await events()).toHaveLength(1)
  const decline = { code: 'declined', remedy: 'never', message: 'Won.' } as const
  await receive('won', 'dsp-1', { kind: 'failed', railReference: 'dsp-1', decline })
  expect(await openCases()).toEqual([unmatched('comes again')])
  expect(await events()).toHaveLength(1)
  expect(await posted()).toEqual([-70n, 0n, 70n])
  expect(await findings()).toEqual([])
})

it('a dispute of the whole after a refund of the whole is booked as a loss with a case', async () => {
  const asked = { book: 1, payment: id, metadata: {} }
  const refund = await test.ask((payments, tx) => payments.createRefund(tx, asked))
  await test.end('refund', refund.id)
  expect(await posted()).toEqual([0n, 0n, 0n])
  await tell('e-1', 'dsp-1', 100n)
  expect(await posted()).toEqual([100n, -100n, 0n])
  const open = await test.database.query({ text: 'select reason from cases.cases where resolved_at is null' })
  expect(open).toEqual([{ reason: 'dispute_after_refund' }])
  expect(await test.database.query({ text: 'select code from lanes.dead_letters' })).toEqual([])
  expect(await findings()).toEqual([])
})

it('an amount owed keeps its case when a loss beside it has been accepted, until it is paid', async () => {
  await test.open('elsewhere')
  const move = async (source: string, destination: string) => {
    const leg = { source, destination, amount: 100n, asset: 'USD' }
    await test.book({ kind: 'create', book: 1, id: newUuid(), idGiven: false, ...leg })
  }
  const open = () => test.openCases()
  const decide = async (decision: SubjectAction, about: CaseReason) => {
    await test.ask(async (payments, tx) => {
      const subject = { kind: 'payment', id, book: 1 } as const
      return { ok: true, value: await payments.input(tx, subject, { kind: 'decision', decision, about }) }
    })
    await test.settled()
  }
  await move('shop', 'elsewhere')
  await tell('e-1', 'dsp-1', 100n)
  expect(await posted()).toEqual([0n, -100n, 0n])
  expect(await test.payment(id)).toMatchObject({ amountSuspended: -100n, amountOwed: 100n })
  await tell('e-2', 'dsp-2', 20n)
  expect(await test.payment(id)).toMatchObject({ amountSuspended: -120n, amountOwed: 100n, amountLost: 20n })
  expect(await open()).toMatchObject([{ reason: 'dispute_after_refund' }, { reason: 'booking_refused' }])
  await decide({ action: 'force', outcome: 'succeeded', evidence: 'It is our loss.' }, 'dispute_after_refund')
  expect(await open()).toMatchObject([{ reason: 'booking_refused' }])
  expect(await findings()).toEqual([])
  await move('elsewhere', 'shop')
  await decide({ action: 'retry' }, 'booking_refused')
  expect([await open(), await posted()]).toEqual([[], [20n, -20n, 0n]])
  expect(await test.payment(id)).toMatchObject({ amountSuspended: -20n, amountLost: 20n })
})

describe('a dispute that arrives before the outcome of the charge', () => {
  const beginSlow = async () => {
    test.rail.answer = () => ({ kind: 'pending', railReference: 'slow' })
    const slow = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
    await expect.poll(async () => (await test.payment(slow.id)).phase, { timeout: patience(10_000) }).toBe('awaiting')
    call = test.rail.calls.at(-1)?.id ?? ''
    return slow
  }

  it('is booked once that outcome is known, against those who got the money', async () => {
    const slow = await beginSlow()
    await tell('e-1', 'dsp-9', 100n)
    expect(await posted()).toEqual([-100n, 0n, 100n])
    const outcome = { kind: 'succeeded', railReference: 'slow', amount: 100n } as const
    const charge = { rail: 'card', eventId: 'e-2', occurredAt: 0, operation: 'charge', call, outcome } as const
    await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [{ ...charge, railReference: 'slow' }]))
    test.payments.wake()
    const refunded = async () => (await test.payment(slow.id)).amountRefunded
    await expect.poll(refunded, { timeout: patience(20_000) }).toBe(100n)
    expect(await posted()).toEqual([-100n, 0n, 100n])
    const open = await test.database.query({ text: 'select reason from cases.cases where resolved_at is null' })
    expect([open, await findings()]).toEqual([[], []])
  })

  it('is reported to an operator when one has stated that the charge failed', async () => {
    const slow = await beginSlow()
    await tell('e-1', 'dsp-9', 100n)
    await test.database.query({
      text: `update payments.payments set phase = 'stuck', state = 'requires_review', reason = 'outcome_unknown' where id = $1`,
      values: [slow.id],
    })
    const decision = { action: 'force', outcome: 'failed', evidence: 'The statement of the day.' } as const
    await test.ask(async (payments, tx) => {
      const subject = { kind: 'payment', id: slow.id, book: 1 } as const
      return { ok: true, value: await payments.input(tx, subject, { kind: 'decision', decision }) }
    })
    expect((await test.end('payment', slow.id)).row).toMatchObject({ state: 'failed', reason: 'settled_by_hand' })
    const open = async () => {
      await test.database.query({ text: `update lanes.later set due_at = now() where kind = 'payment.rail_event'` })
      return test.database.query<{ reason: string; detail: string }>({
        text: 'select reason, detail from cases.cases where resolved_at is null',
      })
    }
    const reported = [{ reason: 'unmatched_event', detail: expect.stringContaining('nothing is booked') }]
    await expect.poll(open, { timeout: patience(20_000) }).toMatchObject(reported)
    expect([await posted(), await findings()]).toEqual([[-100n, 0n, 100n], []])
  })
})
