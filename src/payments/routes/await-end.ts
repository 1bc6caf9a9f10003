import { type Answer, answerText, type RouteRequest, waited } from '#platform/http'
import type { Ended, Payments, Subject } from '../payments.ts'
import { renderCapture } from '../render-capture.ts'
import { renderPayment } from '../render-payment.ts'
import { renderPayout } from '../render-payout.ts'
import { renderRefund } from '../render-refund.ts'

/**
 * The answer for a client that waits: the subject as it ended, when that comes in time, else `kept`.
 * For one that does not wait, and for a refusal, `kept` at once.
 */
export async function awaitEnd(
  payments: Pick<Payments, 'waitForEnd'>,
  request: Pick<RouteRequest, 'waitMs'>,
  kept: Answer,
  subject: () => Subject,
): Promise<Answer> {
  const { waitMs } = request
  if (waitMs === undefined || kept.status >= 300) return kept
  const ended = await payments.waitForEnd(subject(), waitMs)
  if (ended === undefined) return waited(kept, waitMs)
  return waited(
    { ...answerText(kept.status, renderEnded(ended)), ...(kept.headers && { headers: kept.headers }) },
    waitMs,
  )
}

function renderEnded(ended: Ended): string {
  switch (ended.kind) {
    case 'payment':
      return renderPayment(ended.row)
    case 'capture':
      return renderCapture(ended.row, ended.payment)
    case 'refund':
      return renderRefund(ended.row)
    case 'payout':
      return renderPayout(ended.row)
  }
}

/** The public id that a kept answer is about. */
export function idIn(kept: Answer): string {
  return (JSON.parse(kept.body) as { readonly id: string }).id
}
