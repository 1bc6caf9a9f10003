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
  request: Pick<RouteRequest, 'waitMs' | 'rest' | 'waitSignal'>,
  kept: Answer,
  subject: () => Subject,
): Promise<Answer> {
  const { waitMs } = request
  if (waitMs === undefined || kept.status >= 300) return kept
  request.rest()
  const end = await payments.waitForEnd(subject(), waitMs, request.waitSignal)
  if (end === undefined) return waited(kept, waitMs)
  return waited(
    { ...answerText(kept.status, renderEnded(end)), ...(kept.headers && { headers: kept.headers }) },
    waitMs,
  )
}

/** The answer that what was asked for has ended already; a client that waits is told that it was heard. */
export function ended(request: Pick<RouteRequest, 'waitMs'>, now: Answer): Answer {
  return request.waitMs === undefined ? now : waited(now, request.waitMs)
}

function renderEnded(end: Ended): string {
  switch (end.kind) {
    case 'payment':
      return renderPayment(end.row)
    case 'capture':
      return renderCapture(end.row, end.payment)
    case 'refund':
      return renderRefund(end.row)
    case 'payout':
      return renderPayout(end.row)
  }
}

/** The public id that a kept answer is about. */
export function idIn(kept: Answer): string {
  return (JSON.parse(kept.body) as { readonly id: string }).id
}
