import { expect, it } from 'vitest'
import { attempts, basis, callId, context, paymentId } from '../../../../test/support/payments-table.ts'
import { cardSource } from '../../../../test/support/payments-world-play.ts'
import { createReturnsStage, share } from '../../../../test/support/payments-world-returns.ts'
import type { Attempt } from '../../payment.ts'
import { asReportedNow, unbooked } from '../attempts/unbooked.ts'
import { machines } from '../machines.ts'

// A rail approves less than was asked for. It counts as approved only if the client has allowed that.

const less = { effect: 'done', isTold: true, excess: -40n, isPartial: true } as const
const terms = { allowsPartial: true } as const
const start = (...plans: NonNullable<Parameters<typeof createReturnsStage>[1]>) => createReturnsStage(machines, plans)
const fee = share('fees', 10n)
const destinations = [share('shop', 60n), share('partner', 30n)]

it('a charge of less is the payment, in proportion for all who get a share', () => {
  const { pay, refund, balances, payment, open, beyondRail } = start(less)
  const id = pay({ terms, destinations, fee })
  const row = payment(id)
  expect(row).toMatchObject({ state: 'succeeded', amount: 60n, amountCaptured: 60n })
  expect(balances()).toEqual({ 'rails:card:clearing:USD': -60n, shop: 36n, partner: 18n, fees: 6n })
  expect([open(), beyondRail()]).toEqual([[], 0n])
  refund(id, [share('shop', 36n), share('partner', 18n), share('fees', 6n)])
  expect([balances(), beyondRail()]).toEqual([{}, 0n])
})

it('an authorization of less can be captured up to that', () => {
  const { pay, capture, payment, balances, open } = start(less)
  const id = pay({ terms, destinations, fee, capture: 'manual', source: cardSource })
  expect(payment(id)).toMatchObject({ state: 'authorized', amount: 60n, amountCapturable: 60n })
  capture(id, 60n)
  expect([payment(id).state, open()]).toEqual(['succeeded', []])
  expect(balances()).toEqual({ 'rails:card:clearing:USD': -60n, shop: 36n, partner: 18n, fees: 6n })
})

it('a charge of less that was not allowed is an operator’s', () => {
  const { pay, payment, balances, open } = start(less)
  const id = pay({ destinations, fee })
  expect([payment(id), open()]).toMatchObject([{ state: 'requires_review', amount: 100n }, ['wrong_amount']])
  expect(balances()).toEqual({ 'rails:card:clearing:USD': -60n, 'suspense:USD': 60n })
})

it('another amount that the rail does not call partial is an operator’s', () => {
  const { pay, open } = start({ ...less, isPartial: false })
  pay({ terms, destinations, fee })
  expect(open()).toEqual(['wrong_amount'])
})

it('a charge of less that the books could not take is booked in that amount later', () => {
  const payment = { ...basis, phase: 'calling', currentAttempt: callId, terms, expiresAt: undefined } as const
  const isCharge = (one: Attempt) => one.operation === 'charge' && one.state === 'submitting' && one.id === callId
  const attempt = attempts('payment', paymentId, 100n).find(isCharge)
  const outcome = { kind: 'succeeded', railReference: 'ref_1', amount: 60n, isPartial: true } as const
  const said = attempt && machines.payment(payment, { kind: 'outcome', attempt, outcome }, context)
  const left = said?.attempt && { ...said.attempt, reason: unbooked }
  const later = left && machines.payment(payment, asReportedNow(left), { ...context, attemptsOf: () => [left] })
  expect(later?.payment).toMatchObject({ state: 'succeeded', amount: 60n, amountCaptured: 60n })
})
