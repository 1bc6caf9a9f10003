import { type TSchema, Type } from 'typebox'
import { type Answer, answerText, closedObject, expectation, meaning } from '../http/index.ts'
import type { CursorForm } from './cursor.ts'

/** At most `limit` items, which follow the cursor in the order of the list. */
export type PageRequest<Cursor> = { readonly limit: number; readonly cursor?: Cursor | undefined }

/** `next` is undefined on the last page. A page may be short or empty and have a `next`, as scans are bounded. */
export type Page<Item, Cursor> = { readonly items: readonly Item[]; readonly next: Cursor | undefined }

/** The page of items of which one more than `limit` was read, if there is one. */
export function toPage<Item, Cursor>(
  found: readonly Item[],
  limit: number,
  cursorOf: (item: Item) => Cursor,
): Page<Item, Cursor> {
  const last = found[limit - 1]
  if (found.length <= limit || last === undefined) return { items: found, next: undefined }
  return { items: found.slice(0, limit), next: cursorOf(last) }
}

const limitMax = 100
const limitDefault = 20

/** `limit` and `cursor` of a list; spread them into the route's query schema. */
export const pageQuery = {
  limit: Type.Optional(
    Type.String({
      pattern: '^([1-9][0-9]?|100)$',
      description: `How many to answer, 1 to ${limitMax}; ${limitDefault} when not given.`,
      [expectation]: `a whole number from 1 to ${limitMax}`,
      [meaning]: { type: 'integer', minimum: 1, maximum: limitMax, default: limitDefault, examples: [50] },
    }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: 'The `next_cursor` of the page before.' }),
  ),
}

/** Reads a query that matched {@link pageQuery}. */
export function pageRequest<Cursor>(
  { limit, cursor }: { readonly limit?: string; readonly cursor?: string },
  form: CursorForm<Cursor>,
): PageRequest<Cursor> {
  return {
    limit: limit === undefined ? limitDefault : Number(limit),
    cursor: cursor === undefined ? undefined : form.read(cursor),
  }
}

export function pageSchema<Item extends TSchema>(item: Item) {
  return closedObject({
    data: Type.Array(item),
    has_more: Type.Boolean(),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
  })
}

/** The end of a page, for lists that carry more than their data. */
export const pageEnd = {
  has_more: Type.Boolean({ description: 'Whether there is another page.', examples: [false] }),
  next_cursor: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Give it as `cursor` for the next page; null on the last one.',
    examples: [null],
  }),
}

export function pageToJson<Item, Cursor, Json>(
  { items, next }: Page<Item, Cursor>,
  form: CursorForm<Cursor>,
  toJson: (item: Item) => Json,
) {
  return {
    data: items.map((item) => toJson(item)),
    has_more: next !== undefined,
    next_cursor: next === undefined ? null : form.write(next),
  }
}

/** `render` returns JSON, as an object or as text. */
export function answerPage<Item, Cursor>(
  page: Page<Item, Cursor>,
  form: CursorForm<Cursor>,
  render: (item: Item) => string | object,
): Answer {
  const { data, ...end } = pageToJson(page, form, render)
  const texts = data.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
  return answerText(200, `{"data":[${texts.join(',')}],${JSON.stringify(end).slice(1)}`)
}
