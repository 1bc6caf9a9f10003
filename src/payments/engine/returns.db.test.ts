import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOperation } from '#rails'
import { byCard, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import { createKeptWords } from './handling/kept-words.ts'
import { indexPlansStep } from './handling/load-rows.ts'
import { readAttemptsStep, toAttempt } from './rows/attempt-store.ts'

// A rail had reported success, and then the money comes back. The clearing account follows the rail's own record.

let test: TestPayments
/** What the rail took less what it gave, by its own record. */
let net = 0n
beforeEach(async () => {
  test = await startTestPayments()
  net = 0n
  await test.openWith('shop', 500n)
  await test.open('partner')
})
afterEach(() => test.stop())

const wait = { timeout: patience(10_000) }
const clearing = 'rails:card:clearing:USD'

const paid = async () => {
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 70n), share('partner', 30n)] })
  await test.end('payment', id)
  net += 100n
  return id
}
const refunded = async (payment: string, amount: bigint, isReversal = false) => {
  const asked = { book: 1, payment, amount, isReversal, metadata: {} }
  const { id } = await test.ask((door, tx) => door.createRefund(tx, asked))
  await test.end('refund', id)
  net -= amount
  return id
}
const paidOut = async () => {
  const out = { amount: 70n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  const { id } = await test.ask((door, tx) => door.createPayout(tx, { book: 1, ...out, metadata: {} }))
  await test.end('payout', id)
  net -= 70n
  return id
}

const callOf = (operation: RailOperation) =>
  test.rail.calls.findLast((one) => one.operation === operation && one.ask === 'submit')?.id ?? ''
const isIn = (operation: RailOperation) => operation === 'charge' || operation === 'capture'
const hear = (event: Partial<RailEvent> & Pick<RailEvent, 'operation' | 'outcome'>) =>
  test.database.transaction((tx) =>
    test.payments.receiveRailEvents(tx, [
      {
        rail: 'card',
        eventId: newUuid(),
        occurredAt: 1_700_000_000_000_000,
        asset: 'USD',
        railReference: '',
        ...event,
      },
    ]),
  )
const returned = (railReference: string, amount: bigint) =>
  ({ kind: 'returned', railReference, amount, reason: { code: 'AC04', message: 'The account is closed.' } }) as const

/** The rail reports the return twice: by our id, and by its own reference of the operation. */
async function comeBack(operation: RailOperation, reference: string, amount: bigint): Promise<void> {
  const call = callOf(operation)
  net += isIn(operation) ? -amount : amount
  await hear({ operation, call, railReference: `card-${call}`, outcome: returned(reference, amount) })
  await hear({ operation, railReference: `card-${call}`, outcome: returned(reference, amount) })
  test.payments.wake()
  await test.settled()
}

const row = async (table: 'refunds' | 'payouts', id: string) => {
  const text = `select state, reason, amount_returned from payments.${table} where id = $1`
  const [found] = await test.database.query<{ state: string; reason: string | null; amount_returned: bigint }>({
    text,
    values: [id],
  })
  return [found?.state, found?.reason, found?.amount_returned]
}
const posted = async (...codes: string[]) =>
  Promise.all(
    codes.map((code) =>
      test.balances(code).then(
        ([balance]) => balance,
        () => 0n,
      ),
    ),
  )
const open = async () => (await test.openCases()).map(({ kind, reason }) => `${kind} ${reason}`)
async function expectInOrder(balances: { readonly shop: bigint; readonly partner?: bigint }): Promise<void> {
  const [shop, partner, atRail] = await posted('shop', 'partner', clearing)
  expect([shop, partner, atRail]).toEqual([balances.shop, balances.partner ?? 0n, -net])
  expect(await verifyAll(test.database)).toEqual([])
}

it('a payout that comes back is in its account again', async () => {
  const id = await paidOut()
  await comeBack('payout', 'ret-1', 30n)
  await expectInOrder({ shop: 460n })
  expect(await row('payouts', id)).toEqual(['succeeded', null, 30n])
  await comeBack('payout', 'ret-2', 40n)
  await expectInOrder({ shop: 500n })
  expect(await row('payouts', id)).toEqual(['failed', 'returned', 70n])
  expect(await open()).toEqual([])
})

it('a refund that comes back is with those who had paid for it, and can be made again', async () => {
  const payment = await paid()
  const id = await refunded(payment, 50n)
  await comeBack('refund', 'ret-1', 10n)
  await comeBack('refund', 'ret-2', 40n)
  expect(await row('refunds', id)).toEqual(['failed', 'returned', 50n])
  await expectInOrder({ shop: 570n, partner: 30n })
  await refunded(payment, 100n)
  await expectInOrder({ shop: 500n })
})

it('a refund that undoes something, and comes back, is an operator’s to make again', async () => {
  const payment = await paid()
  const id = await refunded(payment, 50n, true)
  await comeBack('refund', 'ret-1', 20n)
  await expectInOrder({ shop: 549n, partner: 21n })
  const [part] = await test.openCases()
  expect(part).toMatchObject({ kind: 'refund', reason: 'compensation_failed' })
  await test.act(part?.id ?? '', { action: 'retry' })
  net -= 20n
  expect((await test.end('refund', part?.subject ?? '')).row).toMatchObject({ state: 'succeeded', amount: 20n })
  expect([await row('refunds', id), await open()]).toEqual([['succeeded', null, 20n], []])
  await comeBack('refund', 'ret-2', 20n)
  expect(await open()).toEqual(['refund compensation_failed'])
  await expectInOrder({ shop: 549n, partner: 21n })
})

it('a charge that comes back is paid back by its recipients, before and after refunds and disputes', async () => {
  const payment = await paid()
  await comeBack('charge', 'ret-1', 20n)
  expect(await test.payment(payment)).toMatchObject({ state: 'succeeded', amountRefunded: 20n })
  await refunded(payment, 10n)
  const call = callOf('charge')
  net -= 40n
  await hear({
    operation: 'dispute',
    call,
    outcome: { kind: 'succeeded', railReference: 'dsp-1', amount: 40n },
    railReference: 'dsp-1',
  })
  test.payments.wake()
  await test.settled()
  await comeBack('charge', 'ret-2', 30n)
  await expectInOrder({ shop: 500n })
  expect(await open()).toEqual([])
})

it('a capture that comes back is paid back by the recipients of the payment', async () => {
  const { id } = await test.pay({
    ...{ source: byCard, capture: 'manual' },
    destinations: [share('shop', 70n), share('partner', 30n)],
  })
  await test.end('payment', id)
  const capture = await test.ask((door, tx) => door.capture(tx, { book: 1, payment: id, amount: 60n, final: false }))
  await test.end('capture', capture.id)
  net += 60n
  await comeBack('capture', 'ret-1', 60n)
  await expectInOrder({ shop: 500n })
  expect(await test.payment(id)).toMatchObject({ amountCaptured: 60n, amountRefunded: 60n })
})

describe('money that its account cannot take back', () => {
  it.each(['payout', 'refund'] as const)('of a %s waits in suspense until an operator retries', async (operation) => {
    const id = operation === 'payout' ? await paidOut() : await refunded(await paid(), 100n)
    await test.change('shop', { state: 'frozen' })
    await comeBack(operation, 'ret-1', 70n)
    expect([await open(), await posted('suspense:USD', clearing)]).toEqual([
      [`${operation} booking_refused`],
      [70n, -net],
    ])
    expect(await verifyAll(test.database)).toEqual([])
    await test.change('shop', { state: 'open' })
    const [found] = await test.openCases()
    await test.act(found?.id ?? '', { action: 'retry' })
    await expect.poll(open, wait).toEqual([])
    expect(await posted('suspense:USD')).toEqual([0n])
    await expectInOrder(operation === 'payout' ? { shop: 500n } : { shop: 549n, partner: 21n })
    expect((await row(`${operation}s`, id))[2]).toBe(70n)
  })
})

it('money that was refunded in less and came back is refunded again, without the rest that was accepted', async () => {
  test.rail.answer = ({ id, amount }) => ({ kind: 'succeeded', railReference: `card-${id}`, amount: amount - 7n })
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  const decide = async (reason: string, action: Parameters<typeof test.act>[1]) => {
    await expect.poll(open, wait).toEqual([reason])
    const [found] = await test.openCases()
    await test.act(found?.id ?? '', action)
  }
  net += 93n
  await decide('payment wrong_amount', { action: 'reverse' })
  net -= 86n
  await expect.poll(open, wait).toEqual(['refund wrong_amount'])
  test.rail.answer = () => undefined
  await decide('refund wrong_amount', { action: 'force', outcome: 'succeeded', evidence: 'The console of the rail.' })
  await comeBack('refund', 'ret-1', 86n)
  await decide('payment late_success', { action: 'retry' })
  net -= 86n
  await expect.poll(() => posted('suspense:USD'), wait).toEqual([7n])
  await expect.poll(async () => (await test.payment(id)).phase, wait).toBe('ended')
  expect(await open()).toEqual([])
  await expectInOrder({ shop: 500n })
})

it('a rail that says that a success failed, and on inquiry that it came back, needs no operator', async () => {
  const id = await paidOut()
  const call = callOf('payout')
  const decline = { code: 'declined', remedy: 'never', message: 'No.' } as const
  const back = { ...returned('ret-1', 70n), occurredAt: 1_700_000_000_000_000 }
  test.rail.answer = (one, ask) =>
    ask === 'inquire' && one.id === call
      ? { kind: 'succeeded', railReference: `card-${call}`, amount: 70n, returns: [back] }
      : undefined
  net += 70n
  await hear({ operation: 'payout', call, outcome: { kind: 'failed', decline } })
  test.payments.wake()
  await expect.poll(() => row('payouts', id), wait).toEqual(['failed', 'returned', 70n])
  await expectInOrder({ shop: 500n })
  expect(await open()).toEqual([])
})

it('an inquiry that finds a success and its returns books both, whatever was refunded before', async () => {
  const payment = await paid()
  await refunded(payment, 30n)
  const call = callOf('charge')
  const decline = { code: 'declined', remedy: 'never', message: 'No.' } as const
  const back = (reference: string, amount: bigint) => ({ ...returned(reference, amount), occurredAt: 0 })
  test.rail.answer = (one, ask) =>
    ask === 'inquire' && one.id === call
      ? {
          kind: 'succeeded',
          railReference: `card-${call}`,
          amount: 100n,
          returns: [back('ret-1', 20n), back('ret-2', 50n)],
        }
      : undefined
  net -= 70n
  await hear({ operation: 'charge', call, outcome: { kind: 'failed', decline } })
  test.payments.wake()
  await expect.poll(async () => (await test.payment(payment)).amountRefunded, wait).toBe(100n)
  await expectInOrder({ shop: 500n })
  expect(await open()).toEqual([])
  await hear({ operation: 'charge', call, outcome: returned('ret-2', 50n) })
  test.payments.wake()
  await test.settled()
  await expectInOrder({ shop: 500n })
})

it.each(['answer', 'event'])(
  'a success whose returns an %s names is booked with them when it is kept for later',
  async (how) => {
    test.rail.answer = () => ({ kind: 'unknown', why: 'no answer' })
    const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
    await expect.poll(() => test.rail.calls.length, wait).toBe(1)
    await test.settled()
    const call = callOf('charge')
    const railReference = `card-${call}`
    const returns = [{ ...returned('ret-1', 40n), occurredAt: 1_700_000_000_000_000 }]
    const outcome = { kind: 'succeeded', railReference, amount: 100n, returns } as const
    net += 60n
    if (how === 'answer') {
      const [, rows] = await test.database.transaction((tx) => tx.burst([indexPlansStep, readAttemptsStep([call])]))
      const called = toAttempt(rows?.rows[0] ?? [])
      const words = createKeptWords({ ...test, onFault: ({ message }) => expect.fail(message) })
      words.keep({ book: 1, kind: 'payment', id, root: id, input: { kind: 'outcome', attempt: call, outcome }, called })
      await words.stop()
    } else {
      await hear({ operation: 'charge', railReference, outcome })
      await test.database.query({ text: 'update payments.attempts set rail_reference = $1', values: [railReference] })
      await test.database.query({ text: 'update lanes.later set due_at = now()' })
    }
    test.payments.wake()
    await test.end('payment', id)
    await test.settled()
    await expectInOrder({ shop: 560n })
  },
)

it('a return that overtakes its success is booked after it', async () => {
  const out = { amount: 70n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  test.rail.answer = ({ id }) => ({ kind: 'pending', railReference: `card-${id}` })
  const { id } = await test.ask((door, tx) => door.createPayout(tx, { book: 1, ...out, metadata: {} }))
  await expect.poll(() => test.rail.calls.length, wait).toBe(1)
  await test.settled()
  const call = callOf('payout')
  const railReference = `card-${call}`
  await hear({ operation: 'payout', railReference, outcome: returned('ret-1', 70n) })
  test.payments.wake()
  await test.settled()
  expect([await row('payouts', id), await open()]).toEqual([['processing', null, 0n], []])
  await hear({ operation: 'payout', railReference, outcome: { kind: 'succeeded', railReference, amount: 70n } })
  test.payments.wake()
  await test.end('payout', id)
  await test.database.query({ text: 'update lanes.later set due_at = now()' })
  await expect.poll(() => row('payouts', id), wait).toEqual(['failed', 'returned', 70n])
  await expectInOrder({ shop: 500n })
})

it.each([
  ['another asset', { asset: 'EUR' }, 'it is in EUR, and the payout is in USD'],
  ['no asset', { asset: undefined }, 'it is in no asset, and the payout is in USD'],
])('a return in %s is an operator’s at once, and not booked', async (_, part, because) => {
  await paidOut()
  const { asset, ...event } = {
    ...part,
    operation: 'payout',
    call: callOf('payout'),
    outcome: returned('ret-1', 70n),
  } as const
  const heard = { rail: 'card', eventId: newUuid(), occurredAt: 0, railReference: '', ...event }
  await test.database.transaction((tx) =>
    test.payments.receiveRailEvents(tx, [{ ...heard, ...(asset !== undefined && { asset }) }]),
  )
  test.payments.wake()
  await test.settled()
  const [found] = await test.openCases()
  expect(found).toMatchObject({ kind: 'event', reason: 'unmatched_event', detail: expect.stringContaining(because) })
  await expectInOrder({ shop: 430n })
})

it('each return has an event, and a step of the timeline that names it', async () => {
  await paid()
  await comeBack('charge', 'ret-9', 10n)
  const steps = await test.database.query<{ note: string; events: string[] }>({
    text: `select note, events from payments.steps where input = 'returned'`,
  })
  expect(steps).toEqual([
    {
      note: expect.stringContaining('0.10 USD of the charge over card came back (ret-9: AC04 The account is closed.).'),
      events: ['payment.returned'],
    },
  ])
})
