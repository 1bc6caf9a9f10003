import { refusedAtOnce } from '../netbank/codes.ts'
import { scheduleExpiry } from '../netbank/pages.ts'
import type { World } from '../world.ts'
import { applySuccess, originalOf, setAside } from './effects.ts'
import { afterwards, endAsPlanned, scheduleNext, tell } from './ending.ts'
import { mandateRefusal, noteDebit } from './mandates.ts'
import { amountDone, type Original, refundable, refusalOf } from './money-rules.ts'
import type { Behavior, Operation, OperationRequest } from './operation.ts'
import { reversedCode, successCode } from './response-codes.ts'
import { testBehavior } from './test-values.ts'

export type Submission = OperationRequest & { readonly key: string }

export type SubmissionAnswer =
  | {
      readonly kind: 'operation'
      readonly operation: Operation
      readonly isReplay: boolean
      readonly slow: boolean
      /** The answer waits for this, up to a limit. */
      readonly after?: Promise<void>
    }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'failure' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }

export function submit(world: World, submission: Submission): SubmissionAnswer {
  const { rail, key } = submission
  const earlier = world.log.find(rail, key)
  if (earlier !== undefined) {
    if (!isSame(earlier, submission)) return { kind: 'key_reused' }
    if (earlier.isHidden) return { kind: 'failure' }
    return { kind: 'operation', operation: earlier, isReplay: true, slow: false }
  }
  const behavior = behaviorNow(world, submission)
  if (behavior.name === 'timeout_not_happened' || behavior.name === 'http_500') {
    world.forgotten.add(rail, key)
    return { kind: behavior.name === 'http_500' ? 'failure' : 'hang' }
  }
  if ((behavior.name === 'late_success' || behavior.name === 'reversal_overtaken') && rail === 'card') {
    world.forgotten.add(rail, key)
    world.journal.write(['late', { ...submission, amount: submission.amount && String(submission.amount) }])
    happenLate(world, submission)
    return { kind: 'hang' }
  }
  const operation = perform(world, submission, behavior)
  switch (behavior.name) {
    case 'timeout_happened':
    case 'unknown':
    case 'reversal_lost':
    case 'reversal_unanswered':
    case 'reversal_too_late':
    case 'reversal_late_answer':
      return { kind: 'hang' }
    case 'reset_happened':
      return { kind: 'reset' }
    case 'http_500_happened':
      return { kind: 'failure' }
    case 'callback_before_response':
      return { kind: 'operation', operation, isReplay: false, slow: false, after: endAsPlanned(world, operation) }
    default:
      return { kind: 'operation', operation, isReplay: false, slow: behavior.name === 'slow' }
  }
}

function behaviorNow(world: World, submission: Submission): Behavior {
  const { rail, key } = submission
  if (world.reversals.isRefused(rail, key)) return { name: 'decline', code: reversedCode }
  return world.forgotten.has(rail, key) ? { name: 'ok' } : behaviorOf(world, submission)
}

type Drawn = Pick<Operation, 'rail' | 'kind' | 'key' | 'instrument'>

/** Always the same for the same operation. */
export function behaviorOf(world: World, { rail, kind, key = '', instrument }: Drawn): Behavior {
  return testBehavior(rail, kind, instrument) ?? world.faults.draw(rail, kind, { key, instrument })
}

/** A card operation without an answer happens late, unless a repetition or a reversal has come meanwhile. */
export function happenLate(world: World, submission: Submission): void {
  const isOvertaking = behaviorOf(world, submission).name === 'reversal_overtaken'
  world.agenda.after(world.timings.lateMs, () => {
    const { rail, key } = submission
    if (world.log.find(rail, key) !== undefined || (world.reversals.isRefused(rail, key) && !isOvertaking)) return
    void tell(world, perform(world, submission, { name: 'ok' }))
  })
}

function isSame(operation: Operation, submission: Submission): boolean {
  return (
    operation.kind === submission.kind &&
    (submission.amount === undefined || operation.requested === submission.amount) &&
    operation.asset === submission.asset &&
    operation.instrument === submission.instrument &&
    operation.original === submission.original &&
    operation.descriptor === submission.descriptor &&
    operation.final === submission.final &&
    operation.purpose === submission.purpose &&
    JSON.stringify(operation.party) === JSON.stringify(submission.party) &&
    JSON.stringify(operation.mandate) === JSON.stringify(submission.mandate)
  )
}

function perform(world: World, submission: Submission, behavior: Behavior): Operation {
  const now = world.clock.now()
  const original = originalOf(world, submission.original)
  const refusal = original === undefined ? mandateRefusal(world, submission) : refusalOf(submission, original, now)
  const requested = submission.amount ?? original?.operation.capturable ?? 0n
  const isHidden = behavior.name === 'unknown'
  const isRefused = behavior.name === 'partial' && submission.allowsPartial !== true
  const decline = refusal ?? (isRefused ? '51' : isDeclinedAtOnce(submission, behavior) ? behavior.code : undefined)
  if (decline !== undefined) {
    const beginning = { status: 'failed', amount: requested, code: decline, completedAt: now, isHidden } as const
    return world.log.add(submission, requested, now, beginning)
  }
  if (submission.rail === 'card') return approve(world, submission, behavior, requested, original)
  const beginning = { status: 'pending', amount: requested, plan: behavior, isHidden } as const
  const operation = world.log.add(submission, requested, now, beginning)
  noteDebit(world, submission)
  setAside(world, operation, requested)
  scheduleEnd(world, operation)
  return operation
}

function isDeclinedAtOnce({ rail, kind }: Submission, { code = '' }: Behavior): boolean {
  return rail === 'card' || (rail === 'netbank' && kind === 'payout' && refusedAtOnce.has(code))
}

function approve(
  world: World,
  submission: Submission,
  { name }: Behavior,
  requested: bigint,
  original: Original | undefined,
): Operation {
  const now = world.clock.now()
  const amount = amountDone(name, { requested, most: original && mostOf(submission, original) })
  const isAuthorization = submission.kind === 'authorize'
  const operation = world.log.add(submission, requested, now, {
    status: 'succeeded',
    amount,
    code: successCode,
    completedAt: now,
    next: afterwards(name),
    isHidden: name === 'unknown',
    isPartial: name === 'partial' && amount < requested,
    capturable: isAuthorization ? amount : 0n,
    expiresAt: isAuthorization ? now + world.timings.authorizationMs * 1000 : undefined,
  })
  setAside(world, operation, amount)
  applySuccess(world, operation)
  scheduleNext(world, operation)
  return operation
}

function mostOf(submission: Submission, original: Original): bigint | undefined {
  if (submission.kind === 'refund') return refundable(original)
  return submission.kind === 'increment' ? undefined : original.operation.capturable
}

export function scheduleEnd(world: World, operation: Operation): void {
  if (operation.rail === 'bank') return void world.forStatement.add(operation)
  if (operation.rail === 'netbank') {
    world.netbankDays.unlisted.add(operation)
    scheduleExpiry(world, operation)
  }
  world.agenda.after(world.timings.callbackDelayMs, () => void endAsPlanned(world, operation))
}
