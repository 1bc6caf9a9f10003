import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RailOutcome } from '#rails'
import { brief, byCard, ending, moving, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// Only payments end the holds of payments. Otherwise a client that may move the book's money could end them. Then
// a payment's row and the books would disagree, or money that a rail is about to pay out would be gone.

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('rest')
})
afterEach(() => test.stop())

const clearing = 'rails:card:clearing:USD'
const posted = async (...codes: string[]) =>
  (await Promise.all(codes.map((code) => test.balances(code)))).map(([balance]) => balance)

/** The open pending transfers. */
async function openHolds(): Promise<string[]> {
  const rows = await test.database.query<{ id: string }>({
    text: `select replace(t.id::text, '-', '') as id from ledger.holds h
      join ledger.transfers t on t.book_id = h.book_id and t.position = h.transfer`,
  })
  return rows.map(({ id }) => id)
}

const findings = () => verifyAll(test.database)

/** Tries to end the holds by the transfers' ids, as a client may, and to spend the freed money. */
async function meddle(account: string): Promise<string[]> {
  const [id = ''] = await openHolds()
  const outcomes = [
    ...(await test.submit(ending.post(id, 1n))),
    ...(await test.submit(ending.void(id))),
    ...(await test.submit(moving(account, 'rest', 100n))),
  ]
  return outcomes.map(brief)
}
const refused = ['transfer_reserved (id)', 'transfer_reserved (id)', 'insufficient_funds (amount)']

it('the hold of a payout stays until the rail has paid', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<RailOutcome>()
  test.rail.answer = () => answered
  await test.openWith('shop', 100n)
  const { id } = await test.ask((payments, tx) =>
    payments.createPayout(tx, {
      ...{ book: 1, amount: 100n, asset: 'USD', source: 'shop', metadata: {} },
      ...{ rail: 'card', otherRails: [], instrument: 'bank_ok' },
    }),
  )
  await expect.poll(() => test.rail.calls.length).toBe(1)
  expect(await meddle('shop')).toEqual(refused)
  answer({ kind: 'succeeded', railReference: 'p-1', amount: 100n })
  expect((await test.end('payout', id)).row.state).toBe('succeeded')
  expect(await posted('shop', clearing, 'rest')).toEqual([0n, 100n, 0n])
  expect(await findings()).toEqual([])
})

it('the hold of a wallet payment can be captured, and is released by a cancel', async () => {
  await test.openWith('payer', 100n)
  await test.open('shop')
  const { id } = await test.pay({ capture: 'manual', destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  expect(await meddle('payer')).toEqual(refused)
  await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id, amount: 30n, final: false }))
  await test.settled()
  expect(await meddle('payer')).toEqual(refused)
  await test.ask((payments, tx) => payments.cancel(tx, { book: 1, payment: id }))
  await test.settled()
  expect(await test.payment(id)).toMatchObject({ state: 'succeeded', amountCaptured: 30n })
  expect([await posted('payer', 'shop'), await openHolds()]).toEqual([[70n, 30n], []])
  expect(await findings()).toEqual([])
})

it('the hold of a refund on those who pay for it stays until the rail has refunded', async () => {
  await test.open('shop')
  const { id: payment } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', payment)
  const { promise: answered, resolve: answer } = Promise.withResolvers<RailOutcome>()
  test.rail.answer = () => answered
  const { id } = await test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment, metadata: {} }))
  await expect.poll(() => test.rail.calls.length).toBe(2)
  expect(await meddle('shop')).toEqual(refused)
  answer({ kind: 'succeeded', railReference: 'r-1', amount: 100n })
  expect((await test.end('refund', id)).row.state).toBe('succeeded')
  expect(await posted('shop', clearing, 'rest')).toEqual([0n, 0n, 0n])
  expect(await findings()).toEqual([])
})

it('a hold of a client can be ended by the client', async () => {
  await test.openWith('payer', 100n)
  const held = await test.book(moving('payer', 'rest', 60n, { pending: true }))
  expect((await test.submit(ending.post(held.id, 50n))).map(brief)).toEqual(['posted'])
  expect(await posted('payer', 'rest')).toEqual([50n, 50n])
})
