import type { Static } from 'typebox'
import { assert, encodeId, idPrefix, uuidOf } from '#kernel'
import { accountRefusalCodes, readSource } from '#payments'
import { type Answer, answer, type Route, type RouteRequest, route, waited } from '#platform/http'
import { answerPage, idCursor, pageRequest, pageSchema } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import type { Sagas } from '#sagas'
import type { Orders } from '../create-orders.ts'
import type { NewOrder } from '../order.ts'
import { findOrder, listOrders } from '../order-store.ts'
import { createOrderWaiters, type OrderWaiters } from '../order-waiters.ts'
import { refuse } from '../refusals.ts'
import { orderToJson } from '../render-order.ts'
import { cancelOrder, checkout, createOrder, order, orderParams, ordersQuery } from './order-schemas.ts'

type Deps = {
  readonly orders: Pick<Orders, 'placeOrder' | 'cancelOrder' | 'wake'>
  readonly sagas: Pick<Sagas, 'find'>
  readonly database: Queryable
}

type WaitingDeps = Deps & { readonly waiters: OrderWaiters }

const notFound = refuse('order_not_found', 'id').refusal

export function orderRoutes(deps: Deps): Route[] {
  const waiting = { ...deps, waiters: createOrderWaiters(deps.database) }
  return [createRoute(waiting), listRoute(deps), getRoute(deps), checkoutRoute(deps), cancelRoute(waiting)]
}

function createRoute({ orders, database, waiters }: WaitingDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/orders',
    operation: 'create_order',
    acts: { none: 'The order is its own record, and its checkout has each step.' },
    summary: 'Place an order',
    description:
      'Places the order and checks it out: the money is taken, the items are reserved, the order is confirmed. When ' +
      'another order is faster with the last item, this one fails with `out_of_stock` and the money goes back ' +
      'before anything else is served. With `Prefer: wait=SECONDS` the answer is the order as it ended.',
    tag: 'Orders',
    permission: 'orders:write',
    body: createOrder,
    answers: { 201: order },
    waits: true,
    problems: [
      ...['item_not_found', 'item_named_twice', 'items_of_several_assets', 'order_too_large', 'out_of_stock'],
      ...['order_reference_taken', 'vendor_not_found', 'rail_not_found', 'operation_not_supported_by_rail'],
      ...accountRefusalCodes,
    ],
    handleOnce: async (request, tx) => {
      const placed = await orders.placeOrder(tx, {
        ...orderFromJson(request.caller.book.number, request.body),
        saga: request.newId('checkout'),
      })
      return placed.ok ? answer(201, orderToJson(placed.value)) : request.refuse(placed.refusal)
    },
    afterCommit: (request, kept) => awaitEnd({ orders, database, waiters }, request, kept),
  })
}

function orderFromJson(book: number, json: Static<typeof createOrder>): NewOrder {
  const { lines, destination, vendor, reference } = json
  return {
    book,
    lines,
    source: readSource(json.source),
    destination,
    capture: json.capture ?? 'automatic',
    coordinator: json.coordinator ?? 'orchestrated',
    metadata: (json.metadata ?? {}) as NewOrder['metadata'],
    ...(vendor !== undefined && { vendor }),
    ...(reference !== undefined && { reference }),
  }
}

function listRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/orders',
    operation: 'list_orders',
    readAct: 'order.read',
    summary: 'List orders',
    tag: 'Orders',
    permission: 'orders:read',
    query: ordersQuery,
    answers: { 200: pageSchema(order) },
    handle: async ({ caller, query }) => {
      const page = await listOrders(database, {
        ...{ book: caller.book.number, state: query.state },
        ...pageRequest(query, idCursor),
      })
      return answerPage(page, idCursor, orderToJson)
    },
  })
}

function getRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/orders/:id',
    operation: 'get_order',
    readAct: 'order.read',
    summary: 'Read an order',
    tag: 'Orders',
    permission: 'orders:read',
    params: orderParams,
    answers: { 200: order },
    problems: ['order_not_found'],
    handle: async ({ caller, params, refuse: no }) => {
      const found = await findOrder(database, caller.book.number, uuidOf(idPrefix.order, params.id))
      return found === undefined ? no(notFound) : answer(200, orderToJson(found))
    },
  })
}

function checkoutRoute({ database, sagas }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/orders/:id/checkout',
    operation: 'get_order_checkout',
    summary: 'Read how the checkout of an order goes',
    description: 'The steps of the saga in the order of their actions, and how each of them stands.',
    tag: 'Orders',
    permission: 'orders:read',
    params: orderParams,
    answers: { 200: checkout },
    problems: ['order_not_found'],
    handle: async ({ caller, params, refuse: no }) => {
      const found = await findOrder(database, caller.book.number, uuidOf(idPrefix.order, params.id))
      if (found === undefined) return no(notFound)
      const read = await sagas.find(database, found.confirmedBy ?? found.saga)
      assert(read !== undefined, 'an order has a checkout')
      const { saga, steps } = read
      return answer(200, {
        id: encodeId(idPrefix.saga, saga.id),
        coordinator: saga.coordinator,
        state: saga.state,
        reason: saga.reason ?? null,
        steps: steps.map(({ name, state, reason }) => ({ name, state, reason: reason ?? null })),
      })
    },
  })
}

function cancelRoute({ orders, database, waiters }: WaitingDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/orders/:id/cancel',
    operation: 'cancel_order',
    acts: { none: 'The order is its own record, and its checkout has each step.' },
    summary: 'Cancel an order',
    description:
      'Returns what the order has taken: reserved items, and money held or paid. It ends `failed`, or `refunded` ' +
      'when it was confirmed. Also an order that is being checked out can be canceled.',
    tag: 'Orders',
    permission: 'orders:write',
    params: orderParams,
    body: cancelOrder,
    answers: { 200: order },
    waits: true,
    problems: ['order_not_found', 'order_already_ended'],
    handleOnce: async (request, tx) => {
      const named = { book: request.caller.book.number, order: uuidOf(idPrefix.order, request.params.id) }
      const canceled = await orders.cancelOrder(tx, named)
      return canceled.ok ? answer(200, orderToJson(canceled.value)) : request.refuse(canceled.refusal)
    },
    afterCommit: (request, kept) => awaitEnd({ orders, database, waiters }, request, kept),
  })
}

/** The ended order, when the client waits and it ends in time; otherwise the stored answer. */
async function awaitEnd(
  { orders, database, waiters }: Pick<WaitingDeps, 'orders' | 'database' | 'waiters'>,
  { waitMs, caller, waitSignal, rest }: Pick<RouteRequest, 'waitMs' | 'caller' | 'waitSignal' | 'rest'>,
  kept: Answer,
): Promise<Answer> {
  if (kept.status >= 300) return kept
  orders.wake()
  if (waitMs === undefined) return kept
  const id = uuidOf(idPrefix.order, (JSON.parse(kept.body) as { readonly id: string }).id)
  rest()
  await waiters.wait(id, { ms: waitMs, signal: waitSignal })
  // The order is placed, even if it cannot be read now.
  const found = await findOrder(database, caller.book.number, id).catch(() => undefined)
  if (found === undefined || found.state === 'processing') return waited(kept, waitMs)
  return waited({ ...kept, body: JSON.stringify(orderToJson(found)) }, waitMs)
}
