import type { Timestamp } from '#kernel'
import type { Inquiries, InquirySchedule, RailCapabilities, RailOperation, RailOutcome } from '#rails'
import type { MachineContext } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'
import { overdueMarginMs, unavailableRail, unknownRail } from '../../retry-policies.ts'
import { isReversedEnough, isToBeReversed, reversalScheduleOf } from './reversal.ts'

/** Inquiries come later than their time by this part of the pause at least, so that an answer's way needs no other timer. */
const jitter = { least: 0.05, span: 0.2 }

export function scheduleOf(
  attempt: Pick<Attempt, 'rail' | 'operation' | 'state' | 'exchange'>,
  context: Pick<MachineContext, 'capabilities'>,
): InquirySchedule {
  const { rail, operation, state } = attempt
  if (isToBeReversed(attempt, context)) return reversalScheduleOf(attempt, context)
  const { unanswered, accepted } = inquiriesOf(context.capabilities(rail) ?? unknownRail, operation)
  return state === 'pending' ? accepted : unanswered
}

export function inquiriesOf({ inquiries }: Pick<RailCapabilities, 'inquiries'>, operation: RailOperation): Inquiries {
  return inquiries[operation] ?? inquiries.default
}

/** A submission that has not left the queue within this time is not made, so that its first inquiry is not too early. */
export function startWithinMs(capabilities: Pick<RailCapabilities, 'inquiries'>, operation: RailOperation): number {
  return Math.min(inquiriesOf(capabilities, operation).accepted.firstMs, unavailableRail.maxMs)
}

type Asked = Pick<Attempt, 'rail' | 'operation' | 'state' | 'createdAt' | 'exchange'> & { readonly inquiries?: number }

/** Also those that were not answered, or while the rail was down: they reached it perhaps. */
export function inquiriesMade({ exchange, inquiries = 0 }: Asked): number {
  return exchange?.made ?? inquiries
}

/** The pause before the next inquiry, given the number of those that were made. The last pause repeats. */
export function pauseMsOf(attempt: Asked, context: Pick<MachineContext, 'capabilities'>): number {
  const { firstMs, thenMs } = scheduleOf(attempt, context)
  const made = isToBeReversed(attempt, context) ? (attempt.exchange?.reversal?.made ?? 0) : inquiriesMade(attempt)
  return made === 0 ? firstMs : (thenMs[Math.min(made, thenMs.length) - 1] ?? firstMs)
}

/** At least the pause, and up to a quarter more. */
export function jitteredPauseMs(ms: number, { random }: Pick<MachineContext, 'random'>): number {
  return ms * (1 + jitter.least + jitter.span * random())
}

/** Before this time an inquiry would be too early for the rail, or too soon after the one before. */
export function nextInquiryAt(attempt: Asked, context: Pick<MachineContext, 'capabilities'>): Timestamp {
  return Math.max(dueBySchedule(attempt, context), reversibleAt(attempt, context))
}

/** A submission that is still under way may be answered: it is not reversed before. */
function reversibleAt(attempt: Asked, context: Pick<MachineContext, 'capabilities'>): Timestamp {
  const { reversal, submittedAt = attempt.createdAt, answeredAt = 0 } = attempt.exchange ?? {}
  if (!isToBeReversed(attempt, context) || (reversal?.made ?? 0) > 0 || answeredAt >= submittedAt) return 0
  return submittedAt + underWayMs(context.capabilities(attempt.rail) ?? unknownRail, attempt.operation) * 1_000
}

function dueBySchedule(attempt: Asked, context: Pick<MachineContext, 'capabilities'>): Timestamp {
  const { submittedAt = attempt.createdAt, inquiredAt = 0, heardAt = 0 } = attempt.exchange ?? {}
  const heard = Math.max(heardAt, inquiredAt)
  if (heard > 0) return heard + pauseMsOf(attempt, context) * 1_000
  const capabilities = context.capabilities(attempt.rail) ?? unknownRail
  // A success that the rail withdraws has left the queue long ago.
  const sentWithinMs =
    attempt.state === 'succeeded' ? 0 : startWithinMs(capabilities, attempt.operation) + overdueMarginMs
  return submittedAt + (sentWithinMs + scheduleOf(attempt, context).firstMs) * 1_000
}

/** Whether inquiries have been answered as often, or for as long, as the rail's schedule has it. Then a person decides. */
export function isAskedEnough(attempt: Attempt, context: MachineContext): boolean {
  const { reversal } = attempt.exchange ?? {}
  if (reversal !== undefined && isToBeReversed(attempt, context)) return isReversedEnough(reversal, attempt, context)
  const { atMost, giveUpAfterMs } = scheduleOf(attempt, context)
  const { submittedAt = attempt.createdAt } = attempt.exchange ?? {}
  if (attempt.inquiries >= atMost) return true
  return attempt.inquiries > 0 && context.now >= submittedAt + giveUpAfterMs * 1_000
}

/** Whether the rail still knows the id, so that a repetition has no second effect. */
export function isRemembered({ rail, createdAt }: Attempt, context: MachineContext): boolean {
  const { remembersMs } = context.capabilities(rail) ?? {}
  return remembersMs === undefined || context.now < createdAt + remembersMs * 1_000
}

/** Whether the rail's word that it does not know the attempt is final: it was never made, and may be submitted again. */
export function isFinallyAbsent(
  attempt: Attempt,
  { finality = 'never', askedAt: asked }: Extract<RailOutcome, { kind: 'not_found' }>,
  context: MachineContext,
): boolean {
  return finality !== 'not_yet' && isRemembered(attempt, context) && isAbsentAt(attempt, asked, context)
}

/** Whether the rail's word that it has not heard of the attempt until then comes late enough. */
export function isAbsentAt(attempt: Attempt, asked: Timestamp | undefined, context: MachineContext): boolean {
  const { notFoundFinalAfterMs = 0 } = context.capabilities(attempt.rail) ?? {}
  const { submittedAt = attempt.createdAt } = attempt.exchange ?? {}
  // What the rail says is of the time when it was asked, however late it is heard.
  const askedAt = asked ?? context.now
  return askedAt >= submittedAt + notFoundFinalAfterMs * 1_000 && !isPerhapsUnderWay(attempt, askedAt, context)
}

/** Whether the last submission may have reached the rail after it was asked. */
export function isPerhapsUnderWay(attempt: Attempt, asked: Timestamp | undefined, context: MachineContext): boolean {
  const askedAt = asked ?? context.now
  const { submittedAt = attempt.createdAt, answeredAt = 0 } = attempt.exchange ?? {}
  if (answeredAt >= submittedAt && askedAt >= answeredAt) return false
  const capabilities = context.capabilities(attempt.rail) ?? unknownRail
  return askedAt < submittedAt + underWayMs(capabilities, attempt.operation) * 1_000
}

/** A submission may be under way so long after it was planned: it waits in the queue, and then for its answer. */
function underWayMs(
  capabilities: Pick<RailCapabilities, 'inquiries' | 'answersWithinMs'>,
  operation: RailOperation,
): number {
  const { answersWithinMs = 0 } = capabilities
  return startWithinMs(capabilities, operation) + overdueMarginMs + answersWithinMs
}
