import type { Database } from '../postgres/index.ts'
import type { IdempotentRequest } from './idempotency.ts'
import { once } from './once.ts'

/**
 * The items of a request, each to be done `once` in its own transaction. A repetition gets the results of the items
 * that are done, and does the others. Takes the request's own key first; undefined when another request has it.
 */
export async function itemRequests(
  database: Database,
  request: IdempotentRequest,
  count: number,
): Promise<readonly IdempotentRequest[] | undefined> {
  const taken = await once(database, request, async () => ({ status: 200, body: '' }))
  if (taken.kind === 'mismatched') return undefined
  // A client's key has no line break, so no client can send the key of an item.
  return Array.from({ length: count }, (_, index) => ({ ...request, key: `${request.key}\n${index}` }))
}
