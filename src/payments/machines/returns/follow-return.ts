import { amountText } from '#kernel'
import type { RailOperation } from '#rails'
import type { Input, MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund, Returned } from '../../payment.ts'
import { earlyReturn, pauseAfter } from '../../retry-policies.ts'
import { isDecided } from '../attempts/attempt-policy.ts'
import { ignored } from '../attempts/follow-attempt.ts'
import { isAllReturned, leftOf, returnedOf, withReturned } from '../attempts/returned.ts'
import { isUnbooked } from '../attempts/unbooked.ts'
import { unknownsOf } from '../attempts/unknown-outcomes.ts'
import { eitherWay } from '../booking/joined.ts'

export type ReturnedInput = Extract<Input, { readonly kind: 'returned' }>

/** A return that is booked now. `attempt`: with the return. `note`: what the rail said. */
export type Returning = { readonly attempt: Attempt; readonly amount: bigint; readonly note: string }

type Reactions = {
  /** Whether the subject waits for the attempt's outcome. */
  readonly isAwaited: boolean
  /** Whether the books have it because an operator stated it. */
  readonly isStated: boolean
  readonly book: (returning: Returning) => Transition
}

/**
 * A return is booked once under its reference, after the success that it undoes. It waits while that success is not
 * known or not booked. If the attempt is not known to have happened, or not in that amount, the rail is asked. If
 * nothing is booked then that could come back, or more comes back than had moved, an operator looks.
 */
export function followReturn(
  subject: Payment | Capture | Refund | Payout,
  { attempt, returned, message, looks }: ReturnedInput,
  context: MachineContext,
  { isAwaited, isStated, book }: Reactions,
): Transition {
  const known = attempt.returned?.find(({ reference }) => reference === returned.reference)
  if (known?.amount === returned.amount) return ignored('the return is known')
  if (known !== undefined) {
    const before = amountText(known.amount, attempt.asset)
    return unmatched(attempt, returned, `it has reported ${before} under that reference before`, context)
  }
  if (isAllReturned(attempt)) return unmatched(attempt, returned, 'all of it had come back before', context)
  const again = context.now + pauseAfter(earlyReturn, looks + 1) * 1_000
  if (isUnbooked(attempt) || (isAwaited && !isDecided(attempt))) return { again }
  const isBooked = comesBack.has(attempt.operation) && (attempt.state === 'succeeded' || isStated)
  // It had happened after all: the rail says so when it is asked.
  if (!isBooked && looks < earlyReturn.attemptsMax) return { inquire: attempt, again }
  if (!isBooked) return unmatched(attempt, returned, 'nothing of it is booked that could have come back', context)
  if (returned.amount > leftOf(attempt)) {
    // Its rail may have made more than was stated.
    if (attempt.state !== 'succeeded' && looks < earlyReturn.attemptsMax) return { inquire: attempt, again }
    return unmatched(
      attempt,
      returned,
      `only ${amountText(leftOf(attempt), attempt.asset)} of it can come back`,
      context,
    )
  }
  const { rail, operation, asset } = attempt
  const why = `${returned.reference}: ${returned.code}${message === '' ? '' : ` ${message}`}`
  const note = `${amountText(returned.amount, asset)} of the ${operation} over ${rail} came back (${why}).`
  const step = book({ attempt: withReturned(attempt, returned), amount: returned.amount, note })
  const unknown = unknownsOf(subject, context.attemptsOf(subject))
  const isSettled = unknown.length > 0 && unknown.every(({ id }) => id === attempt.id)
  return isSettled ? settling(step) : step
}

const comesBack: ReadonlySet<RailOperation> = new Set<RailOperation>(['charge', 'capture', 'refund', 'payout'])

/** It had moved before it came back, so it is not unknown any more whether it happened. */
function settling(step: Transition): Transition {
  return eitherWay(step, (end) => ({ ...end, settles: [...(end.settles ?? []), 'outcome_unknown'] }))
}

/**
 * It was stated in full, all of what its rail made has come back, and the rail reports only now that it had made less.
 * The `missing` rest goes back as well, up to what was stated. What came back beyond that has no operation.
 */
export function restOfStated(attempt: Attempt, missing: bigint, { derivedId }: MachineContext) {
  const { id, rail, operation, asset } = attempt
  const left = attempt.amount - returnedOf(attempt)
  const rest = missing < left ? missing : left > 0n ? left : 0n
  const over = missing - rest
  if (over === 0n) return { rest, also: [] }
  const detail = `The rail ${rail} returned ${amountText(over, asset)} more of a ${operation} than it says that it had made. It is not booked.`
  const subject = { kind: 'event', id: derivedId(id, JSON.stringify(['returned more', over.toString()])) } as const
  return { rest, also: [{ why: 'unmatched_event', detail, subject }] as const }
}

/** Nothing is booked. The same report again is the same case. */
function unmatched(attempt: Attempt, { reference, amount }: Returned, because: string, context: MachineContext) {
  const { rail, operation, asset } = attempt
  const detail = `The rail ${rail} reported that ${amountText(amount, asset)} of a ${operation} came back (${reference}); ${because}. It is not booked.`
  const id = context.derivedId(attempt.id, JSON.stringify(['returned', reference, amount.toString()]))
  return { note: detail, caseChange: { why: 'unmatched_event', detail, subject: { kind: 'event', id } } } as const
}
