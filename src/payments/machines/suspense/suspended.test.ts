import { describe, expect, it } from 'vitest'
import type { RailOperation } from '#rails'
import { createModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { newCapture, newPayment } from '../../../../test/support/payments-world-requests.ts'
import type { CaseReason, Seen, SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

// Money of several attempts for a payment, in suspense: each part belongs to the rail that brought it.

const decline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' } as const
const turned: RailPlan = { effect: 'turned', isTold: true, decline }
const done: RailPlan = { effect: 'done', isTold: true }
const less: RailPlan = { ...done, excess: -10n }
const pending: RailPlan = { effect: 'pending', isTold: true }

const clearing = (rail: string) => `rails:${rail}:clearing:USD`
const suspense = 'suspense:USD'
const returned: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'Returned by bank transfer.' }

/** A payment of 100 by these rails, in turn, with the plan of each; the rails in `unable` cannot refund. */
function stage(
  plans: Readonly<Record<string, (operation: RailOperation) => RailPlan>>,
  { unable = [], capture = 'automatic' }: { unable?: readonly string[]; capture?: 'automatic' | 'manual' } = {},
) {
  const rails = Object.entries(plans).map(([name, plan]) => {
    const rail = createModelRail(name, ({ operation }) => plan(operation))
    const operations = [...rail.capabilities.operations].filter((one) => one !== 'refund' || !unable.includes(name))
    return { ...rail, capabilities: { ...rail.capabilities, operations: new Set(operations) } }
  })
  const world = createWorld(machines, rails)
  world.books.open('shop')
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const [rail = '', ...otherRails] = rails.map(({ name }) => name)
  const { id } = newPayment(world, { capture, source: { kind: 'rail', rail, instrument: 'x', otherRails } })
  settle()
  return {
    ...{ world, id, rails, settle },
    payment: () => found(world.payments, id),
    refunds: () => [...world.refunds.values()].map(({ amount, state }) => [amount, state]),
    reasons: () => (world.matters.get(id) ?? []).map(({ reason }) => reason),
    /** The rail does the operation after all, and reports it. */
    tell: (name: string, operation: RailOperation = 'charge') => {
      const one = rails.find((each) => each.name === name)
      for (const each of one?.operations().filter((made) => made.operation === operation) ?? []) {
        one?.settle(each, true)
        world.mail.push({ attempt: each.id, outcome: one?.tell(each) ?? { kind: 'unknown', why: 'gone' } })
      }
      settle()
    },
    capture: (amount: bigint, isFinal = false) => {
      const made = newCapture(world, id, amount, isFinal)
      if (made === undefined) throw new Error('so much is held')
      world.input('capture', made.id, { kind: 'capture', capture: made })
      settle()
      return made
    },
    decide: (about: CaseReason, decision: SubjectAction, seen?: Seen) => {
      world.input('payment', id, { kind: 'decision', decision, about, ...(seen !== undefined && { seen }) })
      settle()
    },
    balances: () =>
      Object.fromEntries(
        world.books.codes().flatMap((code) => {
          const posted = world.books.posted(code)
          return posted === 0n ? [] : [[code, posted]]
        }),
      ),
    /** The content that an operator sees now. */
    seen: (): Seen =>
      Object.fromEntries(
        [...world.attempts.values()].flatMap(({ id: attempt, suspended }) =>
          suspended === undefined ? [] : [[attempt, suspended.amount.toString()]],
        ),
      ),
  }
}

describe('late money returned by hand leaves the clearing account of each rail that it came over', () => {
  it('when the payment has failed and two rails took it', () => {
    const { id, tell, decide, balances, payment, world } = stage(
      { cash: () => turned, cheque: () => turned },
      { unable: ['cash', 'cheque'] },
    )
    for (const rail of ['cash', 'cheque']) tell(rail)
    expect(balances()).toEqual({ [clearing('cash')]: -100n, [clearing('cheque')]: -100n, [suspense]: 200n })
    expect(world.openCases.get(id)?.detail).toContain('1.00 USD over cash, 1.00 USD over cheque')
    decide('late_success', returned)
    expect([balances(), world.openCases.size]).toEqual([{}, 0])
    expect(payment()).toMatchObject({ state: 'failed', phase: 'ended', amountSuspended: 0n })
  })

  it('when the payment goes on over another rail, which reports before or after', () => {
    for (const isEarly of [true, false]) {
      const { tell, decide, balances, payment, world } = stage(
        { cash: () => turned, bank: () => pending },
        { unable: ['cash'] },
      )
      tell('cash')
      expect(payment()).toMatchObject({ phase: 'awaiting', rail: 'bank', amountSuspended: 100n })
      if (isEarly) decide('late_success', returned)
      tell('bank')
      if (!isEarly) decide('late_success', returned)
      expect([balances(), world.openCases.size]).toEqual([{ shop: 100n, [clearing('bank')]: -100n }, 0])
      expect(payment()).toMatchObject({ state: 'succeeded', phase: 'ended', amountSuspended: 0n })
    }
  })

  it('when it was a capture', () => {
    let captures = 0
    const plan = (operation: RailOperation): RailPlan => {
      if (operation !== 'capture') return done
      captures += 1
      return captures === 1 ? { ...turned, decline: { ...decline, remedy: 'never' } } : done
    }
    const { id, rails, settle, capture, decide, balances, payment, world } = stage(
      { card: plan },
      { unable: ['card'], capture: 'manual' },
    )
    capture(60n)
    capture(100n, true)
    const late = rails[0]?.operations().find(({ operation }) => operation === 'capture')
    world.mail.push({ attempt: late?.id ?? '', outcome: { kind: 'succeeded', railReference: 'late', amount: 60n } })
    settle()
    expect([...world.openCases.keys()]).toEqual([id])
    expect(balances()).toEqual({ shop: 100n, [clearing('card')]: -160n, [suspense]: 60n })
    decide('late_success', returned)
    expect([balances(), world.openCases.size]).toEqual([{ shop: 100n, [clearing('card')]: -100n }, 0])
    expect(payment()).toMatchObject({ state: 'succeeded', phase: 'ended', amountSuspended: 0n })
  })

  it('when another rail is returning its late money, too, which stays on its way', () => {
    const { tell, decide, balances, payment, refunds, world } = stage(
      { cash: () => turned, card: (operation) => (operation === 'refund' ? pending : turned) },
      { unable: ['cash'] },
    )
    for (const rail of ['card', 'cash']) tell(rail)
    decide('late_success', returned)
    expect(balances()).toEqual({ [clearing('card')]: -100n, [suspense]: 100n })
    expect(payment()).toMatchObject({ phase: 'reversing', amountSuspended: 100n })
    tell('card', 'refund')
    expect([balances(), world.openCases.size, refunds()]).toEqual([{}, 0, [[100n, 'succeeded']]])
    expect(payment()).toMatchObject({ state: 'failed', phase: 'ended', amountSuspended: 0n })
  })

  it('when the rail is no longer configured', () => {
    const plans = { cash: () => turned, card: () => done }
    const { tell, decide, balances, world } = stage(plans, { unable: ['cash'] })
    tell('cash')
    ;(world.rails as Map<string, unknown>).delete('cash')
    decide('late_success', returned)
    expect([balances(), world.openCases.size]).toEqual([{ shop: 100n, [clearing('card')]: -100n }, 0])
  })
})

describe('a charge in another amount, beside a late charge of another rail', () => {
  const both = () => {
    const plans = { cash: () => turned, card: (operation: RailOperation) => (operation === 'charge' ? less : done) }
    const one = stage(plans, { unable: ['cash'] })
    one.tell('cash')
    expect(one.reasons()).toEqual(['late_success', 'wrong_amount'])
    expect(one.balances()).toEqual({ [clearing('cash')]: -100n, [clearing('card')]: -90n, [suspense]: 190n })
    return one
  }

  it('is returned in that amount, and the late one stays', () => {
    const { decide, balances, refunds, reasons, payment, world } = both()
    decide('wrong_amount', { action: 'reverse' })
    expect([refunds(), reasons()]).toEqual([[[90n, 'succeeded']], ['late_success']])
    expect(balances()).toEqual({ [clearing('cash')]: -100n, [suspense]: 100n })
    decide('late_success', returned)
    expect([balances(), world.openCases.size]).toEqual([{}, 0])
    expect(payment()).toMatchObject({ state: 'failed', phase: 'ended', amountSuspended: 0n })
  })

  it('is not delivered with the late one', () => {
    const { decide, balances, refunds, reasons, payment } = both()
    decide('wrong_amount', { action: 'force', outcome: 'succeeded', evidence: 'Accept what came.' })
    expect([balances().shop, refunds()]).toEqual([undefined, []])
    decide('late_success', returned)
    expect(balances()).toEqual({ [clearing('card')]: -90n, [suspense]: 90n })
    expect([payment().amountSuspended, reasons()]).toEqual([90n, ['wrong_amount']])
  })

  it('is returned by hand alone', () => {
    const { decide, balances, reasons } = both()
    decide('wrong_amount', { action: 'force', outcome: 'failed', evidence: 'The 90 went back.' })
    expect(balances()).toEqual({ [clearing('cash')]: -100n, [suspense]: 100n })
    expect(reasons()).toEqual(['late_success'])
  })

  it('is not affected when the other rail reverses its own charge', () => {
    const { world, id, balances, reasons, decide } = both()
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'dsp_1', rail: 'cash' })
    expect(balances()).toEqual({ [clearing('card')]: -90n, [suspense]: 90n })
    expect(reasons()).toEqual(['dispute_after_refund', 'late_success', 'wrong_amount'])
    decide('wrong_amount', { action: 'reverse' })
    expect(balances()).toEqual({})
  })
})

