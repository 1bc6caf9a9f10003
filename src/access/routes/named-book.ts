import type { RouteRequest } from '#platform/http'
import type { Queryable } from '#platform/postgres'
import type { NamedBook } from '../access.ts'
import { accessRefusals } from '../refusals.ts'
import { namesBook, resolveBook } from '../resolve-book.ts'

type Refused = Parameters<RouteRequest['refuse']>

/** For a caller that acts in one book alone. */
export function bookNotAllowed(param?: string): Refused {
  const refusal = { code: 'book_not_allowed', message: accessRefusals.book_not_allowed, ...(param && { param }) }
  return [refusal, { permission: 'books:any' }]
}

type Naming = Pick<RouteRequest<unknown, unknown, { readonly book?: string }>, 'caller' | 'body'>
type Found = { readonly ok: true; readonly value: NamedBook } | { readonly ok: false; readonly why: Refused }

/** The book of a body, by default that of the call. Refuses `book_not_allowed`, then `book_not_found`. */
export async function findNamedBook(on: Queryable, { caller, body: { book: named } }: Naming): Promise<Found> {
  if (named === undefined || namesBook(caller.book, named)) return { ok: true, value: caller.book }
  if (!caller.permissions.has('books:any')) return { ok: false, why: bookNotAllowed('book') }
  const found = await resolveBook(on, named)
  return found.ok ? found : { ok: false, why: [{ ...found.refusal, param: 'book' }] }
}
