import { describe, expect, it } from 'vitest'
import { createReturnsStage, evidence, share } from '../../../../test/support/payments-world-returns.ts'
import { machines } from '../machines.ts'

const start = (...plans: NonNullable<Parameters<typeof createReturnsStage>[1]>) => createReturnsStage(machines, plans)
const paid = { 'rails:card:clearing:USD': -100n, partner: 30n, shop: 70n }
const both = [share('shop', 35n), share('partner', 15n)]

describe('a refund that comes back', () => {
  it('whole, is with those who had paid for it, has failed, and can be made again', () => {
    const { pay, refund, comeBack, balances, payment, refundOf, open, events, beyondRail } = start()
    const id = pay()
    const made = refund(id, both)
    comeBack('refund', 50n)
    expect([balances(), open(), beyondRail()]).toEqual([paid, [], 0n])
    expect(refundOf(made)).toMatchObject({ state: 'failed', reason: 'returned', amountReturned: 50n })
    expect(payment(id)).toMatchObject({ amountRefunded: 0n, amountRefunding: 0n })
    expect(events().slice(-2)).toEqual(['refund.returned', 'refund.failed'])
    refund(id, [share('shop', 70n), share('partner', 30n)])
    expect([balances(), beyondRail()]).toEqual([{}, 0n])
  })

  it('in parts, is with each in proportion to what it gave and has not got back', () => {
    const { pay, refund, comeBack, balances, payment, refundOf, beyondRail } = start()
    const id = pay()
    const made = refund(id, both)
    comeBack('refund', 1n)
    comeBack('refund', 20n)
    expect([balances(), beyondRail()]).toEqual([{ 'rails:card:clearing:USD': -71n, partner: 21n, shop: 50n }, 0n])
    expect(payment(id).amountRefunded).toBe(29n)
    expect(refundOf(made)).toMatchObject({ state: 'succeeded', amountReturned: 21n })
    comeBack('refund', 29n)
    expect([balances(), refundOf(made).state, payment(id).amountRefunded]).toEqual([paid, 'failed', 0n])
  })

  it('is in suspense while an account that had paid cannot take it, and an operator retries', () => {
    const { world, pay, refund, comeBack, balances, payment, refundOf, open, decide, beyondRail } = start()
    const id = pay()
    const made = refund(id, both)
    world.books.freeze('shop', true)
    comeBack('refund', 50n)
    const waiting = { 'rails:card:clearing:USD': -100n, partner: 15n, shop: 35n, 'suspense:USD': 50n }
    expect([balances(), open()]).toEqual([waiting, ['booking_refused']])
    expect(payment(id)).toMatchObject({ amountRefunded: 50n, amountSuspended: 50n })
    decide('refund', made, 'booking_refused', { action: 'force', outcome: 'succeeded', evidence })
    decide('refund', made, 'booking_refused', { action: 'retry' })
    expect([balances(), open()]).toEqual([waiting, ['booking_refused']])
    world.books.freeze('shop', false)
    decide('refund', made, 'booking_refused', { action: 'retry' })
    expect([balances(), open(), beyondRail()]).toEqual([paid, [], 0n])
    expect(payment(id)).toMatchObject({ amountRefunded: 0n, amountSuspended: 0n })
    expect(refundOf(made)).toMatchObject({ state: 'failed', reason: 'returned' })
  })

  it('with more than they had paid, fills the loss in suspense with the rest', () => {
    const done = { effect: 'done', isTold: true } as const
    const { pay, refund, comeBack, balances, payment, refundOf, open, beyondRail } = start(done, {
      ...done,
      excess: 9n,
    })
    const id = pay()
    const made = refund(id, both)
    expect([open(), payment(id).amountLost, balances()['suspense:USD']]).toEqual([['wrong_amount'], 9n, -9n])
    comeBack('refund', 55n)
    expect([payment(id).amountLost, balances(), refundOf(made).state]).toEqual([
      4n,
      { ...paid, 'rails:card:clearing:USD': -96n, 'suspense:USD': -4n },
      'requires_review',
    ])
    comeBack('refund', 4n)
    expect([payment(id).amountLost, balances(), open(), beyondRail()]).toEqual([0n, paid, [], 0n])
    expect(refundOf(made)).toMatchObject({ state: 'failed', reason: 'returned' })
  })

  it('pays a debt of those who had paid for it first', () => {
    const { world, card, operation, pay, refund, comeBack, balances, payment, open, beyondRail } = start()
    const id = pay()
    refund(id, [share('shop', 50n)])
    world.books.freeze('shop', true)
    card.dispute(operation('charge'), 20n)
    world.input('payment', id, { kind: 'dispute', amount: 20n, railReference: 'dsp_1', rail: 'card' })
    world.books.freeze('shop', false)
    expect(payment(id)).toMatchObject({ amountOwed: 20n, owedBy: [share('shop', 8n), share('partner', 12n)] })
    comeBack('refund', 50n)
    expect([payment(id).amountOwed, payment(id).owedBy]).toEqual([12n, [share('partner', 12n)]])
    expect([balances(), open(), beyondRail()]).toEqual([
      { 'rails:card:clearing:USD': -80n, partner: 30n, shop: 62n, 'suspense:USD': -12n },
      ['booking_refused'],
      0n,
    ])
  })

  it('of a dispute’s loss, makes those who had paid for it pay the dispute', () => {
    const { world, card, operation, pay, refund, comeBack, balances, payment, open, beyondRail } = start()
    const id = pay()
    refund(id, [share('shop', 50n)])
    card.dispute(operation('charge'), 100n)
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'dsp_1', rail: 'card' })
    expect([open(), payment(id).amountLost]).toEqual([['dispute_after_refund'], 50n])
    comeBack('refund', 50n)
    expect([balances(), open(), payment(id).amountLost, beyondRail()]).toEqual([{}, [], 0n, 0n])
  })
})

