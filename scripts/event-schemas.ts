import { dataSchemaId, eventSchemaId, nounOf } from '#platform/event-topics'
import type { OpenApiDocument } from '#platform/openapi'
import type { FeedEvents } from '#platform/outbox'

type Schema = Readonly<Record<string, unknown>>

const dialect = 'https://json-schema.org/draft/2020-12/schema'
const inDocument = '#/components/schemas/'

/**
 * The files of `api/events`, by name: a schema for the data of each noun, and one for each type of event. They are open,
 * unlike those of the document, as readers must accept fields that are added.
 */
export function eventSchemaFiles(document: OpenApiDocument, all: readonly FeedEvents[]): ReadonlyMap<string, Schema> {
  const schemas = document.components.schemas as Readonly<Record<string, Schema>>
  return new Map(
    all.flatMap(({ types, schema }) => {
      const { title } = schema as { readonly title?: string }
      const event = schemas[title ?? ''] as { readonly properties: { readonly data: Schema } } | undefined
      const noun = nounOf(types[0] ?? '')
      if (event === undefined) throw new Error(`the events of ${noun} are not in the document`)
      return [
        [`data/${noun}.json`, dataSchema(noun, event.properties.data, schemas)] as const,
        ...types.map((type) => [`${type}.json`, eventSchema(type)] as const),
      ]
    }),
  )
}

function dataSchema(noun: string, data: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  const definitions = new Map<string, Schema>()
  const refer = (name: string) => {
    if (definitions.has(name)) return
    definitions.set(name, {})
    definitions.set(name, openCopy(schemas[name] ?? {}, refer))
  }
  const opened = openCopy(data, refer)
  const $defs = Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { $schema: dialect, $id: dataSchemaId(noun), ...opened, ...(definitions.size > 0 && { $defs }) }
}

function eventSchema(type: string): Schema {
  const text = { type: 'string', minLength: 1 }
  const digits = { type: 'string', pattern: '^[1-9][0-9]*$' }
  const properties = {
    specversion: { const: '1.0' },
    id: { type: 'string', pattern: '^evt_[0-9a-z]{26}$' },
    source: { type: 'string', pattern: '^/books/book_[0-9a-z]{26}$' },
    type: { const: type },
    subject: text,
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { const: 'application/json' },
    dataschema: { const: dataSchemaId(nounOf(type)) },
    partitionkey: text,
    book: { type: 'string', pattern: '^book_[0-9a-z]{26}$' },
    position: digits,
    data: { $ref: dataSchemaId(nounOf(type)) },
  }
  return {
    ...{ $schema: dialect, $id: eventSchemaId(type), title: type, type: 'object', properties },
    required: Object.keys(properties),
  }
}

/** With references to the definitions of the file, and without the ban on further fields. */
function openCopy(value: Schema, onReference: (name: string) => void): Schema {
  const copy = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(copy)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(
      Object.entries(part).flatMap(([keyword, inner]) => {
        if (keyword === 'additionalProperties' && inner === false) return []
        if (keyword !== '$ref' || typeof inner !== 'string') return [[keyword, copy(inner)]]
        const name = inner.slice(inDocument.length)
        onReference(name)
        return [[keyword, `#/$defs/${name}`]]
      }),
    )
  }
  return copy(value) as Schema
}