describe('a decision on other money in suspense than the operator saw', () => {
  const late = () =>
    stage({ cash: () => turned, cheque: () => turned, card: () => done }, { unable: ['cash', 'cheque'] })
  const paid = { shop: 100n, [clearing('card')]: -100n }

  it('removes only the money that was returned; the case stays and shows the rest', () => {
    const { id, tell, seen, decide, balances, world } = late()
    tell('cash')
    const before = seen()
    tell('cheque')
    decide('late_success', returned, before)
    expect(balances()).toEqual({ ...paid, [clearing('cheque')]: -100n, [suspense]: 100n })
    expect(world.openCases.get(id)).toMatchObject({
      why: 'late_success',
      detail: 'Settled by hand: Returned by bank transfer. More has come since. Now in suspense: 1.00 USD over cheque.',
    })
    decide('late_success', returned, seen())
    expect([balances(), world.openCases.size]).toEqual([paid, 0])
  })

  it('moves nothing when the rail reversed the money itself; the case stays and says so', () => {
    const { id, tell, seen, decide, balances, world } = late()
    tell('cash')
    const before = seen()
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'dsp_1', rail: 'cash' })
    decide('late_success', returned, before)
    expect(balances()).toEqual(paid)
    expect(world.openCases.get(id)?.detail).toContain('Nothing of it is there now.')
  })

  it('returns nothing', () => {
    const { id, tell, seen, decide, balances, refunds, world } = stage(
      { cash: () => turned, cheque: () => turned },
      { unable: ['cash', 'cheque'] },
    )
    tell('cash')
    const before = seen()
    tell('cheque')
    decide('late_success', { action: 'retry' }, before)
    expect([refunds(), balances()[suspense]]).toEqual([[], 200n])
    expect(world.openCases.get(id)?.detail).toContain('1.00 USD over cash, 1.00 USD over cheque')
  })
})

it('captures that rails made in another amount are returned each by its own reference', () => {
  const plan = (operation: RailOperation) => (operation === 'capture' ? less : done)
  const { id, settle, decide, balances, refunds, world, rails } = stage({ card: plan }, { capture: 'manual' })
  for (const amount of [40n, 60n]) {
    const made = newCapture(world, id, amount, false)
    if (made !== undefined) world.input('capture', made.id, { kind: 'capture', capture: made })
  }
  settle()
  expect(world.openCases.get(id)?.detail).toContain('0.80 USD over card')
  decide('wrong_amount', { action: 'reverse' })
  expect(refunds()).toEqual([
    [30n, 'succeeded'],
    [50n, 'succeeded'],
  ])
  expect([balances(), rails[0]?.net()]).toEqual([{}, 0n])
})
