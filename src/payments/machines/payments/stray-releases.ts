import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payment } from '../../payment.ts'
import { atOnce, isDecided, isDenied, submission } from '../attempts/attempt-policy.ts'
import { byHand } from '../booking/by-hand.ts'
import { joined } from '../booking/joined.ts'
import { subjectOf } from './payment-rows.ts'

/** An authorization that succeeded late is released alongside the payment. Failures always go to an operator. */

/** Decline codes of a release that mean: nothing is held any more. */
export const nothingHeld: readonly string[] = ['authorization_expired', 'duplicate']

type Releasing = { readonly rail: string; readonly amount: bigint; readonly originalReference: string }

export function releaseCall(payment: Payment, { rail, amount, originalReference }: Releasing, context: MachineContext) {
  const instrument = payment.source.kind === 'rail' ? payment.source.instrument : ''
  const call = { subject: subjectOf(payment), rail, operation: 'void', amount, instrument, originalReference } as const
  return submission(call, context, { lane: 'rollback' })
}

export function isStrayRelease({ currentAttempt }: Payment, { id, operation }: Attempt): boolean {
  return operation === 'void' && id !== currentAttempt
}

/** The last release of each stray hold that is not known to be released, and that no operator has settled. */
export function unreleasedOf(payment: Payment, context: Pick<MachineContext, 'attemptsOf'>): Attempt[] {
  const last = new Map<string, Attempt>()
  for (const attempt of context.attemptsOf(payment))
    if (attempt.operation === 'void') last.set(holdOf(attempt), attempt)
  return [...last.values()].filter((attempt) => isStrayRelease(payment, attempt) && !isReleased(attempt))
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

export function straysReleasedByHand(payment: Payment, context: MachineContext): Attempt[] {
  return unreleasedOf(payment, context).map((attempt) => ({ ...attempt, reason: byHand }))
}

/** The case ends, unless another stray hold or the payment's own release is left. */
export function strayReleased(payment: Payment, released: Attempt, note: string, context: MachineContext): Transition {
  const isOwn = payment.phase === 'stuck' && payment.reason === 'compensation_failed'
  const isLast = unreleasedOf(payment, context).every((attempt) => holdOf(attempt) === holdOf(released))
  return { note, ...(isLast && !isOwn && { settles: ['compensation_failed'] as const }) }
}
