import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, firstBook, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// An accepted cancel counts from its acceptance, whatever is reported of the payment before the lanes handle it.

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  await test.openWith('payer', 500n)
})
afterEach(() => test.stop())

const posted = async (...accounts: readonly string[]) => {
  const balances = await Promise.all(accounts.map((code) => test.balances(code)))
  return balances.map(([balance]) => balance)
}
const cancel = (id: string) => test.ask((payments, tx) => payments.cancel(tx, { book: firstBook, payment: id }))

it.each([
  ['a wallet', { kind: 'wallet', account: 'payer' }],
  ['a card', byCard],
] as const)('a cancel before a payment from %s has begun takes nothing', async (_, source) => {
  const id = newUuid()
  const destinations = [{ account: 'shop', amount: 100n }]
  const asked = { ...{ id, book: firstBook, amount: 100n, asset: 'USD', metadata: {} }, source, destinations }
  await test.ask(async (payments, tx) => {
    const accepted = await payments.acceptPayment(tx, { ...asked, capture: 'automatic' })
    return accepted.ok ? payments.cancel(tx, { book: firstBook, payment: accepted.value.id }) : accepted
  })
  await test.settled()
  expect(await test.payment(id)).toMatchObject({ state: 'canceled', reason: 'cancel_requested', amountCaptured: 0n })
  expect(test.rail.calls).toEqual([])
  expect(await posted('payer', 'shop')).toEqual([500n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
})

it('a cancel before the rail has answered returns the charged money', async () => {
  const id = newUuid()
  const answers: (string | undefined)[] = []
  test.rail.answer = async ({ operation, amount }) => {
    if (operation === 'charge') answers.push((await cancel(id)).reason)
    return { kind: 'succeeded', railReference: operation, amount }
  }
  await test.pay({ id, source: byCard })
  await test.end('payment', id)
  await test.settled()
  expect(answers).toEqual(['cancel_requested'])
  expect(await test.payment(id)).toMatchObject({ state: 'canceled', reason: 'cancel_requested' })
  expect(test.rail.calls.map(({ operation }) => operation)).toEqual(['charge', 'refund'])
  expect(await posted('shop', 'rails:card:clearing:USD', 'suspense:USD')).toEqual([0n, 0n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
})

describe.each([
  ['a wallet', { kind: 'wallet', account: 'payer' }],
  ['a card', byCard],
] as const)('a cancel of a hold from %s', (_, source) => {
  const hold = async () => {
    const { id } = await test.pay({ capture: 'manual', destinations: [share('shop', 100n)], source })
    await test.end('payment', id)
    return { book: firstBook, payment: id }
  }

  it('refuses a later capture or increment, and releases the hold', async () => {
    const named = await hold()
    const refusals = await test.ask(async (payments, tx) => {
      const canceled = await payments.cancel(tx, named)
      if (!canceled.ok) return canceled
      expect(canceled.value).toMatchObject({ state: 'processing', reason: 'cancel_requested' })
      const refused = [await payments.capture(tx, named), await payments.increment(tx, { ...named, amount: 10n })]
      return { ok: true, value: refused.map((answer) => (answer.ok ? 'accepted' : answer.refusal.code)) }
    })
    await test.settled()
    expect(refusals).toEqual(['payment_not_authorized', 'payment_not_authorized'])
    expect(await test.payment(named.payment)).toMatchObject({ state: 'canceled', amount: 100n, amountCaptured: 0n })
    expect(await posted('shop', 'payer')).toEqual([0n, 500n])
    const ofRail = source.kind === 'rail' ? ['authorize', 'void'] : []
    expect(test.rail.calls.map(({ operation }) => operation)).toEqual(ofRail)
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('lets an accepted capture go on, and releases the rest', async () => {
    const named = await hold()
    await test.ask(async (payments, tx) => {
      const captured = await payments.capture(tx, { ...named, amount: 30n, final: false })
      return captured.ok ? payments.cancel(tx, named) : captured
    })
    await test.settled()
    const ended = { state: 'succeeded', amountCaptured: 30n, amountCapturable: 0n, amountCapturing: 0n }
    expect(await test.payment(named.payment)).toMatchObject(ended)
    expect(await posted('shop', 'payer')).toEqual([30n, source.kind === 'rail' ? 500n : 470n])
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('is accepted a second time, and done once', async () => {
    const named = await hold()
    await test.ask(async (payments, tx) => {
      const first = await payments.cancel(tx, named)
      return first.ok ? payments.cancel(tx, named) : first
    })
    await test.settled()
    expect(await test.payment(named.payment)).toMatchObject({ state: 'canceled', reason: 'cancel_requested' })
    expect(await posted('shop', 'payer')).toEqual([0n, 500n])
    expect(await verifyAll(test.database)).toEqual([])
  })
})

it('what is captured in another amount, and its payer wants back, is refunded once an operator has delivered it', async () => {
  const { id: payment } = await test.pay({ capture: 'manual', destinations: [share('shop', 100n)], source: byCard })
  await test.end('payment', payment)
  const named = { book: firstBook, payment }
  test.rail.answer = ({ operation }) =>
    operation === 'capture' ? { kind: 'succeeded', railReference: 'less', amount: 55n } : undefined
  await test.ask(async (payments, tx) => {
    const captured = await payments.capture(tx, { ...named, amount: 60n })
    return captured.ok ? payments.cancel(tx, { ...named, wantsBack: true }) : captured
  })
  await test.settled()
  expect(await test.payment(payment)).toMatchObject({ state: 'requires_review', amountSuspended: 55n })
  const [found] = await test.openCases()
  expect(found?.detail).toContain('wants all of it back')
  const stated = { action: 'force', outcome: 'succeeded', evidence: 'The rail keeps it.' } as const
  expect(await test.act(found?.id ?? '', stated)).toMatchObject({ ok: true })
  await test.settled()
  const ended = { state: 'succeeded', phase: 'ended', amountCaptured: 55n, amountRefunded: 55n }
  expect(await test.payment(payment)).toMatchObject(ended)
  const moved = test.rail.calls.map(({ operation, amount }) => `${operation} ${amount}`)
  expect(moved.toSorted()).toEqual(['authorize 100', 'capture 60', 'refund 55', 'void 40'])
  expect(await posted('shop', 'rails:card:clearing:USD', 'suspense:USD')).toEqual([0n, 0n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
})

it.each(['automatic', 'manual'] as const)(
  'what a reversal of a payment with %s capture waits for is asked for on its own lane',
  async (capture) => {
    const operation = capture === 'manual' ? 'capture' : 'charge'
    const run = (text: string) => test.database.query({ text })
    test.rail.answer = (call, ask) => {
      if (call.operation !== operation) return undefined
      return ask === 'submit' ? { kind: 'unknown', why: 'timeout' } : { kind: 'not_found', finality: 'not_yet' }
    }
    const { id: payment } = await test.pay({ source: byCard, destinations: [share('shop', 100n)], capture })
    const named = { book: firstBook, payment }
    if (capture === 'manual') {
      await test.end('payment', payment)
      await test.ask((payments, tx) => payments.capture(tx, named))
    }
    const wait = { timeout: patience(30_000) }
    await expect
      .poll(async () => (await run(`select from payments.attempts where state = 'unknown'`)).length, wait)
      .toBe(1)
    await test.settled()
    await test.ask((payments, tx) => payments.cancel(tx, { ...named, isReversal: true, wantsBack: true }))
    await test.settled()
    // The lane of the payment is held up.
    await run(`delete from lanes.later where lane <> 0 and payload not like '%"i":"expire"%'`)
    const asked = () => test.rail.calls.filter((call) => call.operation === operation && call.ask === 'inquire').length
    const before = asked()
    await expect.poll(asked, wait).toBeGreaterThan(before)
    const lanes = await run(`select distinct lane from lanes.later where payload like '%"i":"overdue"%'`)
    expect(lanes).toEqual([{ lane: 0 }])
    test.rail.answer = () => undefined
    await expect.poll(async () => (await test.payment(payment)).phase, wait).toBe('ended')
    await test.settled()
    expect(await posted('shop', 'rails:card:clearing:USD')).toEqual([0n, 0n])
    expect(await verifyAll(test.database)).toEqual([])
  },
)
