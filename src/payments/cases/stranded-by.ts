import { encodeId, idPrefix, type Timestamp, type Uuid } from '#kernel'
import type { Input, OpenedCase, Transition } from '../machine.ts'
import { isHinted } from '../machines/attempts/attempt-policy.ts'
import { awaitedBy, type Coming, isStranded, type Subject } from '../machines/stranded.ts'
import { type Arrivals, isFromSuspense } from '../machines/suspense/suspended.ts'
import type { Attempt, Refund } from '../payment.ts'
import { type Answered, ownOf, rowOf } from './changes-of.ts'
import type { Rows } from './contents-around.ts'
import type { PaymentsCaseChange, PaymentsSubject } from './subject.ts'

type Named = Answered['subject']

export type Stepped = {
  readonly answered: Pick<Answered, 'subject' | 'book'> & { readonly input: SteppedInput }
  readonly before: Rows
  readonly step: Transition
  readonly changes: readonly PaymentsCaseChange[]
  readonly now: Timestamp
  readonly attempts: Pick<ReadonlyMap<Uuid, Attempt>, 'get'>
  readonly lookUps: Arrivals
}

type SteppedInput = Pick<Input, 'kind'> & {
  readonly about?: string
  readonly attempt?: Attempt | Uuid
  readonly isHinted?: boolean
  readonly isByHand?: boolean
}

/**
 * The cases of the subjects that a step leaves stranded, which only a defect of a machine does. Nothing was stranded
 * before the step, so every message that was due then still comes, except the one that is handled.
 */
export function strandedBy(stepped: Stepped): PaymentsCaseChange[] {
  const { answered, step } = stepped
  const found: PaymentsCaseChange[] = []
  for (const named of touchedBy(answered.subject, step)) {
    const row = rowAfter(stepped, named)
    const awaited = row && awaitedBy(row)
    if (row === undefined || awaited === 'nothing') continue
    const attempt = attemptAfter(stepped, row.currentAttempt)
    const effects = {
      coming: comingTo(stepped, named, row, attempt),
      isReturning: awaited === 'refund' && isReturning(stepped, named, row),
      hasCase: hasCase(stepped, named),
    }
    if (!isStranded(row, attempt === undefined ? [] : [attempt], effects)) continue
    const { why: reason, detail } = strandedCase(named, row)
    found.push({ subject: named, book: answered.book, change: 'open', reason, detail, about: {} })
  }
  return found
}

function strandedCase({ kind, id }: Named, row: Subject): Pick<OpenedCase, 'why' | 'detail'> {
  const at = 'phase' in row ? row.phase : row.state
  const detail = `The ${kind} ${encodeId(idPrefix[kind], id)} is ${at}, and no timer and no case continued it. This is a defect of the program: please report it with the timeline.`
  return { why: 'stranded', detail }
}

function touchedBy(subject: Named, { payment, capture, refund, payout, newRefunds = [] }: Transition): Named[] {
  const found = new Map<Uuid, Named>([[subject.id, subject]])
  const add = (kind: Named['kind'], row: { readonly id: Uuid } | undefined) => {
    if (row !== undefined) found.set(row.id, { kind, id: row.id })
  }
  add('payment', payment)
  add('capture', capture)
  add('refund', refund)
  add('payout', payout)
  for (const one of newRefunds) add('refund', one)
  return [...found.values()]
}

function rowAfter({ before, step }: Stepped, named: Named): Subject | undefined {
  const changed = step[named.kind]
  if (changed?.id === named.id) return changed
  return step.newRefunds?.find(({ id }) => id === named.id) ?? rowOf(before, named)
}

function attemptAfter({ step, attempts }: Stepped, id: Uuid | undefined): Attempt | undefined {
  if (id === undefined) return undefined
  const { attempt, attempts: others = [], inquire, resubmit } = step
  return [resubmit, inquire, attempt, ...others].find((one) => one?.id === id) ?? attempts.get(id)
}

function comingTo(stepped: Stepped, named: Named, after: Subject, attempt: Attempt | undefined): Coming[] {
  const { step, before, now } = stepped
  const set = (step.timers ?? []).filter(({ subject }) => subject.id === named.id)
  const isNew = step.newRefunds?.some(({ id }) => id === named.id) === true
  if (isNew) return [...set, { input: 'start', at: now }]
  const left = leftFrom(stepped, named, rowOf(before, named), after)
  const inquireAt = attempt?.exchange?.inquireAt
  const isSet = inquireAt !== undefined && !(isTimerOf(stepped, named, attempt?.id) && now >= inquireAt)
  return [
    ...set,
    ...left,
    ...(isSet ? [{ input: 'inquire', attempt: attempt?.id, at: inquireAt } as const] : []),
    ...submissionTimer(stepped, named, after),
  ]
}

