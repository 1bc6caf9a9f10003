import type { Uuid } from '#kernel'
import { decodeCursor, InvalidRequest } from '#platform/http'

/** Throws InvalidRequest for a cursor that no list has returned. */
export function idBefore(query: { readonly cursor?: string }): Uuid | undefined {
  if (query.cursor === undefined) return undefined
  const [id] = decodeCursor(query.cursor, 'string')
  if (!/^[0-9a-f]{32}$/.test(id)) {
    throw new InvalidRequest('cursor must be the next_cursor of an earlier page of this list', { param: 'cursor' })
  }
  return id
}
