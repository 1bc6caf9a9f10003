import type { Input, MachineContext, SeenInSuspense, StuckDecision, StuckReason, Transition } from '../machine.ts'
import { reasonsOfSuspense, stuckReasons } from '../machine.ts'
import type { Payment } from '../payment.ts'
import { settledByHand } from './by-hand.ts'
import { concerning, type Lying, lyingOf, lyingText, returned } from './lying.ts'

/**
 * A decision that meets something else in suspense than the person saw, as it came or went meanwhile. What a person has
 * returned is out of suspense, when all of it lay there still; otherwise nothing is moved. The entry stays, and says what
 * lies there now. Undefined: it meets what was seen, or moves nothing of that.
 */
export function changedSince(
  payment: Payment,
  { decision, about, seen }: Extract<Input, { kind: 'decision' }>,
  context: MachineContext,
): Transition | undefined {
  const why = about ?? stuckReasons.find((code) => code === payment.reason)
  if (seen === undefined || why === undefined || !reasonsOfSuspense.includes(why)) return undefined
  const lying = concerning(lyingOf(payment, context), why)
  const known = lying.filter((one) => wasSeen(one, seen))
  const isWhole = known.length === Object.keys(seen).length
  if (isWhole && known.length === lying.length) return undefined
  if (isWhole && isReturn(decision, why)) {
    const others = lying.filter((one) => !wasSeen(one, seen))
    const detail = `${settledByHand(decision.evidence)} More has come since.${lyingText(payment, others)}`
    return { ...returned(payment, known, context), note: detail, stuck: { why, detail } }
  }
  const now = lyingText(payment, lying) || ' Nothing of it is there now.'
  const detail = `"${decision.action}" was not carried out, as what lies in suspense has changed since it was decided.${now}`
  return { note: detail, stuck: { why, detail } }
}

function wasSeen({ attempt, amount }: Lying, seen: SeenInSuspense): boolean {
  return seen[attempt.id] === amount.toString()
}

/** Whether a person states that it went back outside the rails. */
function isReturn(
  decision: StuckDecision,
  why: StuckReason,
): decision is Extract<StuckDecision, { readonly action: 'force' }> {
  return decision.action === 'force' && (why === 'late_success' || decision.outcome === 'failed')
}
