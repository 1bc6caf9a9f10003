import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RailCall, RailOutcome } from '#rails'
import { byCard, patience, secondBook, share, startTestPayments, type TestPayments, until, verifyAll } from '#testing'

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  await test.open('shop2', { book: secondBook })
})
afterEach(() => test.stop())

/** The calls of one book under way at once on a rail. */
const underWay = 512

/** A rail that is up and holds every submission until `goOn`; it remembers its submissions. */
function heldRail() {
  const held: (() => void)[] = []
  const submitted: string[] = []
  let isHeld = true
  test.rail.answer = async ({ id, amount }: RailCall, ask): Promise<RailOutcome> => {
    const done = { kind: 'succeeded', railReference: `card-${id}`, amount } as const
    if (ask === 'inquire') return submitted.includes(id) ? { kind: 'unknown', why: 'under way' } : { kind: 'not_found' }
    submitted.push(id)
    if (isHeld) await new Promise<void>((resolve) => held.push(resolve))
    return done
  }
  const goOn = () => {
    isHeld = false
    for (const resolve of held.splice(0)) resolve()
  }
  return { submitted, goOn }
}

const flood = (count: number) =>
  Promise.all(Array.from({ length: count }, () => test.pay({ source: byCard, destinations: [share('shop', 100n)] })))

const ofSecond = () => test.pay({ book: secondBook, source: byCard, destinations: [share('shop2', 100n)] })

const states = async () => {
  const text = 'select state, reason, count(*)::integer as count from payments.payments group by state, reason'
  return test.database.query<{ state: string; reason: string | null; count: number }>({ text })
}

describe('when one book fills the queue of a rail', () => {
  it('an unsent payment never fails because of it, nor is it sent under another key', async () => {
    const rail = heldRail()
    const many = 3 * underWay
    await flood(many)
    await until(() => test.payments.statistics().railCallsUnderWay === underWay)
    // Its submission is made at once: the first book leaves places.
    const { id } = await ofSecond()
    await until(() => rail.submitted.length === underWay + 1)
    // All waiting submissions leave the queue, and their timers submit them again, repeatedly.
    await new Promise((resolve) => setTimeout(resolve, 12_000))
    expect(rail.submitted.length).toBe(underWay + 1)
    expect((await states()).map(({ state }) => state)).toEqual(['processing'])
    rail.goOn()
    const ended = await test.payments.waitForEnd({ kind: 'payment', id, book: secondBook }, patience(30_000))
    expect(ended?.row.state).toBe('succeeded')
    await until(async () => (await states()).every(({ state }) => state !== 'processing'), patience(60_000))
    expect(await states()).toEqual([{ state: 'succeeded', reason: null, count: many + 1 }])
    expect(new Set(rail.submitted).size).toBe(many + 1)
    expect(await test.balances('rails:card:clearing:USD')).toEqual([-100n * BigInt(many), 0n, 0n])
    expect(await verifyAll(test.database)).toEqual([])
  })
})
