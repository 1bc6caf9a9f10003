import { amountText } from '#kernel'
import type { MachineContext, Seen, Transition } from '../../machine.ts'
import type { Attempt, Payment } from '../../payment.ts'
import { atOnce, isDecided, isDenied, isDoubted, isGivenUp, submission } from '../attempts/attempt-policy.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { joined } from '../booking/joined.ts'
import { type Shown, wasSeen } from '../was-seen.ts'
import { endedAsCaptured, ending, subjectOf } from './payment-rows.ts'

/** An authorization that succeeded late is released alongside the payment. Failures always go to an operator. */

/** Decline codes of a release that mean: nothing is held any more. */
export const nothingHeld: readonly string[] = ['authorization_expired', 'duplicate']

type Releasing = { readonly rail: string; readonly amount: bigint; readonly originalReference: string }

/** With a `count`, a server that has lost the release makes the same again. */
export function releaseCall(
  payment: Payment,
  { rail, amount, originalReference }: Releasing,
  context: MachineContext,
  counted: { readonly count?: number } = {},
) {
  const instrument = payment.source.kind === 'rail' ? payment.source.instrument : ''
  const call = { subject: subjectOf(payment), rail, operation: 'void', amount, instrument, originalReference } as const
  return submission(call, context, { lane: 'rollback', ...counted })
}

export function isStrayRelease({ currentAttempt }: Payment, { id, operation }: Attempt): boolean {
  return operation === 'void' && id !== currentAttempt
}

type LookUp = Pick<MachineContext, 'attemptsOf'>

/** The last release of each stray hold that is not known to be released, and that no operator has settled. */
export function unreleasedOf(payment: Payment, context: LookUp): Attempt[] {
  const last = new Map<string, Attempt>()
  for (const attempt of context.attemptsOf(payment))
    if (attempt.operation === 'void') last.set(holdOf(attempt), attempt)
  return [...last.values()].filter((attempt) => isStrayRelease(payment, attempt) && !isReleased(attempt))
}

/** The releases that a case is about: the payment's own, and those of stray holds, unless they are under way. */
function failedOf(payment: Payment, context: LookUp): Attempt[] {
  const { phase, reason, currentAttempt } = payment
  const isOwn = phase === 'review' && reason === 'compensation_failed'
  const own = context.attemptsOf(payment).filter(({ id }) => isOwn && id === currentAttempt)
  const strays = unreleasedOf(payment, context).filter(
    (attempt) => attempt.state === 'not_sent' || (isDecided(attempt) && !isDoubted(attempt)) || isGivenUp(attempt),
  )
  return [...own, ...strays]
}

export function holdsShown(payment: Payment, context: LookUp): Shown[] {
  return failedOf(payment, context).map(asShown)
}

function asShown({ id, state }: Attempt): Shown {
  return { id, content: state }
}

/** The hold that a release is about. An increment is a hold of its own. */
function holdOf({ rail, originalReference, amount }: Attempt): string {
  return JSON.stringify([rail, originalReference, amount.toString()])
}

function isReleased(attempt: Attempt): boolean {
  const { state, reason = '' } = attempt
  if (reason === byHand) return true
  return state === 'succeeded' ? !isDenied(attempt) : state === 'failed' && nothingHeld.includes(reason)
}

/** A declined release is submitted again. For one that may have happened, an inquiry is made. */
export function releaseStraysAgain(payment: Payment, context: MachineContext): Transition | undefined {
  const strays = unreleasedOf(payment, context)
  if (strays.length === 0) return undefined
  const again = strays.map((attempt): Transition => {
    const { id, rail, amount, originalReference } = attempt
    if (!isDecided(attempt) || originalReference === undefined) {
      return { timers: [atOnce('overdue', subjectOf(payment), id, context)] }
    }
    const { newAttempts, timers } = releaseCall(payment, { rail, amount, originalReference }, context)
    return { newAttempts, timers }
  })
  return { ...again.reduce(joined), note: 'To be released again.' }
}

export function askForStrays(payment: Payment, context: MachineContext): Transition | undefined {
  const strays = unreleasedOf(payment, context)
  if (strays.length === 0) return undefined
  const timers = strays.map(({ id }) => atOnce('inquire', subjectOf(payment), id, context))
  return { timers, note: 'Asking the rail again.' }
}

/** The holds that the case showed have been released by hand. The others stay a case. */
export function releasedByHand(
  payment: Payment,
  { evidence, seen }: { readonly evidence: string; readonly seen: Seen | undefined },
  context: MachineContext,
): Transition {
  const failed = failedOf(payment, context)
  const isOwn = ({ id }: Attempt) => id === payment.currentAttempt
  const released = failed.filter((attempt) => wasSeen(asShown(attempt), seen))
  const since = failed.filter((attempt) => !wasSeen(asShown(attempt), seen))
  const note = settledByHand(evidence)
  const step: Transition = released.some(isOwn)
    ? ending(payment, endedAsCaptured(payment), note)
    : { note, caseChange: 'resolved' }
  const attempts = released.filter((attempt) => !isOwn(attempt)).map((attempt) => ({ ...attempt, reason: byHand }))
  if (since.length === 0) return { ...step, attempts }
  const left = since.map(({ rail, amount, asset }) => `${amountText(amount, asset)} over ${rail}`)
  const detail = `${note} More has not been released since: ${left.join(', ')}.`
  const isNext = step.payment !== undefined
  return {
    ...step,
    attempts,
    note: detail,
    caseChange: { why: 'compensation_failed', detail, ...(isNext && { isNext }) },
  }
}

/** The case ends, unless another stray hold or the payment's own release is left. */
export function strayReleased(payment: Payment, released: Attempt, note: string, context: MachineContext): Transition {
  const isOwn = payment.phase === 'review' && payment.reason === 'compensation_failed'
  const isLast = unreleasedOf(payment, context).every((attempt) => holdOf(attempt) === holdOf(released))
  return { note, ...(isLast && !isOwn && { settles: ['compensation_failed'] as const }) }
}
