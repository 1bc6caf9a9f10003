import { describe, it } from 'vitest'
import {
  basis,
  callId,
  context,
  expectAmounts,
  expectDefined,
  inputs,
  paymentId,
  subjectId,
  tell,
} from '../../../test/support/payments-table.ts'
import { startOfTime } from '../../../test/support/payments-world.ts'
import { type Payment, type Payout, type Refund, untouched } from '../payment.ts'
import { machines } from './machines.ts'

// The same for refunds and payouts.

const refund: Refund = {
  id: subjectId,
  book: 1,
  payment: paymentId,
  amount: 100n,
  asset: 'USD',
  to: { kind: 'source' },
  from: [
    { account: 'shop', amount: 93n },
    { account: 'fees', amount: 7n },
  ],
  ...untouched,
  isReversal: false,
  metadata: {},
  createdAt: startOfTime,
}

const reviewReasonsOfRefunds = ['outcome_unknown', 'compensation_failed', 'late_success', 'rail_unavailable'] as const

/** Refunds as they may be in a phase, held when the rail has been asked. */
function refundsIn(phase: Refund['phase']): Refund[] {
  const called = { phase, currentAttempt: callId, holds: ['a'.repeat(32), 'b'.repeat(32)], attempts: 1 }
  switch (phase) {
    case 'new':
      return [refund, { ...refund, to: { kind: 'wallet', account: 'wallet' } }, { ...refund, ...called }]
    case 'review':
      return [
        ...reviewReasonsOfRefunds.map((reason) => ({
          ...refund,
          ...called,
          reason,
          state: 'requires_review' as const,
        })),
        { ...refund, phase, reason: 'wrong_amount', state: 'requires_review' },
        { ...refund, phase, reason: 'compensation_failed', state: 'requires_review' },
      ]
    case 'ended':
      return [
        { ...refund, phase, state: 'succeeded' },
        { ...refund, phase, state: 'succeeded', currentAttempt: callId },
        { ...refund, phase, state: 'failed', reason: 'declined' },
        { ...refund, phase, state: 'canceled' },
      ]
    default:
      return [{ ...refund, ...called }]
  }
}

const isDone = (one: Refund) => one.phase === 'ended' || (one.reason === 'wrong_amount' && one.holds.length === 0)

describe.each(['new', 'calling', 'awaiting', 'inquiring', 'review', 'ended'] as const)(
  'a refund that is %s',
  (phase) => {
    it('answers every input with a change, or with the reason for none', () => {
      const suspense = [{ account: 'suspense:USD', amount: 100n }]
      const kinds = refundsIn(phase).flatMap((one) => [
        one,
        { ...one, isReversal: true },
        { ...one, isReversal: true, from: suspense, holds: one.holds.slice(0, 1) },
      ])
      for (const one of kinds) {
        const isOfCaptured = one.from !== suspense
        const amountRefunding = isOfCaptured && !isDone(one) ? 100n : 0n
        const payment: Payment = {
          ...basis,
          phase: isOfCaptured ? 'ended' : 'reversing',
          state: 'succeeded',
          amountCaptured: 100n,
          amountRefunding,
          amountRefunded: isOfCaptured && one.phase === 'ended' && one.state === 'succeeded' ? 100n : 0n,
          amountSuspended: isOfCaptured ? 0n : 100n,
        }
        for (const input of inputs('refund', subjectId)) {
          const reported = tell(one, input)
          const answer = machines.refund(payment, one, input, context)
          expectDefined(answer, reported)
          expectAmounts(answer.payment, reported)
        }
      }
    })
  },
)

const payout: Payout = {
  id: subjectId,
  book: 1,
  amount: 100n,
  asset: 'USD',
  source: 'shop',
  rail: 'card',
  otherRails: ['bank'],
  instrument: 'card_ok',
  ...untouched,
  railReference: undefined,
  vendor: 0,
  lane: 'standard',
  reference: undefined,
  metadata: {},
  createdAt: startOfTime,
}

const reviewReasonsOfPayouts = ['outcome_unknown', 'rail_unavailable'] as const

function payoutsIn(phase: Payout['phase']): Payout[] {
  const called = { phase, currentAttempt: callId, holds: ['a'.repeat(32)], attempts: 1 }
  switch (phase) {
    case 'new':
      return [payout, { ...payout, ...called }]
    case 'review':
      return [
        ...reviewReasonsOfPayouts.map((reason) => ({
          ...payout,
          ...called,
          reason,
          state: 'requires_review' as const,
        })),
        ...(['wrong_amount', 'late_success', 'booking_refused'] as const).map((reason) => ({
          ...payout,
          phase,
          reason,
          state: 'requires_review' as const,
        })),
      ]
    case 'ended':
      return [
        { ...payout, phase, state: 'succeeded' },
        { ...payout, phase, state: 'succeeded', currentAttempt: callId },
        { ...payout, phase, state: 'failed', reason: 'declined' },
        { ...payout, phase, state: 'canceled' },
      ]
    default:
      return [{ ...payout, ...called }]
  }
}

describe.each(['new', 'calling', 'awaiting', 'inquiring', 'review', 'ended'] as const)(
  'a payout that is %s',
  (phase) => {
    it('answers every input with a change, or with the reason for none', () => {
      for (const one of payoutsIn(phase)) {
        for (const input of inputs('payout', subjectId))
          expectDefined(machines.payout(one, input, context), tell(one, input))
      }
    })
  },
)
