import type { Input, MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from '../../payment.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { decidedFirst } from '../booking/joined.ts'
import { reasonOf } from '../payments/payment-stated.ts'
import { atOnce } from './attempt-policy.ts'
import { isLeftOpen } from './lost-attempts.ts'
import { unknownsOf } from './unknown-outcomes.ts'

type Subject = Payment | Capture | Refund | Payout
type Named = { readonly kind: SubjectKind; readonly subject: Subject }

/**
 * A statement about what a lost server may have submitted. A success comes late, as if the rail had reported it now.
 * Undefined: the decision is about something else.
 */
export function decideLost(
  { kind, subject }: Named,
  input: Input,
  context: MachineContext,
  follow: (input: Input) => Transition,
): Transition | undefined {
  if (input.kind !== 'decision' || (input.about ?? reasonOf(subject)) !== 'outcome_unknown') return undefined
  const { decision } = input
  const [lost] = unknownsOf(subject, context.attemptsOf(subject))
  if (lost === undefined || !isLeftOpen(lost)) return undefined
  if (decision.action === 'inquire') {
    const timers = [atOnce('inquire', { kind, id: subject.id }, lost.id, context)]
    return { timers, note: `Asking the rail ${lost.rail} again.` }
  }
  if (decision.action !== 'force') return undefined
  const note = settledByHand(decision.evidence)
  if (decision.outcome === 'failed') {
    const failed: Attempt = { ...lost, state: 'failed', reason: byHand }
    return nextToDecide(subject, { attempts: [failed], note, caseChange: 'resolved' })
  }
  const { railReference = '', amount } = lost
  if (railReference === '' && isGivenBack(lost)) return unnamed(lost)
  const outcome = { kind: 'succeeded', railReference, amount } as const
  return nextToDecide(subject, over(follow({ kind: 'outcome', attempt: lost, outcome }), note))
}

/** It is given back or released under the rail's reference. */
function isGivenBack({ operation }: Attempt): boolean {
  return operation === 'charge' || operation === 'authorize' || operation === 'capture'
}

function unnamed({ rail, operation }: Attempt): Transition {
  const detail = `"force" could not be carried out: without the reference of the rail ${rail}, the ${operation} cannot be given back.`
  return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
}

function over(step: Transition, evidence: string): Transition {
  const { caseChange = 'resolved', note, refused } = step
  return {
    ...step,
    note: note === undefined ? evidence : `${evidence} ${note}`,
    caseChange: caseChange === 'resolved' ? caseChange : { ...caseChange, isNext: true },
    ...(refused && { refused: (refusal) => over(refused(refusal), evidence) }),
  }
}

function nextToDecide(subject: Subject, step: Transition): Transition {
  if (!('phase' in subject) || subject.phase !== 'review' || reasonOf(subject) === 'outcome_unknown') return step
  return decidedFirst(step, reasonOf(subject))
}
