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
 * Takes the key of a request whose items are done `once` each, or part by part, under keys of their own. `inUse` is
 * stored for it: an older program does not know the parts, and answers it. So its client repeats the request later. Any
 * other answer is that of an older program, which did all items in one transaction.
 */
export async function takeKey(
  database: Database,
  request: IdempotentRequest,
  inUse: StoredAnswer,
): Promise<Settled | undefined> {
  const { status, body } = inUse
  const taken = await once(database, request, async () => ({ status, body }))
  if (taken.kind === 'done' || (taken.kind === 'replayed' && isInParts(taken.answer))) return undefined
  return taken
}

/** Whether the answer stored for a key says that its request is done in parts. An empty body is that of an earlier version. */
export function isInParts({ status, body }: StoredAnswer): boolean {
  return body === '' || (status === 409 && body.includes('"code":"idempotency_key_in_use"'))
}

/**
 * The items of a request, each to be done `once` in its own transaction. A repetition gets the results of the items
 * that are done, and does the others.
 */
export async function itemRequests(
  database: Database,
  request: IdempotentRequest,
  { count, inUse }: { readonly count: number; readonly inUse: StoredAnswer },
): Promise<ItemRequests> {
  const settled = await takeKey(database, request, inUse)
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
