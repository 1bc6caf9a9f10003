import { type Answer, answerText, type RouteRequest, waited } from '#platform/http'
import type { Ended, Payments, Subject } from '../payments.ts'
import { renderCapture } from '../rendering/render-capture.ts'
import { renderPayment } from '../rendering/render-payment.ts'
import { renderPayout } from '../rendering/render-payout.ts'
import { renderRefund } from '../rendering/render-refund.ts'

/** The subject when it ends in time, otherwise `kept`: at once for a refusal, or a client that does not wait. */
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

/** Confirms to a waiting client that its preference was applied. */
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

export function idIn(kept: Answer): string {
  return (JSON.parse(kept.body) as { readonly id: string }).id
}
