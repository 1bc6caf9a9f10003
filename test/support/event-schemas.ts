import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { encodeId, idPrefix } from '#kernel'
import { ledgerEvents } from '#ledger'
import { orderEvents } from '#orders'
import { paymentEvents } from '#payments'
import { type CloudEvent, cloudEvent, eventSchemaId } from '#platform/event-topics'
import { type FeedEvents, readDataOf } from '#platform/outbox'
import { type Database, micros } from '#platform/postgres'
import { railEvents } from '#rails'

const folder = fileURLToPath(new URL('../../api/events', import.meta.url))
const all: readonly FeedEvents[] = [...ledgerEvents, ...paymentEvents, ...orderEvents, railEvents]
const rowsMax = 1_000

let schemas: Ajv2020 | undefined

/** How an event deviates from the committed schema of its type. A field that the schema does not have is one, too. */
export function deviationOf(event: CloudEvent): string | undefined {
  schemas ??= readSchemas()
  const validate = schemas.getSchema(eventSchemaId(event.type))
  if (validate === undefined) return `${event.type} has no schema`
  return validate(event) ? undefined : `${event.type} deviates: ${schemas.errorsText(validate.errors)}`
}

function readSchemas(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  for (const name of globSync('**/*.json', { cwd: folder })) {
    ajv.addSchema(closed(JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))) as object)
  }
  return ajv
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([keyword, part]) => [keyword, closed(part)]))
  const isOpen = typeof copy.properties === 'object' && copy.additionalProperties === undefined
  return isOpen ? { ...copy, additionalProperties: false } : copy
}

/** Of the events that a database has, as other systems would get them. */
export async function eventDeviations(database: Database): Promise<string[]> {
  const rows = await database.query<{ id: bigint; book: number; at: bigint; events: string }>({
    text: `select id, book_id as book, ${micros('recorded_at')} as at, events from platform.outbox order by id limit $1`,
    values: [rowsMax],
  })
  const found = new Set<string>()
  for (const { id, book, at, events: text } of rows) {
    const listed = JSON.parse(text) as { type: string; data?: unknown; subject?: number }[]
    const events = listed.map(({ type, data, subject }, index) => {
      const place = (id * 65_536n + BigInt(index)).toString(16).padStart(32, '0')
      return { id: place, position: BigInt(index + 1), type, recordedAt: Number(at), data, subject }
    })
    const data = await readDataOf(database, all, { book, events })
    for (const event of events) {
      const names = all.find(({ types }) => types.includes(event.type))
      const shown = { ...event, id: encodeId(idPrefix.event, event.id), data: data.get(event.id) }
      const bookId = encodeId(idPrefix.book, '1'.repeat(32))
      const deviation = deviationOf(cloudEvent(shown, { ...names, book: bookId }))
      if (deviation !== undefined) found.add(deviation)
    }
  }
  return [...found]
}
