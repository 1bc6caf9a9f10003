import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { RailOutcome } from '#rails'
import type { MachineContext, Timer, Transition } from '../../machine.ts'
import type { Attempt, Payment, PaymentSource } from '../../payment.ts'
import { asks, inquiry, isDecided, isPatienceOver, submission, submitOrWait } from '../attempts/attempt-policy.ts'
import { followAttempt, ignored, isByPerson } from '../attempts/follow-attempt.ts'
import { type LostCalls, mayHaveBeenMade, nothingLost } from '../attempts/lost-attempts.ts'
import { backIn } from '../attempts/returned.ts'
import { spread } from '../booking/bookings.ts'
import { joined } from '../booking/joined.ts'
import { sharesOf, withAmount } from '../booking/shares.ts'
import { confirmedOtherwise } from '../suspense/confirmed-otherwise.ts'
import { withSuspendedPart } from '../suspense/suspended.ts'
import { type Arrived, intoSuspense, reverseArrival, reverseLateSuccess } from '../suspense/suspense.ts'
import { expiryOf, release, voidStray } from './authorization.ts'
import { actionIn, deadlineOf, withDeadline } from './deadline.ts'
import { isLate, notBegun } from './late.ts'
import {
  canceling,
  ending,
  failing,
  isForced,
  isUnwanted,
  isWaitingFor,
  paid,
  pendingRequestOf,
  requireReview,
  resolved,
  subjectOf,
  withExpiry,
  withSuspended,
} from './payment-rows.ts'
import { capableRails, firstRail, railAfter, upRailAfter } from './rail-choice.ts'

export type RailSource = Extract<PaymentSource, { kind: 'rail' }>

function choiceOf(payment: Payment, source: RailSource, context: MachineContext) {
  const operation = payment.capture === 'automatic' ? 'charge' : 'authorize'
  const isFixed = context.mayBeLost?.(payment) === true
  return { rails: [source.rail, ...source.otherRails], operation, asset: payment.asset, isFixed } as const
}

/** A repeated retry has the same ids as at first, however many submissions there were before it. */
function roundOf({ id, retry = { request: id, after: 0 } }: Payment) {
  return { from: retry.request, before: retry.after }
}

/** Another server may have reached a rail at any of these places. */
export function callsElsewhere(payment: Payment, context: MachineContext): LostCalls {
  const { source } = payment
  if (source.kind !== 'rail') return nothingLost
  const choice = choiceOf(payment, source, context)
  const subject = { kind: 'payment', id: payment.id } as const
  const { amount } = payment
  const { instrument } = source
  const of = (rail: string) => ({ subject, rail, operation: choice.operation, amount, instrument }) as const
  const round = { rails: capableRails(choice, context), ...roundOf(payment), countOf: (at: number) => at + 1 }
  return mayHaveBeenMade(round, of, context)
}

export function beginOnRail(payment: Payment, source: RailSource, context: MachineContext): Transition {
  const choice = choiceOf(payment, source, context)
  const rail = firstRail(choice, context)
  if (rail === undefined) {
    const note = `No rail of the payment can ${choice.operation} ${payment.asset}.`
    return failing(payment, { reason: 'operation_not_supported', note })
  }
  return submitOn(rail, payment, source, context)
}

function submitOn(rail: string, payment: Payment, source: RailSource, context: MachineContext): Transition {
  if (isLate(payment, context)) return notBegun(payment)
  const refusal = context.refusalOf?.(payment)
  if (refusal !== undefined) return notAsked(payment, refusal)
  const notNow = context.retryRefusalOf?.(payment, rail)
  if (notNow !== undefined) {
    const other = railAfter(rail, choiceOf(payment, source, context), context)
    if (other !== undefined) return submitOn(other, payment, source, context)
    return failing(payment, { reason: 'retry_not_allowed', note: `No rail was asked: ${notNow}.` })
  }
  const { operation } = choiceOf(payment, source, context)
  const subject = { kind: 'payment', id: payment.id } as const
  const call = { subject, rail, operation, amount: payment.amount, instrument: source.instrument }
  const { from, before } = roundOf(payment)
  const { id, newAttempts, timers } = submission(call, context, { from, count: payment.attempts - before + 1 })
  const { nextAction: _, ...row } = payment
  const { expiresAt } = payment
  const isDue = payment.capture === 'automatic' && expiresAt !== undefined
  const deadline: readonly Timer[] = isDue ? [{ input: 'expire', subject, at: expiresAt }] : []
  return {
    payment: {
      ...row,
      state: 'processing',
      phase: 'calling',
      reason: pendingRequestOf(payment),
      rail,
      railReference: undefined,
      currentAttempt: id,
      attempts: payment.attempts + 1,
    },
    newAttempts,
    timers: [...timers, ...deadline],
    note: `Asked the rail ${rail} to ${operation} it.`,
    ...resolved(payment),
  }
}

