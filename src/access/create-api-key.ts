import { assert } from '#kernel'
import type { AddressList } from '#platform/addresses'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { Actor, ApiKey, Book } from './access.ts'
import { findKey, insertKey } from './access-store.ts'
import type { Grant } from './grant.ts'
import { requireKeyInForce } from './key-in-force.ts'
import { hashKeyText, newKeyText } from './key-text.ts'

export type CreateApiKey = Grant & {
  readonly book: Pick<Book, 'number' | 'code'>
  readonly name: string
  readonly addresses?: AddressList | undefined
  readonly actor: Actor
}

/** `text` must be shown once and stored nowhere. Throws when the actor's own key has been revoked. */
export async function createApiKey(tx: Transaction, command: CreateApiKey): Promise<{ key: ApiKey; text: string }> {
  await requireKeyInForce(tx, command.actor)
  const id = newUuid()
  const text = newKeyText()
  const { name, addresses } = command
  await insertKey(tx, { id, hash: hashKeyText(text), book: command.book.number, grant: command, name, addresses })
  const key = await findKey(tx, id)
  assert(key, 'a transaction sees the key it has inserted')
  return { key, text }
}
