import { accepted } from '#kernel'
import type { Lanes } from '#lanes'
import { faultPoint } from '#platform/faults'
import { repeatableUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { Rails, RecallReason } from '#rails'
import { isLost } from '../../machines/attempts/lost-attempts.ts'
import { isAllReturned } from '../../machines/attempts/returned.ts'
import type { Payout, Recall } from '../../payment.ts'
import type { PaymentResult, RecallPayout } from '../../payments.ts'
import { refuse } from '../../refusals.ts'
import { nowStep } from '../handling/database-clock.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { recallMessage } from '../rails/recalls.ts'
import { readAttemptsOfStep, type StoredAttempt, toAttempt, updateAttemptsStep } from '../rows/attempt-store.ts'
import { lockPayoutsStep, toPayout } from '../rows/payout-store.ts'
import { insertTimelineStep } from '../rows/step-store.ts'

type Dependencies = { readonly lanes: Pick<Lanes, 'enqueueSteps'>; readonly rails: Pick<Rails, 'rail'> }

/**
 * The rail is asked after the commit, and again until it has answered. While a recall is open, or passed on, there is no
 * other.
 */
export async function recallPayout(
  { lanes, rails }: Dependencies,
  tx: Transaction,
  { book, payout: id, reason }: RecallPayout,
): Promise<PaymentResult<Payout>> {
  const [, locked, now, made] = await tx.burst([
    indexPlansStep,
    lockPayoutsStep(book, [id]),
    nowStep,
    readAttemptsOfStep(id),
  ])
  const row = locked?.rows[0]
  if (row === undefined) return refuse('payout_not_found')
  const attempt = (made?.rows ?? []).map(toAttempt).findLast(mayBeOut)
  if (attempt === undefined || isOpen(attempt)) return refuse('payout_not_recallable')
  if (rails.rail(attempt.rail)?.recall === undefined) return refuse('operation_not_supported_by_rail')
  const recall = nextRecall(attempt, reason)
  const payout = toPayout(row)
  const { state } = payout
  const subject = { kind: 'payout', id } as const
  const note = `The rail ${attempt.rail} is asked to get it back (${reason}).`
  faultPoint('payments.payout-recall.before')
  await tx.burst([
    updateAttemptsStep([{ ...attempt, recall }]),
    insertTimelineStep(
      [{ book, root: id, subject, input: 'recall', state, note, transfers: [], events: [] }],
      Number(now?.rows[0]?.[0]),
    ),
    ...lanes.enqueueSteps([recallMessage({ book, attempt: attempt.id, recall: recall.id, reason, tries: 0 })]),
  ])
  return accepted(payout)
}

/** The rail has it, or may have it. What only a lost server can have submitted counts once it is known to have happened. */
function mayBeOut(attempt: StoredAttempt): boolean {
  const { state } = attempt
  const isOut = state === 'pending' || state === 'unknown' || state === 'succeeded'
  return isOut && !isLost(attempt) && !isAllReturned(attempt)
}

function isOpen({ recall }: StoredAttempt): boolean {
  return recall?.state === 'asked' || recall?.state === 'accepted'
}

/**
 * Another request has the same id, also on a server that has lost the first one, until the rail has refused that one. A
 * recall that it never answered may have been passed on.
 */
function nextRecall({ id, recall: before }: StoredAttempt, reason: RecallReason): Recall {
  const isRefused = before?.state === 'refused' && before.isUnanswered !== true
  const refusals = (before?.refusals ?? 0) + (isRefused ? 1 : 0)
  return { id: repeatableUuid(id, `recall ${refusals}`), reason, state: 'asked', ...(refusals > 0 && { refusals }) }
}
