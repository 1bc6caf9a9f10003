import { problemsOf } from '#platform/http'
import { ordersRefusals } from '../refusals.ts'

/** 404: not found. 409: conflicts with earlier work. 422: not possible now. */
export const ordersProblems = problemsOf(ordersRefusals, {
  item_not_found: [404, 'There is no such item'],
  item_code_taken: [409, 'The code is taken'],
  stock_below_zero: [422, 'There are not so many in stock'],
  stock_too_large: [422, 'That would be too many in stock'],
  order_not_found: [404, 'There is no such order'],
  item_named_twice: [422, 'An item is named twice'],
  items_of_several_assets: [422, 'The items have several assets'],
  order_too_large: [422, 'The order is too large'],
  out_of_stock: [422, 'There are too few in stock'],
  order_reference_taken: [409, 'The reference is taken'],
  order_already_ended: [409, 'The order has ended'],
})
