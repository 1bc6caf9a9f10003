import type { Timestamp, Uuid } from '#kernel'
import { caseReasons, type Timer } from '../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund } from '../payment.ts'
import { pendingRequestOf } from './payments/payment-rows.ts'

export type Subject = Payment | Capture | Refund | Payout

/** A message to the subject that has not been handled. `start` is also the request of a capture. */
export type Coming = {
  readonly input: Timer['input'] | 'cancel'
  readonly attempt?: Uuid | undefined
  readonly at: Timestamp
  readonly isByHand?: boolean | undefined
}

/** What continues a subject, or shows it to an operator. */
export type Effects = {
  readonly coming: readonly Coming[]
  /** A refund of its money in suspense is under way. */
  readonly isReturning: boolean
  /** An open case of the subject, or of the payment that it belongs to. */
  readonly hasCase: boolean
}

export type Awaited = 'nothing' | 'operator' | 'start' | 'attempt' | 'expiry' | 'release' | 'refund'

/** What the subject needs, by its row alone. `nothing`: it has ended, or its client continues it. */
export function awaitedBy(subject: Subject): Awaited {
  if (!('phase' in subject)) return awaitedByCapture(subject)
  switch (subject.phase) {
    case 'ended':
      return 'nothing'
    case 'review':
      return 'operator'
    case 'reversing':
      return 'refund'
    case 'held':
      return 'amountCapturing' in subject ? awaitedByHeld(subject) : 'attempt'
    case 'new':
      return subject.currentAttempt === undefined ? 'start' : 'attempt'
    default:
      return 'attempt'
  }
}

function awaitedByCapture({ state, reason, currentAttempt }: Capture): Awaited {
  if (state !== 'processing') return 'nothing'
  if (caseReasons.some((code) => code === reason)) return 'operator'
  return currentAttempt === undefined ? 'start' : 'attempt'
}

/** The captures under way release what is left once the last of them has ended. */
function awaitedByHeld(payment: Payment): Awaited {
  if (pendingRequestOf(payment) !== undefined) return payment.amountCapturing > 0n ? 'nothing' : 'release'
  return payment.expiresAt === undefined ? 'nothing' : 'expiry'
}

/**
 * Whether neither Munim nor an operator will bring the subject to an end. A call under way does not count: a crash loses
 * it, and only a timer inquires then. `attempts`: at least the current one, if it is known.
 */
export function isStranded(subject: Subject, attempts: readonly Attempt[], effects: Effects): boolean {
  if (effects.hasCase) return false
  switch (awaitedBy(subject)) {
    case 'nothing':
      return false
    case 'operator':
      return true
    case 'refund':
      return !effects.isReturning
    case 'start':
      return !comes(effects, ['start'])
    case 'expiry':
      return !comes(effects, ['expire', 'cancel'])
    case 'release':
      return !comes(effects, ['expire', 'cancel'])
    case 'attempt':
      return !isAsked(subject, attempts, effects)
  }
}

function comes({ coming }: Effects, inputs: readonly Coming['input'][]): boolean {
  return coming.some(({ input }) => inputs.includes(input))
}

/**
 * Of the timers of an attempt, those before `inquireAt` have no effect. An inquiry by an operator sets none. A release
 * that its rail denies after all is made again.
 */
function isAsked(subject: Subject, attempts: readonly Attempt[], { coming }: Effects): boolean {
  const { currentAttempt } = subject
  const attempt = attempts.find(({ id }) => id === currentAttempt)
  if (attempt?.state === 'succeeded' && attempt.operation !== 'void') return false
  const { inquireAt = 0 } = attempt?.exchange ?? {}
  const isDeferred = 'phase' in subject && subject.phase === 'new'
  return coming.some(({ input, attempt: of, at, isByHand = false }) =>
    of === undefined ? isDeferred && input === 'start' : of === currentAttempt && at >= inquireAt && !isByHand,
  )
}
