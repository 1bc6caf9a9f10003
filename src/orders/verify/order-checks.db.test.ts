import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodeId, idPrefix, type Uuid } from '#kernel'
import { type Payments, paymentChecks } from '#payments'
import { newUuid } from '#platform/ids'
import { type CoordinatorName, coordinators } from '#sagas'
import { byCard, patience, type ScriptedRail, startTestOrders, verifyAll } from '#testing'
import { orderChecks } from './order-checks.ts'

// Reversed orders whose money is on its way back. Then the message or the case on which that depends is deleted.

const wait = { timeout: patience(20_000) }
type Event = Parameters<Payments['receiveRailEvents']>[1][number]
type Answer = ReturnType<ScriptedRail['answer']>
const noDecline = { code: 'declined', remedy: 'never', message: 'No.' } as const
const no: Answer = { kind: 'failed', decline: noDecline }
const slow: Answer = { kind: 'pending', railReference: 'slow' }

let test: Awaited<ReturnType<typeof startTestOrders>>
beforeAll(async () => {
  test = await startTestOrders()
  await test.open('shop')
  // Opens the clearing account.
  await test.end('payment', (await test.pay({ source: byCard })).id)
  const item = { book: 1, code: 'lamp', name: 'Lamp', asset: 'USD', price: 100n, stock: 100n }
  await test.ask((_, tx) => test.orders.createItem(tx, item))
  await run(`create function postpone() returns trigger language plpgsql as $$ begin
    insert into lanes.later (due_at, lane, kind, tenant, book_id, subject, payload, attempts, enqueued_at)
    values (now() + interval '1 day', new.lane, new.kind, new.tenant, new.book_id, new.subject, new.payload,
      new.attempts, new.enqueued_at);
    return null;
  end $$`)
})
afterEach(async () => {
  await run('drop trigger if exists postpone on lanes.messages; drop table if exists deleted')
  // Timers of what has ended would be postponed with the messages of the next test once they are due.
  await run('delete from lanes.later')
})
afterAll(() => test.stop())

const run = (text: string) => test.database.query<Record<string, string>>({ text })

/** From now on, messages with such a payload wait for a day. */
const postpone = (payload: string) =>
  run(`create trigger postpone before insert on lanes.messages for each row
    when (new.payload like '${payload}') execute function postpone()`)

const columns = 'lane, kind, tenant, book_id, subject, payload, attempts, enqueued_at'
const postponed = `due_at > now() + interval '12 hours'`

/** Returns a function that brings the messages back, due at once. */
async function deleteMessages(condition: string): Promise<() => Promise<void>> {
  await run(`create table deleted as select ${columns} from lanes.later where ${condition}`)
  await run(`delete from lanes.later where ${condition}`)
  return async () => {
    await run('drop trigger if exists postpone on lanes.messages')
    await run(`insert into lanes.later (due_at, ${columns}) select now(), ${columns} from deleted`)
  }
}

type Placed = { readonly id: Uuid; readonly before: readonly bigint[] }
type Placing = { readonly capture?: 'automatic' | 'manual'; readonly charge?: Answer; readonly until?: string }

/** Waits until the order has the state. */
async function place(coordinator: CoordinatorName, placing: Placing = {}): Promise<Placed> {
  const { capture = 'automatic', charge, until = charge === undefined ? 'confirmed' : 'failed' } = placing
  test.rail.answer = () => charge
  const before = await posted()
  const { id } = await test.ask((_, tx) =>
    test.orders.placeOrder(tx, {
      ...{ book: 1, lines: [{ item: 'lamp', quantity: 1 }], source: byCard, destination: 'shop' },
      ...{ capture, coordinator, metadata: {} },
    }),
  )
  await expect.poll(() => run(`select state from orders.orders where id = '${id}'`), wait).toEqual([{ state: until }])
  return { id, before }
}

const posted = async () =>
  (await Promise.all(['shop', 'rails:card:clearing:USD'].map((code) => test.balances(code)))).map(([one = 0n]) => one)
const moved = async ({ before }: Placed) => (await posted()).map((amount, at) => amount - (before[at] ?? 0n))
const [shopHasIt, nobodyHasIt] = [
  [100n, -100n],
  [0n, 0n],
]

async function paymentOf({ id }: Placed): Promise<Uuid> {
  const [order] = await run(`select payment from orders.orders where id = '${id}'`)
  return order?.payment?.replaceAll('-', '') ?? ''
}

const refundsOf = (payment: Uuid) =>
  run(`select state || ' ' || amount as made from payments.refunds where payment_id = '${payment}'`)

async function cancel({ id }: Placed, refund?: Answer): Promise<void> {
  test.rail.answer = ({ operation }) => (operation === 'refund' ? refund : undefined)
  await test.ask((_, tx) => test.orders.cancelOrder(tx, { book: 1, order: id }))
}

/** The rail reports the success of the slow refund. */
async function reportRefund(): Promise<void> {
  await report(lastRefund(), { kind: 'succeeded', railReference: 'slow', amount: 100n })
}

