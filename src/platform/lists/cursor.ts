import { decodeId, encodeId, type IdPrefix, type Uuid } from '#kernel'
import { InvalidRequest } from '../http/index.ts'
import { openSealed, sealText } from './cursor-seal.ts'

type Kind = 'integer' | 'text' | 'uuid'

type Keyset<Kinds extends readonly Kind[]> = {
  readonly [At in keyof Kinds]: Kinds[At] extends 'integer' ? number : string
}

/** The text of a list's cursors. It never changes: clients keep it, and processes of two releases read it. */
export type CursorForm<Cursor> = {
  readonly write: (cursor: Cursor) => string
  /** Throws {@link InvalidRequest} for a text that no list of this form has returned. */
  readonly read: (text: string) => Cursor
}

/** A cursor is sealed, because positions count rows of the whole installation: they reveal the volume of other books. */
export function cursorForm<const Kinds extends readonly Kind[], Cursor>(
  kinds: Kinds,
  {
    toKeyset,
    toCursor,
  }: {
    readonly toKeyset: (cursor: Cursor) => Keyset<Kinds>
    readonly toCursor: (keyset: Keyset<Kinds>) => Cursor | undefined
  },
): CursorForm<Cursor> {
  return {
    write: (cursor) => sealText(JSON.stringify(toKeyset(cursor))),
    read: (text) => {
      const opened = openSealed(text)
      const keyset: unknown = opened === undefined ? undefined : JSON.parse(opened)
      const cursor = isKeyset(keyset, kinds) ? toCursor(keyset) : undefined
      if (cursor === undefined) throw unknownCursor()
      return cursor
    },
  }
}

function isKeyset<Kinds extends readonly Kind[]>(value: unknown, kinds: Kinds): value is Keyset<Kinds> {
  return Array.isArray(value) && value.length === kinds.length && kinds.every((kind, at) => isOfKind[kind](value[at]))
}

const isOfKind: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  integer: Number.isSafeInteger,
  text: (value) => typeof value === 'string',
  uuid: (value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value),
}

export function unknownCursor(): InvalidRequest {
  return new InvalidRequest('cursor must be the next_cursor of an earlier page of this list', { param: 'cursor' })
}

/** The cursor is the keyset itself. */
export function keysetCursor<const Kinds extends readonly Kind[]>(...kinds: Kinds): CursorForm<Keyset<Kinds>> {
  return cursorForm(kinds, { toKeyset: (keyset: Keyset<Kinds>) => keyset, toCursor: (keyset) => keyset })
}

export const integerCursor = cursorForm(['integer'], {
  toKeyset: (value: number) => [value],
  toCursor: ([value]) => value,
})
export const textCursor = cursorForm(['text'], { toKeyset: (text: string) => [text], toCursor: ([text]) => text })
export const idCursor = cursorForm(['uuid'], { toKeyset: (id: Uuid) => [id], toCursor: ([id]) => id })

export function publicIdCursor(prefix: IdPrefix): CursorForm<Uuid> {
  return cursorForm(['text'], {
    toKeyset: (id: Uuid) => [encodeId(prefix, id)],
    toCursor: ([text]) => decodeId(prefix, text),
  })
}
