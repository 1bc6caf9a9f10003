import { accepted } from '#kernel'
import type { Lanes } from '#lanes'
import { faultPoint } from '#platform/faults'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { Rails } from '#rails'
import { isAllReturned } from '../../machines/attempts/returned.ts'
import type { Payout } from '../../payment.ts'
import type { PaymentResult, RecallPayout } from '../../payments.ts'
import { refuse } from '../../refuse.ts'
import { nowStep } from '../handling/database-clock.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { recallMessage } from '../rails/recalls.ts'
import { readAttemptsOfStep, type StoredAttempt, toAttempt, updateAttemptsStep } from '../rows/attempt-store.ts'
import { lockPayoutsStep, toPayout } from '../rows/payout-store.ts'
import { insertTimelineStep } from '../rows/step-store.ts'

type Dependencies = { readonly lanes: Pick<Lanes, 'enqueueSteps'>; readonly rails: Pick<Rails, 'rail'> }

/** The rail is asked after the commit, and again until it has answered. One recall of an attempt at a time. */
export async function recallPayout(
  { lanes, rails }: Dependencies,
  tx: Transaction,
  { book, payout: id, reason, id: recall = newUuid() }: RecallPayout,
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
  if (attempt === undefined || attempt.recall?.state === 'asked') return refuse('payout_not_recallable')
  if (rails.rail(attempt.rail)?.recall === undefined) return refuse('operation_not_supported_by_rail')
  const payout = toPayout(row)
  const { state } = payout
  const subject = { kind: 'payout', id } as const
  const note = `The rail ${attempt.rail} is asked to get it back (${reason}).`
  faultPoint('payments.payout-recall.before')
  await tx.burst([
    updateAttemptsStep([{ ...attempt, recall: { id: recall, reason, state: 'asked' } }]),
    insertTimelineStep(
      [{ book, root: id, subject, input: 'recall', state, note, transfers: [], events: [] }],
      Number(now?.rows[0]?.[0]),
    ),
    ...lanes.enqueueSteps([recallMessage({ book, attempt: attempt.id, recall, reason, tries: 0 })]),
  ])
  return accepted(payout)
}

/** The rail has it, or may have it. */
function mayBeOut(attempt: StoredAttempt): boolean {
  const { state } = attempt
  return (state === 'pending' || state === 'unknown' || state === 'succeeded') && !isAllReturned(attempt)
}
