import { describe, expect, it } from 'vitest'
import { createModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { newPayment } from '../../../../test/support/payments-world-requests.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

const decline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' } as const
const turned: RailPlan = { effect: 'turned', isTold: true, decline }
const done: RailPlan = { effect: 'done', isTold: true }

/**
 * A payment of 100 that rails declined in turn and `card` took. The rails in `names` took it late as well, and cannot
 * refund.
 */
function late(...names: readonly string[]) {
  const rails = [...names, 'card'].map((name) => {
    const rail = createModelRail(name, () => (name === 'card' ? done : turned))
    const operations = [...rail.capabilities.operations].filter((one) => name === 'card' || one !== 'refund')
    return { ...rail, capabilities: { ...rail.capabilities, operations: new Set(operations) } }
  })
  const world = createWorld(machines, rails)
  for (const code of ['shop', 'wallet']) world.books.open(code)
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) world.calls.length > 0 ? world.call(0) : world.deliver(0)
  }
  const [rail = '', ...otherRails] = rails.map(({ name }) => name)
  const { id } = newPayment(world, { source: { kind: 'rail', rail, instrument: 'x', otherRails } })
  settle()
  expect(found(world.payments, id)).toMatchObject({ state: 'succeeded', rail: 'card' })
  for (const one of rails.slice(0, -1)) {
    for (const operation of one.operations()) {
      one.settle(operation, true)
      world.mail.push({ attempt: operation.id, outcome: one.tell(operation) })
    }
    settle()
  }
  const { books } = world
  return {
    ...{ world, id, settle },
    payment: () => found(world.payments, id),
    balances: () =>
      Object.fromEntries(
        books.codes().flatMap((code) => (books.posted(code) === 0n ? [] : [[code, books.posted(code)]])),
      ),
    force: () => {
      const decision: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'Returned by bank transfer.' }
      world.input('payment', id, { kind: 'decision', decision, about: 'late_success' })
      settle()
    },
  }
}

const paid = { shop: 100n, 'rails:card:clearing:USD': -100n }

describe('money that came late beside an ended payment, over a rail that cannot return it,', () => {
  it('is in suspense with a case, and leaves it once it was returned some other way', () => {
    const { balances, payment, force, world, id } = late('cash')
    expect(world.openCases.get(id)).toMatchObject({ why: 'late_success' })
    expect(balances()).toEqual({ ...paid, 'rails:cash:clearing:USD': -100n, 'suspense:USD': 100n })
    expect(payment()).toMatchObject({ phase: 'ended', amountSuspended: 100n })
    force()
    expect(world.openCases.size).toBe(0)
    expect(balances()).toEqual(paid)
    expect(payment()).toMatchObject({ phase: 'ended', state: 'succeeded', amountCaptured: 100n, amountSuspended: 0n })
  })

  it('leaves the clearing account of each rail that it came over', () => {
    const { balances, payment, force, world } = late('cash', 'cheque')
    const came = { 'rails:cash:clearing:USD': -100n, 'rails:cheque:clearing:USD': -100n, 'suspense:USD': 200n }
    expect(balances()).toEqual({ ...paid, ...came })
    force()
    expect(world.openCases.size).toBe(0)
    expect(balances()).toEqual(paid)
    expect(payment()).toMatchObject({ phase: 'ended', amountSuspended: 0n })
  })

  it('is not booked again when a rail reversed it before an operator states its return', () => {
    const { balances, payment, force, world, id } = late('cash')
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'dsp_1', rail: 'cash' })
    expect(balances()).toEqual(paid)
    force()
    expect(balances()).toEqual(paid)
    expect(payment()).toMatchObject({ phase: 'ended', state: 'succeeded', amountSuspended: 0n })
  })
})
