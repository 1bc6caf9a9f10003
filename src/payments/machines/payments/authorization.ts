import { amountText, minorMax, type Timestamp } from '#kernel'
import type { RailOutcome } from '#rails'
import type { Input, MachineContext, OpenedCase, Transition } from '../../machine.ts'
import type { Attempt, Payment } from '../../payment.ts'
import { releaseRetry } from '../../retry-policies.ts'
import {
  inquiry,
  isDecided,
  isDenied,
  isPatienceOver,
  submission,
  submitOrWait,
  tryLater,
} from '../attempts/attempt-policy.ts'
import { followAttempt, ignored, isByPerson } from '../attempts/follow-attempt.ts'
import { withIncrement } from '../booking/shares.ts'
import {
  endedAsCaptured,
  ending,
  type PendingRequest,
  pendingRequestOf,
  requireReview,
  resolved,
  strongerOf,
} from './payment-rows.ts'
import { nothingHeld, releaseCall, strayReleased } from './stray-releases.ts'
import { incrementInWallet, releaseToWallet } from './wallet-payment.ts'

/** Releases the hold, or remembers the request while something is under way. */
export function onUnwanted(payment: Payment, asked: PendingRequest, context: MachineContext): Transition {
  const request = strongerOf(payment, asked)
  switch (payment.phase) {
    case 'new':
      return ending(payment, endedWith(payment, request), 'Canceled before any rail was asked.')
    case 'review':
      if (payment.reason === 'rail_unavailable') {
        return ending(payment, endedWith(payment, request), 'Canceled; no rail had been reached.')
      }
      if (payment.reason !== 'outcome_unknown') {
        if (payment.isWantedBack !== true) return ignored('an operator has to decide first')
        return { note: 'The payer wants all of it back: what an operator delivers is refunded.' }
      }
      return { payment: { ...payment, reason: request }, note: 'To be canceled as soon as the outcome is known.' }
    case 'calling':
    case 'awaiting':
    case 'inquiring':
      return { payment: { ...payment, reason: request }, note: 'To be canceled as soon as the rail has answered.' }
    case 'held':
      return releaseOnceFree(payment, request, context)
    case 'releasing':
      return ignored('what is held is being released already')
    case 'reversing':
    case 'ended':
      return ignored('the payment has ended')
  }
}

function endedWith(payment: Payment, request: PendingRequest): Payment {
  return endedAsCaptured({ ...payment, reason: request })
}

export function releaseOnceFree(payment: Payment, request: PendingRequest, context: MachineContext): Transition {
  const row: Payment = { ...payment, reason: request }
  if (payment.amountCapturing === 0n) return release(row, context)
  return {
    payment: { ...row, state: 'processing' },
    note: 'What is held will be released as soon as the captures under way have ended.',
  }
}

/** Requires that no capture is under way. Partly captured, it has succeeded; else it is canceled once released. */
export function release(payment: Payment, context: MachineContext): Transition {
  if (payment.source.kind === 'wallet') return releaseToWallet(payment)
  const { rail, railReference, amountCapturable } = payment
  if (rail === undefined || railReference === undefined || amountCapturable === 0n) {
    return ending(payment, endedAsCaptured(payment), 'Nothing is left to release.')
  }
  const captured = payment.amountCaptured > 0n
  return {
    ...voiding(payment, { rail, amount: amountCapturable, originalReference: railReference }, context),
    events: captured ? ['payment.succeeded'] : [],
    note: `Asked the rail ${rail} to release ${amountText(amountCapturable, payment.asset)}.`,
  }
}

/** The payment's expiry, or earlier if the rail lets the hold lapse. */
export function expiryOf({ expiresAt }: Payment, rail: string, context: MachineContext): Timestamp {
  const lapsesAt = context.now + (context.capabilities(rail)?.authorizationMs ?? 0) * 1_000
  return expiresAt !== undefined && expiresAt < lapsesAt ? expiresAt : lapsesAt
}

type Voiding = Parameters<typeof releaseCall>[1]

function voiding(payment: Payment, { rail, amount, originalReference }: Voiding, context: MachineContext): Transition {
  const counted = { count: payment.attempts + 1 }
  const { id, newAttempts, timers } = releaseCall(payment, { rail, amount, originalReference }, context, counted)
  return {
    payment: {
      ...payment,
      state: payment.amountCaptured > 0n ? 'succeeded' : 'processing',
      phase: 'releasing',
      reason: payment.amountCaptured > 0n ? undefined : pendingRequestOf(payment),
      currentAttempt: id,
      amountCapturable: 0n,
      attempts: payment.attempts + 1,
    },
    newAttempts,
    timers,
  }
}

