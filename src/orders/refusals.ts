import type { Refusal } from '#kernel'

/** In order of precedence, each with the client's next step. */
export const ordersRefusals = {
  item_not_found: 'There is no item of that id or code in this book.',
  item_code_taken: 'Another item of this book has that code.',
  stock_below_zero: 'There are not so many in stock: what is reserved or sold cannot be taken away.',
  order_not_found: 'There is no order of that id in this book.',
  item_named_twice: 'Two lines of the order name the same item. Add up their quantities.',
  items_of_several_assets: 'All items of an order must be priced in the same asset.',
  order_too_large: 'The prices add up to more than an amount can be.',
  out_of_stock: 'There are too few in stock now.',
  order_reference_taken: 'Another order of this book has that reference.',
  order_already_ended: 'The order has failed or was returned already.',
} as const

export type OrdersRefusalCode = keyof typeof ordersRefusals

export function refuse<Code extends OrdersRefusalCode>(
  code: Code,
  param?: string,
): { readonly ok: false; readonly refusal: Refusal<Code> } {
  const message = ordersRefusals[code]
  return { ok: false, refusal: param === undefined ? { code, message } : { code, message, param } }
}
