import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RailOutcome } from '#rails'
import { byCard, share, startTestPayments, type TestPayments, until, verifyAll } from '#testing'

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  await test.openWith('payer', 100n)
})
afterEach(() => test.stop())

/** More than the calls under way on a rail, the queued calls and the slots of the lane together. */
const many = 6_000
const atOnce = 300

it('a rail that does not answer delays no payment that does not need it', async () => {
  const hanging = Promise.withResolvers<void>()
  const submitted = new Set<string>()
  test.rail.answer = async ({ id, amount }, ask): Promise<RailOutcome> => {
    if (ask === 'inquire' && !submitted.has(id)) return { kind: 'not_found' }
    submitted.add(id)
    await hanging.promise
    return { kind: 'succeeded', railReference: `card-${id}`, amount }
  }
  const toShop = { destinations: [share('shop', 100n)] }
  // No request waits for many others to be accepted.
  for (let accepted = 0; accepted < many; accepted += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => test.pay({ source: byCard, ...toShop })))
  }
  await until(() => test.payments.statistics().railCallsQueued >= 2_048)
  const { id } = await test.pay({ source: { kind: 'wallet', account: 'payer' }, ...toShop })
  try {
    expect((await test.end('payment', id)).row.state).toBe('succeeded')
  } finally {
    hanging.resolve()
  }
  const counts = async () => {
    const text = 'select state, count(*)::integer as count from payments.payments group by state'
    const rows = await test.database.query<{ state: string; count: number }>({ text })
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
  }
  await until(async () => (await counts()).processing === undefined, 60_000)
  const { succeeded = 0, failed = 0 } = await counts()
  expect(succeeded + failed).toBe(many + 1)
  expect(submitted.size).toBeGreaterThanOrEqual(succeeded - 1)
  expect(await test.balances('shop')).toEqual([100n * BigInt(succeeded), 0n, 0n])
  expect(await test.balances('rails:card:clearing:USD')).toEqual([-100n * BigInt(succeeded - 1), 0n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
})
