import type { CloudEvent } from '#platform/event-topics'
import { newUuid } from '#platform/ids'
import { createGroupConsumer, type KafkaSettings } from '#platform/kafka'
import { until } from './patience.ts'

export type ReadEvent = { readonly key: string; readonly contentType: string | undefined; readonly value: CloudEvent }

/** All records of topics, in the order of each partition, as a new group reads them. */
export async function readTopics(kafka: KafkaSettings, topics: readonly string[]): Promise<ReadEvent[]> {
  return (await Promise.all(topics.map((topic) => readTopic(kafka, topic)))).flat()
}

async function readTopic(kafka: KafkaSettings, topic: string): Promise<ReadEvent[]> {
  const events: ReadEvent[] = []
  let isDivided = false
  const group = createGroupConsumer({
    ...{ kafka, topic, group: `test-${newUuid()}`, hasRoom: () => true, isStuck: () => false },
    onRecords: (records) => {
      for (const { key, headers, value, handled } of records) {
        events.push({ key, contentType: headers.get('content-type'), value: JSON.parse(value) as CloudEvent })
        handled()
      }
    },
    onDivided: () => {
      isDivided = true
    },
    onFault: () => undefined,
  })
  group.start()
  try {
    await until(() => isDivided && events.length > 0 && group.lag() === 0)
    return events
  } finally {
    await group.stop()
  }
}