export function voidStray(
  payment: Payment,
  attempt: Attempt,
  originalReference: string,
  context: MachineContext,
): Transition {
  const { rail, amount } = attempt
  const { newAttempts, timers } = releaseCall(payment, { rail, amount, originalReference }, context)
  return {
    newAttempts,
    timers,
    note: `The rail ${rail} authorized it after it had been given up; it was asked to release that.`,
  }
}

export function onVoidOutcome(
  payment: Payment,
  attempt: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
): Transition {
  const isOwn = payment.currentAttempt === attempt.id && (payment.phase === 'releasing' || payment.phase === 'review')
  const released = (note: string): Transition => {
    if (isOwn) return { ...resolved(payment), ...releasedWith(payment, note) }
    return strayReleased(payment, attempt, note, context)
  }
  return followAttempt(attempt, outcome, context, {
    isAwaited: isOwn || !isDecided(attempt),
    isWanted: !(isOwn && isByPerson(payment, outcome)),
    asking: () => (isOwn && payment.phase === 'review' ? voidingAgain(payment) : {}),
    succeeded: (known, amount) =>
      releasedOf(payment, known, amount, released(`The rail ${attempt.rail} has released it.`)),
    declined: (known, decline) => {
      if (nothingHeld.includes(decline.code)) {
        const step = released(`The rail ${attempt.rail} holds nothing of it any more.`)
        return isReleasedHere(payment, known, context) ? step : releasedOf(payment, known, 0n, step)
      }
      const isLater = decline.remedy === 'later' && !isByPerson(payment, outcome)
      if (isOwn && isLater && payment.attempts < releaseRetry.attemptsMax) {
        return {
          timers: [tryLater(known, releaseRetry, payment.attempts, context)],
          note: `The rail ${attempt.rail} asks to try later.`,
        }
      }
      return notReleased(payment, known, isOwn, `The rail ${attempt.rail} does not release it: ${decline.message}`)
    },
    absent: (known) => notReleased(payment, known, isOwn, `The rail ${attempt.rail} never receives the release.`),
    deferred: (known) => {
      if (isPatienceOver(known, context))
        return notReleased(payment, known, isOwn, `The rail ${attempt.rail} stays away.`)
      return { note: `The rail ${attempt.rail} is away; the release waits.` }
    },
    givenUp: (known, why) => notReleased(payment, known, isOwn, why),
    late: (known, amount) =>
      releasedOf(payment, known, amount, released(`The rail ${attempt.rail} has released it after all.`)),
    contradicted: (detail) => notReleased(payment, attempt, isOwn, detail),
  })
}

/** Nothing is held any more. A lost server may have captured that, unless another release of this one may have ended it. */
function isReleasedHere(payment: Payment, { id, rail, originalReference }: Attempt, context: MachineContext): boolean {
  if (context.hasSwitched?.(payment) !== true) return true
  return context.attemptsOf(payment).some((other) => {
    const isOfHold = other.rail === rail && other.originalReference === originalReference
    return other.operation === 'void' && other.id !== id && isOfHold && !isDenied(other)
  })
}

/** What the rail did not release it has captured, maybe for a server that is lost: an operator asks it. */
function releasedOf(
  { asset }: Payment,
  { rail, amount: asked }: Attempt,
  amount: bigint,
  step: Transition,
): Transition {
  if (amount >= asked) return step
  const missing = amountText(asked - amount, asset)
  const detail = `The rail ${rail} released ${amountText(amount, asset)} instead of ${amountText(asked, asset)}: it may have captured the other ${missing}.`
  const isSettled = step.caseChange === 'resolved'
  const matter: OpenedCase = { why: 'outcome_unknown', detail, ...(isSettled && { isNext: true }) }
  return { ...step, note: `${step.note ?? ''} ${detail}`.trim(), caseChange: matter }
}

function voidingAgain(payment: Payment): Transition {
  const captured = payment.amountCaptured > 0n
  return {
    payment: { ...payment, phase: 'releasing', state: captured ? 'succeeded' : 'processing', reason: undefined },
    events: ['payment.resolved'],
    caseChange: 'resolved',
  }
}

function releasedWith(payment: Payment, note: string): Transition {
  const row = endedAsCaptured(payment)
  // The success of the captured part was published when the release began.
  return { payment: row, events: payment.state === row.state ? [] : [`payment.${row.state}`], note }
}

