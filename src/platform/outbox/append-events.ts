import type { Timestamp } from '#kernel'
import { type BurstStep, CopyEncoder } from '../postgres/index.ts'
import type { OutboxEvent } from './outbox.ts'

/** A row for each event would cost the writer more than the events themselves. */
export const eventsPerRow = 256
/** A row of this many characters is complete, because a reader of one event reads its whole row. */
const rowCharactersMax = 64 * 1024

const eventBytes = 56
/** The encoder reserves this many bytes for each character before it knows the real number. */
const bytesPerCharacter = 3

/** Appends events in order. Send these steps after those that write the rows on which the events depend. */
export function appendEventsSteps(recordedAt: Timestamp, events: readonly OutboxEvent[]): BurstStep[] {
  if (events.length === 0) return []
  const encoder = new CopyEncoder(512 + roomFor(events))
  const open = new Map<number, { readonly rendered: string[]; characters: number }>()
  const close = (book: number, rendered: readonly string[]) => {
    encoder.tuple(4)
    encoder.int4(book)
    encoder.timestamp(recordedAt)
    encoder.text(`[${rendered.join(',')}]`)
    encoder.int4(rendered.length)
  }
  for (const event of events) {
    const { book } = event
    let row = open.get(book)
    if (row === undefined) {
      row = { rendered: [], characters: 0 }
      open.set(book, row)
    }
    const text =
      'subject' in event
        ? `{"type":"${event.type}","subject":${event.subject}}`
        : `{"type":"${event.type}","data":${event.data}}`
    row.rendered.push(text)
    row.characters += text.length
    if (row.rendered.length === eventsPerRow || row.characters >= rowCharactersMax) {
      close(book, row.rendered)
      open.delete(book)
    }
  }
  for (const [book, { rendered }] of open) close(book, rendered)
  return [
    {
      name: 'outbox-append',
      text: 'copy platform.outbox (book_id, recorded_at, events, event_count) from stdin (format binary)',
      copy: encoder.stream(),
    },
  ]
}

/** Room for all events at once: a buffer is copied each time it grows. */
function roomFor(events: readonly OutboxEvent[]): number {
  let characters = 0
  for (const event of events) characters += eventBytes + ('subject' in event ? 0 : event.data.length)
  return characters * bytesPerCharacter
}
