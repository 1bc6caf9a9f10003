import { beforeEach, describe, expect, it } from 'vitest'
import { cardSource, createStage, type Stage } from '../../../../test/support/payments-world-play.ts'
import { newPayment, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { machines, refundShares, takenBack } from '../machines.ts'

// Two accounts get 50 of a payment each. The amount that one returns, or owes, is never taken from the other.

let stage: Stage
let id: string

beforeEach(() => {
  stage = createStage(machines)
  const destinations = ['shop', 'partner'].map((account) => ({ account, amount: 50n }))
  id = newPayment(stage.world, { source: cardSource, destinations }).id
  stage.settle()
})

const posted = () => ['shop', 'partner', 'suspense:USD'].map((code) => stage.world.books.posted(code))
const refund = (amount: bigint, from = sharesOf(amount)) => {
  const made = newRefund(stage.world, id, { amount, from })
  if (made !== undefined) stage.world.input('refund', made.id, { kind: 'start' })
}
const sharesOf = (amount: bigint) => {
  const payment = stage.payment(id)
  return refundShares(payment, takenBack([...stage.world.refunds.values()], payment), amount)
}
const dispute = (amount: bigint, railReference: string) =>
  stage.world.input('payment', id, { kind: 'dispute', amount, railReference, rail: 'card' })
const clawBack = () => {
  const about = 'booking_refused'
  expect(stage.world.openCases.get(id)).toMatchObject({ why: about })
  stage.world.input('payment', id, { kind: 'decision', decision: { action: 'retry' }, about })
}

describe('a refund after a dispute', () => {
  it('is paid by the accounts that still have some of the payment', () => {
    dispute(50n, 'dsp-1')
    refund(25n, [{ account: 'shop', amount: 25n }])
    stage.settle()
    expect(posted()).toEqual([0n, 25n, 0n])
    refund(25n)
    stage.settle()
    expect(posted()).toEqual([0n, 0n, 0n])
  })

  it('takes no unit too much from any account, however odd the disputed amounts', () => {
    for (const name of ['dsp-1', 'dsp-2', 'dsp-3']) dispute(11n, name)
    refund(67n)
    stage.settle()
    expect(posted()).toEqual([0n, 0n, 0n])
    expect(stage.payment(id)).toMatchObject({ amountRefunded: 100n })
  })
})

describe('a debt is paid by the account that owes it', () => {
  it('when the books refused its part of a refund', () => {
    refund(50n, [{ account: 'shop', amount: 50n }])
    stage.world.books.freeze('shop', true)
    stage.settle()
    expect(posted()).toEqual([50n, 50n, -50n])
    stage.world.books.freeze('shop', false)
    clawBack()
    expect(posted()).toEqual([0n, 50n, 0n])
    expect(stage.payment(id)).toMatchObject({ amountOwed: 0n, amountRefunded: 50n })
    expect(stage.payment(id).owedBy).toBeUndefined()
  })

  it('when a dispute could not be paid, and other accounts refunded after it', () => {
    stage.world.books.freeze('partner', true)
    dispute(50n, 'dsp-1')
    expect(posted()).toEqual([50n, 50n, -50n])
    refund(25n, [{ account: 'shop', amount: 25n }])
    stage.settle()
    stage.world.books.freeze('partner', false)
    clawBack()
    expect(posted()).toEqual([0n, 25n, 0n])
    refund(25n)
    stage.settle()
    expect(posted()).toEqual([0n, 0n, 0n])
  })
})