describe('a refund that undoes something, and comes back', () => {
  it('whole, is an operator’s to make again', () => {
    const { pay, refund, comeBack, balances, payment, refundOf, open, decide, wait, beyondRail } = start()
    const id = pay()
    const made = refund(id, both, true)
    comeBack('refund', 50n)
    expect([balances(), open(), refundOf(made).state]).toEqual([paid, ['compensation_failed'], 'requires_review'])
    expect(payment(id)).toMatchObject({ amountRefunded: 0n, amountRefunding: 50n })
    decide('refund', made, 'compensation_failed', { action: 'retry' })
    wait(1_000)
    expect([refundOf(made).state, open(), payment(id).amountRefunded, beyondRail()]).toEqual(['succeeded', [], 50n, 0n])
  })

  it('in part, is replaced by another refund of that part', () => {
    const { world, pay, refund, comeBack, payment, refundOf, open, decide, wait, beyondRail } = start()
    const id = pay()
    const made = refund(id, both, true)
    comeBack('refund', 20n)
    expect([refundOf(made).state, open()]).toEqual(['succeeded', ['compensation_failed']])
    expect(payment(id)).toMatchObject({ amountRefunded: 30n, amountRefunding: 20n })
    const other = [...world.refunds.keys()].at(-1) ?? ''
    decide('refund', other, 'compensation_failed', { action: 'retry' })
    wait(1_000)
    expect([refundOf(other).amount, refundOf(other).state, open(), beyondRail()]).toEqual([20n, 'succeeded', [], 0n])
  })
})

describe('a refund of money that came too late', () => {
  const late = () => {
    const stage = start({ effect: 'turned', isTold: true })
    const id = stage.pay()
    stage.card.settle(stage.operation('charge'), true)
    stage.callBack()
    expect([stage.payment(id).state, stage.balances(), stage.open()]).toEqual(['failed', {}, []])
    return { ...stage, id }
  }

  it('is in suspense again when it comes back, and an operator returns it another way', () => {
    const { id, comeBack, balances, payment, open, decide } = late()
    comeBack('refund', 100n)
    expect([balances(), open()]).toEqual([{ 'rails:card:clearing:USD': -100n, 'suspense:USD': 100n }, ['late_success']])
    decide('payment', id, 'late_success', { action: 'force', outcome: 'succeeded', evidence })
    expect([balances(), open(), payment(id).phase]).toEqual([{}, [], 'ended'])
  })

  it('may be refunded again', () => {
    const { id, comeBack, balances, payment, open, decide, beyondRail } = late()
    comeBack('refund', 40n)
    expect(open()).toEqual(['late_success'])
    decide('payment', id, 'late_success', { action: 'retry' })
    expect([balances(), open(), payment(id).phase, beyondRail()]).toEqual([{}, [], 'ended', 0n])
  })
})

