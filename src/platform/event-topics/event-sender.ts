import type { NewRecord, RecordProducer } from '../kafka/index.ts'
import type { Undelivered } from '../stream/index.ts'
import { HeldTopicPartitions } from './held-topic-partitions.ts'

/** Of one book, in the order of the feed. */
export type PublishedEvent = { readonly id: string; readonly position: bigint; readonly record: NewRecord }

/** A broker takes records of one partition up to a size; these may all be of one. */
const charactersMax = 512 * 1024
const none: ReadonlySet<string> = new Set()

/** The events of a book that were published although one before them was not: those behind `from`. */
type Ahead = { readonly from: bigint; readonly ids: ReadonlySet<string> }

/**
 * Publishes what can be: a partition out of reach keeps only its own records waiting. Those of a key stay in their order,
 * as they are in one partition. What was published ahead of one that waits is not published again with it.
 */
export function createEventSender({ send, reaches }: Pick<RecordProducer, 'send' | 'reaches'>) {
  const held = new HeldTopicPartitions(reaches)
  const aheads = new Map<number, Ahead>()

  /** The records that were not sent. */
  const sendPart = async (records: readonly NewRecord[]): Promise<NewRecord[]> => {
    const unsent: NewRecord[] = []
    for (const { records: some, partitions } of held.divide(records)) {
      for (const { topic, partition, records: left, fault } of await send(some, partitions)) {
        unsent.push(...left)
        if (fault !== undefined) held.hold({ topic, partition }, fault)
      }
    }
    return unsent
  }
  return async (book: number, events: readonly PublishedEvent[]): Promise<Undelivered | undefined> => {
    const ahead = aheads.get(book)
    aheads.delete(book)
    const ids = ahead !== undefined && ahead.from === events[0]?.position ? ahead.ids : none
    const sending = events.filter(({ id }) => !ids.has(id))
    held.retry()
    const unsent = new Set<NewRecord>()
    for (const part of inParts(sending)) for (const record of await sendPart(part)) unsent.add(record)
    const first = sending.find(({ record }) => unsent.has(record))
    if (first === undefined) return undefined
    const published = events.filter(({ position, record }) => position > first.position && !unsent.has(record))
    aheads.set(book, { from: first.position, ids: new Set(published.map(({ id }) => id)) })
    const isAll = sending.every(({ record }) => unsent.has(record))
    return { position: first.position, fault: held.fault(first.record.topic), isAll }
  }
}

function inParts(events: readonly PublishedEvent[]): NewRecord[][] {
  const parts: NewRecord[][] = []
  let characters = charactersMax
  for (const { record } of events) {
    if (characters + record.value.length > charactersMax) {
      parts.push([])
      characters = 0
    }
    parts.at(-1)?.push(record)
    characters += record.value.length
  }
  return parts
}
