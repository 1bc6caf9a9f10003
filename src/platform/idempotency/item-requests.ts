import type { Database } from '../postgres/index.ts'
import type { Idempotent, IdempotentRequest, StoredAnswer } from './idempotency.ts'
import { once } from './once.ts'

/** `items`: one request for each item. `settled`: the request has an answer already, or its key is another's. */
export type ItemRequests =
  | { readonly items: readonly IdempotentRequest[]; readonly settled?: never }
  | { readonly settled: Exclude<Idempotent<StoredAnswer>, { readonly kind: 'done' }>; readonly items?: never }

/**
 * The items of a request, each to be done `once` in its own transaction. A repetition gets the results of the items
 * that are done, and does the others. Takes the request's own key first, with an empty answer: a whole answer is that
 * of an older program, which did all items in one transaction.
 */
export async function itemRequests(
  database: Database,
  request: IdempotentRequest,
  count: number,
): Promise<ItemRequests> {
  const taken = await once(database, request, async () => ({ status: 200, body: '' }))
  if (taken.kind !== 'done' && (taken.kind === 'mismatched' || taken.answer.body !== '')) return { settled: taken }
  // A client's key has no line break, so no client can send the key of an item.
  return { items: Array.from({ length: count }, (_, index) => ({ ...request, key: `${request.key}\n${index}` })) }
}
