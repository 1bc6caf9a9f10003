import { Admin, apiVersionsV3, type Connection } from '@platformatic/kafka'
import { hasProtocolError, KafkaFault, kafkaFault } from './kafka-fault.ts'
import { clientOptions, type KafkaSettings } from './kafka-settings.ts'
import { missingApis } from './spoken-apis.ts'

export type TopicPlan = {
  readonly name: string
  readonly partitions: number
  /** Copies of each partition, on as many brokers. */
  readonly replicas: number
  readonly settings?: Readonly<Record<string, string>>
}

const createdMs = 20_000
const pauseMs = 100

/** Checks that the brokers can be reached, that they admit this client, and that they are new enough. */
export async function checkKafka(settings: KafkaSettings): Promise<void> {
  await withAdmin(settings, 'Kafka could not be reached', async (admin) => {
    for (const [broker, connection] of await admin.connectToBrokers()) await checkBroker(broker, connection)
  })
}

async function checkBroker(broker: number, connection: Connection): Promise<void> {
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
    for (const topic of topics) await checkTopic(admin, topic)
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

async function checkTopic(admin: Admin, { name, partitions, replicas }: TopicPlan): Promise<void> {
  const found = await leaders(admin, name)
  const refuse = (message: string) => {
    throw new KafkaFault({ code: 'kafka_topic_unsuited', message, retryable: false })
  }
  if (found.length < partitions) {
    refuse(`The topic ${name} has ${found.length} partitions, and should have at least ${partitions}.`)
  }
  const copies = Math.min(...found.map(({ replicas: kept }) => kept.length))
  if (copies < replicas) {
    refuse(`The topic ${name} is kept in ${copies} copies, and should be kept in at least ${replicas}.`)
  }
}

/** Waits for the leaders of a topic that has just been created. */
async function leaders(admin: Admin, name: string) {
  const until = performance.now() + createdMs
  for (;;) {
    const found = await admin.metadata({ topics: [name], forceUpdate: true }).catch((error: unknown) => {
      if (performance.now() > until || !isNew(error)) throw error
    })
    const partitions = found?.topics.get(name)?.partitions ?? []
    if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) return partitions
    if (performance.now() > until) {
      const message = `The topic ${name} has partitions without a leader.`
      throw new KafkaFault({ code: 'kafka_unavailable', message, retryable: true })
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

function isNew(error: unknown): boolean {
  return (
    hasProtocolError(error, 'LEADER_NOT_AVAILABLE') ||
    (error instanceof Error && error.message.startsWith('Unknown topic'))
  )
}

async function withAdmin<Value>(
  settings: KafkaSettings,
  attempted: string,
  work: (admin: Admin) => Promise<Value>,
): Promise<Value> {
  const admin = new Admin(clientOptions(settings))
  try {
    return await work(admin)
  } catch (error) {
    throw kafkaFault(error, attempted, settings.brokers)
  } finally {
    await admin.close().catch(() => undefined)
  }
}
