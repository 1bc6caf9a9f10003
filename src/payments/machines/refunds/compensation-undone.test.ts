import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import { machines } from '../machines.ts'

const clearing = 'rails:card:clearing:USD'
const stated = (outcome: 'succeeded' | 'failed') => ({ action: 'force', outcome, evidence: 'The statement.' }) as const
const captured = { [clearing]: -100n, shop: 100n }

/** A refund that undoes something succeeded. Its rail then denied it, and an operator stated that it had failed. */
function undone(amount = 100n, excess = 0n) {
  const card = (operation: string, count: number): RailPlan =>
    operation === 'refund' && count === 1 ? { effect: 'done', isTold: true, excess } : { effect: 'done', isTold: true }
  const stage = createRefundsStage(machines, { card })
  const id = stage.refund(amount, true)
  if (excess !== 0n) stage.decide('wrong_amount', stated('succeeded'), 'refund', id)
  expect(stage.refundOf(id).state).toBe('succeeded')
  stage.deny('card', 'refund')
  // It did not happen, so the rail would still refund it.
  stage.operation('card', 'charge').left = 100n
  const force = () => stage.decide('outcome_unknown', stated('failed'), 'refund', id)
  return { ...stage, id, force, of: () => stage.refundOf(id) }
}

describe('a compensating refund that did not happen', () => {
  it('is still to be made, and has a case', () => {
    const { force, of, payment, balances, open } = undone()
    force()
    expect(of()).toMatchObject({ state: 'requires_review', reason: 'compensation_failed', phase: 'review', holds: [] })
    expect([balances(), open()]).toEqual([captured, ['compensation_failed']])
    expect([payment().amountRefunded, payment().amountRefunding]).toEqual([0n, 100n])
  })

  it('is made again when the operator retries it', () => {
    const { force, id, of, decide, wait, payment, balances, open, operation } = undone()
    force()
    decide('compensation_failed', { action: 'retry' }, 'refund', id)
    wait(1_000)
    expect([of().state, balances(), open()]).toEqual(['succeeded', {}, []])
    expect([payment().amountRefunded, payment().amountRefunding]).toEqual([100n, 0n])
    expect(operation('card', 'refund', 1)).toMatchObject({ amount: 100n })
  })

  it('has a case again when those who pay for it cannot when it is retried', () => {
    const { world, force, id, decide, wait, balances, open } = undone()
    force()
    world.books.freeze('shop', true)
    decide('compensation_failed', { action: 'retry' }, 'refund', id)
    wait(1_000)
    expect([balances(), open()]).toEqual([captured, ['compensation_failed']])
  })

  it('is over when the operator states that it is not to be made', () => {
    const { force, id, of, decide, payment, balances, open } = undone()
    force()
    decide('compensation_failed', stated('failed'), 'refund', id)
    expect([of().state, balances(), open()]).toEqual(['failed', captured, []])
    expect([payment().amountRefunded, payment().amountRefunding]).toEqual([0n, 0n])
  })

  it('is made when its rail then reports that it happened after all', () => {
    const { force, of, insist, payment, balances, open, net } = undone()
    force()
    insist('card', 'refund')
    expect([of().state, balances(), open()]).toEqual(['succeeded', {}, []])
    expect([payment().amountRefunded, payment().amountRefunding]).toEqual([100n, 0n])
    expect(net()).toEqual({ card: 0n })
  })

  it('is to be made in full when its rail had made it in less', () => {
    const { force, id, decide, wait, balances, open, payment } = undone(50n, -20n)
    force()
    expect([balances(), open(), payment().amountRefunding]).toEqual([captured, ['compensation_failed'], 50n])
    decide('compensation_failed', { action: 'retry' }, 'refund', id)
    wait(1_000)
    expect([balances(), open()]).toEqual([{ [clearing]: -50n, shop: 50n }, []])
  })

  it('keeps a case, unchanged, when another refund returned the part that its rail had not made', () => {
    const { force, refund, balances, open, payment } = undone(100n, -20n)
    refund(20n)
    expect(balances()).toEqual({})
    force()
    expect([balances(), open()]).toEqual([{}, ['outcome_unknown']])
    expect([payment().amountRefunded, payment().amountRefunding]).toEqual([100n, 0n])
  })
})
