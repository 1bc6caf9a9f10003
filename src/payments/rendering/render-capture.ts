import { encodeId, idPrefix } from '#kernel'
import type { Capture, Payment } from '../payment.ts'
import { renderTime, textOrNull } from './render-parts.ts'

/** The public JSON of a capture; the asset is its payment's. */
export function renderCapture(capture: Capture, { asset }: Pick<Payment, 'asset'>): string {
  return (
    `{"id":"${encodeId(idPrefix.capture, capture.id)}","payment":"${encodeId(idPrefix.payment, capture.payment)}"` +
    `,"state":"${capture.state}","reason":${textOrNull(capture.reason)}` +
    `,"amount":"${capture.amount}","asset":"${asset}","final":${capture.final}` +
    `,"created_at":${renderTime(capture.createdAt)}}`
  )
}
