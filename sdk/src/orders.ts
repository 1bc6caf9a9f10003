import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type {
  ChangeItem,
  Checkout,
  CreateItem,
  CreateOrder,
  Item,
  ListItems,
  ListOrders,
  Order,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** Items for sale. `ref` is an item's id or its code. */
export type Items = {
  /** Refused with `item_code_taken` when another item has the code. */
  readonly create: (item: CreateItem, options?: CallOptions) => Promise<Item>
  readonly get: (ref: string, options?: CallOptions) => Promise<Item>
  /** Newest first. */
  readonly list: (params?: ListItems, options?: CallOptions) => Pages<Item>
  /** Changes only the given fields. `stock_change` is safe while orders come in. Refused with `stock_below_zero`. */
  readonly change: (ref: string, change: ChangeItem, options?: CallOptions) => Promise<Item>
}

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

export function createItems({ call, list }: Api): Items {
  return {
    create: (body, options) => call('create_item', { body }, options),
    get: (item, options) => call('get_item', { params: { item } }, options),
    list: (query, options) => list('list_items', { query }, options),
    change: (item, body, options) => call('change_item', { params: { item }, body }, options),
  }
}

export function createOrders({ call, list }: Api): Orders {
  return {
    create: (body, options) => call('create_order', { body }, options),
    get: (id, options) => call('get_order', { params: { id } }, options),
    list: (query, options) => list('list_orders', { query }, options),
    checkout: (id, options) => call('get_order_checkout', { params: { id } }, options),
    cancel: (id, options) => call('cancel_order', { params: { id }, body: {} }, options),
  }
}
