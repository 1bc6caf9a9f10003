import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailCall, RailEvent, RailOutcome } from '#rails'
import { byCard, patience, share, soon, startTestPayments, type TestPayments } from '#testing'
import { cancelPayout } from '../acceptance/cancel-payout.ts'

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
})
afterEach(() => test.stop())

const clearing = 'rails:card:clearing:USD'
const payIn = () => test.pay({ source: byCard, destinations: [share('shop', 100n)] })
const posted = async (...codes: string[]) =>
  (await Promise.all(codes.map((code) => test.balances(code)))).map(([balance]) => balance)
const succeeded = (call: Pick<RailCall, 'amount'>, railReference = 'r-1'): RailOutcome => ({
  ...{ kind: 'succeeded', railReference, amount: call.amount },
})

it('books a pay-in over a rail from its clearing account, which is opened when it is first needed', async () => {
  const { id } = await payIn()
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'succeeded', rail: 'card', amountCaptured: 100n })
  expect(await posted(clearing, 'shop')).toEqual([-100n, 100n])
  const attempts = await test.database.query({
    text: 'select id, operation, state, rail_reference as reference from payments.attempts where root_id = $1',
    values: [id],
  })
  expect(attempts).toMatchObject([{ operation: 'charge', state: 'succeeded' }])
  expect(test.rail.calls.map(({ id: call }) => call)).toEqual(
    attempts.map((attempt) => String((attempt as { id: string }).id).replaceAll('-', '')),
  )
})

it('fails with the code of the decline, and another instrument may then pay', async () => {
  test.rail.answer = (call) =>
    call.instrument === 'card_ok'
      ? { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'instrument', message: 'no' } }
      : undefined
  const { id } = await payIn()
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'failed', reason: 'do_not_honor' })
  await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_other' }))
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'succeeded', amountCaptured: 100n })
  expect(await posted('shop')).toEqual([100n])
})

it('inquires about an unknown outcome, and never charges twice', async () => {
  test.rail.answer = (call, ask) => (ask === 'submit' ? { kind: 'unknown', why: 'no answer in time' } : succeeded(call))
  const { id } = await payIn()
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  expect(test.rail.calls.map(({ ask }) => ask)).toEqual(['submit', 'inquire'])
  expect(new Set(test.rail.calls.map((call) => call.id)).size).toBe(1)
})

it('submits again under the same key when the rail does not know the operation', async () => {
  let submissions = 0
  test.rail.answer = (call, ask) => {
    if (ask === 'inquire') return { kind: 'not_found' }
    submissions += 1
    return submissions === 1 ? { kind: 'unknown', why: 'a broken connection' } : succeeded(call)
  }
  const { id } = await payIn()
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  expect(test.rail.calls.map(({ ask }) => ask)).toEqual(['submit', 'inquire', 'submit'])
  expect(new Set(test.rail.calls.map((call) => call.id)).size).toBe(1)
})

const tell = async (event: Omit<RailEvent, 'rail' | 'eventId' | 'occurredAt'>) => {
  const occurredAt = await test.clock()
  await test.database.transaction((tx) =>
    test.payments.receiveRailEvents(tx, [{ rail: 'card', eventId: newUuid(), occurredAt, ...event }]),
  )
  test.payments.wake()
}

it('accepts an event that overtakes the answer, and the later answer changes nothing', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<RailOutcome>()
  test.rail.answer = () => answered
  const { id } = await payIn()
  await expect.poll(() => test.rail.calls.length).toBe(1)
  const [call] = test.rail.calls
  if (call === undefined) throw new Error('the rail was asked')
  const outcome = { kind: 'succeeded', railReference: 'r-1', amount: 100n } as const
  await tell({ call: call.id, railReference: 'r-1', operation: 'charge', outcome })
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  answer(succeeded(call))
  await tell({ call: call.id, railReference: 'r-1', operation: 'charge', outcome })
  await test.settled()
  expect(await posted(clearing, 'shop')).toEqual([-100n, 100n])
})

it('finds the attempt by the reference of the rail, even if that becomes known later', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<RailOutcome>()
  test.rail.answer = () => answered
  const { id } = await payIn()
  await expect.poll(() => test.rail.calls.length).toBe(1)
  const outcome = { kind: 'succeeded', railReference: 'r-7', amount: 100n } as const
  await tell({ railReference: 'r-7', operation: 'charge', outcome })
  answer({ kind: 'pending', railReference: 'r-7' })
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  expect(await posted('shop')).toEqual([100n])
})

it.each([
  ['its call', (call: RailCall) => ({ call: call.id })],
  ['the reference of what is disputed', (call: RailCall) => ({ originalReference: `card-${call.id}` })],
])('debits the amount that a payer disputes, named by %s', async (_, named) => {
  const { id } = await payIn()
  await test.end('payment', id)
  const [call] = test.rail.calls
  if (call === undefined) throw new Error('the rail was asked')
  const outcome = { kind: 'succeeded', railReference: 'dsp-1', amount: 100n } as const
  await tell({ ...named(call), railReference: 'dsp-1', operation: 'dispute', outcome })
  await expect.poll(async () => (await test.payment(id)).amountRefunded).toBe(100n)
  expect(await posted(clearing, 'shop')).toEqual([0n, 0n])
})

