import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import type { CaseReason, Seen } from '../../machine.ts'
import { machines } from '../machines.ts'
import { seenOf } from '../seen.ts'
import type { Tried } from './made-before.ts'

// A rail declines it for now twice, and makes it at the third try. Then the first two happen after all.

const later = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const
const turned: RailPlan = { effect: 'turned', isTold: true, decline: later }
const done: RailPlan = { effect: 'done', isTold: true }

function madeAtLast(kind: 'payout' | 'refund') {
  const tries = [turned, turned, done]
  const stage = createStage(machines, kind === 'refund' ? [done, ...tries] : tries)
  const { world, card, settle, wait } = stage
  world.books.fund('shop', 500n)
  const id = kind === 'payout' ? newPayout(world, { amount: 30n }).id : refund()
  settle()
  wait(120_000)
  const rows = kind === 'payout' ? world.payouts : world.refunds
  const tried = () => found<Tried>(rows, id)
  expect(tried()).toMatchObject({ state: 'succeeded', attempts: 3 })

  function refund(): string {
    const payment = newPayment(world, { source: cardSource })
    settle()
    const made = newRefund(world, payment.id, { amount: 30n, from: [{ account: 'shop', amount: 30n }] })
    world.input('refund', made?.id ?? '', { kind: 'start' })
    return made?.id ?? ''
  }
  return {
    ...stage,
    /** The try at this place happens after all, and the rail reports it, with so much more than asked. */
    happen: (at: number, more = 0n) => {
      const one = card.operations().filter(({ operation }) => operation === kind)[at]
      if (one === undefined) throw new Error('no such try')
      card.settle(one, true)
      const { id: attempt, reference: railReference, amount } = one
      world.mail.push({ attempt, outcome: { kind: 'succeeded', railReference, amount: amount + more } })
      settle()
    },
    seen: (about: CaseReason = 'late_success') => seenOf(tried(), about, world.context),
    decide: (seen: Seen | undefined, about: CaseReason = 'late_success') => {
      const decision = { action: 'force', outcome: 'succeeded', evidence: 'The payee has sent it back.' } as const
      world.input(kind, id, { kind: 'decision', decision, about, ...(seen !== undefined && { seen }) })
    },
    reasons: () => (world.matters.get(id) ?? []).map(({ reason }) => reason),
    text: () => world.openCases.get(id)?.detail ?? '',
  }
}

describe.each(['payout', 'refund'] as const)('a %s that a rail makes three times', (kind) => {
  it('has one case about both clawbacks, which one decision settles', () => {
    const { happen, seen, decide, reasons, text, balances } = madeAtLast(kind)
    happen(0)
    expect(text()).not.toContain('as clawbacks')
    happen(1)
    expect(text()).toContain('Now in suspense as clawbacks: 0.60 USD.')
    expect(balances()).toMatchObject({ 'suspense:USD': -60n })
    decide(seen())
    expect([reasons(), seen()]).toEqual([[], {}])
  })

  it('keeps a case for a clawback that came after the decision was accepted', () => {
    const { happen, seen, decide, reasons, text, balances } = madeAtLast(kind)
    happen(0)
    const before = seen()
    happen(1)
    decide(before)
    expect([reasons(), text()]).toEqual([['late_success'], expect.stringContaining('0.30 USD more have come since')])
    decide(seen())
    expect([reasons(), seen()]).toEqual([[], {}])
    expect(balances()).toMatchObject({ 'suspense:USD': -60n })
  })

  it('is settled by a decision that was accepted before cases recorded the amounts shown', () => {
    const { happen, decide, reasons } = madeAtLast(kind)
    happen(0)
    happen(1)
    decide(undefined)
    expect(reasons()).toEqual([])
  })
})

it('a payout that a rail makes in another amount as well has another case, and keeps it', () => {
  const { happen, seen, decide, reasons, balances } = madeAtLast('payout')
  happen(0)
  const before = seen()
  happen(1, 20n)
  expect(reasons()).toEqual(['wrong_amount', 'late_success'])
  decide(before)
  expect(reasons()).toEqual(['wrong_amount'])
  decide(seen('wrong_amount'), 'wrong_amount')
  expect([reasons(), seen()]).toEqual([[], {}])
  expect(balances()).toMatchObject({ 'suspense:USD': -80n })
})
