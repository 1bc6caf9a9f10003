import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailCall, RailOperation, RailOutcome } from '#rails'
import { byCard, patience, share, startTestPayments, type TestPayments } from '#testing'
import { paymentChecks, type SubjectKind } from '../index.ts'

// A rail reports success, then failure, and confirms the failure when asked: an operator states that it failed.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 500n)
})
afterEach(() => test.stop())

const clearing = 'rails:card:clearing:USD'
const wait = { timeout: patience(10_000) }
const failed = {
  kind: 'failed',
  decline: { code: 'declined', remedy: 'never', message: 'No.' },
  railReference: 'r-1',
} as const

/** The rail withdraws its report of the last call of this operation, and an operator states that it failed. */
async function fails(kind: SubjectKind, id: string, operation: RailOperation): Promise<void> {
  const { database, payments, rail } = test
  const call = rail.calls.findLast((one) => one.operation === operation)
  if (call === undefined) throw new Error('the rail was asked')
  rail.answer = (one, ask) => (ask === 'inquire' && one.id === call.id ? failed : undefined)
  const event = { rail: 'card', eventId: newUuid(), occurredAt: await test.clock(), call: call.id, operation }
  await database.transaction((tx) =>
    payments.receiveRailEvents(tx, [{ ...event, railReference: 'r-1', outcome: failed }]),
  )
  payments.wake()
  const entries = async () =>
    (
      await database.query<{ reason: string }>({
        text: 'select reason from cases.cases where subject_id = $1 and resolved_at is null order by rank desc limit 1',
        values: [id],
      })
    ).map(({ reason }) => reason)
  await expect.poll(entries, wait).toEqual(['outcome_unknown'])
  const decision = { action: 'force', outcome: 'failed', evidence: 'Settlement file, line 7.' } as const
  await database.transaction((tx) =>
    payments.input(tx, { kind, id, book: 1 }, { kind: 'decision', decision, about: 'outcome_unknown' }),
  )
  payments.wake()
  await expect.poll(entries, wait).toEqual([])
}

async function expectBooks(books: { readonly shop: bigint; readonly rail: bigint }): Promise<void> {
  const posted = await Promise.all(['shop', clearing].map(async (code) => (await test.balances(code))[0]))
  expect(posted).toEqual([books.shop, books.rail])
  const found = await Promise.all(paymentChecks(test.database).map(({ run }) => run()))
  expect(found.flatMap(({ findings }) => findings)).toEqual([])
}

it('a payout that did not happen returns to the account that paid it', async () => {
  const out = { amount: 70n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  const { id } = await test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))
  expect((await test.end('payout', id)).row.state).toBe('succeeded')
  await expectBooks({ shop: 430n, rail: 70n })
  await fails('payout', id, 'payout')
  expect((await test.end('payout', id)).row).toMatchObject({ state: 'failed', reason: 'settled_by_hand' })
  await expectBooks({ shop: 500n, rail: 0n })
})

it('a refund that did not happen returns to those who paid it, and can be made again', async () => {
  const { id: payment } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', payment)
  const asked = { book: 1, payment, amount: 100n, metadata: {} }
  const { id } = await test.ask((payments, tx) => payments.createRefund(tx, asked))
  expect((await test.end('refund', id)).row.state).toBe('succeeded')
  await expectBooks({ shop: 500n, rail: 0n })
  await fails('refund', id, 'refund')
  expect(await test.payment(payment)).toMatchObject({ amountCaptured: 100n, amountRefunded: 0n })
  await expectBooks({ shop: 600n, rail: -100n })
  const again = await test.ask((payments, tx) => payments.createRefund(tx, asked))
  expect((await test.end('refund', again.id)).row.state).toBe('succeeded')
  await expectBooks({ shop: 500n, rail: 0n })
})

it('a capture that did not happen is debited from those who got it, and the rest stays', async () => {
  const held = { source: byCard, destinations: [share('shop', 100n)], capture: 'manual' } as const
  const { id: payment } = await test.pay(held)
  await test.end('payment', payment)
  const captures: string[] = []
  for (const amount of [40n, 60n]) {
    const made = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment, amount, final: false }))
    expect((await test.end('capture', made.id)).row.state).toBe('succeeded')
    captures.push(made.id)
  }
  await expectBooks({ shop: 600n, rail: -100n })
  await fails('capture', captures[1] ?? '', 'capture')
  expect(await test.payment(payment)).toMatchObject({ amountCaptured: 100n, amountRefunded: 60n })
  await expectBooks({ shop: 540n, rail: -40n })
})

it('a capture that did not happen is debited from each account up to the part not yet refunded', async () => {
  await test.open('partner')
  const destinations = [share('shop', 50n), share('partner', 50n)]
  const { id: payment } = await test.pay({ source: byCard, amount: 100n, destinations, capture: 'manual' })
  await test.end('payment', payment)
  const made = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment, amount: 100n, final: true }))
  await test.end('capture', made.id)
  const from = [share('partner', 40n)]
  const asked = { book: 1, payment, amount: 40n, from, to: { kind: 'wallet', account: 'shop' }, metadata: {} } as const
  const refund = await test.ask((payments, tx) => payments.createRefund(tx, asked))
  await test.end('refund', refund.id)
  await fails('capture', made.id, 'capture')
  expect((await test.balances('partner'))[0]).toBe(0n)
  await expectBooks({ shop: 540n, rail: 0n })
})

it('an increment that did not happen debits nothing from those who got the captured money', async () => {
  const held = { source: byCard, destinations: [share('shop', 100n)], capture: 'manual' } as const
  const { id: payment } = await test.pay(held)
  await test.end('payment', payment)
  await test.ask((payments, tx) => payments.increment(tx, { book: 1, payment, amount: 20n }))
  await expect.poll(async () => (await test.payment(payment)).amountCapturable, wait).toBe(120n)
  const made = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment, amount: 120n, final: true }))
  expect((await test.end('capture', made.id)).row.state).toBe('succeeded')
  await expectBooks({ shop: 620n, rail: -120n })
  await fails('payment', payment, 'authorize')
  expect(await test.payment(payment)).toMatchObject({ amountCaptured: 120n, amountRefunded: 0n })
  await expectBooks({ shop: 620n, rail: -120n })
})

/** Freezes the account, or opens it again; a rail may do so while it is called. */
const set = (state: 'frozen' | 'open') =>
  test.database.transaction((tx) => test.ledger.changeAccount(tx, { book: 1, account: 'shop', state }))

const frozenAtOnce = async (call: RailCall): Promise<RailOutcome> => {
  await set('frozen')
  return { kind: 'succeeded', railReference: 'r-1', amount: call.amount }
}

it('a charge that did not happen, in suspense for its frozen destination, is not delivered', async () => {
  test.rail.answer = frozenAtOnce
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'requires_review', reason: 'booking_refused' })
  await expectBooks({ shop: 500n, rail: -100n })
  await fails('payment', id, 'charge')
  expect(await test.payment(id)).toMatchObject({ state: 'failed', phase: 'ended' })
  await expectBooks({ shop: 500n, rail: 0n })
})

it('a payout that did not happen, in suspense for its frozen account, is not debited', async () => {
  test.rail.answer = frozenAtOnce
  const out = { amount: 70n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  const { id } = await test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))
  expect((await test.end('payout', id)).row).toMatchObject({ state: 'requires_review', reason: 'booking_refused' })
  await set('open')
  await fails('payout', id, 'payout')
  expect((await test.end('payout', id)).row).toMatchObject({ state: 'failed', reason: 'settled_by_hand' })
  await expectBooks({ shop: 500n, rail: 0n })
})
