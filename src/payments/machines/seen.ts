import type { Input, MachineContext, StuckReason, Transition } from '../machine.ts'
import { stuckReasons } from '../machine.ts'
import type { Payment } from '../payment.ts'
import { concerning, lyingOf, lyingText } from './lying.ts'

/** Matters whose decisions move what lies in suspense. */
const ofSuspense: readonly StuckReason[] = ['late_success', 'wrong_amount', 'booking_refused']

/**
 * A decision that meets something else in suspense than the person saw, as it came or went meanwhile: nothing is moved,
 * and the entry stays and says what lies there now. Undefined: it meets what was seen, or moves nothing of that.
 */
export function changedSince(
  payment: Payment,
  { decision, about, seen }: Extract<Input, { kind: 'decision' }>,
  context: MachineContext,
): Transition | undefined {
  const why = about ?? stuckReasons.find((code) => code === payment.reason)
  if (seen === undefined || why === undefined || !ofSuspense.includes(why)) return undefined
  const lying = concerning(lyingOf(payment, context), why)
  const isSame = lying.length === Object.keys(seen).length && lying.every(({ attempt, amount }) => seen[attempt.id] === amount.toString())
  if (isSame) return undefined
  const now = lyingText(payment, lying) || ' Nothing of it lies in suspense now.'
  const detail = `"${decision.action}" was not carried out, as what lies in suspense has changed since it was decided.${now}`
  return { note: detail, stuck: { why, detail } }
}
