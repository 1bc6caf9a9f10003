import { type Admin, apiVersionsV3 } from '@platformatic/kafka'
import { hasProtocolError, KafkaFault, kafkaFault } from './kafka-fault.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { missingApis } from './spoken-apis.ts'
import { readTopicSettings, unsuitedSettings } from './topic-settings.ts'
import { withAdmin } from './with-admin.ts'

export type TopicPlan = {
  readonly name: string
  readonly partitions: number
  /** Copies of each partition, on as many brokers. */
  readonly replicas: number
  readonly settings?: Readonly<Record<string, string>>
}

const createdMs = 20_000
const pauseMs = 100

const unreached = 'Kafka could not be reached'

/**
 * Checks that brokers can be reached, that they admit this client, and that they are new enough. One that is lost or
 * frozen is still known to the others for a while, and they go on without it.
 */
export async function checkKafka(settings: KafkaSettings): Promise<void> {
  await withAdmin(settings, unreached, async (admin) => {
    const { brokers } = await admin.metadata({ topics: [] })
    const checks = await Promise.allSettled([...brokers.keys()].map((broker) => checkBroker(admin, broker)))
    const failed = checks.flatMap((check) => (check.status === 'rejected' ? [check.reason] : []))
    const faults = failed.map((error) => kafkaFault(error, unreached, settings.brokers))
    const [worst] = faults.toSorted((one, other) => Number(one.retryable) - Number(other.retryable))
    if (worst !== undefined && (faults.length === brokers.size || !worst.retryable)) throw worst
  })
}

export async function checkBroker(admin: Admin, broker: number): Promise<void> {
  const connection = (await admin.connectToBrokers([broker])).get(broker)
  if (connection === undefined) return
  const { apiKeys } = await apiVersionsV3.api.async(connection, 'munim', '1').catch((error: unknown) => {
    if (hasProtocolError(error, 'UNSUPPORTED_VERSION')) return { apiKeys: [] }
    throw error
  })
  const missing = missingApis(apiKeys)
  if (missing.length === 0) return
  const message = `Kafka's broker ${broker} is too old: it lacks ${missing.join(', ')} in a version that Munim speaks.`
  throw new KafkaFault({ code: 'kafka_too_old', message, retryable: false })
}

/** Creates those topics that are missing, and checks the others. */
export async function ensureTopics(settings: KafkaSettings, topics: readonly TopicPlan[]): Promise<void> {
  await withAdmin(settings, 'The topics could not be read', async (admin) => {
    const known = new Set(await admin.listTopics())
    for (const topic of topics) if (!known.has(topic.name)) await create(admin, settings, topic)
    for (const topic of topics) await checkTopic(admin, topic, { isNew: !known.has(topic.name) })
  })
}

async function create(admin: Admin, settings: KafkaSettings, topic: TopicPlan): Promise<void> {
  const { name, partitions, replicas } = topic
  const configs = Object.entries(topic.settings ?? {}).map(([key, value]) => ({ name: key, value }))
  try {
    await admin.createTopics({ topics: [name], partitions, replicas, configs })
  } catch (error) {
    // Another process was faster.
    if (hasProtocolError(error, 'TOPIC_ALREADY_EXISTS')) return
    throw kafkaFault(error, `The topic ${name} is missing and could not be created`, settings.brokers)
  }
}

async function checkTopic(admin: Admin, plan: TopicPlan, { isNew }: { readonly isNew: boolean }): Promise<void> {
  const { name, partitions, replicas, settings } = plan
  const found = await partitionsOf(admin, name, { isNew })
  const refuse = (message: string) => {
    throw new KafkaFault({ code: 'kafka_topic_unsuited', message, retryable: false })
  }
  const [unsuited] = unsuitedSettings(await readTopicSettings(admin, name), settings ?? {})
  if (unsuited !== undefined) refuse(`The topic ${name} ${unsuited}`)
  if (found.length < partitions) {
    refuse(`The topic ${name} has ${found.length} partitions, and should have at least ${partitions}.`)
  }
  const copies = Math.min(...found.map(({ replicas: kept }) => kept.length))
  if (copies < replicas) {
    refuse(`The topic ${name} is kept in ${copies} copies, and should be kept in at least ${replicas}.`)
  }
}

/** Waits for the leaders of a topic that has just been created. Partitions of an older one may have lost theirs. */
async function partitionsOf(admin: Admin, name: string, { isNew }: { readonly isNew: boolean }) {
  const until = performance.now() + createdMs
  for (;;) {
    const isLate = performance.now() > until
    const found = await admin.metadata({ topics: [name], forceUpdate: true }).catch((error: unknown) => {
      if (isLate || !isUnsettled(error)) throw error
    })
    const partitions = found?.topics.get(name)?.partitions ?? []
    const isLed = partitions.every(({ leader }) => leader >= 0)
    if (partitions.length > 0 && (isLed || !isNew || isLate)) return partitions
    if (isLate) {
      const message = `The topic ${name} has no partitions yet.`
      throw new KafkaFault({ code: 'kafka_unavailable', message, retryable: true })
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

function isUnsettled(error: unknown): boolean {
  return (
    hasProtocolError(error, 'LEADER_NOT_AVAILABLE') ||
    (error instanceof Error && error.message.startsWith('Unknown topic'))
  )
}
