import { encodeId, idPrefix } from '#kernel'
import type { Payment, PaymentSource } from '../payment.ts'
import { renderAction } from './render-action.ts'
import { renderMetadata, renderShare, renderTerms, renderTime, textOrNull } from './render-parts.ts'

/** The answer and the event share one text: payment objects never change. */
const texts = new WeakMap<Payment, string>()

/** The public JSON of a payment, in answers and events. */
export function renderPayment(payment: Payment): string {
  let text = texts.get(payment)
  if (text === undefined) {
    text = render(payment)
    texts.set(payment, text)
  }
  return text
}

function render(payment: Payment): string {
  const { fee } = payment
  return (
    `{"id":"${encodeId(idPrefix.payment, payment.id)}","state":"${payment.state}"` +
    `,"reason":${textOrNull(payment.reason)},"amount":"${payment.amount}","asset":"${payment.asset}"` +
    `,"source":${renderSource(payment.source)}` +
    `,"destinations":[${payment.destinations.map(renderShare).join(',')}]` +
    `,"fee":${fee === undefined ? 'null' : renderShare(fee)},"capture":"${payment.capture}"` +
    `,"amount_capturable":"${payment.amountCapturable}","amount_capturing":"${payment.amountCapturing}"` +
    `,"amount_captured":"${payment.amountCaptured}","amount_refunding":"${payment.amountRefunding}"` +
    `,"amount_refunded":"${payment.amountRefunded}","rail":${textOrNull(payment.rail)}` +
    `,"rail_reference":${textOrNull(payment.railReference)},"vendor":${textOrNull(payment.vendorCode)}` +
    `,"reference":${textOrNull(payment.reference)},"expires_at":${renderTime(payment.expiresAt)}` +
    `,"next_action":${renderAction(payment)},"allow_partial":${payment.terms?.allowsPartial === true}` +
    `,${renderTerms(payment.terms)},"created_at":${renderTime(payment.createdAt)},"metadata":${renderMetadata(payment.metadata)}}`
  )
}

function renderSource(source: PaymentSource): string {
  if (source.kind === 'wallet') return `{"wallet":${JSON.stringify(source.account)}}`
  const { rail, instrument, otherRails } = source
  return (
    `{"rail":${JSON.stringify(rail)},"instrument":${JSON.stringify(instrument)}` +
    `,"other_rails":${otherRails.length === 0 ? '[]' : JSON.stringify(otherRails)}}`
  )
}
