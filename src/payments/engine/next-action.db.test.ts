import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RailAction, RailOutcome } from '#rails'
import { byCard, patience, share, soon, startTestPayments, type TestPayments } from '#testing'
import { renderPayment } from '../rendering/render-payment.ts'

let test: TestPayments
const expiresAt = 1_900_000_000_000_000
const actions: readonly RailAction[] = [
  { kind: 'redirect', url: 'https://rail.example/7', expiresAt },
  { kind: 'deep_link', url: 'upi://pay?tr=7', expiresAt },
  { kind: 'qr', text: 'upi://pay?tr=7', expiresAt },
  { kind: 'form_post', url: 'https://acs.example', fields: { creq: 'e30' }, expiresAt },
  { kind: 'pay_to', address: '0x1', amount: 9_007_199_254_740_993n, asset: 'USDC', memo: 'm', expiresAt },
]

beforeEach(async () => {
  test = await startTestPayments({ inquireAfterMs: soon })
  await test.open('shop')
})
afterEach(() => test.stop())

const payIn = () => test.pay({ source: byCard, destinations: [share('shop', 100n)] })
const actionShown = async (id: string) => JSON.parse(renderPayment(await test.payment(id))).next_action

it.each(actions)('a payment shows the action $kind until its attempt ends', async (action) => {
  let says: RailOutcome = { kind: 'pending', railReference: 'r-1', action }
  test.rail.answer = () => says
  const { id } = await payIn()
  const { kind: type, expiresAt: _, ...content } = action
  const shown = { type, ...content, ...('amount' in content && { amount: `${content.amount}` }) }
  await expect.poll(() => actionShown(id)).toEqual({ ...shown, expires_at: '2030-03-17T17:46:40.000000Z' })
  expect((await test.payment(id)).nextAction).toEqual(action)
  says = { kind: 'succeeded', railReference: 'r-1', amount: 100n }
  await expect.poll(async () => (await test.payment(id)).state).toBe('succeeded')
  expect(await actionShown(id)).toBeNull()
})

it('a client that waits gets the payment when the payer has to act', async () => {
  const [action] = actions
  test.rail.answer = () => ({ kind: 'pending', railReference: 'r-1', ...(action && { action }) })
  const { id, book } = await payIn()
  const got = await test.payments.waitForEnd({ kind: 'payment', id, book }, patience(20_000))
  expect(got?.row).toMatchObject({ state: 'processing', nextAction: action })
})

it('another attempt of the payment does not show the action of the one before', async () => {
  const [action] = actions
  test.rail.answer = (_, ask) =>
    ask === 'submit'
      ? { kind: 'pending', railReference: 'r-1', ...(action && { action }) }
      : { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'instrument', message: 'No.' } }
  const { id } = await payIn()
  await expect.poll(async () => (await test.payment(id)).state).toBe('failed')
  test.rail.answer = () => ({ kind: 'pending', railReference: 'r-2' })
  await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_other' }))
  await expect.poll(async () => (await test.payment(id)).phase).toBe('awaiting')
  expect(await actionShown(id)).toBeNull()
})
