import type { Input, MachineContext, StuckHere, Transition } from '../../machine.ts'
import { isContradicted } from './attempt-policy.ts'
import { nextText } from './denied.ts'
import type { Tried } from './made-before.ts'

/** An `outcome_unknown` case may cover the current attempt and a denied earlier one. Each is decided separately. */
export function keepingDenied(
  before: Tried,
  input: Input,
  step: Transition,
  after: (step: Transition) => Tried | undefined,
  context: MachineContext,
): Transition {
  const { refused, stuck, also = [] } = step
  const kept: Transition =
    refused === undefined
      ? step
      : { ...step, refused: (no) => keepingDenied(before, input, refused(no), after, context) }
  if (!isUnknownOver(before, input, step, after(step) ?? before)) return kept
  const changed = [...(step.attempts ?? []), ...(step.attempt === undefined ? [] : [step.attempt])]
  const next = context
    .attemptsOf(before)
    .map((attempt) => changed.find(({ id }) => id === attempt.id) ?? attempt)
    .find(isContradicted)
  if (next === undefined) return kept
  const matter: StuckHere = { why: 'outcome_unknown', detail: nextText(next), isNext: true }
  return stuck === 'resolved' ? { ...kept, stuck: matter } : { ...kept, also: [...also, matter] }
}

function isUnknownOver(before: Tried, input: Input, { stuck }: Transition, after: Tried): boolean {
  if (waitsForUnknown(before) && !waitsForUnknown(after)) return true
  if (input.kind !== 'decision' || (input.about ?? before.reason) !== 'outcome_unknown') return false
  return stuck === 'resolved' || (typeof stuck === 'object' && stuck.isNext === true)
}

function waitsForUnknown({ phase, reason }: Tried): boolean {
  return phase === 'stuck' && reason === 'outcome_unknown'
}
