import { type TObjectOptions, type TProperties, Type } from 'typebox'
import { type IdPrefix, idPattern } from '#kernel'

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

/** The pairs of `metadata[key]=value` in a query; undefined when there are none. */
export function metadataFilter(query: object): Record<string, string> | undefined {
  const pairs = Object.entries(query)
    .filter(([name]) => name.startsWith('metadata['))
    .map(([name, value]) => [name.slice('metadata['.length, -1), String(value)])
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
}
