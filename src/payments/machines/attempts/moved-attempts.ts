import { amountText } from '#kernel'
import type { CaseReason, MachineContext, Seen, SubjectAction, Transition } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { isDenied } from './attempt-policy.ts'
import { bookedBy, type Tried } from './made-before.ts'
import { affirmed } from './never-moved.ts'

type LookUp = Pick<MachineContext, 'attemptsOf'>

/** The successful attempts besides the booked one: clawbacks in suspense until an operator has settled them. */
function movedAttempts(tried: Tried, context: LookUp): Attempt[] {
  const { phase, state, reason, holds } = tried
  const isInAnotherAmount = phase === 'stuck' && reason === 'wrong_amount' && holds.length === 0
  const booked = state === 'succeeded' || isInAnotherAmount ? bookedBy(tried, context)?.id : undefined
  return context.attemptsOf(tried).filter((attempt) => isMade(attempt) && attempt.id !== booked)
}

/** Whether a rail made it, and no operator has settled that. */
export function isMade(attempt: Attempt): boolean {
  return attempt.state === 'succeeded' && !isDenied(attempt) && attempt.reason !== byHand
}

/** The attempts that a case shows, by id. Undefined: the case is not about such attempts. */
export function movedSeen(tried: Tried, about: CaseReason | undefined, context: LookUp): Seen | undefined {
  const why = about ?? tried.reason
  if (why !== 'late_success' && why !== 'wrong_amount') return undefined
  return Object.fromEntries(movedAttempts(tried, context).map((attempt) => [attempt.id, moved(attempt).toString()]))
}

/** The attempts that a case of this reason is about. */
export function movedOf(tried: Tried, why: CaseReason, context: LookUp): Attempt[] {
  return movedAttempts(tried, context).filter((attempt) => isOf(tried, attempt, why))
}

/**
 * A statement on a case alongside the refund or payout settles the attempts that the case showed: they no longer
 * replace another one. Later ones stay open. A success stated on unknown outcomes affirms the denied attempts.
 */
export function settledBeside(
  tried: Tried,
  { outcome, evidence }: Extract<SubjectAction, { action: 'force' }>,
  about: CaseReason,
  seen: Seen | undefined,
  context: MachineContext,
): Transition {
  const note = settledByHand(evidence)
  if (about === 'outcome_unknown' && outcome === 'succeeded') {
    const stated = tried.phase === 'ended' && tried.state === 'succeeded' ? tried.currentAttempt : undefined
    return { attempts: affirmed(context.attemptsOf(tried), stated), note, stuck: 'resolved' }
  }
  if (about !== 'late_success' && about !== 'wrong_amount') return { note, stuck: 'resolved' }
  const others = movedAttempts(tried, context)
  const isSeen = ({ id }: Attempt) => seen === undefined || seen[id] !== undefined
  const settled = tried.phase === 'ended' ? others.filter(isSeen).map(asSettled) : []
  const since = others.filter((attempt) => !isSeen(attempt) && isOf(tried, attempt, about))
  if (since.length === 0) return { attempts: settled, note, stuck: 'resolved' }
  const detail = `${note} ${amountText(sumMoved(since), tried.asset)} more have come since, and are a clawback in suspense.`
  return { attempts: settled, note: detail, stuck: { why: about, detail } }
}

export function asSettled(attempt: Attempt): Attempt {
  return attempt.reason === undefined ? { ...attempt, reason: byHand } : attempt
}

/** For refunds, `late_success` covers every amount. */
function isOf(tried: Tried, attempt: Attempt, why: CaseReason): boolean {
  const isLate = 'payment' in tried || moved(attempt) === tried.amount
  return isLate === (why === 'late_success')
}

function sumMoved(made: readonly Attempt[]): bigint {
  return made.reduce((sum, attempt) => sum + moved(attempt), 0n)
}

function moved({ amount, amountMoved = amount }: Attempt): bigint {
  return amountMoved
}