function notAsked(payment: Payment, refusal: string): Transition {
  return failing(payment, {
    reason: refusal,
    note: `The books would refuse its way on (${refusal}), so no rail was asked.`,
  })
}

export function onSubmissionOutcome(
  payment: Payment,
  attempt: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
): Transition {
  const { source } = payment
  if (source.kind !== 'rail') return ignored('the payment does not use a rail')
  if (isForced(payment, attempt)) return confirm(payment, attempt, outcome, context)
  const late = isLate(payment, context, outcome)
  return followAttempt(attempt, outcome, context, {
    isAwaited: isWaitingFor(payment, attempt.id),
    isWanted:
      !isUnwanted(payment) && !late && !isByPerson(payment, outcome) && context.refusalOf?.(payment) === undefined,
    asking: (phase) => ({
      ...withDeadline(
        { ...payment, state: 'processing', phase, reason: pendingRequestOf(payment), ...actionIn(outcome) },
        phase === 'awaiting' ? deadlineOf(payment, attempt, outcome, context) : undefined,
      ),
      ...resolved(payment),
      ...(phase === 'awaiting' && actionIn(outcome) && { events: ['payment.requires_action'] }),
    }),
    succeeded: (known, amount, railReference) => {
      const row = approvedOf({ ...payment, rail: attempt.rail, railReference }, attempt, outcome)
      return payment.capture === 'automatic'
        ? charged(row, known, { amount, back: backIn(outcome) }, context)
        : authorized(row, known, amount, context)
    },
    declined: (known, decline) => {
      if (isUnwanted(payment)) return notTaken(payment)
      const mayHelp = (decline.remedy === 'rail' || decline.remedy === 'later') && !isForAll(known)
      const another = mayHelp && !late && !isByPerson(payment, outcome)
      const rail = another ? railAfter(attempt.rail, choiceOf(payment, source, context), context) : undefined
      if (rail !== undefined) return submitOn(rail, payment, source, context)
      return failing(payment, {
        reason: decline.code,
        note: `The rail ${attempt.rail} declined it: ${decline.message}`,
      })
    },
    absent: () => {
      if (isUnwanted(payment)) return notTaken(payment)
      if (late) return notBegun(payment)
      const refusal = context.refusalOf?.(payment)
      if (refusal !== undefined) return notAsked(payment, refusal)
      const other = isByPerson(payment, outcome)
        ? undefined
        : railAfter(attempt.rail, choiceOf(payment, source, context), context)
      if (other !== undefined) return submitOn(other, payment, source, context)
      return failing(payment, {
        reason: 'rail_unavailable',
        note: `The rail ${attempt.rail} never received it, however often it was sent.`,
      })
    },
    deferred: (known) => (late ? lateUnsent(payment) : defer(payment, source, known, context)),
    givenUp: (_, why) => requireReview(payment, 'outcome_unknown', why),
    late: (known, amount, railReference) => {
      if (attempt.operation === 'authorize') return voidStray(payment, known, railReference, context)
      return reverseLateSuccess(payment, known, { amount, back: backIn(outcome) }, context)
    },
    contradicted: (detail) => ({ note: detail, caseChange: { why: 'outcome_unknown', detail } }),
  })
}

/** The scheme forbids any other attempt with the instrument, over any rail. */
function isForAll({ exchange }: Attempt): boolean {
  return exchange?.decline?.scheme !== undefined && exchange.decline.advice?.kind === 'never'
}

