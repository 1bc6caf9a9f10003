import { expect, it } from 'vitest'
import { paymentChecks } from '#payments'
import type { RailOutcome } from '#rails'
import { coordinators } from '#sagas'
import { byCard, patience, startTestOrders } from '#testing'

// Orders that are canceled while a client refunds a part of their payment.

const shares = (amount: bigint) => [{ account: 'shop', amount }]
const cases = coordinators.flatMap((coordinator) =>
  [true, false].map((isDone) => ({ coordinator, isDone, ends: isDone ? 'succeeds' : 'fails' })),
)

it.each(cases)(
  'a canceled order ends with all its money back when a partial refund under way $ends ($coordinator)',
  async ({ coordinator, isDone }) => {
    const test = await startTestOrders()
    try {
      const { database } = test
      const { orders } = test
      await test.open('shop')
      const { promise: slow, resolve: answer } = Promise.withResolvers<RailOutcome>()
      const isSlow = (call: { operation: string; amount: bigint }) => call.operation === 'refund' && call.amount === 40n
      let asked = 0
      test.rail.answer = (call, ask) => {
        if (!isSlow(call)) return undefined
        if (ask === 'inquire') return { kind: 'pending', railReference: 'slow' }
        asked += 1
        return asked === 1 ? slow : undefined
      }
      const item = { book: 1, code: 'lamp', name: 'Lamp', asset: 'USD', price: 100n, stock: 1n }
      expect(await database.transaction((tx) => orders.createItem(tx, item))).toMatchObject({ ok: true })
      const placed = await database.transaction((tx) =>
        orders.placeOrder(tx, {
          ...{ book: 1, lines: [{ item: 'lamp', quantity: 1 }], source: byCard, destination: 'shop' },
          ...{ capture: 'automatic', coordinator, metadata: {} },
        }),
      )
      if (!placed.ok) throw new Error(placed.refusal.code)
      const { id } = placed.value
      orders.wake()
      const order = async () => {
        const [row] = await database.query<{ state: string; payment: string }>({
          text: 'select state, payment from orders.orders where id = $1',
          values: [id],
        })
        return row
      }
      const wait = { timeout: patience(10_000) }
      await expect.poll(async () => (await order())?.state, wait).toBe('confirmed')
      const payment = ((await order())?.payment ?? '').replaceAll('-', '')
      const refund = { book: 1, payment, amount: 40n, from: shares(40n), metadata: {} }
      await test.ask((door, tx) => door.createRefund(tx, refund))
      await expect.poll(() => test.rail.calls.some(isSlow), wait).toBe(true)
      await database.transaction((tx) => orders.cancelOrder(tx, { book: 1, order: id }))
      orders.wake()
      await expect.poll(async () => (await test.payment(payment)).amountRefunded, wait).toBe(60n)
      // The checkout has seen the end of its own refund, and waits for the other.
      const waiting = async () => {
        const [row] = await database.query<{ messages: bigint }>({
          text: 'select count(*) as messages from lanes.messages',
        })
        return row?.messages
      }
      await expect.poll(waiting, wait).toBe(0n)
      const findings = async () => {
        const found = await Promise.all(paymentChecks(database).map(({ run }) => run()))
        return found.flatMap((check) => check.findings)
      }
      expect(await findings()).toEqual([])
      const declined = { code: 'declined', remedy: 'never', message: 'No.' } as const
      answer(
        isDone
          ? { kind: 'succeeded', railReference: 'slow', amount: 40n }
          : { kind: 'failed', decline: declined, railReference: 'slow' },
      )
      await expect.poll(async () => (await order())?.state, wait).toBe('refunded')
      expect(await test.payment(payment)).toMatchObject({ amountRefunded: 100n, amountRefunding: 0n })
      for (const code of ['shop', 'rails:card:clearing:USD']) expect(await test.balances(code)).toEqual([0n, 0n, 0n])
      expect(await findings()).toEqual([])
    } finally {
      await test.stop()
    }
  },
  patience(30_000),
)
