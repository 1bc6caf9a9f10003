// Loaded when the events are published: nothing else loads the client.
import {
  checkKafka,
  createRecordProducer,
  ensureTopics,
  type KafkaSettings,
  type RecordProducer,
} from '../kafka/index.ts'

export type EventTopicsSettings = {
  readonly kafka: KafkaSettings
  /** Before the names of topics; a cluster may serve several installations. */
  readonly prefix: string
  /** Of a new topic. */
  readonly partitions: number
  readonly replicas: number
}

const dayMs = 86_400_000
const retentionDays = 7

/** Checks the brokers and the topics, and throws a fault of one sentence when they cannot be used. */
export async function openTopics(
  { kafka, partitions, replicas }: EventTopicsSettings,
  names: readonly string[],
): Promise<RecordProducer> {
  const settings = {
    'retention.ms': String(retentionDays * dayMs),
    'max.message.bytes': String(4 * 1024 * 1024),
    'min.insync.replicas': String(Math.min(2, replicas)),
  }
  await checkKafka(kafka)
  await ensureTopics(
    kafka,
    names.map((name) => ({ name, partitions, replicas, settings })),
  )
  return createRecordProducer(kafka)
}
