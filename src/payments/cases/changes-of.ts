import type { CaseAbout } from '#cases'
import type { CaseReason, Input, OpenedCase, Transition } from '../machine.ts'
import { caseReasons } from '../machine.ts'
import {
  type Attempt,
  type Capture,
  type Payment,
  type Payout,
  type Refund,
  type SubjectKind,
  subjectKinds,
} from '../payment.ts'
import { type Around, type ContentsAround, contentsAround, type Known, type Rows } from './contents-around.ts'
import type { PaymentsCaseChange, PaymentsSubject } from './subject.ts'

export type Answered = {
  readonly subject: { readonly kind: SubjectKind; readonly id: string }
  readonly book: number
  readonly input: { readonly kind: Input['kind']; readonly about?: CaseReason; readonly attempt?: Attempt | string }
}

/**
 * A subject's own matter is over when the subject no longer waits for it. A decision's matter is over when the decision
 * has been carried out or has led to another matter. Every other matter stays. Its case shows what it is about now.
 */
export function changesOf(
  { subject, book, input }: Answered,
  before: Rows,
  step: Transition,
  known: Known,
): PaymentsCaseChange[] {
  const { caseChange, also = [], settles = [] } = step
  const here = typeof caseChange === 'object' ? caseChange : undefined
  const isEnd = caseChange === 'resolved' || here?.isNext === true
  const changes: PaymentsCaseChange[] = []
  const contents = contentsAround(before, step, known)
  const over = (whose: PaymentsSubject, reason: CaseReason): void => {
    const isReplaced = here !== undefined && !isEnd && isSame(whose, here.subject ?? subject)
    changes.push({ subject: whose, book, change: 'resolve', reason, ...(isReplaced && { isReplaced }) })
  }
  for (const { whose, own } of noLongerWaitedFor(before, step)) over(whose, own)
  for (const reason of settles) over(subject, reason)
  const decided = decidedReason({ subject, book, input }, before)
  if (decided !== undefined && (isEnd || (here !== undefined && isAnother(here, subject, decided, before, step)))) {
    over(subject, decided)
  }
  for (const matter of [here, ...also]) {
    if (matter === undefined) continue
    if (matter.isOver === true) over(matter.subject ?? subject, matter.why)
    else changes.push(opening(matter, { subject, book, input }, step, contents))
  }
  const isUntouched = !changes.some((change) => isSame(change.subject, subject))
  if (input.kind === 'decision' && isUntouched) changes.push({ subject, book, change: 'acted' })
  return [...updatesOf(contents, { subject, book }, changes), ...changes]
}

function opening(
  { why: reason, detail, unlessOpen, subject: whose }: OpenedCase,
  { subject, book, input }: Answered,
  step: Transition,
  contents: ContentsAround,
): PaymentsCaseChange {
  const around = aroundOf(contents, whose ?? subject, reason)
  const attempt = whose === undefined || isSame(whose, subject) ? (step.attempt ?? input.attempt) : undefined
  return {
    ...{ subject: whose ?? subject, book, change: 'open', reason, detail: detailOf(detail, around) },
    about: around === undefined ? {} : aboutOf(around, typeof attempt === 'string' ? attempt : attempt?.id),
    ...(unlessOpen && { unlessOpen }),
  }
}

function aroundOf(contents: ContentsAround, { kind, id }: PaymentsSubject, reason: CaseReason): Around | undefined {
  const known = subjectKinds.find((one) => one === kind)
  return known && contents.of({ kind: known, id, reason })
}

/** `attempt`: of the step, for a case that is about no other. */
function aboutOf({ after: { amount, attempts }, asset }: Around, attempt?: string): CaseAbout {
  const [first = attempt, ...others] = attempts
  return {
    ...(first !== undefined && others.length === 0 && { attempt: first }),
    ...(amount > 0n && { amount, asset }),
  }
}

/** The detail names what the step has brought, and after it all that the case is about, if that is more. */
function detailOf(detail: string, around: Around | undefined): string {
  if (around?.before === undefined || around.before.amount === 0n) return detail
  const { sentence } = around.after
  return detail.endsWith(sentence) ? detail : `${detail}${sentence}`
}

/** Of cases that the step neither opens nor ends. */
function updatesOf(
  contents: ContentsAround,
  { subject, book }: Pick<Answered, 'subject' | 'book'>,
  changes: readonly PaymentsCaseChange[],
): PaymentsCaseChange[] {
  return contents.changed(subject).flatMap((one): PaymentsCaseChange[] => {
    const { kind, id, reason, before, after } = one
    const whose = { kind, id }
    const isChanged = changes.some(
      (change) =>
        isSame(change.subject, whose) &&
        ((change.change === 'open' && change.unlessOpen === undefined) || change.change === 'resolve') &&
        change.reason === reason,
    )
    if (isChanged) return []
    const sentence = { before: before?.sentence ?? '', after: after.sentence }
    return [{ subject: whose, book, change: 'update', reason, about: aboutOf(one), sentence }]
  })
}

function decidedReason({ subject, input }: Answered, before: Rows): CaseReason | undefined {
  if (input.kind !== 'decision') return undefined
  return input.about ?? ownOf(subject.kind, rowOf(before, subject)) ?? 'outcome_unknown'
}

/** Whether a decision led to another matter, and the subject itself does not wait for the matter of the decision. */
function isAnother(
  { why, subject: whose }: OpenedCase,
  subject: Answered['subject'],
  about: CaseReason,
  before: Rows,
  step: Transition,
): boolean {
  if (whose !== undefined && !isSame(whose, subject)) return true
  return why !== about && ownOf(subject.kind, step[subject.kind] ?? rowOf(before, subject)) !== about
}

type Row = Payment | Capture | Refund | Payout

function noLongerWaitedFor(before: Rows, step: Transition) {
  const found: { readonly whose: PaymentsSubject; readonly own: CaseReason }[] = []
  for (const kind of ['payment', 'capture', 'refund', 'payout'] as const) {
    const row: Row | undefined = step[kind]
    if (row === undefined) continue
    const whose = { kind, id: row.id }
    const own = ownOf(kind, rowOf(before, whose))
    if (own !== undefined && own !== ownOf(kind, row)) found.push({ whose, own })
  }
  return found
}

/** The reason for which the subject itself waits for an operator. */
export function ownOf(kind: SubjectKind, row: Row | undefined): CaseReason | undefined {
  if (row === undefined) return undefined
  const known = caseReasons.find((code) => code === row.reason)
  if (!('phase' in row)) return kind === 'capture' && row.state === 'processing' ? known : undefined
  // A pending cancel stays the reason of a payment whose outcome is unknown.
  return row.phase === 'review' ? (known ?? 'outcome_unknown') : undefined
}

export function rowOf(rows: Rows, { kind, id }: Answered['subject']): Row | undefined {
  switch (kind) {
    case 'payment':
      return rows.payments.get(id)
    case 'capture':
      return rows.captures.get(id)
    case 'refund':
      return rows.refunds.get(id)
    case 'payout':
      return rows.payouts.get(id)
  }
}

function isSame(one: PaymentsSubject, other: PaymentsSubject): boolean {
  return one.kind === other.kind && one.id === other.id
}
