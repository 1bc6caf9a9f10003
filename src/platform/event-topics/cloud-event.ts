import { formatTimestamp } from '#kernel'
import type { FeedEvents } from '../outbox/index.ts'
import type { StreamEvent } from '../stream/index.ts'

/** Of the schemas in `api/events`. Within a version fields and values are only added. */
const schemaVersion = 1

/** What the type of an event begins with: `payment` of `payment.succeeded`. Each has a topic and a schema of its data. */
export function nounOf(type: string): string {
  return type.slice(0, type.indexOf('.'))
}

export function dataSchemaId(noun: string): string {
  return `urn:munim:schema:${noun}:${schemaVersion}`
}

export function eventSchemaId(type: string): string {
  return `urn:munim:event:${type}:${schemaVersion}`
}

/** An event in structured mode of CloudEvents 1.0. Its id with its source is unique. */
export type CloudEvent = {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly dataschema: string
  /** Events with the same key stay in their order. */
  readonly partitionkey: string
  readonly book: string
  /** In the feed of the book, as digits: it outgrows the integers of CloudEvents. */
  readonly position: string
  readonly data: unknown
}

export const contentType = 'application/cloudevents+json; charset=utf-8'

type Named = Pick<FeedEvents, 'subject' | 'order'>

export function cloudEvent(
  event: StreamEvent,
  { book, subject, order }: Named & { readonly book: string },
): CloudEvent {
  const { id, type, recordedAt, position, data } = event
  const named = fieldOf(data, subject ?? 'id')
  return {
    specversion: '1.0',
    id,
    source: `/books/${book}`,
    type,
    subject: named,
    time: formatTimestamp(recordedAt),
    datacontenttype: 'application/json',
    dataschema: dataSchemaId(nounOf(type)),
    partitionkey: order === undefined ? named : fieldOf(data, order),
    book,
    position: String(position),
    data,
  }
}

function fieldOf(data: unknown, name: string): string {
  const value = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : ''
}
