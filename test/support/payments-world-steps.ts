import { assert } from '#kernel'
import { type Attempt, type Input, type SubjectKind, strandedBy, type Transition } from '#payments'

/** The engine would open a case, which is a defect of the machines. */
export function checkContinued(stepped: Parameters<typeof strandedBy>[0]): void {
  const [stranded] = strandedBy(stepped)
  const { subject, input } = stepped.answered
  const detail = stranded?.change === 'open' ? stranded.detail : ''
  assert(stranded === undefined, `${subject.kind} ${input.kind} strands: ${detail}`)
}

type Step = {
  readonly kind: SubjectKind
  readonly before: object
  readonly input: Input
  readonly step: Transition
  readonly attempts: ReadonlyMap<string, Attempt>
}

/** An answer to an operator's inquiry submits nothing, and a payout that may have been made goes over no other rail. */
export function checkSubmissions({ kind, before, input, step, attempts }: Step): void {
  const { newAttempts = [], resubmit } = step
  if (newAttempts.length === 0 && resubmit === undefined) return
  if (input.kind === 'outcome' && isInReviewOn(before, input.attempt.id)) {
    const { outcome } = input
    // A success that is not wanted is released or refunded.
    const mayLead = outcome.kind === 'succeeded' || outcome.kind === 'unavailable'
    const isAsked = outcome.kind === 'not_found' || (!mayLead && outcome.isAsked === true)
    assert(!isAsked, `an inquiry about a ${kind} by an operator submits`)
  }
  for (const { id, subject, askedAt } of newAttempts) {
    // What a lost server may have submitted is only asked for.
    if (subject.kind !== 'payout' || askedAt !== undefined) continue
    const others = [...attempts.values()].filter((one) => one.subject.id === subject.id && one.id !== id)
    const isOver = others.every(
      ({ state, inquiries }) => state === 'failed' || (state === 'not_sent' && inquiries === 0),
    )
    assert(isOver, 'a payout that may have been made is submitted again under another id')
  }
}

/** A release of another hold inquires by itself meanwhile. */
function isInReviewOn(before: object, attempt: string): boolean {
  return (
    'phase' in before && before.phase === 'review' && 'currentAttempt' in before && before.currentAttempt === attempt
  )
}
