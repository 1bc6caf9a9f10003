import { expect, it } from 'vitest'
import type { CaseReason, SubjectAction } from '#payments'
import { newUuid } from '#platform/ids'
import { coordinators, type SagaDecision } from '#sagas'
import { byCard, patience, startTestOrders, verifyAll } from '#testing'

// A confirmed order was canceled and refunded. Then its rail denies a refund, and an operator states that it failed.

const wait = { timeout: patience(30_000) }
const decline = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const
const failed = { kind: 'failed', railReference: 'r-1', decline } as const

/** A confirmed order of 100; `deny` lets its rail deny a refund that it had made. */
async function startConfirmed(coordinator: (typeof coordinators)[number]) {
  const test = await startTestOrders()
  const { database, payments, rail, ask, orders, sagas } = test
  const rows = async (text: string) => (await database.query<{ is: string }>({ text })).map((row) => row.is)
  const idOf = async (text: string) => (await rows(text))[0]?.replaceAll('-', '') ?? ''
  const state = async () => (await rows('select state as is from orders.orders'))[0]
  const open = () =>
    rows(`select subject_kind || ' ' || reason as is from cases.cases where resolved_at is null order by id`)
  const refunds = () => rows(`select state || ' ' || amount as is from payments.refunds order by created_at`)
  const posted = async () =>
    (await Promise.all(['shop', 'rails:card:clearing:USD'].map((code) => test.balances(code)))).map(([one]) => one)
  await test.openWith('shop', 500n)
  await ask((_, tx) =>
    orders.createItem(tx, { book: 1, code: 'mug', name: 'Mug', asset: 'USD', price: 100n, stock: 3n }),
  )
  const { id } = await ask((_, tx) =>
    orders.placeOrder(tx, {
      ...{ book: 1, lines: [{ item: 'mug', quantity: 1 }], source: byCard, destination: 'shop' },
      ...{ capture: 'automatic', coordinator, metadata: {} },
    }),
  )
  await expect.poll(state, wait).toBe('confirmed')

  const cancel = async () => {
    await ask((_, tx) => orders.cancelOrder(tx, { book: 1, order: id }))
    await expect.poll(state, wait).toBe('refunded')
    expect(await posted()).toEqual([500n, 0n])
  }
  const refundPart = async (amount: bigint) => {
    const payment = await idOf('select payment as is from orders.orders')
    const part = await ask((door, tx) => door.createRefund(tx, { book: 1, payment, amount, metadata: {} }))
    await test.end('refund', part.id)
  }
  const deny = async () => {
    const call = rail.calls.find(({ operation }) => operation === 'refund')?.id ?? ''
    rail.answer = (one, asked) => (asked === 'inquire' && one.id === call ? failed : undefined)
    const reported = { rail: 'card', eventId: newUuid(), occurredAt: await test.clock() }
    const event = { ...reported, call, operation: 'refund', railReference: 'r-1', outcome: failed } as const
    await database.transaction((tx) => payments.receiveRailEvents(tx, [event]))
    payments.wake()
    await expect.poll(open, wait).toEqual(['refund outcome_unknown'])
  }
  const refund = () => idOf('select id as is from payments.refunds order by created_at limit 1')
  const decide = async (decision: SubjectAction, about: CaseReason) => {
    const subject = { kind: 'refund', id: await refund(), book: 1 } as const
    await database.transaction((tx) => payments.input(tx, subject, { kind: 'decision', decision, about }))
    payments.wake()
  }
  const sayFailed = (about: CaseReason) =>
    decide({ action: 'force', outcome: 'failed', evidence: 'Settlement file, line 7.' }, about)
  const decideSaga = async (decision: SagaDecision) => {
    const saga = await idOf('select id as is from sagas.sagas')
    await database.transaction((tx) => sagas.decide(tx, saga, decision))
    orders.wake()
  }
  return { ...test, state, open, refunds, posted, cancel, refundPart, deny, refund, decide, sayFailed, decideSaga }
}

it.each(coordinators)(
  'an order whose refund did not happen has an open case until the money is refunded (%s)',
  async (coordinator) => {
    const test = await startConfirmed(coordinator)
    try {
      const { database, posted, state, open } = test
      await test.cancel()
      await test.deny()
      await test.sayFailed('outcome_unknown')
      await expect.poll(open, wait).toEqual(['refund compensation_failed'])
      await test.settled()
      expect([await posted(), await state(), await verifyAll(database)]).toEqual([[600n, -100n], 'refunded', []])

      await test.decide({ action: 'retry' }, 'compensation_failed')
      await expect.poll(open, wait).toEqual([])
      expect((await test.end('refund', await test.refund())).row.state).toBe('succeeded')
      expect([await posted(), await state(), await verifyAll(database)]).toEqual([[500n, 0n], 'refunded', []])
    } finally {
      await test.stop()
    }
  },
  120_000,
)

it.each(coordinators)(
  'an order whose refund did not happen, and was given up, has a case of its checkout (%s)',
  async (coordinator) => {
    const test = await startConfirmed(coordinator)
    try {
      const { database, posted, state, open, refunds } = test
      await test.cancel()
      await test.deny()
      await test.sayFailed('outcome_unknown')
      await expect.poll(open, wait).toEqual(['refund compensation_failed'])
      await test.sayFailed('compensation_failed')
      await expect.poll(open, wait).toEqual(['saga compensation_failed'])
      await test.settled()
      expect([await posted(), await refunds(), await verifyAll(database)]).toEqual([[600n, -100n], ['failed 100'], []])

      await test.decideSaga('retry')
      await expect.poll(refunds, wait).toEqual(['failed 100', 'succeeded 100'])
      await test.settled()
      expect([await open(), await posted(), await state()]).toEqual([[], [500n, 0n], 'refunded'])
      expect(await verifyAll(database)).toEqual([])
    } finally {
      await test.stop()
    }
  },
  120_000,
)

it.each(coordinators)(
  'an order returns the money of a partial refund that did not happen after all (%s)',
  async (coordinator) => {
    const test = await startConfirmed(coordinator)
    try {
      const { database, posted, state, open, refunds } = test
      await test.refundPart(40n)
      await test.cancel()
      expect(await refunds()).toEqual(['succeeded 40', 'succeeded 60'])
      await test.deny()
      await test.sayFailed('outcome_unknown')
      await expect.poll(refunds, wait).toEqual(['failed 40', 'succeeded 60', 'succeeded 40'])
      await test.settled()
      expect([await open(), await posted(), await state()]).toEqual([[], [500n, 0n], 'refunded'])
      expect(await verifyAll(database)).toEqual([])
    } finally {
      await test.stop()
    }
  },
  120_000,
)

it.each(coordinators)(
  'a confirmed order keeps its money when a partial refund did not happen (%s)',
  async (coordinator) => {
    const test = await startConfirmed(coordinator)
    try {
      const { database, posted, state, open, refunds } = test
      await test.refundPart(40n)
      await test.deny()
      await test.sayFailed('outcome_unknown')
      await expect.poll(refunds, wait).toEqual(['failed 40'])
      await test.settled()
      expect([await open(), await posted(), await state()]).toEqual([[], [600n, -100n], 'confirmed'])
      expect(await verifyAll(database)).toEqual([])
    } finally {
      await test.stop()
    }
  },
  120_000,
)
