import type { Database } from '../postgres/index.ts'
import type { IdempotentRequest } from './idempotency.ts'
import type { FoundKey } from './idempotency-store.ts'
import { isInParts } from './item-requests.ts'
import { findKey } from './once.ts'

/** What an earlier request with the key was answered, if that is stored. Of a request in parts, nothing is. */
export async function findAnswer(database: Database, request: IdempotentRequest): Promise<FoundKey | undefined> {
  const found = await database.transaction((tx) => findKey(tx, request))
  return found?.kind === 'replayed' && isInParts(found.answer) ? undefined : found
}
