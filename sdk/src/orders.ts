import { decodeItem, decodeOrder } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ChangeItem, Checkout, CreateItem, CreateOrder, Item, Order, OrderState } from './types.ts'
import type { WireItem, WireOrder, WirePage } from './wire.ts'

/** What is sold. An item is named by its id or its code. */
export type Items = {
  /** Refused with `item_code_taken` when another item has the code. */
  readonly create: (item: CreateItem, options?: CallOptions) => Promise<Item>
  readonly get: (ref: string, options?: CallOptions) => Promise<Item>
  /** Newest first. */
  readonly list: (params?: PageParams, options?: CallOptions) => Pages<Item>
  /** Changes what is given; `stock_change` is safe while orders come in. Refused with `stock_below_zero`. */
  readonly change: (ref: string, change: ChangeItem, options?: CallOptions) => Promise<Item>
}

export type ListOrders = PageParams & { readonly state?: OrderState }

/**
 * Orders. What moves one answers as soon as it is safely kept, `processing`; give `wait` (seconds) among
 * the options to be answered with the end when it comes in time.
 */
export type Orders = {
  /** Places an order and checks it out. That it came to nothing shows in its `state` and `reason`. */
  readonly create: (order: CreateOrder, options?: CallOptions) => Promise<Order>
  readonly get: (id: string, options?: CallOptions) => Promise<Order>
  /** Newest first. */
  readonly list: (params?: ListOrders, options?: CallOptions) => Pages<Order>
  /** How its checkout goes, step by step. */
  readonly checkout: (id: string, options?: CallOptions) => Promise<Checkout>
  /** Gives back what the order has taken. Refused with `order_already_ended` when it has failed or was given back. */
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
  const pathOf = (id: string, rest = '') => `${path}/${encodeURIComponent(id)}${rest}`
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
    checkout: (id, options) => transport.send<Checkout>({ method: 'GET', path: pathOf(id, '/checkout') }, options),
    cancel: (id, options) => post(pathOf(id, '/cancel'), {}, options),
  }
}