it('books no amount that a rail reports in another asset, and opens a case', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<RailOutcome>()
  test.rail.answer = () => answered
  const { id } = await payIn()
  await expect.poll(() => test.rail.calls.length).toBe(1)
  const call = test.rail.calls[0]?.id ?? ''
  const outcome = { kind: 'succeeded', railReference: 'r-1', amount: 9_100n } as const
  await tell({ call, railReference: 'r-1', operation: 'charge', outcome, asset: 'EUR' })
  const [found] = await test.openCases()
  expect(found).toMatchObject({ kind: 'event', reason: 'unmatched_event' })
  for (const text of ['91.00 EUR', 'it is in EUR, and the charge is in USD']) expect(found?.detail).toContain(text)
  expect((await test.payment(id)).state).toBe('processing')
  answer({ kind: 'succeeded', railReference: 'r-1', amount: 100n })
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  expect(await posted(clearing, 'shop')).toEqual([-100n, 100n])
})

it('opens a case for an unmatched event, after a search for its payment', async () => {
  const outcome = { kind: 'succeeded', railReference: 'r-9', amount: 70n } as const
  await tell({ railReference: 'r-9', operation: 'charge', outcome })
  for (let look = 0; look < 5; look += 1) {
    await test.database.query({ text: 'update lanes.later set due_at = now()' })
    await expect
      .poll(async () => (await test.database.query({ text: 'select from lanes.later where due_at <= now()' })).length, {
        timeout: patience(10_000),
      })
      .toBe(0)
    await test.settled()
  }
  const stuck = await test.database.query({ text: 'select book_id, subject_kind, reason, detail from cases.cases' })
  expect(stuck).toMatchObject([{ book_id: 0, subject_kind: 'event', reason: 'unmatched_event' }])
  expect((stuck[0] as { detail: string }).detail).toContain('r-9')
})

it('refunds over the rail, and holds the money until the rail has refunded it', async () => {
  const { id } = await payIn()
  await test.end('payment', id)
  const refund = await test.ask((payments, tx) =>
    payments.createRefund(tx, { book: 1, payment: id, amount: 60n, metadata: {} }),
  )
  expect((await test.end('refund', refund.id)).row.state).toBe('succeeded')
  expect(await test.payment(id)).toMatchObject({ amountRefunding: 0n, amountRefunded: 60n })
  expect(await posted(clearing, 'shop')).toEqual([-40n, 40n])
})

it('pays out of a wallet over a rail, and returns the money when the rail declines', async () => {
  await test.openWith('saver', 500n)
  const payOut = (instrument: string) =>
    test.ask((payments, tx) =>
      payments.createPayout(tx, {
        ...{ book: 1, amount: 200n, asset: 'USD', source: 'saver', rail: 'card', otherRails: [], instrument },
        metadata: {},
      }),
    )
  test.rail.answer = ({ instrument }) =>
    instrument === 'closed'
      ? { kind: 'failed', decline: { code: 'instrument_invalid', remedy: 'never', message: 'no' } }
      : undefined
  const good = await payOut('open')
  expect((await test.end('payout', good.id)).row.state).toBe('succeeded')
  const bad = await payOut('closed')
  expect((await test.end('payout', bad.id)).row).toMatchObject({ state: 'failed', reason: 'instrument_invalid' })
  expect(await posted(clearing, 'saver')).toEqual([200n, 300n])
})

it('cancels a payout before its start, but not one that a lost server may have submitted', async () => {
  await test.openWith('saver', 500n)
  const [canceled, refused] = await test.database.transaction(async (tx) => {
    const cancelNew = async (mayBeLost: boolean) => {
      const made = await test.payments.createPayout(tx, {
        ...{ book: 1, amount: 200n, asset: 'USD', source: 'saver', rail: 'card', otherRails: [] },
        ...{ instrument: 'open', metadata: {} },
      })
      if (!made.ok) throw new Error(made.refusal.code)
      return cancelPayout(tx, { book: 1, payout: made.value.id }, { mayBeLost: () => mayBeLost })
    }
    return [await cancelNew(false), await cancelNew(true)]
  })
  expect(canceled).toMatchObject({ ok: true, value: { state: 'canceled' } })
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'payout_not_cancelable' } })
  await expect.poll(() => posted(clearing, 'saver'), { timeout: patience(20_000) }).toEqual([200n, 300n])
})

it('takes no more than 1,000 captures of a payment', async () => {
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)], capture: 'manual' })
  await expect.poll(async () => (await test.payment(id)).state, { timeout: patience(20_000) }).toBe('authorized')
  const capture = () =>
    test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id, amount: 1n, final: false }))
  const { id: first } = await capture()
  expect((await test.end('capture', first)).row.state).toBe('succeeded')
  await test.database.query({
    text: `insert into payments.captures
      select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid()))).*
      from payments.captures c, generate_series(1, 999) where c.payment_id = $1`,
    values: [id],
  })
  await expect(capture()).rejects.toThrow('too_many_captures')
  expect(await posted('shop')).toEqual([1n])
})

it('goes on after the process that called the rail was lost: the timer inquires, under the same key', async () => {
  await test.stop()
  test = await startTestPayments({ inquireAfterMs: soon })
  await test.open('shop')
  const second = await test.startAnother()
  const { promise: lost, resolve: end } = Promise.withResolvers<RailOutcome>()
  test.rail.answer = (call, ask) => (ask === 'submit' ? lost : succeeded(call))
  const { id } = await payIn()
  await expect.poll(() => test.rail.calls.length).toBe(1)
  const ended = await second.payments.waitForEnd({ kind: 'payment', id, book: 1 }, patience(10_000))
  expect(ended?.row.state).toBe('succeeded')
  expect(test.rail.calls.map(({ ask }) => ask)).toEqual(['submit', 'inquire'])
  end({ kind: 'unknown', why: 'the process is gone' })
  await test.settled()
  expect(await posted(clearing, 'shop')).toEqual([-100n, 100n])
})
