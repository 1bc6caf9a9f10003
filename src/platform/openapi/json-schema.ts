import { isDeepStrictEqual } from 'node:util'
import { assert } from '#kernel'
import { expectation, meaning, noCardNumber } from '../http/index.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

const componentPath = '#/components/schemas/'

/** Annotations for the server, which the document leaves out. */
const privateKeywords = new Set([expectation, meaning, noCardNumber])

export type Components = {
  /** Returns the schema for the document. A schema with a title becomes a component and a reference to it. */
  readonly refer: (schema: JsonSchema) => JsonSchema
  readonly all: () => Record<string, JsonSchema>
}

/** Throws when two different schemas have one title. */
export function collectComponents(): Components {
  const components = new Map<string, JsonSchema>()

  const refer = (schema: JsonSchema): JsonSchema => {
    const copy = copySchema(schema)
    const { title } = schema
    if (typeof title !== 'string' || (schema.type === undefined && schema.anyOf === undefined)) return copy
    const known = components.get(title)
    assert(known === undefined || isDeepStrictEqual(known, copy), `two schemas have the title ${title}`)
    components.set(title, copy)
    return { $ref: `${componentPath}${title}` }
  }

  const copySchema = (schema: JsonSchema): JsonSchema =>
    Object.fromEntries(
      Object.entries(schema)
        .filter(([keyword]) => !privateKeywords.has(keyword))
        .map(([keyword, value]) => [keyword, copyKeyword(keyword, value)]),
    )

  const copyKeyword = (keyword: string, value: unknown): unknown => {
    switch (keyword) {
      case 'properties':
      case 'patternProperties':
        return Object.fromEntries(Object.entries(value as object).map(([name, schema]) => [name, refer(schema)]))
      case 'items':
      case 'propertyNames':
        return refer(value as JsonSchema)
      case 'additionalProperties':
        return typeof value === 'boolean' ? value : refer(value as JsonSchema)
      case 'anyOf':
      case 'oneOf':
      case 'allOf':
        return (value as JsonSchema[]).map(refer)
      default:
        return value
    }
  }

  return {
    refer,
    all: () => Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

export function resolveSchema(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const name = componentName(schema)
  if (name === undefined) return schema
  const resolved = components[name]
  assert(resolved, `the document has no component ${name}`)
  return resolved
}

export function componentName(schema: JsonSchema): string | undefined {
  const { $ref } = schema
  return typeof $ref === 'string' ? $ref.slice(componentPath.length) : undefined
}
