import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RailOutcome } from '#rails'
import { byCard, firstBook, share, startTestPayments, type TestPayments, until, verifyAll } from '#testing'
import type { NewPayout } from '../payments.ts'

let test: TestPayments
let shop: string
let opened = 0
beforeAll(async () => {
  test = await startTestPayments()
})
beforeEach(async () => {
  opened += 1
  shop = `shop-${opened}`
  await test.openWith(shop, 500n)
  test.rail.calls.length = 0
})
afterAll(async () => {
  expect(await verifyAll(test.database)).toEqual([])
  await test.stop()
})

const card = () => ({ source: byCard, destinations: [share(shop, 100n)] })
const wallet = () => ({ source: { kind: 'wallet', account: shop } as const, destinations: [share('till', 100n)] })
const canceled = { state: 'canceled', reason: 'deadline_passed' }

const payout = (also: Partial<NewPayout>): NewPayout => ({
  ...{ book: firstBook, amount: 100n, asset: 'USD', source: shop, rail: 'card', otherRails: [] },
  ...{ instrument: 'bank_ok', metadata: {}, ...also },
})

describe('a request past its deadline', () => {
  it('is not begun in the queue of acceptance: nothing is stored', async () => {
    const request = {
      book: firstBook,
      amount: 100n,
      asset: 'USD',
      capture: 'automatic',
      metadata: {},
      ...card(),
    } as const
    const late = test.payments.createPayment(request, undefined, { aborted: true })
    await expect(late).rejects.toMatchObject({ code: 'request_abandoned', retryable: true })
    expect(await test.database.query({ text: 'select id from payments.payments' })).toEqual([])
  })

  it('is not begun on its lane', async () => {
    await test.open('till')
    const untilMs = performance.now() - 1
    const accepted = [await test.pay({ ...card(), untilMs }), await test.pay({ ...wallet(), untilMs })]
    const { id: out } = await test.ask((payments, tx) => payments.createPayout(tx, payout({ untilMs })))
    for (const { id } of accepted) expect((await test.end('payment', id)).row).toMatchObject(canceled)
    expect((await test.end('payout', out)).row).toMatchObject({ ...canceled, holds: [] })
    await test.settled()
    expect(test.rail.calls).toEqual([])
    expect([await test.balances(shop), await test.balances('till')]).toEqual([
      [500n, 0n, 0n],
      [0n, 0n, 0n],
    ])
  })

  it('is not sent from the queue of its rail, and what was held is free again', async () => {
    const hanging = Promise.withResolvers<void>()
    test.rail.callsMax = 1
    test.rail.answer = async ({ id, amount }): Promise<RailOutcome> => {
      await hanging.promise
      return { kind: 'succeeded', railReference: `card-${id}`, amount }
    }
    const { id: first } = await test.pay(card())
    await until(() => test.rail.calls.length === 1)
    const untilMs = performance.now() + 1_000
    const { id: second } = await test.pay({ ...card(), untilMs })
    const { id: out } = await test.ask((payments, tx) => payments.createPayout(tx, payout({ untilMs })))
    expect((await test.end('payment', second)).row).toMatchObject(canceled)
    expect((await test.end('payout', out)).row).toMatchObject({ ...canceled, holds: [] })
    hanging.resolve()
    delete test.rail.callsMax
    expect((await test.end('payment', first)).row).toMatchObject({ state: 'succeeded' })
    await test.settled()
    expect(test.rail.calls.map(({ ask }) => ask)).toEqual(['submit'])
    expect(await test.balances(shop)).toEqual([600n, 0n, 0n])
    expect(await test.openCases()).toEqual([])
  })

  it('is finished once its rail has it', async () => {
    const hanging = Promise.withResolvers<void>()
    test.rail.answer = async ({ id, amount }): Promise<RailOutcome> => {
      await hanging.promise
      return { kind: 'succeeded', railReference: `card-${id}`, amount }
    }
    const untilMs = performance.now() + 30_000
    const { id } = await test.pay({ ...card(), untilMs })
    await until(() => test.rail.calls.length === 1)
    // Its time passes.
    await test.database.query({ text: `update payments.payments set deadline_at = now() - interval '1 second'` })
    hanging.resolve()
    expect((await test.end('payment', id)).row).toMatchObject({ state: 'succeeded', amountCaptured: 100n })
    expect(await test.balances(shop)).toEqual([600n, 0n, 0n])
  })
})
