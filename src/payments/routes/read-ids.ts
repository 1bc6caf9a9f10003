import { assert, decodeId, type IdPrefix, type Timestamp, type Uuid } from '#kernel'
import { readTime } from '#platform/fields'
import { decodeCursor, InvalidRequest } from '#platform/http'

export function uuidOf(prefix: IdPrefix, id: string): Uuid {
  const uuid = decodeId(prefix, id)
  assert(uuid !== undefined, 'an id that matches its pattern can be decoded')
  return uuid
}

/** Throws InvalidRequest for a cursor that no list has returned. */
export function readIdCursor(query: { readonly cursor?: string }): { readonly cursor?: Uuid } {
  if (query.cursor === undefined) return {}
  const [cursor] = decodeCursor(query.cursor, 'string')
  if (!/^[0-9a-f]{32}$/.test(cursor)) {
    throw new InvalidRequest('cursor must be the next_cursor of an earlier page of this list', { param: 'cursor' })
  }
  return { cursor }
}

export function readCreated(query: { readonly created_from?: string; readonly created_to?: string }): {
  readonly createdFrom: Timestamp | undefined
  readonly createdTo: Timestamp | undefined
} {
  const { created_from: from, created_to: to } = query
  return {
    createdFrom: from === undefined ? undefined : readTime({ value: from, param: 'created_from' }),
    createdTo: to === undefined ? undefined : readTime({ value: to, param: 'created_to' }),
  }
}