describe('a refund of money in suspense that its rail made in less, and that came back', () => {
  const less = { effect: 'done', isTold: true, excess: -7n } as const
  const played = () => {
    const stage = start(less, less)
    const id = stage.pay()
    stage.decide('payment', id, 'wrong_amount', { action: 'reverse' })
    const [refund = ''] = stage.world.refunds.keys()
    expect([stage.open(), stage.payment(id)]).toMatchObject([['wrong_amount'], { phase: 'reversing' }])
    return { ...stage, id, refund }
  }

  it('is returned again with the rest that its rail had not made', () => {
    const { id, comeBack, decide, balances, open, payment, operation, texts, beyondRail } = played()
    comeBack('refund', 86n)
    expect([balances(), open()]).toEqual([{ 'rails:card:clearing:USD': -93n, 'suspense:USD': 93n }, ['late_success']])
    expect(texts().join()).toMatch('0.07 USD that it had not returned are left. It is in suspense')
    // The rail would refund all of it.
    operation('charge').left = 93n
    decide('payment', id, 'late_success', { action: 'retry' })
    expect([balances(), open(), beyondRail()]).toEqual([{}, [], 0n])
    expect(payment(id)).toMatchObject({ phase: 'ended', amountSuspended: 0n })
  })

  it('leaves the rest that an operator has accepted', () => {
    const { id, refund, comeBack, decide, balances, open, payment, beyondRail } = played()
    decide('refund', refund, 'wrong_amount', { action: 'force', outcome: 'succeeded', evidence })
    comeBack('refund', 86n)
    decide('payment', id, 'late_success', { action: 'retry' })
    expect([balances(), open(), beyondRail()]).toEqual([{ 'rails:card:clearing:USD': -7n, 'suspense:USD': 7n }, [], 0n])
    expect(payment(id)).toMatchObject({ phase: 'ended', amountSuspended: 7n })
  })
})

describe('a refund that was stated in full, made in part, and came back', () => {
  const mute = { effect: 'done', isTold: false, isMute: true, excess: -7n } as const
  const stated = (isReversal: boolean) => {
    const stage = start({ effect: 'done', isTold: true }, mute)
    const id = stage.pay()
    const refund = stage.refund(id, [share('shop', 70n), share('partner', 30n)], isReversal)
    stage.wait(120_000)
    stage.decide('refund', refund, 'outcome_unknown', { action: 'force', outcome: 'succeeded', evidence })
    stage.card.speak()
    stage.callBack()
    expect([stage.open(), stage.payment(id).amountSuspended]).toEqual([['wrong_amount'], 7n])
    return { ...stage, id, refund }
  }

  it('is with those who had paid it, with the rest', () => {
    const { id, refund, comeBack, balances, open, payment, refundOf, beyondRail } = stated(false)
    comeBack('refund', 40n)
    expect([balances()['suspense:USD'], open()]).toEqual([7n, ['wrong_amount']])
    comeBack('refund', 53n)
    expect([balances(), open(), beyondRail()]).toEqual([
      { shop: 70n, partner: 30n, 'rails:card:clearing:USD': -100n },
      [],
      0n,
    ])
    expect(refundOf(refund)).toMatchObject({ state: 'failed', reason: 'returned' })
    expect(payment(id)).toMatchObject({ amountRefunded: 0n, amountRefunding: 0n, amountSuspended: 0n })
  })

  it.each([
    [93n, 0],
    [97n, 1],
  ])(
    'is with those who had paid it, with the rest, if its rail says only after %d came back what it had made',
    (returned, cases) => {
      const stage = start({ effect: 'done', isTold: true }, mute)
      const id = stage.pay()
      const refund = stage.refund(id, [share('shop', 70n), share('partner', 30n)])
      stage.wait(120_000)
      stage.decide('refund', refund, 'outcome_unknown', { action: 'force', outcome: 'succeeded', evidence })
      stage.hear(stage.operation('refund'), {
        railReference: 'ret_1',
        amount: returned,
        reason: { code: 'R1', message: '' },
        occurredAt: 0,
      })
      stage.card.speak()
      stage.callBack()
      expect(stage.balances()).toEqual({ shop: 70n, partner: 30n, 'rails:card:clearing:USD': -100n })
      expect([stage.open(), stage.unmatched().length]).toEqual([[], cases])
      expect(stage.refundOf(refund)).toMatchObject({ state: 'failed', reason: 'returned' })
      expect(stage.payment(id)).toMatchObject({ amountRefunded: 0n, amountRefunding: 0n })
    },
  )

  it('is an operator’s to make again in full, if it undoes something', () => {
    const { id, refund, comeBack, balances, open, payment, refundOf } = stated(true)
    comeBack('refund', 93n)
    expect([balances()['suspense:USD'], open()]).toEqual([undefined, ['compensation_failed']])
    expect(refundOf(refund)).toMatchObject({ state: 'requires_review', amount: 100n })
    expect(payment(id)).toMatchObject({ amountRefunded: 0n, amountRefunding: 100n, amountSuspended: 0n })
  })
})
