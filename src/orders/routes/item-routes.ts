import { decodeId, encodeId, formatTimestamp, idPrefix } from '#kernel'
import { readMinor } from '#platform/fields'
import { answer, InvalidRequest, type Route, route } from '#platform/http'
import { answerPage, idCursor, pageRequest, pageSchema } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import type { Orders } from '../create-orders.ts'
import { findItems, listItems } from '../item-store.ts'
import type { Item } from '../order.ts'
import { refuse } from '../refusals.ts'
import { changeItem, createItem, item, itemParams, itemsQuery } from './item-schemas.ts'

type Deps = { readonly orders: Pick<Orders, 'createItem' | 'changeItem'>; readonly database: Queryable }

export function itemRoutes(deps: Deps): Route[] {
  return [createRoute(deps), listRoute(deps), getRoute(deps), changeRoute(deps)]
}

function createRoute({ orders }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/items',
    operation: 'create_item',
    summary: 'Add an item',
    tag: 'Orders',
    permission: 'orders:write',
    body: createItem,
    answers: { 201: item },
    problems: ['asset_not_found', 'item_code_taken'],
    acts: ['item.created'],
    handleOnce: async ({ body, caller, refuse: no, record }, tx) => {
      if (decodeId(idPrefix.item, body.code) !== undefined) {
        throw new InvalidRequest('code must not have the form of an id', { param: 'code' })
      }
      const { code, name, asset } = body
      const price = readMinor(body.price, 'price')
      const stock = BigInt(body.stock ?? 0)
      const made = await orders.createItem(tx, { book: caller.book.number, code, name, asset, price, stock })
      if (!made.ok) return no(made.refusal)
      const view = toJson(made.value)
      await record(tx, { subject: view.id, before: null, after: view })
      return answer(201, view)
    },
  })
}

function listRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/items',
    operation: 'list_items',
    summary: 'List items',
    tag: 'Orders',
    permission: 'orders:read',
    query: itemsQuery,
    answers: { 200: pageSchema(item) },
    handle: async ({ caller, query }) => {
      const page = await listItems(database, { book: caller.book.number, ...pageRequest(query, idCursor) })
      return answerPage(page, idCursor, toJson)
    },
  })
}

function getRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/items/:item',
    operation: 'get_item',
    summary: 'Read an item, by id or code',
    tag: 'Orders',
    permission: 'orders:read',
    params: itemParams,
    answers: { 200: item },
    problems: ['item_not_found'],
    handle: async ({ caller, params, refuse: no }) => {
      const [found] = await findItems(database, caller.book.number, [params.item])
      return found === undefined ? no(refuse('item_not_found', 'item').refusal) : answer(200, toJson(found))
    },
  })
}

function changeRoute({ orders }: Deps): Route {
  return route({
    method: 'PATCH',
    path: '/v1/items/:item',
    operation: 'change_item',
    summary: 'Change the name, price or stock of an item',
    description: 'Changes what is given and leaves the rest. Orders keep the price at which they were placed.',
    tag: 'Orders',
    permission: 'orders:write',
    params: itemParams,
    body: changeItem,
    answers: { 200: item },
    problems: ['item_not_found', 'stock_below_zero', 'stock_too_large'],
    acts: ['item.changed'],
    handleOnce: async ({ body, caller, params, refuse: no, record }, tx) => {
      const { name, stock, stock_change: stockChange } = body
      if (stock !== undefined && stockChange !== undefined) {
        throw new InvalidRequest('stock and stock_change cannot be given together', { param: 'stock_change' })
      }
      const changed = await orders.changeItem(tx, {
        book: caller.book.number,
        item: params.item,
        ...(name !== undefined && { name }),
        ...(body.price !== undefined && { price: readMinor(body.price, 'price') }),
        ...(stock !== undefined && { stock: BigInt(stock) }),
        ...(stockChange !== undefined && { stockChange: BigInt(stockChange) }),
      })
      if (!changed.ok) return no(changed.refusal)
      const { before, after } = changed.value
      const view = toJson(after)
      await record(tx, { subject: view.id, before: toJson(before), after: view })
      return answer(200, view)
    },
  })
}

function toJson({ id, code, name, asset, price, stock, createdAt }: Item) {
  return {
    id: encodeId(idPrefix.item, id),
    code,
    name,
    asset,
    price: String(price),
    stock: Number(stock),
    created_at: formatTimestamp(createdAt),
  }
}
