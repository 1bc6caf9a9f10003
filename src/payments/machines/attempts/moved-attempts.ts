import { amountText } from '#kernel'
import type { CaseReason, MachineContext, Seen, SubjectAction, Transition } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { type Shown, wasSeen } from '../was-seen.ts'
import { affirmed, isDenied } from './attempt-policy.ts'
import { bookedOf, type Tried } from './made-before.ts'
import { leftOf } from './returned.ts'
import { unknownsOf } from './unknown-outcomes.ts'

type LookUp = Pick<MachineContext, 'attemptsOf'>

/** The successful attempts of one case besides the booked one: clawbacks in suspense until an operator settles them. */
export function movedAttempts(tried: Tried, about: CaseReason, context: LookUp): Attempt[] {
  const attempts = context.attemptsOf(tried)
  const booked = bookedOf(tried, attempts)
  return attempts.filter((attempt) => isMade(attempt) && attempt.id !== booked && reasonOf(tried, attempt) === about)
}

/** For refunds, `late_success` covers every amount. */
function reasonOf(tried: Tried, attempt: Attempt): 'late_success' | 'wrong_amount' {
  return 'payment' in tried || moved(attempt) === tried.amount ? 'late_success' : 'wrong_amount'
}

/** Whether a rail made it, and no operator has settled that. */
export function isMade(attempt: Attempt): boolean {
  return attempt.state === 'succeeded' && !isDenied(attempt) && attempt.reason !== byHand
}

/** The attempts that a case shows. Undefined: the case is not about such attempts. */
export function movedShown(tried: Tried, about: CaseReason, context: LookUp): Shown[] | undefined {
  if (about !== 'late_success' && about !== 'wrong_amount') return undefined
  return movedAttempts(tried, about, context).map(asShown)
}

function asShown(attempt: Attempt): Shown {
  return { id: attempt.id, content: leftOf(attempt) }
}

/**
 * A statement on a case alongside the refund or payout settles the attempts that the case showed: they no longer
 * replace another one. Later ones stay open. A success stated on unknown outcomes affirms the next denied attempt.
 */
export function settledBeside(
  tried: Tried,
  { outcome, evidence }: Extract<SubjectAction, { action: 'force' }>,
  { about, seen }: { readonly about: CaseReason; readonly seen: Seen | undefined },
  context: MachineContext,
): Transition {
  const note = settledByHand(evidence)
  if (about === 'outcome_unknown' && outcome === 'succeeded') {
    return { ...affirmedBeside(tried, context), note, caseChange: 'resolved' }
  }
  if (about !== 'late_success' && about !== 'wrong_amount') return { note, caseChange: 'resolved' }
  const others = movedAttempts(tried, about, context)
  const isSeen = (attempt: Attempt) => wasSeen(asShown(attempt), seen)
  const settled = tried.phase === 'ended' ? others.filter(isSeen).map(asSettled) : []
  const since = others.filter((attempt) => !isSeen(attempt))
  if (since.length === 0) return { attempts: settled, note, caseChange: 'resolved' }
  const detail = `${note} ${amountText(sumMoved(since), tried.asset)} more have come since, and are a clawback in suspense.`
  return { attempts: settled, note: detail, caseChange: { why: about, detail } }
}

/** The next denied attempt did happen. If it is not the booked one, it is a clawback again. */
function affirmedBeside(tried: Tried, context: LookUp): Transition {
  const attempts = context.attemptsOf(tried)
  const [denied] = unknownsOf(tried, attempts)
  if (denied === undefined) return {}
  const done = { attempts: [affirmed(denied)] }
  if (denied.state !== 'succeeded' || denied.id === bookedOf(tried, attempts)) return done
  const detail = `The rail ${denied.rail} did it as well: ${amountText(moved(denied), tried.asset)} are a clawback in suspense.`
  const why = reasonOf(tried, denied)
  return { ...done, also: [{ why, detail, unlessOpen: [why, 'booking_refused'] }] }
}

export function asSettled(attempt: Attempt): Attempt {
  return attempt.reason === undefined ? { ...attempt, reason: byHand } : attempt
}

function sumMoved(made: readonly Attempt[]): bigint {
  return made.reduce((sum, attempt) => sum + leftOf(attempt), 0n)
}

function moved({ amount, amountMoved = amount }: Attempt): bigint {
  return amountMoved
}