function notTaken(payment: Payment): Transition {
  return canceling(payment, pendingRequestOf(payment) ?? 'cancel_requested', 'Canceled; the rail took nothing.')
}

/** A cancel that is pending is the reason. */
function lateUnsent(payment: Payment): Transition {
  return isUnwanted(payment) ? notTaken(payment) : notBegun(payment)
}

function defer(payment: Payment, source: RailSource, attempt: Attempt, context: MachineContext): Transition {
  if (isUnwanted(payment)) return notTaken(payment)
  const other = upRailAfter(attempt.rail, choiceOf(payment, source, context), context)
  if (other !== undefined) return submitOn(other, payment, source, context)
  if (isPatienceOver(attempt, context)) {
    return requireReview(payment, 'rail_unavailable', `The rail ${attempt.rail} has been away for too long.`)
  }
  return {
    payment: { ...payment, phase: 'new', reason: 'rail_unavailable' },
    ...(payment.deadline !== undefined && {
      timers: [{ input: 'expire', subject: subjectOf(payment), at: payment.deadline }],
    }),
    note: `The rail ${attempt.rail} is away; the payment waits for it.`,
  }
}

export function onSubmissionOverdue(payment: Payment, attempt: Attempt, context: MachineContext): Transition {
  const { source } = payment
  // While the payment is in review, a stated attempt is inquired about only when an operator requests it.
  const isAsked = payment.phase === 'review' && payment.currentAttempt === attempt.id
  if (source.kind !== 'rail' || !(isAsked || isWaitingFor(payment, attempt.id)))
    return ignored('the payment has gone on without the attempt')
  if (attempt.state === 'not_sent') return sentAtLast(payment, source, attempt, context)
  if (isDecided(attempt)) return ignored('the attempt is decided')
  const isInReview = payment.phase === 'review'
  const isWanted = !isUnwanted(payment) && !isLate(payment, context) && context.refusalOf?.(payment) === undefined
  const asked = inquiry(attempt, context, { isByOperator: isInReview, isWanted })
  if (isInReview || !asks(asked) || attempt.state === 'pending') return asked
  return { ...asked, payment: { ...payment, phase: 'inquiring' } }
}

/** Its rail was away, or another one is taken. */
function sentAtLast(payment: Payment, source: RailSource, attempt: Attempt, context: MachineContext): Transition {
  if (payment.phase !== 'new') return ignored('the attempt is known not to have happened')
  if (isUnwanted(payment)) return notTaken(payment)
  if (isLate(payment, context)) return notBegun(payment)
  const choice = choiceOf(payment, source, context)
  const other = context.isUp(attempt.rail) ? undefined : upRailAfter(attempt.rail, choice, context)
  if (other !== undefined) return submitOn(other, payment, source, context)
  const refusal = context.refusalOf?.(payment)
  if (refusal !== undefined) return notAsked(payment, refusal)
  const row: Payment = { ...payment, phase: 'calling', reason: undefined }
  return submitOrWait(attempt, context, { payment: row, note: `Asked the rail ${attempt.rail} again.` })
}

function charged(payment: Payment, attempt: Attempt, { amount, back }: Arrived, context: MachineContext): Transition {
  if (isUnwanted(payment)) {
    const request = pendingRequestOf(payment) ?? 'cancel_requested'
    const canceled = canceling(payment, request, 'Canceled; the rail had taken the money already.')
    const row = canceled.payment ?? payment
    const arrival = { amount, back, why: request, note: canceled.note ?? '' }
    return joined(canceled, reverseArrival(row, attempt, arrival, context))
  }
  if (amount !== payment.amount) return chargedOtherwise(payment, attempt, amount, context)
  const source = context.accounts.clearing({ rail: attempt.rail, asset: payment.asset })
  return {
    ...ending(payment, paid(payment), `The rail ${attempt.rail} took the money${partText(payment, attempt)}.`),
    commands: spread(payment, source, sharesOf(payment), context),
    refused: (refusal) => chargedButRefused(payment, attempt, amount, refusal, context),
  }
}

/** The client has allowed partial approval, so the payment becomes the approved amount. */
function approvedOf(payment: Payment, { amount: asked }: Attempt, outcome: RailOutcome): Payment {
  if (outcome.kind !== 'succeeded' || outcome.isPartial !== true || payment.terms?.allowsPartial !== true)
    return payment
  const { amount } = outcome
  const isLess = amount > 0n && amount < asked && asked === payment.amount
  return isLess && !isUnwanted(payment) ? withAmount(payment, amount) : payment
}

