import { refusing } from '#kernel'

/** In order of precedence, each with the client's next step. */
export const ordersRefusals = {
  item_not_found: 'No item of this book has this id or code.',
  item_code_taken: 'Another item of this book has this code.',
  stock_below_zero: 'Stock cannot fall below zero: reserved and sold pieces are no longer in stock.',
  stock_too_large: 'An item can have at most 1,000,000,000 in stock.',
  order_not_found: 'There is no order with this id in this book.',
  item_named_twice: 'Two lines of the order name the same item. Add up their quantities.',
  items_of_several_assets: 'All items of an order must be priced in the same asset.',
  order_too_large: 'The prices add up to more than an amount can be.',
  out_of_stock: 'There are too few in stock.',
  order_reference_taken: 'Another order of this book has that reference.',
  order_already_ended: 'The order has already failed or been refunded.',
} as const

export type OrdersRefusalCode = keyof typeof ordersRefusals

export const refuse = refusing(ordersRefusals)
