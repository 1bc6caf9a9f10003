import type { NewRecord, RecordProducer } from '../kafka/index.ts'
import type { FeedEvents } from '../outbox/index.ts'
import type { Consumer, EventBatch } from '../stream/index.ts'
import { type BookIdsDependencies, createBookIds } from './book-ids.ts'
import { cloudEvent, contentType, nounOf } from './cloud-event.ts'
import type { EventTopicsSettings } from './open-topics.ts'

export type EventTopicsDependencies = BookIdsDependencies & {
  readonly settings: EventTopicsSettings
  /** Of every module. */
  readonly events: readonly FeedEvents[]
}

const headers = { 'content-type': contentType }
/** A broker takes records of one partition up to a size; these may all be of one. */
const charactersMax = 512 * 1024

/**
 * The consumer that publishes the feeds of all books, a topic for each noun. At least once; of the events with one key,
 * the first copies are in order: a batch that was not confirmed is sent again before any later one.
 */
export function eventTopics({ settings, events: all, ...books }: EventTopicsDependencies): Consumer {
  const namesOf = new Map(all.flatMap((events) => events.types.map((type) => [type, events] as const)))
  const topicOf = (noun: string) => `${settings.prefix}.events.${noun}`
  const bookId = createBookIds(books)
  let producer: RecordProducer | undefined

  const recordsOf = async (batch: EventBatch): Promise<NewRecord[]> => {
    const id = await bookId(batch)
    return batch.events.map((event) => {
      const made = cloudEvent(event, { ...namesOf.get(event.type), book: id })
      return { topic: topicOf(nounOf(event.type)), key: made.partitionkey, value: JSON.stringify(made), headers }
    })
  }
  const open = async (): Promise<RecordProducer> => {
    if (producer !== undefined) return producer
    // The client of Kafka is loaded only where it is used.
    const { openTopics } = await import('./open-topics.ts')
    const nouns = new Set([...namesOf.keys()].map(nounOf))
    producer = await openTopics(settings, [...nouns].map(topicOf))
    return producer
  }
  return {
    name: 'event-topics',
    about: 'Publishes all events to topics of Kafka.',
    open: async () => void (await open()),
    deliver: async (batch) => {
      const { send } = await open()
      for (const part of inParts(await recordsOf(batch))) {
        const [unsent] = await send(part)
        if (unsent?.fault !== undefined) throw unsent.fault
      }
    },
    close: async () => producer?.close(),
  }
}

function inParts(records: readonly NewRecord[]): NewRecord[][] {
  const parts: NewRecord[][] = []
  let characters = charactersMax
  for (const record of records) {
    if (characters + record.value.length > charactersMax) {
      parts.push([])
      characters = 0
    }
    parts.at(-1)?.push(record)
    characters += record.value.length
  }
  return parts
}