function partText({ amount, asset }: Payment, attempt: Attempt): string {
  if (amount === attempt.amount) return ''
  return `: it approved ${amountText(amount, asset)} of the ${amountText(attempt.amount, asset)} asked for`
}

function chargedOtherwise(payment: Payment, attempt: Attempt, amount: bigint, context: MachineContext): Transition {
  const detail = `The rail ${attempt.rail} took ${amountText(amount, payment.asset)} instead of ${amountText(attempt.amount, payment.asset)}; it is in suspense.`
  return {
    ...requireReview({ ...withSuspended(payment, amount), currentAttempt: undefined }, 'wrong_amount', detail),
    attempt: withSuspendedPart(attempt, amount, 'wrong_amount'),
    commands: [intoSuspense(payment, { rail: attempt.rail, amount }, context)],
  }
}

function chargedButRefused(
  payment: Payment,
  attempt: Attempt,
  amount: bigint,
  refusal: LedgerRefusal,
  context: MachineContext,
): Transition {
  const { rail } = attempt
  const detail = `The rail ${rail} took the money, and the books refused its way on (${refusal.code}); it is in suspense.`
  return {
    ...requireReview({ ...withSuspended(payment, amount), currentAttempt: undefined }, 'booking_refused', detail),
    attempt: withSuspendedPart(attempt, amount, 'booking_refused'),
    commands: [intoSuspense(payment, { rail, amount }, context)],
  }
}

function authorized(payment: Payment, attempt: Attempt, amount: bigint, context: MachineContext): Transition {
  const expiresAt = expiryOf(payment, attempt.rail, context)
  const held: Payment = {
    ...withExpiry(payment, expiresAt),
    phase: 'held',
    currentAttempt: undefined,
    amountCapturable: amount < payment.amount ? amount : payment.amount,
  }
  if (isUnwanted(payment)) {
    const released = release(held, context)
    return payment.phase === 'review' ? { ...released, caseChange: 'resolved' } : released
  }
  if (amount !== payment.amount) {
    const detail = `The rail ${attempt.rail} holds ${amountText(amount, payment.asset)} instead of ${amountText(attempt.amount, payment.asset)}.`
    return requireReview(held, 'wrong_amount', detail)
  }
  return {
    payment: { ...held, state: 'authorized', reason: undefined },
    timers: [{ input: 'expire', subject: attempt.subject, at: expiresAt }],
    ...resolved(payment),
    events: ['payment.authorized'],
    note: `The rail ${attempt.rail} holds it${partText(payment, attempt)}.`,
  }
}

/** The rail's own report about an attempt that an operator stated to have happened. */
function confirm(payment: Payment, attempt: Attempt, outcome: RailOutcome, context: MachineContext): Transition {
  const isCall = payment.currentAttempt === attempt.id
  const wrong = (detail: string): Transition => ({ note: detail, caseChange: { why: 'outcome_unknown', detail } })
  return followAttempt(attempt, outcome, context, {
    isAwaited: true,
    isWanted: false,
    asking: () => ({}),
    succeeded: (known, amount, railReference) => {
      const confirmed = isCall ? { ...payment, currentAttempt: undefined, railReference } : payment
      const missing = attempt.operation === 'charge' ? attempt.amount - amount : 0n
      if (missing === 0n) return { payment: confirmed, note: `The rail ${known.rail} confirms it.` }
      const detail = `It was settled by hand in full, and the rail ${known.rail} took ${amountText(amount, payment.asset)}.`
      return confirmedOtherwise(confirmed, known, { missing, detail }, context)
    },
    declined: (_, decline) =>
      wrong(`It was settled by hand as succeeded, and the rail ${attempt.rail} says that it failed (${decline.code}).`),
    absent: () => wrong(`It was settled by hand as succeeded, and the rail ${attempt.rail} has never heard of it.`),
    deferred: () => ({}),
    givenUp: () => ({}),
    late: () => ({}),
    contradicted: wrong,
  })
}
