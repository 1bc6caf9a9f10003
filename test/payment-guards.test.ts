import { expect, it } from 'vitest'
import { verifyLedger } from '#ledger'
import type { NewPayment, Payments } from '#payments'
import { byCard, share, type TestPayments } from '#testing'
import { unguarded, unlocked, withPayments } from './support/payments-variant.ts'

// Races for the money of one payment, from two processes, a thousand times. Then the guards are removed, and the test
// expects the failures that they prevent.

const racesAtOnce = 8

/** Accepts and books `count` payments of 100 from a wallet. */
async function payMany(test: TestPayments, count: number, also: Parameters<TestPayments['pay']>[0] = {}) {
  await test.openWith('payer', 100n * BigInt(count))
  await test.open('shop')
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { id } = await test.pay({ destinations: [share('shop', 100n)], ...also })
      await test.end('payment', id)
      return id
    }),
  )
}

/** Asks both engines at one moment, for each payment; answers both answers of each. */
async function race(
  test: TestPayments,
  ids: readonly string[],
  ask: (id: string, first: Payments, second: Payments) => [() => Promise<string>, () => Promise<string>],
) {
  const second = await test.startAnother()
  const answers: string[][] = []
  const waiting = [...ids]
  const runner = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      answers.push((await Promise.all(ask(id, test.payments, second.payments).map((one) => one()))).sort())
    }
  }
  await Promise.all(Array.from({ length: racesAtOnce }, runner))
  test.payments.wake()
  return answers
}

const refund60 = (test: TestPayments, payments: Payments, id: string) => async () => {
  try {
    const answer = await test.database.transaction((tx) =>
      payments.createRefund(tx, { book: 1, payment: id, amount: 60n, metadata: {} }),
    )
    return answer.ok ? 'accepted' : answer.refusal.code
  } catch (error) {
    if (error instanceof Error && 'state' in error) return 'stopped by the second guard'
    throw error
  }
}

const refundTwice = async (test: TestPayments, races: number) => {
  const ids = await payMany(test, races)
  const answers = await race(test, ids, (id, first, second) => [refund60(test, first, id), refund60(test, second, id)])
  await test.settled()
  const [sums] = await test.database.query<{ over: number; refunded: bigint }>({
    text: `select count(*) filter (where sum > 100)::int as over, coalesce(sum(sum), 0)::bigint as refunded
      from (select sum(amount) as sum from payments.refunds where state = 'succeeded' group by payment_id) of_payment`,
  })
  const { checks } = await verifyLedger(test.database)
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  return { answers, ...sums }
}

it('two refunds of 60 on 100 from two processes, 1,000 times: one of them is refused each time', async () => {
  const { answers, over, refunded } = await withPayments({}, (test) => refundTwice(test, 1_000))
  expect(new Set(answers.map(String))).toEqual(new Set(['accepted,amount_exceeds_refundable']))
  expect({ over, refunded }).toEqual({ over: 0, refunded: 60_000n })
})

it('without the row lock the version of the row stops double refunds', async () => {
  const { answers, over } = await withPayments({ replacement: unlocked }, (test) => refundTwice(test, 200))
  expect(answers.flat()).toContain('stopped by the second guard')
  expect(over).toBe(0)
})

it('without the row lock and the row version a payment is refunded more than it had', async () => {
  const { answers } = await withPayments(unguarded, async (test) => {
    const ids = await payMany(test, 200)
    return {
      answers: await race(test, ids, (id, first, second) => [refund60(test, first, id), refund60(test, second, id)]),
    }
  })
  expect(answers.map(String)).toContain('accepted,accepted')
})

it('the constraint refuses to store a payment that is refunded more than it captured', async () => {
  const refusedByConstraint = { name: 'DatabaseFault', state: '23514' }
  await withPayments({}, async (test) => {
    const [id = ''] = await payMany(test, 1)
    const statement = (set: string) =>
      test.database.query({ text: `update payments.payments set ${set} where id = $1`, values: [id] })
    await expect(statement('amount_refunding = 101')).rejects.toMatchObject(refusedByConstraint)
    await expect(statement('amount_refunding = 60, amount_refunded = 41')).rejects.toMatchObject(refusedByConstraint)
    await expect(statement('amount_capturable = 1')).rejects.toMatchObject(refusedByConstraint)
  })
})

it('capture against cancel over a rail, 100 times: captured money is kept, the rest void, never both', async () => {
  await withPayments({}, async (test) => {
    const ids = await payMany(test, 100, { source: byCard, capture: 'manual' })
    const answerOf = async (work: Promise<{ ok: boolean }>) => ((await work).ok ? 'accepted' : 'refused')
    const answers = await race(test, ids, (id, first, second) => [
      () => answerOf(test.database.transaction((tx) => first.capture(tx, { book: 1, payment: id, amount: 100n }))),
      () => answerOf(test.database.transaction((tx) => second.cancel(tx, { book: 1, payment: id }))),
    ])
    expect(answers.flat()).toContain('accepted')
    await expect
      .poll(async () => (await Promise.all(ids.map(test.payment))).every(({ phase }) => phase === 'ended'), {
        interval: 100,
      })
      .toBe(true)
    const ended = await Promise.all(ids.map(test.payment))
    const captured = ended.filter(({ amountCaptured }) => amountCaptured === 100n).length
    for (const payment of ended) {
      const isCaptured = payment.amountCaptured === 100n
      expect([payment.state, payment.amountCaptured, payment.amountCapturable]).toEqual(
        isCaptured ? ['succeeded', 100n, 0n] : ['canceled', 0n, 0n],
      )
    }
    const doneOf = (operation: string) =>
      test.rail.calls.filter(({ ask, ...call }) => ask === 'submit' && call.operation === operation).length
    expect([doneOf('capture'), doneOf('capture') + doneOf('void')]).toEqual([captured, ids.length])
    expect(await test.balances('shop')).toEqual([BigInt(captured) * 100n, 0n, 0n])
  })
})

it('fifty clients with one key make one payment, and each gets its answer', async () => {
  await withPayments({}, async (test) => {
    await test.openWith('payer', 1_000n)
    await test.open('shop')
    const second = await test.startAnother()
    const idempotency = {
      ...{ book: 1, key: 'one order', fingerprint: Buffer.alloc(32, 7) },
      answer: (result: { readonly ok: boolean }) => ({
        status: result.ok ? 201 : 400,
        body: JSON.stringify(result.ok),
      }),
    }
    const request: NewPayment = {
      ...{ book: 1, amount: 100n, asset: 'USD', metadata: {} },
      capture: 'automatic',
      source: { kind: 'wallet', account: 'payer' },
      destinations: [share('shop', 100n)],
    }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? test.payments : second.payments).createPayment(request, idempotency),
      ),
    )
    expect(answers.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    expect(answers.filter(({ kind }) => kind === 'replayed')).toHaveLength(49)
    const other = await test.payments.createPayment(request, { ...idempotency, fingerprint: Buffer.alloc(32, 8) })
    expect(other.kind).toBe('mismatched')
    await test.settled()
    expect(await test.balances('shop')).toEqual([100n, 0n, 0n])
  })
})
