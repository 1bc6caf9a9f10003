import { assert } from '#kernel'
import { type Database, DatabaseFault, type Transaction, type UnitLimits } from '../postgres/index.ts'
import type { Idempotent, IdempotentRequest, StoredAnswer } from './idempotency.ts'
import { type FoundKey, findKeysStep, lockKeyStep, parseFoundKeys, storeKeysStep } from './idempotency-store.ts'

/**
 * Does `work` once per key. Its effect and its answer, even a refusal, commit in one transaction. A stored key gets the
 * stored answer, or `mismatched` when the content differs. When `work` throws, nothing is done or stored.
 */
export async function once<Answer extends StoredAnswer>(
  database: Database,
  request: IdempotentRequest,
  work: (tx: Transaction) => Promise<Answer>,
  options: UnitLimits = {},
): Promise<Idempotent<Answer>> {
  try {
    return await database.unit(async (unit) => {
      const [, answered] = await unit.burst([lockKeyStep(request), findKeysStep([request])])
      assert(answered, 'a burst answers every step')
      const found = parseFoundKeys(answered)(request)
      if (found) {
        await unit.abandon()
        return found
      }
      const value = await work(unit)
      await unit.commit([storeKeysStep([{ idempotency: request, answer: value }])])
      return { kind: 'done', value, answer: value }
    }, options)
  } catch (error) {
    // Another writer that does not take the lock was first, such as the ledger in its own transaction.
    if (!isKeyTaken(error)) throw error
    const found = await database.transaction((tx) => findKey(tx, request))
    if (!found) throw error
    return found
  }
}

/** Whether a transaction failed because another one had stored the key first. */
export function isKeyTaken(error: unknown): boolean {
  return error instanceof DatabaseFault && error.isUniqueViolation && error.constraint === 'idempotency_keys_pkey'
}

export async function findKey(tx: Transaction, request: IdempotentRequest): Promise<FoundKey | undefined> {
  const [answered] = await tx.burst([findKeysStep([request])])
  assert(answered, 'a burst answers every step')
  return parseFoundKeys(answered)(request)
}
