import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import { newCapture, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { unended } from '../../../../test/support/payments-world-sums.ts'
import type { SubjectAction } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import { machines } from '../machines.ts'

// A dispute takes what a refund was to return, and that refund turns out not to have happened.

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const force = (outcome: 'succeeded' | 'failed'): SubjectAction => ({ action: 'force', outcome, evidence: 'Console.' })

/** A charge of 100, and refunds that are pending, or done. */
function charged(refunds: 'pending' | 'done' = 'pending', parts: Partial<Payment> = {}) {
  const card = (operation: string): RailPlan => ({ effect: operation === 'refund' ? refunds : 'done', isTold: true })
  return createRefundsStage(machines, { card }, parts)
}

describe('a dispute of the whole while a refund is under way', () => {
  it('is paid by the shop when the rail then declines that refund', () => {
    const { refund, dispute, happen, world, balances, open, payment, net } = charged()
    refund(100n)
    dispute('card', 'charge', 100n)
    expect([balances(), open()]).toEqual([{ shop: 100n, [suspense]: -100n }, ['dispute_after_refund']])
    happen('card', 'refund', 0, false)
    expect([balances(), open(), net()]).toEqual([{}, [], { card: 0n }])
    expect(payment()).toMatchObject({ amountRefunded: 100n, amountRefunding: 0n, amountLost: 0n, amountSuspended: 0n })
    expect([unended(world), world.books.held('shop')]).toEqual([[], 0n])
  })

  it('cannot be refunded again when the rail has declined that refund', () => {
    const { refund, dispute, happen, world, id } = charged()
    refund(100n)
    dispute('card', 'charge', 100n)
    happen('card', 'refund', 0, false)
    const from = [{ account: 'shop', amount: 1n }]
    expect(newRefund(world, id, { amount: 1n, from, to: 'wallet' })).toBeUndefined()
  })

  it.each([30n, 70n])('ends as if the refund of %s had failed before', (amount) => {
    const after = charged()
    after.refund(amount)
    after.dispute('card', 'charge', 100n)
    after.happen('card', 'refund', 0, false)
    const before = charged()
    before.refund(amount)
    before.happen('card', 'refund', 0, false)
    before.dispute('card', 'charge', 100n)
    expect(after.balances()).toEqual(before.balances())
    expect([after.balances(), after.open()]).toEqual([{}, []])
  })

  it('leaves the part of another refund lost, and its case says how much', () => {
    const { refund, dispute, happen, balances, open, texts } = charged()
    refund(60n)
    refund(40n)
    dispute('card', 'charge', 100n)
    happen('card', 'refund', 0, false)
    happen('card', 'refund', 1, true)
    expect(balances()).toEqual({ [clearing]: 40n, [suspense]: -40n })
    expect([open(), texts().join()]).toEqual([
      ['dispute_after_refund'],
      expect.stringContaining('Now lost and not accepted: 0.40 USD.'),
    ])
  })

  it('is owed by the shop when the books refuse, and paid later', () => {
    const { refund, dispute, happen, decide, world, balances, open, payment } = charged()
    refund(100n)
    dispute('card', 'charge', 100n)
    world.books.freeze('shop', true)
    happen('card', 'refund', 0, false)
    expect([open(), payment().amountOwed, payment().amountLost]).toEqual([['booking_refused'], 100n, 0n])
    expect(balances()).toEqual({ shop: 100n, [suspense]: -100n })
    world.books.freeze('shop', false)
    decide('booking_refused', { action: 'retry' })
    expect([balances(), open(), payment().amountOwed]).toEqual([{}, [], 0n])
  })

  it('is paid by the shop when an operator states that a refund of a saga failed', () => {
    const { refund, dispute, happen, decide, world, balances, open, refundOf } = charged()
    const back = refund(100n)
    world.refunds.set(back, { ...refundOf(back), isReversal: true })
    dispute('card', 'charge', 100n)
    happen('card', 'refund', 0, false)
    expect(open()).toEqual(['dispute_after_refund', 'compensation_failed'])
    decide('compensation_failed', force('failed'), 'refund', back)
    expect([balances(), open(), unended(world)]).toEqual([{}, [], []])
  })

  it('that an operator has accepted as a loss has a case again, which says so', () => {
    const { refund, dispute, happen, decide, balances, open, texts } = charged()
    refund(100n)
    dispute('card', 'charge', 100n)
    decide('dispute_after_refund', force('succeeded'))
    expect(open()).toEqual([])
    happen('card', 'refund', 0, false)
    expect([balances(), open()]).toEqual([{}, ['dispute_after_refund']])
    expect(texts().join()).toMatch('1.00 USD of it had been accepted as a loss')
    decide('dispute_after_refund', force('succeeded'))
    expect([balances(), open()]).toEqual([{}, []])
  })
})

it('a dispute after a refund is paid by the shop when that refund turns out not to have happened', () => {
  const { refund, dispute, deny, decide, balances, open, payment } = charged('done')
  const back = refund(100n)
  dispute('card', 'charge', 100n)
  expect(balances()).toEqual({ [clearing]: 100n, [suspense]: -100n })
  deny('card', 'refund')
  decide('outcome_unknown', force('failed'), 'refund', back)
  expect([balances(), open()]).toEqual([{}, []])
  expect(payment()).toMatchObject({ amountRefunded: 100n, amountLost: 0n, amountSuspended: 0n })
})

it('the loss of another charge is not paid by the shop when a refund fails', () => {
  const { world, id, refund, happen, balances, open } = charged()
  refund(100n)
  const of = { rail: 'card', originalReference: 'another charge' }
  world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'd', ...of })
  happen('card', 'refund', 0, false)
  expect([balances(), open()]).toEqual([{ shop: 100n, [suspense]: -100n }, ['dispute_after_refund']])
})

