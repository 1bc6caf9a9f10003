import type { RecordProducer } from '../kafka/index.ts'
import type { FeedEvents } from '../outbox/index.ts'
import type { Consumer, EventBatch } from '../stream/index.ts'
import { type BookIdsDependencies, createBookIds } from './book-ids.ts'
import { cloudEvent, contentType, nounOf } from './cloud-event.ts'
import { createEventSender, type PublishedEvent } from './event-sender.ts'
import type { EventTopicsSettings } from './open-topics.ts'

export type EventTopicsDependencies = BookIdsDependencies & {
  readonly settings: EventTopicsSettings
  /** Of every module. */
  readonly events: readonly FeedEvents[]
}

const headers = { 'content-type': contentType }

/**
 * The consumer that publishes the feeds of all books, a topic for each noun. At least once; of the events with one key,
 * the first copies are in order: what was not confirmed is sent again before any later ones of its partition.
 */
export function eventTopics({ settings, events: all, ...books }: EventTopicsDependencies): Consumer {
  const namesOf = new Map(all.flatMap((events) => events.types.map((type) => [type, events] as const)))
  const topicOf = (noun: string) => `${settings.prefix}.events.${noun}`
  const bookId = createBookIds(books)
  let producer: RecordProducer | undefined
  let sender: ReturnType<typeof createEventSender> | undefined

  const published = async (batch: EventBatch): Promise<PublishedEvent[]> => {
    const book = await bookId(batch)
    return batch.events.map((event) => {
      const made = cloudEvent(event, { ...namesOf.get(event.type), book })
      const topic = topicOf(nounOf(event.type))
      const record = { topic, key: made.partitionkey, value: JSON.stringify(made), headers }
      return { id: event.id, position: event.position, record }
    })
  }
  const open = async () => {
    if (sender !== undefined) return sender
    // The client of Kafka is loaded only where it is used.
    const { openTopics } = await import('./open-topics.ts')
    const nouns = new Set([...namesOf.keys()].map(nounOf))
    producer = await openTopics(settings, [...nouns].map(topicOf))
    sender = createEventSender(producer)
    return sender
  }
  return {
    name: 'event-topics',
    about: 'Publishes all events to topics of Kafka.',
    open: async () => void (await open()),
    deliver: async (batch) => {
      const send = await open()
      return send(batch.book, await published(batch))
    },
    close: async () => producer?.close(),
  }
}
