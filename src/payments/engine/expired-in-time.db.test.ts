import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byCard, firstBook, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// An authorization ends at its `expires_at`, however late the lanes carry that out.

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  await test.openWith('payer', 500n)
})
afterEach(() => test.stop())

type Tx = Parameters<Parameters<TestPayments['ask']>[0]>[1]

const hour = 3_600_000_000

describe.each([
  ['a wallet', { kind: 'wallet', account: 'payer' }],
  ['a card', byCard],
] as const)('the expiry of a hold from %s', (_, source) => {
  const hold = async () => {
    const expiresAt = (await test.clock()) + hour
    const { id } = await test.pay({ capture: 'manual', destinations: [share('shop', 100n)], source, expiresAt })
    await test.end('payment', id)
    return { book: firstBook, payment: id }
  }
  /** Its `expires_at` is now; its timer has not fired yet. */
  const pass = (tx: Tx, id: string) =>
    tx.query({
      text: `update payments.payments set expires_at = clock_timestamp() where id = $1::uuid`,
      values: [id],
    })
  const expire = async (id: string) => {
    const subject = { kind: 'payment', id, book: firstBook } as const
    await test.ask(async (payments, tx) => {
      return { ok: true, value: await payments.input(tx, subject, { kind: 'expire' }) }
    })
    await test.settled()
  }
  const balances = async () => (await Promise.all(['shop', 'payer'].map((code) => test.balances(code)))).flat()

  it('refuses a later capture or increment, and releases the hold', async () => {
    const named = await hold()
    const refusals = await test.ask(async (payments, tx) => {
      await pass(tx, named.payment)
      const answers = [await payments.capture(tx, named), await payments.increment(tx, { ...named, amount: 10n })]
      return { ok: true, value: answers.map((answer) => (answer.ok ? 'accepted' : answer.refusal.code)) }
    })
    expect(refusals).toEqual(['payment_not_authorized', 'payment_not_authorized'])
    await expire(named.payment)
    expect(await test.payment(named.payment)).toMatchObject({ state: 'canceled', reason: 'expired', amount: 100n })
    expect(await balances()).toEqual([0n, 0n, 0n, 500n, 0n, 0n])
    const ofRail = source.kind === 'rail' ? ['authorize', 'void'] : []
    expect(test.rail.calls.map(({ operation }) => operation)).toEqual(ofRail)
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('lets an accepted capture go on, and releases the rest', async () => {
    const named = await hold()
    await test.ask(async (payments, tx) => {
      const captured = await payments.capture(tx, { ...named, amount: 30n, final: false })
      await pass(tx, named.payment)
      return captured
    })
    await expire(named.payment)
    const ended = { state: 'succeeded', amountCaptured: 30n, amountCapturable: 0n, amountCapturing: 0n }
    expect(await test.payment(named.payment)).toMatchObject(ended)
    const payer = source.kind === 'rail' ? 500n : 470n
    expect(await balances()).toEqual([30n, 0n, 0n, payer, 0n, 0n])
    expect(await verifyAll(test.database)).toEqual([])
  })
})

it('a retried payment is held as long as its rail holds it now, within the requested expiry', async () => {
  const asked = (await test.clock()) + hour
  test.rail.answer = ({ operation, id }) =>
    operation === 'capture' ? { kind: 'succeeded', railReference: `card-${id}`, amount: 90n } : undefined
  const { id } = await test.pay({
    capture: 'manual',
    source: byCard,
    destinations: [share('shop', 100n)],
    expiresAt: asked,
  })
  await test.end('payment', id)
  const first = await test.payment(id)
  const named = { book: firstBook, payment: id }
  await test.ask((payments, tx) => payments.capture(tx, named))
  await expect.poll(async () => (await test.payment(id)).state).toBe('requires_review')
  const reverse = { kind: 'decision', decision: { action: 'reverse' }, about: 'wrong_amount' } as const
  await test.ask(async (payments, tx) => ({
    ok: true,
    value: await payments.input(tx, { kind: 'payment', id, book: firstBook }, reverse),
  }))
  await expect.poll(async () => (await test.payment(id)).phase).toBe('ended')
  expect(await test.payment(id)).toMatchObject({ state: 'failed', expiresAt: first.expiresAt, askedExpiry: asked })
  expect(await test.ask((payments, tx) => payments.retry(tx, { ...named, instrument: 'card_ok' }))).toMatchObject({
    expiresAt: asked,
  })
  await test.end('payment', id)
  const second = await test.payment(id)
  expect([second.state, (second.expiresAt ?? 0) > (first.expiresAt ?? 0)]).toEqual(['authorized', true])
  expect(await Promise.all(['shop', 'suspense:USD'].map((code) => test.balances(code)))).toEqual([
    [0n, 0n, 0n],
    [0n, 0n, 0n],
  ])
  expect(await verifyAll(test.database)).toEqual([])
})
