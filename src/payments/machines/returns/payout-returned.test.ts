import { describe, expect, it } from 'vitest'
import { newPayout } from '../../../../test/support/payments-world-requests.ts'
import { createReturnsStage, evidence } from '../../../../test/support/payments-world-returns.ts'
import { machines } from '../machines.ts'

const funded = (...plans: NonNullable<Parameters<typeof createReturnsStage>[1]>) => {
  const stage = createReturnsStage(machines, plans)
  stage.world.books.fund('shop', 500n)
  return stage
}
const left = (shop: bigint, more: Record<string, bigint> = {}) => ({ world: -500n, shop, ...more })

describe('a payout that comes back', () => {
  it('whole, is in its account again and has failed', () => {
    const { payOut, comeBack, balances, payoutOf, open, events, beyondRail } = funded()
    const id = payOut()
    expect(balances()).toEqual(left(400n, { 'rails:card:clearing:USD': 100n }))
    comeBack('payout', 100n)
    expect([balances(), open(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned', amountReturned: 100n })
    expect(events()).toEqual(['payout.succeeded', 'payout.returned', 'payout.failed'])
  })

  it('in parts, fails with the last of them; a late repetition of its success changes nothing', () => {
    const { payOut, comeBack, callBack, balances, payoutOf, open, beyondRail } = funded()
    const id = payOut()
    comeBack('payout', 30n)
    expect([balances(), beyondRail()]).toEqual([left(430n, { 'rails:card:clearing:USD': 70n }), 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'succeeded', amountReturned: 30n })
    comeBack('payout', 70n)
    callBack()
    expect([balances(), open(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned', amountReturned: 100n })
  })

  it('is in suspense while its account cannot take it, and an operator retries', () => {
    const { world, payOut, comeBack, balances, payoutOf, open, decide, beyondRail } = funded()
    const id = payOut()
    world.books.freeze('shop', true)
    comeBack('payout', 100n)
    expect([balances(), open()]).toEqual([left(400n, { 'suspense:USD': 100n }), ['booking_refused']])
    decide('payout', id, 'booking_refused', { action: 'retry' })
    expect([balances(), open()]).toEqual([left(400n, { 'suspense:USD': 100n }), ['booking_refused']])
    world.books.freeze('shop', false)
    decide('payout', id, 'booking_refused', { action: 'retry' })
    expect([balances(), open(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned' })
  })

  it('with an excess that nobody had paid, fills the hole in suspense with the excess', () => {
    const { payOut, comeBack, balances, payoutOf, open, beyondRail } = funded({
      effect: 'done',
      isTold: true,
      excess: 9n,
    })
    const id = payOut()
    expect(balances()).toEqual(left(400n, { 'rails:card:clearing:USD': 109n, 'suspense:USD': -9n }))
    comeBack('payout', 105n)
    expect(balances()).toEqual(left(500n, { 'rails:card:clearing:USD': 4n, 'suspense:USD': -4n }))
    comeBack('payout', 4n)
    expect([balances(), open(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned' })
  })

  it('in part before its account could pay for it, is charged like one that was booked at once', () => {
    const { world, settle, comeBack, decide, balances, payoutOf, beyondRail } = funded({
      effect: 'done',
      isTold: true,
      excess: 9n,
    })
    const { id } = newPayout(world)
    world.books.freeze('shop', true)
    settle()
    comeBack('payout', 31n)
    const shown = () => world.matters.get(id)?.map(({ reason, about }) => [reason, about?.amount])
    expect([balances()['suspense:USD'], shown()]).toEqual([-78n, [['booking_refused', 69n]]])
    world.books.freeze('shop', false)
    decide('payout', id, 'booking_refused', { action: 'retry' })
    expect(balances()).toEqual(left(431n, { 'rails:card:clearing:USD': 78n, 'suspense:USD': -9n }))
    expect([shown(), beyondRail()]).toEqual([[['wrong_amount', 9n]], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'succeeded', amountReturned: 31n })
    comeBack('payout', 73n)
    expect(balances()).toEqual(left(500n, { 'rails:card:clearing:USD': 5n, 'suspense:USD': -5n }))
    expect(shown()).toEqual([['wrong_amount', 5n]])
  })

  it('in all but a part of its excess before its account could pay for it, charges it nothing', () => {
    const { world, settle, comeBack, decide, balances, beyondRail } = funded({
      effect: 'done',
      isTold: true,
      excess: 9n,
    })
    const { id } = newPayout(world)
    world.books.freeze('shop', true)
    settle()
    comeBack('payout', 104n)
    world.books.freeze('shop', false)
    decide('payout', id, 'booking_refused', { action: 'retry' })
    expect(balances()).toEqual(left(500n, { 'rails:card:clearing:USD': 5n, 'suspense:USD': -5n }))
    expect([world.matters.get(id)?.map(({ reason }) => reason), beyondRail()]).toEqual([['wrong_amount'], 0n])
  })

  it('after it had been stated as done, is booked without another statement', () => {
    const { card, world, operation, payOut, comeBack, settle, wait, decide, balances, open, beyondRail } = funded({
      ...{ effect: 'done', isTold: false, isMute: true },
    })
    const id = payOut()
    wait(120_000)
    expect(open()).toEqual(['outcome_unknown'])
    decide('payout', id, 'outcome_unknown', { action: 'force', outcome: 'succeeded', evidence })
    comeBack('payout', 100n)
    expect([balances(), open(), beyondRail()]).toEqual([left(500n), [], 0n])
    world.mail.push({ attempt: operation('payout').id, outcome: card.tell({ ...operation('payout'), returns: [] }) })
    settle()
    expect([balances(), open()]).toEqual([left(500n), []])
  })

  const statedInFull = (excess: bigint) => {
    const stage = funded({ effect: 'done', isTold: false, isMute: true, excess })
    const id = stage.payOut()
    stage.wait(120_000)
    stage.decide('payout', id, 'outcome_unknown', { action: 'force', outcome: 'succeeded', evidence })
    stage.card.speak()
    stage.callBack()
    const shown = () => stage.world.matters.get(id)?.map(({ reason, about }) => [reason, about?.amount])
    return { ...stage, id, shown }
  }
  const settled = { action: 'force', outcome: 'succeeded', evidence } as const

  it('stated in full and made in part, gives its account all of it back', () => {
    const { id, comeBack, balances, shown, payoutOf, beyondRail } = statedInFull(-7n)
    expect(balances()).toEqual(left(400n, { 'rails:card:clearing:USD': 93n, 'suspense:USD': 7n }))
    expect(shown()).toEqual([['wrong_amount', 7n]])
    comeBack('payout', 40n)
    expect(balances()).toEqual(left(440n, { 'rails:card:clearing:USD': 53n, 'suspense:USD': 7n }))
    expect(shown()).toEqual([['wrong_amount', 7n]])
    comeBack('payout', 53n)
    expect([balances(), shown(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned', amountReturned: 93n })
  })

  it('stated in full and made in part, waits for its account with the rest', () => {
    const { world, id, comeBack, decide, balances, shown, payoutOf, beyondRail } = statedInFull(-7n)
    world.books.freeze('shop', true)
    comeBack('payout', 40n)
    expect(balances()).toEqual(left(400n, { 'rails:card:clearing:USD': 53n, 'suspense:USD': 47n }))
    expect(shown()).toEqual([['booking_refused', 47n]])
    world.books.freeze('shop', false)
    decide('payout', id, 'booking_refused', { action: 'retry' })
    expect([balances(), shown()]).toEqual([left(447n, { 'rails:card:clearing:USD': 53n }), []])
    comeBack('payout', 53n)
    expect([balances(), shown(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned' })
  })

  it('stated in full and made in part, leaves the rest that an operator has settled', () => {
    const { id, comeBack, decide, balances, shown, payoutOf } = statedInFull(-7n)
    decide('payout', id, 'wrong_amount', settled)
    expect(shown()).toEqual([])
    comeBack('payout', 93n)
    expect([balances(), shown()]).toEqual([left(493n, { 'suspense:USD': 7n }), []])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned' })
  })

  it('stated in full and made in part, leaves nothing of a rest that was written off', () => {
    const { id, comeBack, decide, balances, shown } = statedInFull(-7n)
    decide('payout', id, 'wrong_amount', { action: 'write_off', text: 'Nobody claims it.' })
    comeBack('payout', 93n)
    expect([balances(), shown()]).toEqual([left(493n, { 'write_offs:USD': 7n }), []])
  })

  it('stated in full, gives its account the rest once its rail reports that all of it had come back', () => {
    const stage = funded({ effect: 'done', isTold: false, isMute: true, excess: -7n })
    const { card, wait, decide, comeBack, callBack, balances, open, payoutOf, beyondRail } = stage
    const id = stage.payOut()
    wait(120_000)
    decide('payout', id, 'outcome_unknown', settled)
    comeBack('payout', 93n)
    expect(balances()).toEqual(left(493n, { 'rails:card:clearing:USD': 7n }))
    card.speak()
    callBack()
    expect([balances(), open(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned', amountReturned: 93n })
  })

  it('stated in full and made in more, comes back whole once its rail has said what it made', () => {
    const stage = funded({ effect: 'done', isTold: false, isMute: true, excess: 9n })
    const { card, wait, decide, comeBack, balances, unmatched, open, payoutOf, beyondRail } = stage
    const id = stage.payOut()
    wait(120_000)
    decide('payout', id, 'outcome_unknown', settled)
    card.speak()
    comeBack('payout', 109n)
    wait(10_000)
    expect([balances(), unmatched(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned', amountReturned: 109n })
    expect(open()).toEqual([])
  })

  it.each([
    [80n, 20n],
    [95n, 5n],
    [70n, 30n],
  ])(
    'stated in full and made as 70, of which %d came back before, gives its account no more than it had paid',
    (returned, rest) => {
      const stage = funded({ effect: 'done', isTold: false, isMute: true, excess: -30n })
      const { card, operation, wait, decide, hear, callBack, balances, unmatched, payoutOf } = stage
      const id = stage.payOut()
      wait(120_000)
      decide('payout', id, 'outcome_unknown', settled)
      hear(operation('payout'), {
        railReference: 'ret_1',
        amount: returned,
        reason: { code: 'R1', message: '' },
        occurredAt: 0,
      })
      card.speak()
      callBack()
      const beyond = 30n - rest
      expect(balances()).toEqual(left(500n))
      expect(unmatched()).toEqual(beyond === 0n ? [] : [expect.stringContaining(`returned 0.${beyond} USD more`)])
      expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned', amountReturned: returned })
    },
  )

  it('that no account had paid, because it came too late, leaves nothing for an operator', () => {
    const { card, operation, payOut, comeBack, callBack, balances, payoutOf, open, beyondRail } = funded({
      ...{ effect: 'turned', isTold: true },
    })
    const id = payOut()
    expect(payoutOf(id).state).toBe('failed')
    card.settle(operation('payout'), true)
    callBack()
    expect([balances(), open()]).toEqual([
      left(500n, { 'rails:card:clearing:USD': 100n, 'suspense:USD': -100n }),
      ['late_success'],
    ])
    comeBack('payout', 40n)
    expect(open()).toEqual(['late_success'])
    comeBack('payout', 60n)
    expect([balances(), open(), beyondRail()]).toEqual([left(500n), [], 0n])
    expect(payoutOf(id)).toMatchObject({ state: 'failed', reason: 'returned', phase: 'ended' })
  })
})
