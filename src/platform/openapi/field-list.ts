import { type Html, html, inline } from './html.ts'
import { componentName, type JsonSchema, resolveSchema } from './json-schema.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

/** The fields of an object schema, with type, rules and description; nested objects below their field. */
export function fieldList(schema: JsonSchema, schemas: Schemas, path = ''): Html | undefined {
  const resolved = resolveSchema(schema, schemas)
  const properties = Object.entries((resolved.properties ?? {}) as Record<string, JsonSchema>)
  if (properties.length === 0) return undefined
  const required = new Set((resolved.required ?? []) as string[])
  const fields = properties.map(([name, part]) => {
    const nested =
      componentName(part) === undefined && part.type === 'object'
        ? fieldList(part, schemas, `${path}${name}.`)
        : undefined
    return html`${field({ name: `${path}${name}`, schema: part, required: required.has(name) })}${nested}`
  })
  return path === '' ? html`<dl class="fields">${fields}</dl>` : html`${fields}`
}

export function field(options: {
  readonly name: string
  readonly schema: JsonSchema
  readonly required: boolean
  readonly description?: string
}): Html {
  const { name, schema, required } = options
  const description = options.description ?? schema.description
  const rules = ruleText(schema)
  return html`<div class="field"><dt><code>${name}</code><span class="type">${typeLabel(schema)}</span>${
    required && html`<span class="required">required</span>`
  }</dt><dd>${typeof description === 'string' && inline(description)}${
    rules !== '' && html`<span class="rule">${rules}</span>`
  }</dd></div>`
}

/** The type of a schema in a few words. References link to their schema. */
export function typeLabel(schema: JsonSchema): Html {
  const name = componentName(schema)
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`
  if (Array.isArray(schema.anyOf)) {
    const labels = (schema.anyOf as JsonSchema[]).map((part, at) => html`${at > 0 && ' or '}${typeLabel(part)}`)
    return html`${labels}`
  }
  if (schema.type === 'array') return html`array of ${typeLabel(schema.items as JsonSchema)}`
  if (schema.type === 'object' && schema.properties === undefined) return html`object of strings`
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'any']
  return html`${types.join(' or ')}`
}

function ruleText(schema: JsonSchema): string {
  const rules: string[] = []
  if (Array.isArray(schema.enum)) rules.push(`One of ${schema.enum.join(', ')}.`)
  if (schema.format === 'date-time') rules.push('RFC 3339.')
  rules.push(...rangeText(schema.minimum, schema.maximum, ''))
  if (typeof schema.default === 'number') rules.push(`${schema.default} when not given.`)
  rules.push(...rangeText(schema.minLength, schema.maxLength, ' characters'))
  if (typeof schema.maxItems === 'number') rules.push(`Up to ${schema.maxItems}.`)
  if (typeof schema.pattern === 'string') rules.push(`Pattern ${schema.pattern}`)
  return rules.join(' ')
}

function rangeText(least: unknown, most: unknown, unit: string): string[] {
  if (typeof least === 'number' && typeof most === 'number') return [`${least} to ${most}${unit}.`]
  if (typeof most === 'number') return [`At most ${most}${unit}.`]
  return typeof least === 'number' ? [`At least ${least}${unit}.`] : []
}
