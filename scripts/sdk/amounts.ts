import { amountType, type Contract, referenced, type Schema } from './contract.ts'

/**
 * Where the amounts of an answer are. True: it is one. A text: where the schema of that name has them. An object: in
 * these fields. A pair: as the beginning of a field's text says, such as `transfer` of `transfer.posted`.
 */
type Amounts = true | string | { readonly [field: string]: Amounts } | readonly [string, { [start: string]: Amounts }]

/** Where the amounts of each schema are. Throws for places that the SDK's decoder would not find. */
export function findAmounts(schemas: Contract['schemas']): Record<string, Amounts> {
  const inSchema = (schema: Schema | undefined): Amounts | undefined => {
    if (schema === undefined) return undefined
    const name = referenced(schema)
    if (name !== undefined) return inSchema(schemas[name]) && name
    if (amountType(schema) === 'bigint') return true
    const { items, anyOf = [], properties = {}, ...others } = schema
    const found = [inSchema(items as Schema | undefined), inVariants(anyOf as Schema[]), inFields(properties as object)]
    const [where, ...more] = found.filter((one) => one !== undefined)
    if (more.length > 0 || isAnywhere(others)) throw new Error(`amounts in ${Object.keys(schema)} are not decoded`)
    return where
  }
  const inFields = (properties: object): Amounts | undefined => {
    const fields = Object.entries(properties).flatMap(([field, schema]) => {
      const where = inSchema(schema)
      return where === undefined ? [] : [[field, where] as const]
    })
    return fields.length === 0 ? undefined : Object.fromEntries(fields)
  }
  const inVariants = (variants: readonly Schema[]): Amounts | undefined => {
    const some = variants.filter(({ type }) => type !== 'null')
    if (some.length < 2) return inSchema(some[0])
    if (!some.some(inSchema)) return undefined
    const starts = some.flatMap((variant) => [...startsOf(variant)].map((start) => [start, inSchema(variant)] as const))
    if (new Map(starts).size < starts.length) throw new Error(`variants have one type: ${starts}`)
    return ['type', Object.fromEntries(starts.flatMap(([start, where]) => (where ? [[start, where]] : [])))]
  }
  /** What the types of a variant begin with, up to the point. */
  const startsOf = (variant: Schema): Set<string> => {
    const { properties = {} } = schemas[referenced(variant) ?? ''] ?? variant
    const { type } = properties as Record<string, Schema>
    const texts = type?.enum ?? (type?.const === undefined ? undefined : [type.const])
    if (!Array.isArray(texts)) throw new Error(`a variant with amounts has no types: ${JSON.stringify(variant)}`)
    return new Set(texts.map((text: string) => text.split('.')[0] ?? text))
  }
  const isAnywhere = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    (amountType(value as Schema) === 'bigint' ||
      (referenced(value as Schema) !== undefined && inSchema(value as Schema) !== undefined) ||
      Object.values(value).some(isAnywhere))
  return inFields(schemas) as Record<string, Amounts>
}
