import { describe, it } from 'vitest'
import {
  basis,
  callId,
  capture,
  captureModes,
  context,
  expectAmounts,
  expectDefined,
  inputs,
  paymentId,
  sources,
  subjectId,
  tell,
} from '../../../test/support/payments-table.ts'
import { type Capture, type Payment, paymentPhases } from '../payment.ts'
import { machines } from './machines.ts'

/**
 * Every phase meets every input. Each combination has a defined answer: a change, or the reason why nothing follows. No
 * answer turns an ended row into an unfinished one without a timer, a call or an operator to continue with it.
 */
/** Payments as they may be in a phase. */
function paymentsIn(phase: Payment['phase']): Payment[] {
  const all = sources.flatMap((source) => captureModes.map((capture) => ({ ...basis, source, capture, phase })))
  switch (phase) {
    case 'new':
      return all.flatMap((one) => [one, { ...one, currentAttempt: callId, reason: 'rail_unavailable' }])
    case 'calling':
    case 'awaiting':
    case 'inquiring':
      return all.flatMap((one) => [
        { ...one, currentAttempt: callId },
        { ...one, currentAttempt: callId, reason: 'cancel_requested' },
      ])
    case 'held': {
      const held = { ...basis, phase, state: 'authorized', capture: 'manual' } as const
      return [
        { ...held, amountCapturable: 100n },
        { ...held, amountCapturable: 60n, amountCapturing: 40n },
        { ...held, amountCapturable: 60n, amountCapturing: 40n, state: 'processing', reason: 'expired' },
        { ...held, amountCapturable: 100n, state: 'processing', reason: 'cancel_requested' },
        { ...held, amountCapturable: 100n, source: sources[2], holds: ['a'.repeat(32), 'b'.repeat(32)] },
      ]
    }
    case 'releasing':
      return [{ ...basis, phase, capture: 'manual', currentAttempt: callId, reason: 'cancel_requested' }]
    case 'reversing':
      return [{ ...basis, phase, state: 'failed', reason: 'declined', amountSuspended: 100n }]
    case 'ended':
      return [
        { ...basis, phase, state: 'succeeded', amountCaptured: 100n },
        { ...basis, phase, state: 'succeeded', amountCaptured: 100n, currentAttempt: callId },
        { ...basis, phase, state: 'succeeded', amountCaptured: 100n, amountSuspended: -20n },
        { ...basis, phase, state: 'failed', reason: 'declined' },
        { ...basis, phase, state: 'canceled', reason: 'expired' },
      ]
    case 'review':
      return paymentsInReview.map((one) => ({ ...basis, phase, state: 'requires_review', ...one }))
  }
}

const paymentsInReview: readonly Partial<Payment>[] = [
  { reason: 'outcome_unknown', currentAttempt: callId },
  { reason: 'cancel_requested', currentAttempt: callId },
  { reason: 'cancel_requested', currentAttempt: callId, capture: 'manual' },
  { reason: 'rail_unavailable', currentAttempt: callId },
  { reason: 'compensation_failed', currentAttempt: callId, capture: 'manual' },
  { reason: 'wrong_amount', amountSuspended: 90n },
  { reason: 'wrong_amount', amountSuspended: 110n },
  { reason: 'wrong_amount', capture: 'manual', amountCapturable: 90n },
  { reason: 'wrong_amount', capture: 'manual', amountCapturable: 60n, amountSuspended: 30n },
  { reason: 'wrong_amount', amountSuspended: -10n },
  { reason: 'booking_refused', amountSuspended: 100n },
  { reason: 'late_success', amountSuspended: 100n },
  { reason: 'late_success', amountSuspended: 100n, currentAttempt: callId },
]

describe.each(paymentPhases)('a payment that is %s', (phase) => {
  it('answers every input with a change, or with the reason for none', () => {
    for (const payment of paymentsIn(phase)) {
      for (const input of inputs('payment', paymentId)) {
        const reported = tell(payment, input)
        const answer = machines.payment(payment, input, context)
        expectDefined(answer, reported)
        expectAmounts(answer.payment, reported)
      }
    }
  })
})

const captures: readonly Capture[] = [
  capture,
  { ...capture, final: true },
  { ...capture, currentAttempt: callId },
  { ...capture, currentAttempt: callId, reason: 'outcome_unknown' },
  { ...capture, state: 'succeeded' },
  { ...capture, state: 'succeeded', currentAttempt: callId },
  { ...capture, state: 'failed', reason: 'declined' },
]

const capturedInPart = {
  amountCapturable: 0n,
  amountCaptured: 20n,
  destinations: [{ account: 'shop', amount: 93n, captured: 19n }],
  fee: { account: 'fees', amount: 7n, captured: 1n },
}

it('every capture answers every input with a change, or with the reason for none', () => {
  for (const one of captures) {
    const capturing = one.state === 'processing' ? 40n : 0n
    const held = { capture: 'manual', amountCapturing: capturing, amountCapturable: 60n, state: 'authorized' } as const
    for (const phase of ['held', 'review', 'ended'] as const) {
      const left = phase === 'ended' ? { ...held, ...capturedInPart } : held
      const payment: Payment = { ...basis, ...left, phase }
      for (const input of inputs('capture', subjectId)) {
        const reported = tell(one, input)
        const answer = machines.capture(payment, one, input, context)
        expectDefined(answer, reported)
        expectAmounts(answer.payment, reported)
      }
    }
  }
})
