import { Admin } from '@platformatic/kafka'
import type { KafkaSettings } from '#platform/kafka'

/** The committed offsets of a group that reads the topic of its own name, by partition. */
export async function readGroupOffsets(kafka: KafkaSettings, group: string): Promise<ReadonlyMap<string, bigint>> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...kafka.brokers] })
  try {
    const groups = await admin.listConsumerGroupOffsets({ groups: [group] })
    const partitions = groups.flatMap(({ topics }) =>
      topics.flatMap(({ name, partitions: all }) => all.map((one) => ({ name, ...one }))),
    )
    return new Map(
      partitions.map(({ name, partitionIndex, committedOffset }) => [`${name} ${partitionIndex}`, committedOffset]),
    )
  } finally {
    await admin.close()
  }
}
