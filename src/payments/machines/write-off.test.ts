import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../test/support/model-rail.ts'
import { found } from '../../../test/support/payments-world.ts'
import { createRefundsStage } from '../../../test/support/payments-world-refunds.ts'
import { createReturnsStage, share } from '../../../test/support/payments-world-returns.ts'
import { lyingByAttempts } from '../../../test/support/payments-world-sums.ts'
import type { SubjectAction } from '../machine.ts'
import { machines } from './machines.ts'
import { seenOf } from './seen.ts'

// Money that nobody can be found for, and holes that nobody fills, are given up: by the account of write-offs.

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const writeOffs = 'write_offs:USD'
const off: SubjectAction = { action: 'write_off', text: 'The payer cannot be found.' }
const done: RailPlan = { effect: 'done', isTold: true }
const decline = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const
const turned: RailPlan = { effect: 'turned', isTold: true, decline }

/** A charge that came too late, over a rail that cannot refund. */
function cameLate() {
  const stage = createRefundsStage(machines, { card: () => turned }, { unable: ['card'] })
  stage.happen('card', 'charge')
  expect([stage.balances(), stage.open()]).toEqual([{ [clearing]: -100n, [suspense]: 100n }, ['late_success']])
  return stage
}

describe('a write-off', () => {
  it('of money that came too late takes it out of suspense, and ends its payment', () => {
    const { world, decide, balances, open, payment, texts } = cameLate()
    decide('late_success', off)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, [writeOffs]: 100n }, []])
    expect(payment()).toMatchObject({ phase: 'ended', state: 'failed', amountSuspended: 0n })
    expect([lyingByAttempts(world, payment()), texts()]).toEqual([0n, []])
  })

  it('of an amount that the case does not show any more moves nothing', () => {
    const { world, id, balances, open, texts } = cameLate()
    const input = { kind: 'decision', decision: off, about: 'late_success', seen: { other: '7' } } as const
    world.input('payment', id, input)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, [suspense]: 100n }, ['late_success']])
    expect(texts().join()).toContain('"write_off" was not carried out')
  })

  it('of a wrong amount ends the payment as if the money had been returned', () => {
    const stage = createRefundsStage(machines, { card: () => ({ ...done, excess: -10n }) })
    expect(stage.open()).toEqual(['wrong_amount'])
    stage.decide('wrong_amount', off)
    expect([stage.balances(), stage.open()]).toEqual([{ [clearing]: -90n, [writeOffs]: 90n }, []])
    expect(stage.payment()).toMatchObject({ phase: 'ended', state: 'failed' })
  })

  it('of what recipients owe fills suspense, and they owe it no more', () => {
    const { world, id, dispute, decide, balances, open, payment } = createRefundsStage(machines, { card: () => done })
    world.books.freeze('shop', true)
    dispute('card', 'charge', 60n)
    world.books.freeze('shop', false)
    expect([balances(), open()]).toEqual([{ [clearing]: -40n, shop: 100n, [suspense]: -60n }, ['booking_refused']])
    expect(seenOf(payment(), 'booking_refused', world.context, 'write_off')).toEqual({ [id]: '60' })
    decide('booking_refused', off)
    expect([balances(), open()]).toEqual([{ [clearing]: -40n, shop: 100n, [writeOffs]: -60n }, []])
    expect(payment()).toMatchObject({ amountOwed: 0n, amountSuspended: 0n, amountRefunded: 60n })
    expect([payment().offBy, payment().owedBy]).toEqual([[share('shop', 60n)], undefined])
    expect(lyingByAttempts(world, payment())).toBe(0n)
  })

  it('of a debt that has changed since books nothing', () => {
    const { world, id, dispute, decide, balances, open, texts } = createRefundsStage(machines, { card: () => done })
    world.books.freeze('shop', true)
    dispute('card', 'charge', 60n)
    const seen = seenOf(found(world.payments, id), 'booking_refused', world.context, 'write_off')
    dispute('card', 'charge', 30n)
    const before = balances()
    world.input('payment', id, { kind: 'decision', decision: off, about: 'booking_refused', ...(seen && { seen }) })
    expect([balances(), open()]).toEqual([before, ['booking_refused']])
    expect(texts().join()).toContain('"write_off" was not carried out')
    expect(texts().join()).toContain('Now owed: 0.90 USD.')
    world.books.freeze('shop', false)
    decide('booking_refused', { action: 'retry' })
    world.input('payment', id, { kind: 'decision', decision: off, about: 'booking_refused', ...(seen && { seen }) })
    expect([balances(), open()]).toEqual([{ [clearing]: -10n, shop: 10n }, []])
  })

  it('of a loss fills suspense once, also when another loss follows', () => {
    const { world, dispute, refund, decide, balances, open } = createRefundsStage(machines, { card: () => done })
    refund(100n)
    dispute('card', 'charge', 10n)
    expect([balances(), open()]).toEqual([{ [clearing]: 10n, [suspense]: -10n }, ['dispute_after_refund']])
    decide('dispute_after_refund', off)
    expect([balances(), open()]).toEqual([{ [clearing]: 10n, [writeOffs]: -10n }, []])
    world.now += 1_000
    dispute('card', 'charge', 50n)
    decide('dispute_after_refund', off)
    expect([balances(), open()]).toEqual([{ [clearing]: 60n, [writeOffs]: -60n }, []])
  })

  it('of a payout that came back, and that its account cannot take, keeps the account as it is', () => {
    const { world, payOut, comeBack, balances, open, decide, payoutOf } = createReturnsStage(machines, [])
    world.books.fund('shop', 500n)
    const id = payOut()
    world.books.freeze('shop', true)
    comeBack('payout', 100n)
    expect([balances(), open()]).toEqual([{ world: -500n, shop: 400n, [suspense]: 100n }, ['booking_refused']])
    decide('payout', id, 'booking_refused', off)
    expect([balances(), open()]).toEqual([{ world: -500n, shop: 400n, [writeOffs]: 100n }, []])
    expect(payoutOf(id)).toMatchObject({ phase: 'ended', state: 'succeeded', amountReturned: 100n })
  })

  it('of a refund that came back, and that the shop cannot take, leaves its payment with nothing in suspense', () => {
    const { world, pay, refund, comeBack, balances, open, decide } = createReturnsStage(machines, [])
    const id = pay()
    const back = refund(id, [share('shop', 28n), share('partner', 12n)])
    world.books.freeze('shop', true)
    comeBack('refund', 40n)
    const left = { [clearing]: -100n, shop: 42n, partner: 18n }
    expect([balances(), open()]).toEqual([{ ...left, [suspense]: 40n }, ['booking_refused']])
    decide('refund', back, 'booking_refused', off)
    expect([balances(), open()]).toEqual([{ ...left, [writeOffs]: 40n }, []])
    const payment = world.payments.get(id)
    expect([payment?.amountSuspended, payment && lyingByAttempts(world, payment)]).toEqual([0n, 0n])
  })

  it('of a payout that came too late is a loss, and the payout has failed', () => {
    const { world, card, operation, payOut, callBack, balances, open, decide, payoutOf } = createReturnsStage(
      machines,
      [{ effect: 'turned', isTold: true }],
    )
    world.books.fund('shop', 500n)
    const id = payOut()
    card.settle(operation('payout'), true)
    callBack()
    expect(open()).toEqual(['late_success'])
    decide('payout', id, 'late_success', off)
    expect([balances(), open()]).toEqual([{ world: -500n, shop: 500n, [clearing]: 100n, [writeOffs]: -100n }, []])
    expect(payoutOf(id)).toMatchObject({ phase: 'ended', state: 'failed' })
  })

  it('of what a case is not about is refused by name', () => {
    const { decide, open, texts } = createRefundsStage(machines, {
      card: () => ({ effect: 'pending', isTold: false, isMute: true }),
    })
    expect(open()).toEqual([])
    decide('outcome_unknown', off)
    expect(texts().join()).toContain('nothing of it can be written off')
  })
})
