import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import type { PaymentSource } from '#payments'
import type { Order } from './order.ts'

export function orderToJson(order: Order) {
  return {
    id: encodeId(idPrefix.order, order.id),
    state: order.state,
    reason: order.reason ?? null,
    amount: String(order.amount),
    asset: order.asset,
    lines: order.lines.map(({ item, code, quantity, price }) => ({
      item: encodeId(idPrefix.item, item),
      code,
      quantity,
      price: String(price),
    })),
    source: sourceToJson(order.source),
    destination: order.destination,
    capture: order.capture,
    coordinator: order.coordinator,
    vendor: order.vendor ?? null,
    payment: order.payment === undefined ? null : encodeId(idPrefix.payment, order.payment),
    reference: order.reference ?? null,
    metadata: order.metadata,
    created_at: formatTimestamp(order.createdAt),
  }
}

function sourceToJson(source: PaymentSource) {
  if (source.kind === 'wallet') return { wallet: source.account }
  const { rail, instrument, otherRails } = source
  return { rail, instrument, other_rails: otherRails }
}
