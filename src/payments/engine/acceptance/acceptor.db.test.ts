import { afterEach, beforeEach, expect, it } from 'vitest'
import { byCard, firstBook, share, startTestPayments, type TestPayments, until, verifyAll } from '#testing'
import type { NewPayment } from '../../payments.ts'

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
})
afterEach(() => test.stop())

const many = 4_000

it('a sender of thousands of payments at once delays only itself', async () => {
  const request: NewPayment = {
    ...{ book: firstBook, amount: 100n, asset: 'USD', capture: 'automatic', metadata: {} },
    ...{ source: byCard, destinations: [share('shop', 100n)] },
  }
  let accepted = 0
  const pay = (group: number, sender: string) =>
    test.payments.createPayment(request, undefined, { aborted: false, sender: { group, sender } })
  const ofOne = Array.from({ length: many }, async () => {
    await pay(1, 'one')
    accepted += 1
  })
  await pay(2, 'other')
  expect(accepted).toBeLessThan(3_000)
  await Promise.all(ofOne)
  const succeeded = async () => {
    const text = `select count(*)::integer as count from payments.payments where state = 'succeeded'`
    return (await test.database.query<{ count: number }>({ text }))[0]?.count
  }
  await until(async () => (await succeeded()) === many + 1, 60_000)
  expect(await test.balances('shop')).toEqual([100n * BigInt(many + 1), 0n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
})
