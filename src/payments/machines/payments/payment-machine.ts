import type { Input, MachineContext, Machines, OpenedCase, Transition } from '../../machine.ts'
import type { Attempt, Payment } from '../../payment.ts'
import { atOnce } from '../attempts/attempt-policy.ts'
import { ignored } from '../attempts/follow-attempt.ts'
import { askingElsewhere, askingForRefused } from '../attempts/lost-attempts.ts'
import { eitherWay } from '../booking/joined.ts'
import { onDisputeNews } from '../disputes/dispute-machine.ts'
import { onNotice } from '../notices/on-notice.ts'
import { onChargeReturned } from '../returns/charge-returned.ts'
import { onDispute } from '../suspense/dispute.ts'
import {
  onIncrement,
  onIncrementOutcome,
  onIncrementOverdue,
  onUnwanted,
  onVoidOutcome,
  onVoidOverdue,
} from './authorization.ts'
import { isLate, notBegun } from './late.ts'
import { onPaymentDecision } from './payment-decision.ts'
import { isUnwanted, owedOf } from './payment-rows.ts'
import { beginOnRail, callsElsewhere, onSubmissionOutcome, onSubmissionOverdue } from './rail-payment.ts'
import { askingForRetry } from './refused-retry.ts'
import { beginFromWallet } from './wallet-payment.ts'

/**
 * The phases of a payment. `new`: it begins, or its rail is unavailable. `calling`: sent to a rail. `awaiting`: the
 * rail will report. `inquiring`: it is unknown whether it happened. `held`: authorized. `releasing`: the rest of the
 * hold is released. `reversing`: money that cannot be kept is returned. `review`: only an operator can settle it.
 */
export const paymentMachine: Machines['payment'] = (payment, input, context) =>
  keepingOwed(payment, askingElsewhere('payment', payment, following(payment, input, context), callsElsewhere, context))

/** The debt of the recipients is an operator's case until it is paid, even when all else about the payment is over. */
function keepingOwed(payment: Payment, step: Transition): Transition {
  const detail = 'Money that a rail took or returned is still to be paid by those who got it.'
  const matter: OpenedCase = { why: 'booking_refused', detail, isNext: true, unlessOpen: ['booking_refused'] }
  return eitherWay(step, (end) => {
    const owed = owedOf(end.payment ?? payment)
    return end.caseChange === 'resolved' && owed > 0n ? { ...end, caseChange: matter } : end
  })
}

function following(payment: Payment, input: Input, context: MachineContext): Transition {
  switch (input.kind) {
    case 'start':
      return onStart(payment, input, context)
    case 'outcome': {
      const { attempt, outcome } = input
      return byOperation(attempt, {
        submission: () => onSubmissionOutcome(payment, attempt, outcome, context),
        increment: () => onIncrementOutcome(payment, attempt, outcome, context),
        release: () => onVoidOutcome(payment, attempt, outcome, context),
      })
    }
    case 'overdue': {
      const { attempt } = input
      return byOperation(attempt, {
        submission: () => onSubmissionOverdue(payment, attempt, context),
        increment: () => onIncrementOverdue(payment, attempt, context),
        release: () => onVoidOverdue(payment, attempt, context),
      })
    }
    case 'capture':
      return ignored('captures have a machine of their own')
    case 'increment':
      return onIncrement(payment, input, context)
    case 'cancel':
      return onUnwanted(payment, 'cancel_requested', context)
    case 'expire':
      return onExpire(payment, context)
    case 'dispute':
      if ('dispute' in input) return onDisputeNews(payment, input, context)
      return onDispute(payment, { rail: payment.rail, ...input }, context)
    case 'returned':
      return onChargeReturned(payment, input, context)
    case 'notice':
      return onNotice('payment', input)
    case 'decision':
      return onPaymentDecision(payment, input.decision, context, input)
  }
}

function onStart(
  payment: Payment,
  { lost }: Extract<Input, { readonly kind: 'start' }>,
  context: MachineContext,
): Transition {
  if (lost !== undefined) return askingForRetry(payment, lost, context)
  if (payment.phase !== 'new') {
    return askingForRefused('payment', payment, callsElsewhere, context) ?? ignored('the payment has begun')
  }
  if (isUnwanted(payment)) return onUnwanted(payment, 'cancel_requested', context)
  if (isLate(payment, context)) return notBegun(payment)
  if (payment.currentAttempt !== undefined) {
    const subject = { kind: 'payment', id: payment.id } as const
    return { timers: [atOnce('overdue', subject, payment.currentAttempt, context)] }
  }
  const { source } = payment
  if (source.kind === 'wallet') return beginFromWallet(payment, source.account, context)
  return beginOnRail(payment, source, context)
}

/** Also at the deadline of a payment that waits for its rail. */
function onExpire(payment: Payment, context: MachineContext): Transition {
  if (payment.phase === 'new' && !isUnwanted(payment) && isLate(payment, context)) return notBegun(payment)
  if (payment.expiresAt === undefined) return ignored('the payment does not expire')
  if (context.now < payment.expiresAt) {
    if (payment.phase !== 'held') return ignored('its time has not come')
    return { timers: [{ input: 'expire', subject: { kind: 'payment', id: payment.id }, at: payment.expiresAt }] }
  }
  return onUnwanted(payment, 'expired', context)
}

type Ways = {
  readonly submission: () => Transition
  readonly increment: () => Transition
  readonly release: () => Transition
}

function byOperation({ operation, originalReference }: Attempt, ways: Ways): Transition {
  switch (operation) {
    case 'charge':
      return ways.submission()
    case 'authorize':
      return originalReference === undefined ? ways.submission() : ways.increment()
    case 'void':
      return ways.release()
    case 'capture':
    case 'refund':
    case 'payout':
      return ignored(`a ${operation} is not an attempt of the payment itself`)
  }
}
