import type { ByOperation, InquirySchedule, RailCapabilities, RailDecline, RailOperation, RailOutcome } from './rail.ts'
import type { ReversalOutcome, UnknownRule } from './rail-reversals.ts'

const dayMs = 86_400_000

/** Of a rail that has no rules about it: an advice is repeated for a day. */
const reversals: InquirySchedule = {
  firstMs: 1_000,
  thenMs: [5_000, 15_000, 60_000, 300_000],
  atMost: 300,
  giveUpAfterMs: dayMs,
}

type Rules = Pick<RailCapabilities, 'onUnknown' | 'reversals'>

export function onUnknownOf({ onUnknown = 'inquire' }: Rules, operation: RailOperation): UnknownRule {
  return typeof onUnknown === 'string' ? onUnknown : ofOperation(onUnknown, operation)
}

export function reversalsOf({ reversals: given }: Rules, operation: RailOperation): InquirySchedule {
  return given === undefined ? reversals : ofOperation(given, operation)
}

function ofOperation<Rule>(rules: ByOperation<Rule>, operation: RailOperation): Rule {
  return rules[operation] ?? rules.default
}

/** The attempt has failed, with certainty, so the same may be tried again by another. */
export const reversed: RailDecline = {
  code: 'reversed',
  remedy: 'later',
  message: 'It did not answer, and nothing of it happens any more.',
}

/** What the answer to a reversal means for its original. */
export function outcomeOfReversal(outcome: ReversalOutcome): RailOutcome {
  const answer = { isAsked: true, isReversal: true } as const
  switch (outcome.kind) {
    case 'reversed':
      return { ...answer, kind: 'failed', decline: reversed }
    case 'nothing_to_reverse':
      return { ...answer, kind: 'not_found', ...(outcome.finality && { finality: outcome.finality }) }
    case 'too_late':
      return { ...answer, kind: 'succeeded', railReference: outcome.railReference, amount: outcome.amount }
    case 'pending':
      return { ...answer, ...outcome, kind: 'unknown', why: 'the reversal is pending' }
    case 'unknown':
      return { ...answer, ...outcome }
    case 'unavailable':
      return { ...answer, kind: 'unknown', why: outcome.why }
  }
}
