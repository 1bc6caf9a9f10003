import { type TObjectOptions, type TProperties, type TSchema, Type } from 'typebox'
import { type IdPrefix, idPattern } from '#kernel'
import { openSealed, sealText } from './cursor-seal.ts'
import { InvalidRequest } from './invalid-request.ts'

/** Annotates a schema with the form that a refusal reports: "an integer or digits". */
export const expectation = 'x-expected'

/** Annotates a query parameter with the schema of the value that its text stands for, which the document shows. */
export const meaning = 'x-meaning'

/** An object schema without additional fields. */
export function closedObject<Properties extends TProperties>(properties: Properties, options: TObjectOptions = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

/** A public id such as `trf_…`. */
export function idSchema(prefix: IdPrefix) {
  return Type.String({ pattern: idPattern(prefix), [expectation]: `an id of the form ${prefix}_…` })
}

/** An RFC 3339 date-time. The kernel's `parseTimestamp` makes the final check. */
export const timestampSchema = Type.String({ format: 'date-time', minLength: 20, maxLength: 40 })

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

/** A query parameter that is `true` or `false`. */
export function flagQuery(description: string, { example }: { readonly example: boolean }) {
  return Type.Optional(
    Type.Enum(['true', 'false'], { description, [meaning]: { type: 'boolean', examples: [example] } }),
  )
}

/** A closed query schema of string parameters. `metadata` allows any number of `metadata[key]=value`. */
export function querySchema<Properties extends TProperties>(properties: Properties, also: { metadata?: boolean } = {}) {
  return Type.Object(properties, {
    additionalProperties: false,
    ...(also.metadata === true && {
      patternProperties: { '^metadata\\[[\\s\\S]{1,40}\\]$': Type.String({ maxLength: 500 }) },
    }),
  })
}

/** Reads `limit` of a query that matched {@link pageQuery}. */
export function pageLimit(query: { readonly limit?: string }): number {
  return query.limit === undefined ? limitDefault : Number(query.limit)
}

/** The pairs of `metadata[key]=value` in a query; undefined when there are none. */
export function metadataFilter(query: object): Record<string, string> | undefined {
  const pairs = Object.entries(query)
    .filter(([name]) => name.startsWith('metadata['))
    .map(([name, value]) => [name.slice('metadata['.length, -1), String(value)])
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
}

/**
 * Encodes the position that the next page starts after. It is sealed, because positions count rows of the whole
 * installation and would reveal the volume of other books.
 */
export function encodeCursor(...keyset: readonly (string | number)[]): string {
  return sealText(JSON.stringify(keyset))
}

/** Reads a cursor of the given shape. Throws {@link InvalidRequest} for any other. */
export function decodeCursor<Shape extends readonly ('string' | 'integer')[]>(
  cursor: string,
  ...shape: Shape
): { -readonly [At in keyof Shape]: Shape[At] extends 'integer' ? number : string } {
  const keyset = parseCursor(cursor)
  const matches =
    Array.isArray(keyset) &&
    keyset.length === shape.length &&
    keyset.every((value, at) => (shape[at] === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string'))
  if (!matches)
    throw new InvalidRequest('cursor must be the next_cursor of an earlier page of this list', { param: 'cursor' })
  return keyset as never
}

function parseCursor(cursor: string): unknown {
  const text = openSealed(cursor)
  return text === undefined ? undefined : JSON.parse(text)
}

/** The schema of a {@link page}. */
export function pageSchema<Item extends TSchema>(item: Item) {
  return closedObject({
    data: Type.Array(item),
    has_more: Type.Boolean(),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
  })
}

/** A page in an answer. */
export function page<Item>(data: readonly Item[], nextCursor: string | undefined) {
  return { data, has_more: nextCursor !== undefined, next_cursor: nextCursor ?? null }
}