function submissionTimer(stepped: Stepped, named: Named, { currentAttempt }: Subject): Coming[] {
  const before = currentAttempt === undefined ? undefined : stepped.attempts.get(currentAttempt)
  if (before?.state !== 'submitting' || isTimerOf(stepped, named, currentAttempt)) return []
  return [{ input: 'overdue', attempt: currentAttempt, at: Number.POSITIVE_INFINITY }]
}

function leftFrom(stepped: Stepped, named: Named, before: Subject | undefined, after: Subject): Coming[] {
  const { answered, step, now } = stepped
  const { kind, about } = answered.input
  const isOwn = answered.subject.id === named.id
  // The case was about messages that are lost or discarded.
  if (before === undefined || (isOwn && (about === 'stranded' || about === 'dead_letter'))) return []
  const isGone = (...kinds: readonly Input['kind'][]) => isOwn && step.again === undefined && kinds.includes(kind)
  switch (awaitedBy(after)) {
    case 'start':
      return isGone('start', 'capture') ? [] : [{ input: 'start', at: now }]
    case 'expiry':
    case 'release':
      // The expiry of a hold is set with it, whatever has happened to its payment since.
      return isGone('expire', 'cancel') ? [] : [{ input: 'expire', at: now }]
    case 'attempt': {
      const { currentAttempt } = after
      const isSame = awaitedBy(before) === 'attempt' && before.currentAttempt === currentAttempt
      if (!isSame || isTimerOf(stepped, named, currentAttempt)) return []
      return [{ input: 'overdue', attempt: currentAttempt, at: Number.POSITIVE_INFINITY }]
    }
    default:
      return []
  }
}

/** A hint of the rail and a request of an operator are no timers. */
function isTimerOf({ answered, step }: Stepped, named: Named, id: Uuid | undefined): boolean {
  const { subject, input } = answered
  if (step.again !== undefined) return false
  if (subject.id !== named.id || input.kind !== 'overdue' || input.isByHand === true || input.isHinted === true) {
    return false
  }
  const { attempt } = input
  if (typeof attempt === 'string') return attempt === id
  return attempt !== undefined && attempt.id === id && !isHinted(attempt)
}

function isReturning({ before, step, answered, lookUps }: Stepped, { kind, id }: Named, after: Subject): boolean {
  if (kind !== 'payment' || !('amountCaptured' in after)) return false
  const isOpen = (refund: Refund) => refund.phase !== 'ended' && isFromSuspense(refund, lookUps)
  const known = new Map(lookUps.returningOf(after).map((refund) => [refund.id, refund]))
  for (const refund of [step.refund, ...(step.newRefunds ?? [])]) if (refund) known.set(refund.id, refund)
  if ([...known.values()].some(isOpen)) return true
  // Other inputs read no refunds, and end none.
  if (answered.subject.kind !== 'refund' && before.payments.get(id)?.phase === 'reversing') return true
  // Money that no refund returns has a case beside the payment.
  const changed = new Map(
    [...(step.attempts ?? []), ...(step.attempt ? [step.attempt] : [])].map((one) => [one.id, one]),
  )
  return lookUps.broughtBy(after).some((one) => (changed.get(one.id) ?? one).suspended !== undefined)
}

function hasCase({ before, changes, answered }: Stepped, named: Named): boolean {
  const root = rootOf(before, named)
  return [named, ...(root === undefined ? [] : [root])].some((one) => {
    const isOf = (subject: PaymentsSubject) => subject.kind === one.kind && subject.id === one.id
    const own = changes.filter(({ subject }) => isOf(subject))
    if (own.some(({ change }) => change === 'open')) return true
    const reason = ownOf(one.kind, rowOf(before, one))
    if (reason === undefined || (isOf(answered.subject) && answered.input.about === 'stranded')) return false
    return !own.some((each) => each.change === 'resolve' && (each.reason ?? reason) === reason)
  })
}

function rootOf({ captures, refunds }: Rows, { kind, id }: Named): Named | undefined {
  if (kind !== 'capture' && kind !== 'refund') return undefined
  const payment = (kind === 'capture' ? captures : refunds).get(id)?.payment
  return payment === undefined ? undefined : { kind: 'payment', id: payment }
}
