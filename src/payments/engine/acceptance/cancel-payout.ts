import { accepted } from '#kernel'
import { faultPoint } from '#platform/faults'
import { appendEventsSteps } from '#platform/outbox'
import type { Transaction } from '#platform/postgres'
import type { Payout } from '../../payment.ts'
import type { PaymentResult, Payments } from '../../payments.ts'
import { refuse } from '../../refusals.ts'
import { renderPayout } from '../../rendering/render-payout.ts'
import { nowStep } from '../handling/database-clock.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import type { ServerNotes } from '../rails/server-notes.ts'
import { lockPayoutsStep, toPayout, updatePayoutsStep } from '../rows/payout-store.ts'
import { insertTimelineStep } from '../rows/step-store.ts'

/**
 * The start of a payout locks the same row first, and finds that it has ended. A payout that a lost server may have
 * submitted is not canceled.
 */
export async function cancelPayout(
  tx: Transaction,
  { book, payout: id }: Parameters<Payments['cancelPayout']>[1],
  servers: Pick<ServerNotes, 'mayBeLost'>,
): Promise<PaymentResult<Payout>> {
  const [, locked, now] = await tx.burst([indexPlansStep, lockPayoutsStep(book, [id]), nowStep])
  const row = locked?.rows[0]
  if (row === undefined) return refuse('payout_not_found')
  const before = toPayout(row)
  const isUntouched = before.phase === 'new' && before.attempts === 0 && before.holds.length === 0
  const at = Number(now?.rows[0]?.[0])
  if (!isUntouched || servers.mayBeLost(before, at)) return refuse('payout_not_cancelable')
  const after: Payout = { ...before, state: 'canceled', phase: 'ended', version: before.version + 1 }
  const subject = { kind: 'payout', id } as const
  const note = 'It was canceled before anything was done.'
  const events = ['payout.canceled']
  faultPoint('payments.payout-cancel.before')
  await tx.burst([
    updatePayoutsStep([after], at),
    insertTimelineStep(
      [{ book, root: id, subject, input: 'cancel', state: 'canceled', note, transfers: [], events }],
      at,
    ),
    ...appendEventsSteps(at, [{ book, type: 'payout.canceled', data: renderPayout(after) }]),
  ])
  faultPoint('payments.payout-cancel.after')
  return accepted(after)
}
