import { encodeId, idPrefix } from '#kernel'
import type { Payout } from '../payment.ts'
import { renderMetadata, renderTerms, renderTime, textOrNull } from './render-parts.ts'

/** The public JSON of a payout, in answers and events. */
export function renderPayout(payout: Payout): string {
  return (
    `{"id":"${encodeId(idPrefix.payout, payout.id)}","state":"${payout.state}"` +
    `,"reason":${textOrNull(payout.reason)},"amount":"${payout.amount}"` +
    `,"amount_returned":"${payout.amountReturned ?? 0n}","asset":"${payout.asset}"` +
    `,"source":${JSON.stringify(payout.source)},"rail":${JSON.stringify(payout.rail)}` +
    `,"other_rails":${JSON.stringify(payout.otherRails)},"instrument":${JSON.stringify(payout.instrument)}` +
    `,"rail_reference":${textOrNull(payout.railReference)},"vendor":${textOrNull(payout.vendorCode)}` +
    `,"reference":${textOrNull(payout.reference)},${renderTerms(payout.terms)},"created_at":${renderTime(payout.createdAt)}` +
    `,"metadata":${renderMetadata(payout.metadata)}}`
  )
}
