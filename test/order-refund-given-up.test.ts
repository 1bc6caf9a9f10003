import { expect, it } from 'vitest'
import type { RailOutcome } from '#rails'
import { coordinators, type SagaDecision } from '#sagas'
import { byCard, patience, startTestOrders, verifyAll } from '#testing'

// A confirmed order is canceled, and its rail declines the refund. The operator who has the refund's entry gives it up.

const wait = { timeout: patience(30_000) }
const no: RailOutcome = { kind: 'failed', decline: { code: 'declined', remedy: 'never', message: 'No.' } }

async function startGivenUp(coordinator: (typeof coordinators)[number]) {
  const test = await startTestOrders()
  const { database, payments, orders, sagas, ask, rail } = test
  const rows = async (text: string) => (await database.query<{ is: string }>({ text })).map((row) => row.is)
  const open = () =>
    rows(`select subject_kind || ' ' || reason as is from cases.cases where resolved_at is null order by id`)
  const order = async () => (await rows('select state as is from orders.orders'))[0]
  const saga = async () => (await rows('select state as is from sagas.sagas'))[0]
  const refunds = () => rows(`select state || ' ' || amount as is from payments.refunds order by created_at`)
  const posted = async () =>
    (await Promise.all(['shop', 'rails:card:clearing:USD'].map((code) => test.balances(code)))).map(([one]) => one)
  const decide = async (decision: SagaDecision) => {
    const id = (await rows('select id as is from sagas.sagas'))[0]?.replaceAll('-', '') ?? ''
    await database.transaction((tx) => sagas.decide(tx, id, decision))
    orders.wake()
  }
  const giveUp = async () => {
    const id = (await rows('select id as is from payments.refunds'))[0]?.replaceAll('-', '') ?? ''
    const decision = { action: 'force', outcome: 'failed', evidence: 'The customer has it in cash.' } as const
    const input = { kind: 'decision', decision, about: 'compensation_failed' } as const
    await database.transaction((tx) => payments.input(tx, { kind: 'refund', id, book: 1 }, input))
    payments.wake()
  }
  await test.open('shop')
  rail.answer = (call) => (call.operation === 'refund' ? no : undefined)
  await ask((_, tx) =>
    orders.createItem(tx, { book: 1, code: 'lamp', name: 'Lamp', asset: 'USD', price: 100n, stock: 1n }),
  )
  const { id } = await ask((_, tx) =>
    orders.placeOrder(tx, {
      ...{ book: 1, lines: [{ item: 'lamp', quantity: 1 }], source: byCard, destination: 'shop' },
      ...{ capture: 'automatic', coordinator, metadata: {} },
    }),
  )
  await expect.poll(order, wait).toBe('confirmed')
  await ask((_, tx) => orders.cancelOrder(tx, { book: 1, order: id }))
  await expect.poll(open, wait).toEqual(['refund compensation_failed'])
  // The checkout, too, has seen that an operator has its refund.
  await test.settled()
  rail.answer = () => undefined
  await giveUp()
  await test.settled()
  return { ...test, open, order, saga, refunds, posted, decide }
}

const cases = coordinators.flatMap((coordinator) => [
  { coordinator, decision: 'force', after: ['failed 100'], left: [100n, -100n] } as const,
  { coordinator, decision: 'retry', after: ['failed 100', 'succeeded 100'], left: [0n, 0n] } as const,
])

it.each(cases)(
  'a refund of an order that was given up is made again only by an operator ($decision, $coordinator)',
  async ({ coordinator, decision, after, left }) => {
    const test = await startGivenUp(coordinator)
    try {
      const { open, order, saga, refunds, posted, database } = test
      expect([await refunds(), await open()]).toEqual([['failed 100'], ['saga compensation_failed']])
      expect([await saga(), await order(), await posted()]).toEqual(['stuck', 'processing', [100n, -100n]])
      expect(await verifyAll(database)).toEqual([])

      await test.decide(decision)
      await expect.poll(order, wait).toBe('refunded')
      await test.settled()
      expect([await refunds(), await open(), await saga()]).toEqual([after, [], 'reversed'])
      expect([await posted(), await verifyAll(database)]).toEqual([left, []])
    } finally {
      await test.stop()
    }
  },
  patience(60_000),
)

it.each(coordinators)(
  // A case that came back would have a retry, which refunds the money a second time.
  'a return that an operator has settled by hand does not become a case again (%s)',
  async (coordinator) => {
    const test = await startGivenUp(coordinator)
    try {
      const { order, refunds, posted, ask, database, open, saga } = test
      await test.decide('force')
      await expect.poll(order, wait).toBe('refunded')
      await test.settled()
      const [payment] = await database.query<{ id: string }>({ text: 'select id from payments.payments' })
      // The shop returns the postage, 10 of 100, on the card.
      await ask((door, tx) =>
        door.createRefund(tx, { book: 1, payment: payment?.id.replaceAll('-', '') ?? '', amount: 10n, metadata: {} }),
      )
      await test.settled()
      expect([await refunds(), await posted()]).toEqual([
        ['failed 100', 'succeeded 10'],
        [90n, -90n],
      ])
      const before = [await open(), await saga()]
      // An operator retries the case that came back.
      await test.decide('retry')
      await test.settled()
      expect([before, await refunds(), await posted()]).toEqual([
        [[], 'reversed'],
        ['failed 100', 'succeeded 10'],
        [90n, -90n],
      ])
      expect(await verifyAll(database)).toEqual([])
    } finally {
      await test.stop()
    }
  },
  patience(60_000),
)
