import { encodeId, idPrefix } from '#kernel'
import type { Refund } from '../payment.ts'
import { renderMetadata, renderShare, renderTime, textOrNull } from './render-parts.ts'

/** The public JSON of a refund, in answers and events. `to` is null for the origin of the money. */
export function renderRefund(refund: Refund): string {
  const to = refund.to.kind === 'source' ? 'null' : `{"wallet":${JSON.stringify(refund.to.account)}}`
  return (
    `{"id":"${encodeId(idPrefix.refund, refund.id)}","payment":"${encodeId(idPrefix.payment, refund.payment)}"` +
    `,"state":"${refund.state}","reason":${textOrNull(refund.reason)}` +
    `,"amount":"${refund.amount}","asset":"${refund.asset}","to":${to}` +
    `,"from":[${refund.from.map(renderShare).join(',')}],"reversal":${refund.isReversal}` +
    `,"amount_returned":"${refund.amountReturned ?? 0n}"` +
    `,"created_at":${renderTime(refund.createdAt)},"metadata":${renderMetadata(refund.metadata)}}`
  )
}
