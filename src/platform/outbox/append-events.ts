import type { Timestamp } from '#kernel'
import { type BurstStep, CopyEncoder } from '../postgres/index.ts'
import type { OutboxEvent } from './outbox.ts'

/** How many events share a row: one row an event would cost the writer more than the events themselves. */
export const eventsPerRow = 256

/** About what an event takes beside its data. */
const eventBytes = 56
/** Room that the encoder wants for a character of text before it knows how many bytes that takes. */
const bytesPerCharacter = 3

/**
 * The steps of a burst that append events to the outbox, in order, in rows of one book each. The feed has
 * rows in the order of their insertion: send the steps after those of whatever the events were decided upon.
 */
export function appendEventsSteps(recordedAt: Timestamp, events: readonly OutboxEvent[]): BurstStep[] {
  if (events.length === 0) return []
  const encoder = new CopyEncoder(512 + roomFor(events))
  const open = new Map<number, string[]>()
  const close = (book: number, rendered: readonly string[]) => {
    encoder.tuple(4)
    encoder.int4(book)
    encoder.timestamp(recordedAt)
    encoder.text(`[${rendered.join(',')}]`)
    encoder.int4(rendered.length)
  }
  for (const event of events) {
    const { book } = event
    let rendered = open.get(book)
    if (rendered === undefined) {
      rendered = []
      open.set(book, rendered)
    }
    rendered.push(
      'subject' in event
        ? `{"type":"${event.type}","subject":${event.subject}}`
        : `{"type":"${event.type}","data":${event.data}}`,
    )
    if (rendered.length === eventsPerRow) {
      close(book, rendered)
      open.delete(book)
    }
  }
  for (const [book, rendered] of open) close(book, rendered)
  return [
    {
      name: 'outbox-append',
      text: 'copy platform.outbox (book_id, recorded_at, events, event_count) from stdin (format binary)',
      copy: encoder.stream(),
    },
  ]
}

/** Room for all of them at once: a buffer that has to grow is copied each time. */
function roomFor(events: readonly OutboxEvent[]): number {
  let characters = 0
  for (const event of events) characters += eventBytes + ('subject' in event ? 0 : event.data.length)
  return characters * bytesPerCharacter
}
