import { afterEach, beforeEach, expect, it } from 'vitest'
import { verifyLedger } from '#ledger'
import type { Session } from '#platform/postgres'
import type { RailOutcome } from '#rails'
import { byCard, share, startTestPayments, type TestPayments } from '#testing'
import { paymentChecks } from '../../index.ts'

// A worker that is frozen between locking rows and committing keeps their locks. Work on other rows continues.

let test: TestPayments
let frozen: Session
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  await test.open('other')
  await test.openWith('payer', 1_000n)
  frozen = await test.database.session('frozen')
})
afterEach(async () => {
  await frozen.close()
  await test.stop()
})

const freeze = async (text: string, value: unknown) => {
  await frozen.query({ text: 'begin' })
  await frozen.query({ text, values: [value] })
}
const ended = async (ids: readonly string[]) => {
  const payments = await Promise.all(ids.map(test.payment))
  return payments.filter(({ state }) => state === 'succeeded').length
}
const findings = async () => {
  const checks: { readonly findings: readonly string[] }[] = [...(await verifyLedger(test.database)).checks]
  for (const { run } of paymentChecks(test.database)) checks.push(await run())
  return checks.flatMap((check) => check.findings)
}

it('a payment whose row is locked waits, and other payments end', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  test.rail.answer = async (call): Promise<RailOutcome> => {
    await answered
    return { kind: 'succeeded', railReference: `card-${call.id}`, amount: call.amount }
  }
  const ids: string[] = []
  for (let made = 0; made < 12; made += 1) {
    ids.push((await test.pay({ source: byCard, destinations: [share('shop', 100n)] })).id)
  }
  await expect.poll(() => test.rail.calls.length).toBe(12)
  await freeze('select from payments.payments where id = $1 for update', ids[5])
  answer()
  const others = ids.filter((_, index) => index !== 5)
  await expect.poll(() => ended(others)).toBe(11)
  await frozen.query({ text: 'rollback' })
  await expect.poll(() => ended(ids)).toBe(12)
  expect((await test.balances('shop'))[0]).toBe(1_200n)
  expect(await findings()).toEqual([])
})

it('a payment with a locked account waits, and payments between other accounts end', async () => {
  await freeze('select from ledger.accounts where code = $1 for update', 'other')
  const ids: string[] = []
  for (let made = 0; made < 10; made += 1) {
    ids.push((await test.pay({ destinations: [share(made === 4 ? 'other' : 'shop', 100n)] })).id)
  }
  const others = ids.filter((_, index) => index !== 4)
  await expect.poll(() => ended(others)).toBe(9)
  expect((await test.balances('other'))[0]).toBe(0n)
  await frozen.query({ text: 'rollback' })
  await expect.poll(() => ended(ids)).toBe(10)
  const balances = await Promise.all(['payer', 'shop', 'other'].map(async (code) => (await test.balances(code))[0]))
  expect(balances).toEqual([0n, 900n, 100n])
  expect(await findings()).toEqual([])
})

it('a rail is called while waits for locked rows hold all connections', async () => {
  const { database } = await test.startAnother()
  await test.lanes.stop(5_000)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const waiting = Array.from({ length: 12 }, () => database.transaction(() => released))
  try {
    const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
    await expect.poll(() => test.rail.calls.length).toBe(1)
    await expect.poll(() => ended([id])).toBe(1)
  } finally {
    release()
    await Promise.all(waiting)
  }
  expect((await test.balances('shop'))[0]).toBe(100n)
  expect(await findings()).toEqual([])
})

it('a reversal that meets a locked account or payment stays on its lane', async () => {
  const held = Promise.withResolvers<void>()
  test.rail.answer = async (call): Promise<RailOutcome> => {
    if (call.operation === 'refund') await held.promise
    return { kind: 'succeeded', railReference: `card-${call.id}`, amount: call.amount }
  }
  const { id: payment } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await expect.poll(() => ended([payment])).toBe(1)
  const lanesOf = async (input: string) => {
    const text = `select distinct lane from lanes.later where payload like '%"s":"refund"%"i":"${input}"%'`
    return (await test.database.query<{ lane: number }>({ text })).map(({ lane }) => lane)
  }
  await freeze('select from ledger.accounts where code = $1 for update', 'shop')
  const refund = { book: 1, payment, amount: 100n, metadata: {}, isReversal: true }
  const { id } = await test.ask((payments, tx) => payments.createRefund(tx, refund))
  await expect.poll(() => lanesOf('start')).toEqual([0])
  await frozen.query({ text: 'rollback' })
  await expect.poll(() => test.rail.calls.length).toBe(2)
  await freeze('select from payments.payments where id = $1 for update', payment)
  held.resolve()
  await expect.poll(() => lanesOf('outcome')).toEqual([0])
  await frozen.query({ text: 'rollback' })
  expect((await test.end('refund', id)).row.state).toBe('succeeded')
  expect((await test.balances('shop'))[0]).toBe(0n)
  expect(await findings()).toEqual([])
})
