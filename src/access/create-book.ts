import { accepted, type Result } from '#kernel'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { Actor, Book } from './access.ts'
import { insertBook } from './access-store.ts'
import { requireKeyInForce } from './key-in-force.ts'
import { refuse } from './refusals.ts'

export type CreateBook = { readonly code: string; readonly name: string | null; readonly actor: Actor }

/** Refuses `book_code_taken`; throws when the actor's own key has been revoked. */
export async function createBook(tx: Transaction, command: CreateBook): Promise<Result<Book, 'book_code_taken'>> {
  await requireKeyInForce(tx, command.actor)
  const book = await insertBook(tx, { id: newUuid(), code: command.code, name: command.name })
  return book ? accepted(book) : refuse('book_code_taken', 'code')
}