const lastRefund = () => test.rail.calls.findLast(({ operation }) => operation === 'refund')?.id ?? ''

async function report(call: Uuid, outcome: Extract<Event['outcome'], { railReference?: string }>): Promise<void> {
  const { database, payments, clock } = test
  const { railReference = '' } = outcome
  const about = { rail: 'card', eventId: newUuid(), occurredAt: await clock(), call, asset: 'USD' } as const
  const event = { ...about, operation: 'refund', railReference, outcome } as const
  await database.transaction((tx) => payments.receiveRailEvents(tx, [event]))
  payments.wake()
}

/** An operator decides the case once it is open. A refund did not happen; a compensation was done in another way. */
async function settleByHand(kind: string, reason: string): Promise<void> {
  const open = async () => (await test.openCases()).filter((one) => one.kind === kind && one.reason === reason)
  await expect.poll(open, wait).toHaveLength(1)
  await test.settled()
  const [{ id = '' } = {}] = await open()
  const outcome = kind === 'saga' ? 'succeeded' : 'failed'
  const statement = { action: 'force', outcome, evidence: 'Paid in cash.' } as const
  expect(await test.act(id, statement, { sagas: test.sagas })).toMatchObject({ ok: true })
  test.orders.wake()
}

/** The payer retries the payment of a failed order. */
async function payLate(order: Placed): Promise<void> {
  test.rail.answer = () => undefined
  const payment = await paymentOf(order)
  await test.ask((door, tx) => door.retry(tx, { book: 1, payment, instrument: 'card_ok' }))
  await test.end('payment', payment)
  await test.settled()
}

type Check = Pick<ReturnType<typeof orderChecks>[number], 'run'>

async function findings(checks: readonly Check[] = orderChecks(test.database)): Promise<readonly string[]> {
  const found = await Promise.all(checks.map((check) => check.run()))
  return found.flatMap((one) => one.findings)
}

async function named(order: Placed, amounts = '100 USD of it are not returned'): Promise<string> {
  const [id, payment] = [encodeId(idPrefix.order, order.id), encodeId(idPrefix.payment, await paymentOf(order))]
  return `order ${id} was reversed with its payment ${payment}, and ${amounts}: there is no message about them, and they have no case`
}

async function untilReturned(order: Placed): Promise<void> {
  await expect.poll(() => moved(order), wait).toEqual(nobodyHasIt)
  await test.settled()
  expect(await verifyAll(test.database)).toEqual([])
}

