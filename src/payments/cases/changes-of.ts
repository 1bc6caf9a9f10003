import type { CaseAbout } from '#cases'
import type { CaseReason, Input, StuckHere, Transition } from '../machine.ts'
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
import type { PaymentsCaseChange, PaymentsSubject } from './subject.ts'

export type Answered = {
  readonly subject: { readonly kind: SubjectKind; readonly id: string }
  readonly book: number
  readonly input: { readonly kind: Input['kind']; readonly about?: CaseReason; readonly attempt?: Attempt | string }
}

export type RowsBefore = {
  readonly payments: ReadonlyMap<string, Payment>
  readonly captures: ReadonlyMap<string, Capture>
  readonly refunds: ReadonlyMap<string, Refund>
  readonly payouts: ReadonlyMap<string, Payout>
}

/**
 * A subject's own matter is over when the subject no longer waits for it. A decision's matter is over when the decision
 * has been carried out or has led to another matter. Every other matter stays.
 */
export function changesOf(
  { subject, book, input }: Answered,
  before: RowsBefore,
  step: Transition,
): PaymentsCaseChange[] {
  const { stuck, also = [], settles = [] } = step
  const here = typeof stuck === 'object' ? stuck : undefined
  const isEnd = stuck === 'resolved' || here?.isNext === true
  const changes: PaymentsCaseChange[] = []
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
    const { why: reason, detail, unlessOpen, isOver } = matter
    if (isOver === true) {
      over(matter.subject ?? subject, reason)
      continue
    }
    const whose = matter.subject ?? subject
    const about = aboutOf(whose, { subject, book, input }, before, step)
    const mark = { change: 'open', reason, detail, about, ...(unlessOpen && { unlessOpen }) } as const
    changes.push({ subject: whose, book, ...mark })
  }
  const isUntouched = !changes.some((change) => isSame(change.subject, subject))
  if (input.kind === 'decision' && isUntouched) changes.push({ subject, book, change: 'acted' })
  return changes
}

/** The attempt of the step, and the money of the case: its amount in suspense, else the amount of its subject. */
function aboutOf(
  whose: PaymentsSubject,
  { subject, input }: Answered,
  before: RowsBefore,
  step: Transition,
): CaseAbout {
  const kind = subjectKinds.find((one) => one === whose.kind)
  if (kind === undefined) return {}
  const row = step[kind]?.id === whose.id ? step[kind] : rowOf(before, { kind, id: whose.id })
  const own = isSame(whose, subject) ? (step.attempt ?? input.attempt) : undefined
  const attempt = typeof own === 'string' ? own : (own?.id ?? row?.currentAttempt)
  if (row === undefined) return { attempt }
  const asset = 'asset' in row ? row.asset : (step.payment ?? before.payments.get(row.payment))?.asset
  const amount = (typeof own === 'object' ? own.suspended?.amount : undefined) ?? row.amount
  return asset === undefined ? { attempt } : { attempt, amount, asset }
}

function decidedReason({ subject, input }: Answered, before: RowsBefore): CaseReason | undefined {
  if (input.kind !== 'decision') return undefined
  return input.about ?? ownOf(subject.kind, rowOf(before, subject)) ?? 'outcome_unknown'
}

/** Whether a decision led to another matter, and the subject itself does not wait for the matter of the decision. */
function isAnother(
  { why, subject: whose }: StuckHere,
  subject: Answered['subject'],
  about: CaseReason,
  before: RowsBefore,
  step: Transition,
): boolean {
  if (whose !== undefined && !isSame(whose, subject)) return true
  return why !== about && ownOf(subject.kind, step[subject.kind] ?? rowOf(before, subject)) !== about
}

type Row = Payment | Capture | Refund | Payout

function noLongerWaitedFor(before: RowsBefore, step: Transition) {
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

function ownOf(kind: SubjectKind, row: Row | undefined): CaseReason | undefined {
  if (row === undefined) return undefined
  const known = caseReasons.find((code) => code === row.reason)
  if (!('phase' in row)) return kind === 'capture' && row.state === 'processing' ? known : undefined
  // A pending cancel stays the reason of a payment whose outcome is unknown.
  return row.phase === 'stuck' ? (known ?? 'outcome_unknown') : undefined
}

function rowOf(rows: RowsBefore, { kind, id }: Answered['subject']): Row | undefined {
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
