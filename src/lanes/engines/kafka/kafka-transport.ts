// Loaded when the lanes start on Kafka: nothing else loads the client.
import { checkKafka, createRecordProducer, ensureTopics, type TopicPlan } from '#platform/kafka'
import { insertForLater } from '../../failures/failure-store.ts'
import { type LaneName, laneNames } from '../../lanes.ts'
import type { EngineDependencies, Intake } from '../engine.ts'
import type { HeldBatch } from './held-messages.ts'
import { checkOwner, markTopic, readInstallation } from './installation.ts'
import { createLaneTopic, type LaneTopic } from './lane-topic.ts'
import { copiesInSync, type KafkaLanes, topicOfLane } from './lane-topics.ts'
import { createRelay, type Relay } from './relay.ts'
import { findWaiting, takenWaiting, takeStep } from './waiting-store.ts'

export type KafkaTransport = {
  readonly topics: ReadonlyMap<LaneName, LaneTopic>
  readonly relay: Relay
  readonly makeTopics: () => Promise<void>
}

const dayMs = 86_400_000
const retentionDays = 7

/** Checks the brokers and the topics, and throws a fault of one sentence when they cannot be used. */
export async function openTransport(
  lanes: KafkaLanes,
  { database, onFault, lookIntervalMs }: EngineDependencies,
  intake: Intake,
): Promise<KafkaTransport> {
  const { kafka, partitions, replicas } = lanes
  const topicOf = (lane: LaneName) => topicOfLane(lanes, lane)
  const settings = {
    'retention.ms': String(retentionDays * dayMs),
    'max.message.bytes': String(4 * 1024 * 1024),
    'min.insync.replicas': String(copiesInSync(lanes)),
  }
  const plans = laneNames.map((lane): TopicPlan => ({ name: topicOf(lane), partitions, replicas, settings }))
  await checkKafka(kafka)
  const installation = await readInstallation(database)
  const owned = { prefix: lanes.prefix, installation }
  await checkOwner(kafka, owned)
  const makeTopics = () => ensureTopics(kafka, [{ name: markTopic(owned), partitions: 1, replicas }, ...plans])
  await makeTopics()
  await checkOwner(kafka, owned)
  const kinds = new Set(intake.queues().map(({ kind }) => kind))
  const putAside = (batch: HeldBatch, delayMs: number) =>
    database.transaction(async (tx) => {
      const records = batch.map(({ message }) => message)
      const [first] = records
      if (first === undefined) return
      const [answer] = await tx.burst([takeStep(first, records)])
      const later = takenWaiting(first, answer).map((message) => {
        return { message, attempts: message.attempts, delayMs }
      })
      if (later.length > 0) await insertForLater(tx, later)
    })
  const topicFor = (lane: LaneName) =>
    createLaneTopic({
      ...{ kafka, lane, kinds, topic: topicOf(lane), group: topicOf(lane), putAside, onFault },
      findWaiting: (records) => findWaiting(database, lane, records),
      onFound: intake.found,
    })
  return {
    makeTopics,
    topics: new Map(laneNames.map((lane) => [lane, topicFor(lane)])),
    relay: createRelay({
      ...{ database, topicOf, onFault, intervalMs: lookIntervalMs, againAfterMs: lanes.againAfterMs },
      openProducer: () => createRecordProducer(kafka),
    }),
  }
}
