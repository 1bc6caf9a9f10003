import type { Timestamp } from '#kernel'
import { onUnknownOf, type RailDecline, type RailOperation, type RailOutcome, reversalsOf, reversed } from '#rails'
import type { MachineContext } from '../../machine.ts'
import type { Attempt, Reversal } from '../../payment.ts'

// Some rails demand that a call without an answer is undone, and not only asked for. From the first reversal on, only the
// answer to it decides: reports of the original may be older, and the rail may still carry out what it was sent.

/** Reason of an attempt whose reversal the rail has acknowledged. */
const wasReversed = reversed.code

type Rules = Pick<MachineContext, 'capabilities'>
type Open = Pick<Attempt, 'rail' | 'operation' | 'state' | 'exchange'>

function ruleOf({ rail, operation }: Pick<Open, 'rail' | 'operation'>, { capabilities }: Rules) {
  return onUnknownOf(capabilities(rail) ?? {}, operation)
}

/** Until the rail has acknowledged the reversal, or a person has the attempt. */
function isReversing({ state, exchange }: Pick<Open, 'state' | 'exchange'>): boolean {
  const { reversal, isGivenUp } = exchange ?? {}
  return state === 'unknown' && reversal !== undefined && reversal.endedAt === undefined && isGivenUp !== true
}

/** Whether what is sent next about it is a reversal. An attempt that may be lost, or has changed, is asked for. */
export function isToBeReversed(attempt: Open, context: Rules): boolean {
  const { state, exchange = {} } = attempt
  if (state !== 'unknown' && state !== 'submitting') return false
  if (exchange.reversal !== undefined) return exchange.reversal.endedAt === undefined
  return exchange.isLost !== true && exchange.isHinted !== true && ruleOf(attempt, context) === 'reverse'
}

/** Whether an attempt about which inquiries were in vain is reversed next. */
export function mayBeReversed(attempt: Open, context: Rules): boolean {
  const { state, exchange = {} } = attempt
  const isFree = state === 'unknown' && exchange.reversal === undefined && exchange.isLost !== true
  return isFree && exchange.isGivenUp !== true && ruleOf(attempt, context) !== 'inquire'
}

export function reversalScheduleOf({ rail, operation }: Pick<Open, 'rail' | 'operation'>, { capabilities }: Rules) {
  return reversalsOf(capabilities(rail) ?? {}, operation)
}

/** The id is derived: if the database loses it, the rail gets the same again. */
export function withReversal<Row extends Attempt>(attempt: Row, context: MachineContext): Row {
  const { exchange = {} } = attempt
  const { reversal = newReversal(attempt, 0, context) } = exchange
  return { ...attempt, exchange: { ...exchange, reversal } }
}

function newReversal({ id }: Attempt, round: number, { now, derivedId }: MachineContext): Reversal {
  const begun = { begunAt: now, made: 0, unanswered: 0, ...(round > 0 && { round }) }
  return { id: derivedId(id, round === 0 ? 'reversal' : `reversal ${round}`), ...begun }
}

export function sentOnceMore(attempt: Attempt, context: MachineContext): Reversal | undefined {
  const { reversal } = withReversal(attempt, context).exchange ?? {}
  return reversal && { ...reversal, made: reversal.made + 1 }
}

/** How often, or for how long, the rail is asked to undo it. Then a person decides. */
export function isReversedEnough({ unanswered, begunAt }: Reversal, attempt: Open, context: MachineContext): boolean {
  const { atMost, giveUpAfterMs } = reversalScheduleOf(attempt, context)
  return unanswered >= atMost || (unanswered > 0 && context.now >= begunAt + giveUpAfterMs * 1_000)
}

/** Counts one more answer that does not end it. None counts while the rail is down, up to a day. */
export function withReversalAnswer(
  attempt: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
  isOver: boolean,
): Attempt {
  const { exchange = {} } = attempt
  const { reversal } = exchange
  if (reversal === undefined || (outcome.kind !== 'unknown' && outcome.kind !== 'not_found')) return attempt
  const { atMost } = reversalScheduleOf(attempt, context)
  const isCounted = context.isUp(attempt.rail)
  const unanswered = isCounted ? reversal.unanswered + 1 : isOver ? atMost : reversal.unanswered
  const handle = outcome.kind === 'unknown' ? { ...reversal.handle, ...outcome.handle } : reversal.handle
  const known = { ...reversal, unanswered, ...(handle && Object.keys(handle).length > 0 && { handle }) }
  return { ...attempt, exchange: { ...exchange, reversal: known, heardAt: context.now } }
}

