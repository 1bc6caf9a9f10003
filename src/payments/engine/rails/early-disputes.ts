import type { Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { RailEvent } from '#rails'
import { isUnbooked } from '../../machines/attempts/unbooked.ts'
import { isForced, suspendedOf } from '../../machines/payments/payment-rows.ts'
import type { Capture, Payment, Payout } from '../../payment.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import { readCapturesStep, toCapture } from '../rows/capture-store.ts'

// A dispute may be reported before the money that it takes. Booked then, it would have no payer, and later recipients
// would keep the money. So it waits until the outcome of the disputed attempt is known.

type Disputing = { readonly event: RailEvent; readonly attempt: StoredAttempt | undefined }

/** The disputed captures by id. Nothing is locked. */
export async function disputedCaptures(tx: Transaction, events: readonly Disputing[]): Promise<Map<Uuid, Capture>> {
  const disputed = events.flatMap(({ event, attempt }) =>
    event.operation === 'dispute' && attempt?.subject.kind === 'capture' ? [attempt] : [],
  )
  const captures = new Map<Uuid, Capture>()
  for (const book of new Set(disputed.map((attempt) => attempt.book))) {
    const ids = disputed.filter((attempt) => attempt.book === book).map(({ subject }) => subject.id)
    const [found] = await tx.burst([readCapturesStep(book, ids)])
    for (const capture of (found?.rows ?? []).map(toCapture)) captures.set(capture.id, capture)
  }
  return captures
}

type Rows = {
  readonly roots: ReadonlyMap<Uuid, Payment | Payout>
  readonly captures: ReadonlyMap<Uuid, Capture>
}

/** `isEarly`: the money is not known to have come, by report or statement. `isOver`: it is no longer awaited. */
export function timingOf(one: Disputing, { roots, captures }: Rows) {
  const { event, attempt } = one
  const root = attempt && roots.get(attempt.root)
  if (event.operation !== 'dispute' || attempt === undefined || root === undefined || !('amountCaptured' in root)) {
    return { isEarly: false, isOver: attempt?.state === 'failed' }
  }
  const isAwaited = isUnbooked(attempt)
  const isFailed = attempt.state === 'failed'
  if (attempt.operation === 'authorize') return { isEarly: isBeforeCaptures(root, event), isOver: isFailed }
  if (attempt.subject.kind === 'capture') {
    const capture = captures.get(attempt.subject.id)
    return { isEarly: !isCaptured(attempt, capture), isOver: !isAwaited && capture?.state !== 'processing' }
  }
  const isCurrent = root.currentAttempt === attempt.id && root.phase !== 'ended' && !isFailed
  return { isEarly: !isTaken(attempt) && !isForced(root, attempt), isOver: !isAwaited && !isCurrent }
}

/** The rail reported that it took the money, and the books have it. */
function isTaken(attempt: StoredAttempt): boolean {
  return attempt.state === 'succeeded' && !isUnbooked(attempt)
}

/** Whether captures of the disputed authorization may still bring the money. */
function isBeforeCaptures(payment: Payment, { outcome }: RailEvent): boolean {
  const { phase, amountCaptured, amountCapturing, amountRefunded, amountRefunding } = payment
  if (phase === 'ended' || phase === 'reversing') return false
  const known = amountCaptured + suspendedOf(payment)
  if (known === 0n) return true
  const amount = outcome.kind === 'succeeded' ? outcome.amount : 0n
  return amountCapturing > 0n && amount > known - amountRefunded - amountRefunding
}

/** Whether a capture is booked, as reported or as stated; also when its money went to suspense. */
function isCaptured(attempt: StoredAttempt, capture: Capture | undefined): boolean {
  if (isTaken(attempt) || capture === undefined) return true
  if (capture.state !== 'failed') return capture.state === 'succeeded'
  return attempt.suspended !== undefined || capture.reason === 'booking_refused'
}
