import { createHash } from 'node:crypto'
import type { Database } from '../postgres/index.ts'
import type { Idempotent, IdempotentRequest, StoredAnswer } from './idempotency.ts'
import { once } from './once.ts'

type Settled = Exclude<Idempotent<StoredAnswer>, { readonly kind: 'done' }>

/** `items`: one request for each item. `settled`: the request has an answer already, or its key is another's. */
export type ItemRequests =
  | { readonly items: readonly IdempotentRequest[]; readonly settled?: never }
  | { readonly settled: Settled; readonly items?: never }

/**
 * Takes the key of a request whose items are done `once` each, or part by part, under keys of their own. It is stored
 * with an empty answer: a whole answer is that of an older program, which did all items in one transaction.
 */
export async function takeKey(database: Database, request: IdempotentRequest): Promise<Settled | undefined> {
  const taken = await once(database, request, async () => ({ status: 200, body: '' }))
  if (taken.kind === 'done' || (taken.kind === 'replayed' && taken.answer.body === '')) return undefined
  return taken
}

/**
 * The items of a request, each to be done `once` in its own transaction. A repetition gets the results of the items
 * that are done, and does the others.
 */
export async function itemRequests(
  database: Database,
  request: IdempotentRequest,
  count: number,
): Promise<ItemRequests> {
  const settled = await takeKey(database, request)
  if (settled !== undefined) return { settled }
  // A client's key has no line break, so no client can send the key of an item.
  return { items: Array.from({ length: count }, (_, index) => ({ ...request, key: `${request.key}\n${index}` })) }
}

/** A run of a request's items that are done together. */
export type Part = { readonly index: number; readonly from: number; readonly to: number }

/**
 * A part of a request, with a key of its own. The bounds count as its content: if a later program divides the request
 * otherwise, a repetition is refused, and no item is done twice.
 */
export function partOf(request: IdempotentRequest, { index, from, to }: Part): IdempotentRequest {
  const fingerprint = createHash('sha256').update(request.fingerprint).update(`${from} ${to}`).digest()
  return { book: request.book, key: `${request.key}\n${index}`, fingerprint }
}