function notReleased(payment: Payment, attempt: Attempt, isOwn: boolean, detail: string): Transition {
  // A release alongside a payment becomes the payment's own case once the payment has ended.
  if (isOwn || payment.phase === 'ended') {
    return requireReview({ ...payment, currentAttempt: attempt.id }, 'compensation_failed', detail)
  }
  return { note: detail, caseChange: { why: 'compensation_failed', detail } }
}

export function onVoidOverdue(payment: Payment, attempt: Attempt, context: MachineContext): Transition {
  const isOwn = payment.currentAttempt === attempt.id
  if (attempt.state === 'not_sent') return submitOrWait(attempt, context, { note: 'Asked the rail again.' })
  if (!isDecided(attempt)) return inquiry(attempt, context, { isByOperator: isOwn && payment.phase === 'review' })
  if (!isOwn || attempt.originalReference === undefined) return ignored('the attempt is decided')
  const { rail, amount, originalReference } = attempt
  const note = `Asked the rail ${rail} again to release it.`
  if (payment.phase !== 'releasing') return ignored('an operator has to decide first')
  return { ...voiding(payment, { rail, amount, originalReference }, context), note }
}

type Increment = Extract<Input, { readonly kind: 'increment' }>

export function onIncrement(payment: Payment, { amount, request }: Increment, context: MachineContext): Transition {
  const { source, rail, railReference } = payment
  if (payment.phase !== 'held' || pendingRequestOf(payment) !== undefined)
    return ignored('nothing is held that could grow')
  if (payment.amount + amount > minorMax) return { note: tooLarge(payment, amount) }
  if (source.kind === 'wallet') return incrementInWallet(payment, amount, source.account, context)
  if (rail === undefined || railReference === undefined) return ignored('the rail has named no authorization yet')
  const subject = { kind: 'payment', id: payment.id } as const
  const { instrument } = source
  const call = { subject, rail, operation: 'authorize', amount, instrument, originalReference: railReference } as const
  const { newAttempts, timers } = submission(call, context, request === undefined ? {} : { from: request, count: 1 })
  return { newAttempts, timers, note: `Asked the rail ${rail} to hold ${amountText(amount, payment.asset)} more.` }
}

function tooLarge({ asset }: Payment, amount: bigint): string {
  return `The authorization did not grow by ${amountText(amount, asset)}: no amount can be as large as that.`
}

/** An increment runs alongside the payment, which grows when the rail has agreed. */
export function onIncrementOutcome(
  payment: Payment,
  attempt: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
): Transition {
  const isHeld = isGrowing(payment)
  const unchanged = (why: string): Transition => ({
    note: `The authorization did not grow by ${amountText(attempt.amount, payment.asset)}: ${why}`,
  })
  const grow = (known: Attempt, amount: bigint): Transition => {
    if (!isHeld) return voidStray(payment, known, attempt.originalReference ?? known.railReference ?? '', context)
    const increment = amount < attempt.amount ? amount : attempt.amount
    // Several were under way, each of which was small enough.
    if (payment.amount + increment > minorMax) {
      const step = voidStray(payment, known, attempt.originalReference ?? known.railReference ?? '', context)
      return { ...step, note: tooLarge(payment, increment) }
    }
    return {
      payment: withIncrement(payment, increment),
      events: ['payment.incremented'],
      note: `The authorization grew by ${amountText(increment, payment.asset)}.`,
    }
  }
  return followAttempt(attempt, outcome, context, {
    isAwaited: !isDecided(attempt),
    isWanted: isHeld,
    asking: () => ({}),
    succeeded: grow,
    declined: (_, decline) => unchanged(decline.message),
    absent: () => unchanged('the rail has never heard of it.'),
    deferred: () => unchanged('the rail is away.'),
    givenUp: (_, why) => unchanged(why),
    late: grow,
    contradicted: (detail) => ({ note: detail, caseChange: { why: 'outcome_unknown', detail } }),
  })
}

function isGrowing({ phase, reason }: Payment): boolean {
  return phase === 'held' || (phase === 'review' && reason !== 'compensation_failed')
}

export function onIncrementOverdue(payment: Payment, attempt: Attempt, context: MachineContext): Transition {
  if (isDecided(attempt) || attempt.state === 'not_sent') return ignored('the attempt is decided')
  // An increment with an unknown outcome goes to no operator: it is released with its authorization.
  return inquiry(attempt, context, { isByOperator: payment.phase === 'ended', isWanted: isGrowing(payment) })
}