describe.each(coordinators)('a reversed order (%s)', (coordinator) => {
  it.each([
    ['the message of its refund', '{"s":"refund"%'],
    ['the message of its saga', '{"do":%'],
  ])('is found when %s is gone', async (_, payload) => {
    const order = await place(coordinator)
    await postpone(payload)
    await cancel(order)
    await expect.poll(() => run(`select from lanes.later where ${postponed}`), wait).toHaveLength(1)
    await test.settled()
    expect([await findings(), await moved(order)]).toEqual([[], shopHasIt])
    const bringBack = await deleteMessages(postponed)
    expect([await findings(), await moved(order)]).toEqual([[await named(order)], shopHasIt])
    await bringBack()
    await untilReturned(order)
  })

  it('is found when the message about its late payment is gone', async () => {
    const order = await place(coordinator, { charge: no })
    await postpone('{"do":"late"%')
    await payLate(order)
    expect([await findings(), await moved(order)]).toEqual([[], shopHasIt])
    const bringBack = await deleteMessages(postponed)
    expect([await findings(), await moved(order)]).toEqual([[await named(order)], shopHasIt])
    // Everything has ended, and the books are right.
    expect(await findings(paymentChecks(test.database))).toEqual([])
    await bringBack()
    await untilReturned(order)
  })

  it('is found when the message about its late authorization, and its expiry, are gone', async () => {
    const order = await place(coordinator, { capture: 'manual', charge: no })
    await postpone('{"do":"late"%')
    await payLate(order)
    expect(await findings()).toEqual([])
    const payment = await paymentOf(order)
    const bringBack = await deleteMessages(`${postponed} or subject = '${payment}'`)
    expect(await findings()).toEqual([await named(order, '100 USD are still held for it')])
    await bringBack()
    await expect.poll(async () => (await test.payment(payment)).state, wait).toBe('canceled')
    await untilReturned(order)
  })

  it('is not found while its refund is under way', async () => {
    const order = await place(coordinator)
    await cancel(order, slow)
    const isAwaited = `select from payments.refunds where phase = 'awaiting'`
    await expect.poll(() => run(isAwaited), wait).toHaveLength(1)
    await test.settled()
    expect([await findings(), await moved(order)]).toEqual([[], shopHasIt])
    const bringBack = await deleteMessages(`payload like '{"s":"refund"%'`)
    expect([await findings(), await moved(order)]).toEqual([[await named(order)], shopHasIt])
    await bringBack()
    await reportRefund()
    await untilReturned(order)
  })

  it('is not found while its refund has an open case', async () => {
    const order = await place(coordinator)
    await cancel(order, no)
    await expect.poll(() => test.openCases(), wait).toMatchObject([{ kind: 'refund' }])
    await test.settled()
    expect([await findings(), await moved(order)]).toEqual([[], shopHasIt])
    const [{ id = '' } = {}] = await test.openCases()
    await run(`update cases.cases set resolved_at = now(), resolution = 'retry' where id = '${id}'`)
    expect([await findings(), await moved(order)]).toEqual([[await named(order)], shopHasIt])
    await run(`update cases.cases set resolved_at = null, resolution = null where id = '${id}'`)
    test.rail.answer = () => undefined
    expect(await test.act(id, { action: 'retry' })).toMatchObject({ ok: true })
    await untilReturned(order)
  })

  it('refunds what a client’s refund did not return, after an operator had returned the rest in another way', async () => {
    const order = await place(coordinator)
    const payment = await paymentOf(order)
    const part = await test.ask((door, tx) => door.createRefund(tx, { book: 1, payment, amount: 40n, metadata: {} }))
    await test.end('refund', part.id)
    const call = lastRefund()
    await cancel(order, no)
    await settleByHand('refund', 'compensation_failed')
    await settleByHand('saga', 'compensation_failed')
    await expect
      .poll(() => run(`select state from orders.orders where id = '${order.id}'`), wait)
      .toEqual([{ state: 'refunded' }])
    await test.settled()
    expect([await moved(order), await findings()]).toEqual([[60n, -60n], []])
    const denied = { kind: 'failed', railReference: 'denied', decline: noDecline } as const
    test.rail.answer = ({ id }, asked) => (asked === 'inquire' && id === call ? denied : undefined)
    await report(call, denied)
    await settleByHand('refund', 'outcome_unknown')
    await expect.poll(() => refundsOf(payment), wait).toContainEqual({ made: 'succeeded 40' })
    await test.settled()
    expect([await moved(order), await test.openCases()]).toEqual([[60n, -60n], []])
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('refunds what comes back of a part of a client’s refund', async () => {
    const order = await place(coordinator)
    const payment = await paymentOf(order)
    const part = await test.ask((door, tx) => door.createRefund(tx, { book: 1, payment, amount: 40n, metadata: {} }))
    await test.end('refund', part.id)
    const call = lastRefund()
    await cancel(order)
    await untilReturned(order)
    const reason = { code: 'AC04', message: 'The account is closed.' }
    await report(call, { kind: 'returned', railReference: 'back-1', amount: 15n, reason })
    await expect.poll(() => refundsOf(payment), wait).toContainEqual({ made: 'succeeded 15' })
    await untilReturned(order)
    expect(await test.openCases()).toEqual([])
  })
})

it.each(coordinators)('an order whose saga goes forward is not found, even if it is lost (%s)', async (coordinator) => {
  await postpone('{"do":"wake"%')
  const order = await place(coordinator, { until: 'processing' })
  await expect.poll(() => moved(order), wait).toEqual(shopHasIt)
  await test.settled()
  expect(await findings()).toEqual([])
  const bringBack = await deleteMessages(postponed)
  expect(await findings()).toEqual([])
  await bringBack()
  await expect
    .poll(() => run(`select state from orders.orders where id = '${order.id}'`), wait)
    .toEqual([{ state: 'confirmed' }])
  expect([await verifyAll(test.database), await moved(order)]).toEqual([[], shopHasIt])
})

it('many orders are read in pages, and go by their payments when the timelines were dropped', async () => {
  const order = await place('orchestrated', { charge: no })
  await postpone('{"do":"late"%')
  await payLate(order)
  const bringBack = await deleteMessages(postponed)
  const payment = await paymentOf(order)
  const copied = (table: string, condition: string) =>
    `insert into ${table} select (jsonb_populate_record(it, jsonb_build_object('id', copies.id))).*
      from copies, ${table} it where ${condition}`
  await run('create table copies as select gen_random_uuid() as id from generate_series(1, 24)')
  await run(copied('payments.payments', `it.id = '${payment}'`))
  await run(copied('sagas.sagas', `it.subject = '${order.id}'`))
  await run(`insert into orders.checkouts (saga, order_id, payment) select id, '${order.id}', id from copies`)
  // By the books, no money came for the copies.
  expect(await findings()).toEqual([await named(order)])
  await run(`insert into platform.dropped (table_name, bound) values ('payments.steps', '${'f'.repeat(32)}')`)
  const found = await findings(orderChecks(test.database, { pageSize: 7 }))
  expect([found.length, found.at(-1)]).toEqual([21, 'and 5 more'])
  await run('delete from platform.dropped')
  for (const table of ['payments.payments', 'sagas.sagas']) {
    await run(`delete from ${table} where id in (select id from copies)`)
  }
  await run('delete from orders.checkouts where saga in (select id from copies)')
  await bringBack()
  await untilReturned(order)
})
