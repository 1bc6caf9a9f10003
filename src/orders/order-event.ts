import { appendEventsSteps } from '#platform/outbox'
import type { Transaction } from '#platform/postgres'
import type { Order } from './order.ts'
import { orderToJson } from './render-order.ts'

/** The data of these events is the order after the event. */
export const orderEventTypes = ['order.created', 'order.confirmed', 'order.failed', 'order.refunded'] as const
export type OrderEventType = (typeof orderEventTypes)[number]

export async function appendOrderEvent(tx: Transaction, type: OrderEventType, order: Order): Promise<void> {
  const event = { book: order.book, type, data: JSON.stringify(orderToJson(order)) }
  await tx.burst(appendEventsSteps(order.changedAt, [event]))
}
