import { assert, type Timestamp, type Uuid } from '#kernel'
import type { Input, NewAttempt, Timer, Transition } from '../../machine.ts'
import { hinted, isDecided, isGivenUp } from '../../machines/attempts/attempt-policy.ts'
import { returnedWhole } from '../../machines/attempts/returned.ts'
import { asReportedNow, isToBeBooked, isUnbooked } from '../../machines/attempts/unbooked.ts'
import type { Refund } from '../../payment.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import type { Belonging, InputContent, QueuedInput, QueuedOverdue } from './queued-input.ts'

/** An unbooked success is handled as if the rail had reported it now. */
export function onceMore(attempt: StoredAttempt, { isHinted, attempt: _, ...overdue }: QueuedOverdue): Input {
  if (isToBeBooked(attempt)) return asReportedNow(attempt)
  return { ...overdue, attempt: isHinted === true ? hinted(attempt) : attempt }
}

/** The whole is what is left when the input is handled. */
export function returnedInputOf(
  attempt: StoredAttempt,
  { isWhole, ...input }: Extract<InputContent, { readonly kind: 'returned' }>,
): Input {
  const returned = isWhole === true ? returnedWhole(attempt, input.returned) : input.returned
  return { ...input, attempt, returned }
}

export function changedRows<Row>(before: ReadonlyMap<Uuid, Row>, after: ReadonlyMap<Uuid, Row>): Row[] {
  const changed: Row[] = []
  for (const [id, row] of after) if (before.get(id) !== row) changed.push(row)
  return changed
}

export function found<Row>(rows: ReadonlyMap<Uuid, Row>, id: Uuid): Row {
  const row = rows.get(id)
  assert(row !== undefined, `the row ${id} of an input is not there`)
  return row
}

/** A new attempt, before its submission. */
export function storedAttempt(
  { book, root }: QueuedInput,
  attempt: NewAttempt,
  { asset, now }: { readonly asset: string; readonly now: Timestamp },
): StoredAttempt {
  return {
    id: attempt.id,
    book,
    root,
    subject: attempt.subject,
    rail: attempt.rail,
    operation: attempt.operation,
    amount: attempt.amount,
    asset,
    instrument: attempt.instrument,
    originalReference: attempt.originalReference,
    state: attempt.askedAt === undefined ? 'submitting' : 'unknown',
    railReference: undefined,
    reason: undefined,
    inquiries: 0,
    ...(attempt.askedAt !== undefined && ({ exchange: { isLost: true, inquireAt: attempt.askedAt } } as const)),
    createdAt: now,
  }
}

type Reversible = Pick<QueuedInput, 'kind' | 'id' | 'lane'> & { readonly input: object }

/** The lane and the vendor of its payment or payout. A reversal stays on `rollback` for its whole life. */
export function belongingOf(
  { kind, id, lane, input }: Reversible,
  root: Belonging,
  rows: { readonly refunds: ReadonlyMap<Uuid, Refund>; readonly attempts: ReadonlyMap<Uuid, StoredAttempt> },
): Belonging {
  const attempt = 'attempt' in input ? rows.attempts.get(input.attempt as Uuid) : undefined
  const isReversal = kind === 'refund' ? rows.refunds.get(id)?.isReversal === true : isOfReversal(attempt)
  return { lane: isReversal || lane === 'rollback' ? 'rollback' : root.lane, vendor: root.vendor }
}

export function isOfReversal(attempt: StoredAttempt | undefined): boolean {
  return attempt?.operation === 'void' || attempt?.exchange?.isReversing === true
}

type Reversing = { readonly attempt: StoredAttempt; readonly timers: readonly Timer[] }

/**
 * The attempts that a canceled payment waits for. A reversal asks for them on its own lane from now on. The timers that
 * were set before come to nothing: one that inquires finds a later time, and any other sets the time of the inquiry.
 */
export function reversing(attempts: Iterable<StoredAttempt>, { kind, root, lane, input }: QueuedInput, now: Timestamp) {
  if (kind !== 'payment' || input.kind !== 'cancel' || lane !== 'rollback') return []
  const awaited = [...attempts].filter(
    (one) => one.root === root && one.operation !== 'refund' && one.state !== 'not_sent' && !isDecided(one),
  )
  return awaited.map((one): Reversing => {
    const { exchange = {}, subject, id: attempt } = one
    const { inquireAt } = exchange
    const timer =
      inquireAt === undefined
        ? ({ input: 'overdue', subject, attempt, at: now } as const)
        : ({ input: 'inquire', subject, attempt, at: inquireAt } as const)
    return { attempt: { ...one, exchange: { ...exchange, isReversing: true } }, timers: isGivenUp(one) ? [] : [timer] }
  })
}

type Attempts = { readonly attempts: ReadonlyMap<Uuid, StoredAttempt> }

/** Whether the subject has no refused outcome left to book. Then its case is resolved. */
export function isBookedAtLast(
  { before, attempts }: Attempts & { readonly before: Attempts },
  { id }: QueuedInput,
  { attempt }: Transition,
): boolean {
  const known = attempt && before.attempts.get(attempt.id)
  if (known === undefined || !isUnbooked(known)) return false
  return ![...attempts.values()].some((one) => one.subject.id === id && isUnbooked(one))
}
