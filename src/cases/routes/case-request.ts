import { decodeId, idPrefix, type Uuid } from '#kernel'
import { type Caller, InvalidRequest } from '#platform/http'
import { noBook } from '../case.ts'

export const requestOf = (caller: Caller, id: string) => ({
  books: booksOf(caller),
  id: uuidOf(id),
  actor: caller.keyId,
})

/** An operator key also sees cases that belong to no book. */
export function booksOf({ book, scope }: Caller): readonly number[] {
  return scope === 'operator' ? [book.number, noBook] : [book.number]
}

export function uuidOf(id: string): Uuid {
  const uuid = decodeId(idPrefix.case, id)
  if (uuid === undefined) throw new InvalidRequest('id must be the id of a case', { param: 'id' })
  return uuid
}
