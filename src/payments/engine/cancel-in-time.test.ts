import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, firstBook, startTestPayments, type TestPayments, verifyAll } from '#testing'

// A cancel that was accepted counts from then on, whatever is told of the payment before its turn in the lanes comes.

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
] as const)('before a payment from %s has begun: nothing is taken', async (_, source) => {
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

it('before the rail has answered: what it took goes back', async () => {
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
