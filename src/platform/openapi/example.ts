import { componentName, type JsonSchema, resolveSchema } from './json-schema.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

/** Returns the schema's first `examples` entry, or composes one. Composed objects have only the required properties. */
export function exampleOf(schema: JsonSchema, schemas: Schemas): unknown {
  const resolved = componentName(schema) === undefined ? schema : resolveSchema(schema, schemas)
  const [given] = (resolved.examples ?? []) as unknown[]
  if (given !== undefined) return given
  const [alternative] = (resolved.anyOf ?? []) as JsonSchema[]
  if (alternative !== undefined) return exampleOf(alternative, schemas)
  const type = resolved.type
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return exampleObject(resolved, schemas)
    case 'array':
      return [exampleOf(resolved.items as JsonSchema, schemas)]
    case 'boolean':
      return false
    case 'integer':
    case 'number':
      return resolved.minimum ?? 0
    case 'string':
      return ((resolved.enum ?? []) as unknown[])[0] ?? resolved.const ?? ''
    default:
      return resolved.const ?? null
  }
}

function exampleObject(schema: JsonSchema, schemas: Schemas): Record<string, unknown> {
  const required = new Set((schema.required ?? []) as string[])
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  return Object.fromEntries(
    properties.filter(([name]) => required.has(name)).map(([name, part]) => [name, exampleOf(part, schemas)]),
  )
}