type ReversalVerdict =
  | { readonly kind: 'declined'; readonly attempt: Attempt; readonly decline: RailDecline }
  | { readonly kind: 'reported_reversed'; readonly attempt: Attempt; readonly detail: string }
  | { readonly kind: 'known'; readonly because: string }

export function isOfReversal(outcome: RailOutcome): boolean {
  return 'isReversal' in outcome && outcome.isReversal === true
}

/** An acknowledgment of an earlier round says nothing of what has been reported since. */
function isOfEarlier(outcome: RailOutcome, { begunAt }: Reversal): boolean {
  return 'askedAt' in outcome && outcome.askedAt !== undefined && outcome.askedAt < begunAt
}

/** Undefined: what the rail says is judged as if nothing had been reversed. */
export function judgeReversal(
  attempt: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
  isAbsent: boolean,
): ReversalVerdict | undefined {
  const { reversal } = attempt.exchange ?? {}
  if (reversal === undefined) return undefined
  if (reversal.endedAt !== undefined) return afterReversal(attempt, outcome, reversal.endedAt, context)
  if (attempt.state !== 'unknown') return undefined
  if (isOfReversal(outcome)) {
    if (isOfEarlier(outcome, reversal)) return { kind: 'known', because: 'it answers a reversal before this one' }
    const isOver = outcome.kind === 'failed' || (outcome.kind === 'not_found' && isAbsent)
    return isOver ? undone(attempt, { isFound: outcome.kind === 'failed', now: context.now }) : undefined
  }
  if (!isReversing(attempt) || outcome.kind === 'failed') return undefined
  return { kind: 'known', because: 'it is being reversed' }
}

/** What the rail has never had is not paid out over another rail: decision 41. */
const outgoing: ReadonlySet<RailOperation> = new Set<RailOperation>(['payout'])

function undone(attempt: Attempt, { isFound, now }: { readonly isFound: boolean; readonly now: number }) {
  const { exchange = {}, operation } = attempt
  const { reversal, inquireAt: _, isGivenUp: __, ...rest } = exchange
  const ended = { ...rest, ...(reversal && { reversal: { ...reversal, endedAt: now } }) }
  const failed: Attempt = { ...attempt, state: 'failed', reason: wasReversed, exchange: ended }
  const decline: RailDecline = isFound || !outgoing.has(operation) ? reversed : { ...reversed, remedy: 'never' }
  return { kind: 'declined', attempt: failed, decline } as const
}

/**
 * A report of success may be older than the reversal. So the attempt is reversed once more, or asked for where the rail
 * answers inquiries. What then stands is a late success.
 */
function afterReversal(
  attempt: Attempt,
  outcome: RailOutcome,
  endedAt: Timestamp,
  context: MachineContext,
): ReversalVerdict | undefined {
  const isAnswer = isOfReversal(outcome)
  if (isAnswer && outcome.kind !== 'succeeded') return { kind: 'known', because: 'its reversal is acknowledged' }
  if (outcome.kind !== 'succeeded' || (attempt.state !== 'failed' && attempt.state !== 'unknown')) return undefined
  if (!isAnswer && outcome.isAsked === true && (outcome.askedAt ?? 0) >= endedAt) return undefined
  if (attempt.state === 'unknown') return { kind: 'known', because: 'the rail is being asked whether it has happened' }
  const { inquireAt: _, isGivenUp: __, made: ___, reversal, ...exchange } = attempt.exchange ?? {}
  const asked: Attempt = { ...attempt, state: 'unknown', reason: undefined, inquiries: 0 }
  const isOnceMore = ruleOf(attempt, context) === 'reverse'
  const next = isOnceMore ? newReversal(attempt, (reversal?.round ?? 0) + 1, context) : reversal
  const known = { ...exchange, isLost: true, ...(next && { reversal: next }) } as const
  const how = isOnceMore ? 'reversed once more' : 'asked whether it has happened'
  const said = `The rail ${attempt.rail} said that the ${attempt.operation} is reversed, and then that it succeeded.`
  return { kind: 'reported_reversed', attempt: { ...asked, exchange: known }, detail: `${said} It is ${how}.` }
}
