import { decodeItem, decodeOrder } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ChangeItem, Checkout, CreateItem, CreateOrder, Item, Order, OrderState } from './types.ts'
import type { WireItem, WireOrder, WirePage } from './wire.ts'

/** Items for sale. `ref` is an item's id or its code. */
export type Items = {
  /** Refused with `item_code_taken` when another item has the code. */
  readonly create: (item: CreateItem, options?: CallOptions) => Promise<Item>
  readonly get: (ref: string, options?: CallOptions) => Promise<Item>
  /** Newest first. */
  readonly list: (params?: PageParams, options?: CallOptions) => Pages<Item>
  /** Changes only the given fields. `stock_change` is safe while orders come in. Refused with `stock_below_zero`. */
  readonly change: (ref: string, change: ChangeItem, options?: CallOptions) => Promise<Item>
}

export type ListOrders = PageParams & { readonly state?: OrderState }

/**
 * Orders. The server answers a change as soon as it is stored, with the state `processing`. With the option `wait`
 * (seconds) the answer shows the final state when it is reached in time.
 */
export type Orders = {
  /** Places an order and checks it out. A failed checkout shows in the order's `state` and `reason`. */
  readonly create: (order: CreateOrder, options?: CallOptions) => Promise<Order>
  readonly get: (id: string, options?: CallOptions) => Promise<Order>
  /** Newest first. */
  readonly list: (params?: ListOrders, options?: CallOptions) => Pages<Order>
  /** The progress of its checkout, step by step. */
  readonly checkout: (id: string, options?: CallOptions) => Promise<Checkout>
  /**
   * Releases the items and returns the money. Refused with `order_already_ended` when the order failed or was reversed.
   */
  readonly cancel: (id: string, options?: CallOptions) => Promise<Order>
}

export function createItems(transport: Transport): Items {
  const path = '/v1/items'
  const pathOf = (ref: string) => `${path}/${encodeURIComponent(ref)}`
  return {
    create: async (item, options) =>
      decodeItem(await transport.send<WireItem>({ method: 'POST', path, body: item }, options)),
    get: async (ref, options) =>
      decodeItem(await transport.send<WireItem>({ method: 'GET', path: pathOf(ref) }, options)),
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireItem>>({ method: 'GET', path, query: toQuery({ ...params, ...page }) }, call),
        decodeItem,
        params ?? {},
        options,
      ),
    change: async (ref, change, options) =>
      decodeItem(await transport.send<WireItem>({ method: 'PATCH', path: pathOf(ref), body: change }, options)),
  }
}

export function createOrders(transport: Transport): Orders {
  const path = '/v1/orders'
  const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`
  const post = async (to: string, body: object, options: CallOptions | undefined) =>
    decodeOrder(await transport.send<WireOrder>({ method: 'POST', path: to, body }, options))
  return {
    create: (order, options) => post(path, order, options),
    get: async (id, options) =>
      decodeOrder(await transport.send<WireOrder>({ method: 'GET', path: pathOf(id) }, options)),
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireOrder>>({ method: 'GET', path, query: toQuery({ ...params, ...page }) }, call),
        decodeOrder,
        params ?? {},
        options,
      ),
    checkout: (id, options) => transport.send<Checkout>({ method: 'GET', path: `${pathOf(id)}/checkout` }, options),
    cancel: (id, options) => post(`${pathOf(id)}/cancel`, {}, options),
  }
}