describe('a refund that was accepted after a loss', () => {
  /** Two captures of 100. The first is refunded by 60 and then disputed whole, so that 60 are lost. */
  const lost = () => {
    const stage = charged('pending', {
      amount: 200n,
      destinations: [{ account: 'shop', amount: 200n }],
      capture: 'manual',
    })
    const { world, id, settle, refund, happen } = stage
    const capture = () => {
      const made = newCapture(world, id, 100n, false)
      if (made === undefined) throw new Error('so much is held')
      world.input('capture', made.id, { kind: 'capture', capture: made })
      settle()
      return made
    }
    const first = capture()
    const taking = refund(60n)
    happen('card', 'refund')
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'd', rail: 'card', capture: first })
    capture()
    expect([stage.balances(), stage.open()]).toEqual([books, ['dispute_after_refund']])
    return { ...stage, taking }
  }
  const books = { shop: 100n, [clearing]: -40n, [suspense]: -60n }

  it('does not pay for it when its rail declines it', () => {
    const { refund, refundOf, happen, balances, open, world } = lost()
    const id = refund(50n)
    happen('card', 'refund', 1, false)
    expect([refundOf(id).state, balances(), open(), unended(world)]).toEqual([
      'failed',
      books,
      ['dispute_after_refund'],
      [],
    ])
  })

  it('does not pay for it when an operator states that it did not happen', () => {
    const { refund, happen, deny, decide, balances, open } = lost()
    const id = refund(50n)
    happen('card', 'refund', 1)
    deny('card', 'refund', 1)
    decide('outcome_unknown', force('failed'), 'refund', id)
    expect([balances(), open()]).toEqual([books, ['dispute_after_refund']])
  })

  it('fails when the books refuse it', () => {
    const { refund, refundOf, balances, open, world } = lost()
    world.books.freeze('shop', true)
    const id = refund(50n)
    expect([refundOf(id).state, balances(), open()]).toEqual(['failed', books, ['dispute_after_refund']])
  })

  it('leaves it to be paid by the refund that had a part in it', () => {
    const { refund, happen, deny, decide, balances, open, taking, payment } = lost()
    refund(50n)
    happen('card', 'refund', 1, false)
    deny('card', 'refund', 0)
    decide('outcome_unknown', force('failed'), 'refund', taking)
    expect([balances(), open()]).toEqual([{ shop: 100n, [clearing]: -100n }, []])
    expect(payment()).toMatchObject({ amountRefunded: 100n, amountLost: 0n, amountSuspended: 0n })
  })

  it('pays for a later loss, and not for the earlier one', () => {
    const { world, id, refund, happen, deny, decide, balances, open, texts, taking } = lost()
    refund(50n)
    const second = [...world.captures.values()].at(-1)
    if (second === undefined) throw new Error('there are two captures')
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'e', rail: 'card', capture: second })
    expect(balances()).toEqual({ shop: 50n, [clearing]: 60n, [suspense]: -110n })
    happen('card', 'refund', 1, false)
    expect([balances(), open()]).toEqual([{ [clearing]: 60n, [suspense]: -60n }, ['dispute_after_refund']])
    expect(texts().join()).toMatch('Now lost and not accepted: 0.60 USD.')
    deny('card', 'refund', 0)
    decide('outcome_unknown', force('failed'), 'refund', taking)
    expect([balances(), open()]).toEqual([{}, []])
  })
})
