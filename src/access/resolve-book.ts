import { accepted, decodeId, encodeId, idPrefix, type Result } from '#kernel'
import type { Queryable } from '#platform/postgres'
import type { Book } from './access.ts'
import { findBook } from './access-store.ts'
import { refuse } from './refusals.ts'

/** Finds a book by its id (`book_…`) or its code. Refuses `book_not_found`. */
export async function resolveBook(database: Queryable, reference: string): Promise<Result<Book, 'book_not_found'>> {
  const id = decodeId(idPrefix.book, reference)
  const book = await findBook(database, id === undefined ? { code: reference } : { id })
  return book ? accepted(book) : refuse('book_not_found')
}

export function namesBook(book: Pick<Book, 'id' | 'code'>, reference: string): boolean {
  return reference === book.code || reference === encodeId(idPrefix.book, book.id)
}
