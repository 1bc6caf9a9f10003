import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Admin, ConnectionPool, protocolAPIsById } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { newUuid } from '#platform/ids'
import { type KafkaBrokers, startKafkaBrokers, until } from '#testing'
import {
  checkKafka,
  createGroupConsumer,
  createRecordProducer,
  ensureTopics,
  type KafkaSettings,
  type NewRecord,
  type ReadRecord,
} from './index.ts'
import { clientOptions } from './kafka-settings.ts'
import { groupHasMembers } from './leaders-answer.ts'
import { produce, produceVersions } from './produce-requests.ts'
import { encodeBatch, keyHash } from './record-batch.ts'
import { spokenApis } from './spoken-apis.ts'

let brokers: KafkaBrokers
let kafka: KafkaSettings

beforeAll(async () => {
  brokers = await startKafkaBrokers()
  kafka = { brokers: brokers.addresses }
})
afterAll(() => brokers.stop())

async function newTopic(partitions = 3): Promise<string> {
  const name = `test-${newUuid()}`
  await ensureTopics(kafka, [{ name, partitions, replicas: 1 }])
  return name
}

async function send(topic: string, values: readonly string[], keyOf = (value: string) => value): Promise<void> {
  const producer = createRecordProducer(kafka)
  const records = values.map((value): NewRecord => ({ topic, key: keyOf(value), value, headers: { of: value } }))
  expect(await producer.send(records)).toEqual([])
  await producer.close()
}

type Reader = { readonly read: ReadRecord[]; readonly faults: unknown[]; readonly stop: () => Promise<void> }

function startReader(topic: string, options: { group?: string; handles?: boolean; hasRoom?: () => boolean } = {}) {
  const { group = `${topic}-group`, handles = true, hasRoom = () => true } = options
  const read: ReadRecord[] = []
  const delivered: ReadRecord[] = []
  const faults: unknown[] = []
  const seen = new Set<string>()
  let divided = 0
  const consumer = createGroupConsumer({
    ...{ kafka, topic, group, hasRoom, isStuck: () => false },
    onRecords: (records) => {
      delivered.push(...records)
      // A topic may have a record twice.
      read.push(...records.filter(({ value }) => !seen.has(value) && seen.add(value)))
      if (handles) for (const { handled } of records) handled()
    },
    onDivided: () => {
      divided += 1
    },
    onFault: (error) => faults.push(error),
  })
  consumer.start()
  onTestFinished(() => consumer.stop())
  return { ...consumer, read, delivered, faults, divided: () => divided } satisfies Reader & Record<string, unknown>
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index))
const valuesOf = (records: readonly ReadRecord[]) => records.map(({ value }) => Number(value)).sort((a, b) => a - b)

describe('a topic', () => {
  test('takes records in every version of the request that Munim speaks', async () => {
    const topic = await newTopic(1)
    const pool = new ConnectionPool('munim', clientOptions(kafka))
    const [host = '', port] = kafka.brokers[0]?.split(':') ?? []
    const connection = await pool.get({ host, port: Number(port) })
    for (const version of produceVersions) {
      const records = encodeBatch([{ topic, key: 'key', value: String(version), headers: { of: 'ü' } }], Date.now())
      await produce(connection, [{ topic, partition: 0, records }], { version, timeoutMs: 10_000 })
    }
    await pool.close()
    const { read } = startReader(topic)
    await until(() => read.length >= produceVersions.length)
    expect(valuesOf(read)).toEqual(produceVersions)
    expect(read.every(({ key, headers }) => key === 'key' && headers.get('of') === 'ü')).toBe(true)
  })

  test('takes more of one partition at once than a request may have, in its order', async () => {
    const topic = await newTopic()
    const values = numbers(100).map((value) => value.padStart(20_000, '0'))
    await send(topic, values, () => 'key')
    const { read } = startReader(topic)
    await until(() => read.length >= values.length)
    expect(read.map(({ value }) => value)).toEqual(values)
  })

  test('is read whole by its group, with keys and headers, and the records of a key in their order', async () => {
    const topic = await newTopic()
    await send(topic, numbers(3_000), (value) => `key ${Number(value) % 7}`)
    const { read, faults, lag } = startReader(topic)
    await until(() => read.length >= 3_000)
    expect(valuesOf(read)).toEqual(numbers(3_000).map(Number))
    for (const key of new Set(read.map((record) => record.key))) {
      const ofKey = read.filter((record) => record.key === key).map(({ value }) => Number(value))
      expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b))
    }
    expect(read[0]?.headers.get('of')).toBe(read[0]?.value)
    await until(() => lag() === 0)
    expect(faults).toEqual([])
  })

  test('goes on after what its group has handled, and repeats what it has not', async () => {
    const topic = await newTopic(1)
    await send(topic, numbers(10))
    const first = startReader(topic, { handles: false })
    await until(() => first.read.length === 10)
    for (const record of first.read.slice(0, 4)) record.handled()
    first.read[7]?.handled()
    await first.stop()
    const second = startReader(topic)
    await until(() => second.read.length >= 6)
    expect(valuesOf(second.read)).toEqual([4, 5, 6, 7, 8, 9])
  })

  test('waits while its reader has no room, and is shared by members that come and go', async () => {
    const topic = await newTopic(4)
    let hasRoom = false
    const first = startReader(topic, { hasRoom: () => hasRoom })
    await send(topic, numbers(100))
    expect(first.read).toEqual([])
    hasRoom = true
    first.wake()
    await until(() => first.read.length === 100)
    const before = first.divided()
    const second = startReader(topic)
    await until(() => first.divided() > before)
    await until(() => second.divided() > 0)
    await send(topic, numbers(400, 100))
    await until(() => first.read.length + second.read.length >= 500)
    expect(second.read.length).toBeGreaterThan(0)
    await second.stop()
    const had = first.read.length
    await send(topic, numbers(50, 500))
    await until(() => first.read.length >= had + 50)
  })
})

test('records that one partition has dropped stop nothing: reading goes on behind them, and it is said', async () => {
  const topic = await newTopic(2)
  await send(topic, numbers(40))
  const first = startReader(topic)
  await until(() => first.read.length === 40 && first.lag() === 0)
  await first.stop()
  await send(topic, numbers(100, 40))
  const admin = new Admin(clientOptions(kafka))
  await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: -1n }] }] })
  await admin.close()
  await send(topic, numbers(60, 140))
  const dropped = numbers(100, 40).filter((value) => keyHash(value) % 2 === 0)
  const { read, faults, lost, lag, unread } = startReader(topic)
  await until(() => read.length >= 160 - dropped.length)
  await until(() => lag() === 0)
  expect(valuesOf(read)).toEqual(
    numbers(160, 40)
      .filter((value) => !dropped.includes(value))
      .map(Number),
  )
  expect(lost()).toBe(dropped.length)
  expect(unread()).toBe(0)
  expect(faults).toMatchObject([
    {
      code: 'kafka_records_lost',
      message: expect.stringMatching(/^The topic .* has dropped records of the partition 0 before they were handled/),
    },
  ])
})

test('a member that reads nothing knows what waits', async () => {
  const topic = await newTopic(2)
  const { lag } = startReader(topic, { hasRoom: () => false })
  await send(topic, numbers(500))
  await until(() => lag() === 500)
})

test('a batch that is too large for the topic is split', async () => {
  const topic = `test-${newUuid()}`
  const settings = { 'max.message.bytes': '100000' }
  await ensureTopics(kafka, [{ name: topic, partitions: 1, replicas: 1 }])
  const admin = new Admin(clientOptions(kafka))
  const configs = Object.entries(settings).map(([name, value]) => ({ name, value, configOperation: 0 as const }))
  await admin.incrementalAlterConfigs({ resources: [{ resourceType: 2, resourceName: topic, configs }] })
  await admin.close()
  const values = numbers(30).map((value) => value.padStart(20_000, '0'))
  await send(topic, values, () => 'key')
  const { read } = startReader(topic)
  await until(() => read.length === values.length)
  expect(read.map(({ value }) => value)).toEqual(values)
})

test('an old member of a group takes no offset back', async () => {
  const topic = await newTopic(1)
  await send(topic, numbers(10))
  const old = startReader(topic, { handles: false })
  await until(() => old.read.length === 10)
  const before = old.delivered.length
  const next = startReader(topic)
  await until(() => old.delivered.length + next.delivered.length >= 2 * before)
  // What was read first is of an older generation, whoever has the partition now.
  for (const record of old.delivered.slice(before)) record.handled()
  await until(() => old.lag() + next.lag() === 0)
  for (const record of old.delivered.slice(0, 3)) record.handled()
  await old.stop()
  await next.stop()
  const last = startReader(topic)
  await send(topic, ['10'])
  await until(() => last.read.length > 0)
  expect(valuesOf(last.read)).toEqual([10])
})

test('only the plain protocol is used', async () => {
  const used = new Set<string>()
  const note = (message: unknown) => {
    const { apiKey } = message as { readonly apiKey?: number }
    if (apiKey !== undefined) used.add(protocolAPIsById[apiKey] ?? String(apiKey))
  }
  subscribe('tracing:plt:kafka:connections:api:start', note)
  const topic = await newTopic()
  await checkKafka(kafka)
  await send(topic, numbers(5))
  const reader = startReader(topic)
  await until(() => reader.read.length === 5)
  await until(() => used.has('Heartbeat'))
  expect(await groupHasMembers(kafka, `${topic}-group`)).toBe(true)
  await reader.stop()
  expect(await groupHasMembers(kafka, `${topic}-group`)).toBe(false)
  unsubscribe('tracing:plt:kafka:connections:api:start', note)
  expect([...used].toSorted()).toEqual([...spokenApis].toSorted())
})

describe('the checks of a start', () => {
  test('say in one sentence that no broker answers', async () => {
    await expect(checkKafka({ brokers: ['127.0.0.1:9'], exchangeMs: 1_000 })).rejects.toMatchObject({
      code: 'kafka_unreachable',
      message: expect.stringMatching(
        /^Kafka could not be reached: no answer from Kafka at 127\.0\.0\.1:9 \(.*ECONNREFUSED.*\)\.$/,
      ),
      retryable: true,
    })
  })

  test('say that a topic cannot have as many copies as there should be, and that one has too few', async () => {
    const name = `test-${newUuid()}`
    await expect(ensureTopics(kafka, [{ name, partitions: 1, replicas: 3 }])).rejects.toMatchObject({
      code: 'kafka_refused',
      message: `The topic ${name} is missing and could not be created: the cluster has fewer brokers than the topic is to have copies.`,
    })
    await ensureTopics(kafka, [{ name, partitions: 1, replicas: 1 }])
    await expect(ensureTopics(kafka, [{ name, partitions: 1, replicas: 2 }])).rejects.toMatchObject({
      code: 'kafka_topic_unsuited',
      message: `The topic ${name} is kept in 1 copies, and should be kept in at least 2.`,
    })
    await expect(ensureTopics(kafka, [{ name, partitions: 2, replicas: 1 }])).rejects.toMatchObject({
      message: `The topic ${name} has 1 partitions, and should have at least 2.`,
    })
  })

  test('refuse topics that would lose or refuse messages, and say what to do', async () => {
    const cases: [settings: Record<string, string>, why: string][] = [
      [{ 'cleanup.policy': 'compact' }, 'which drops messages that nobody has handled: set it to delete.'],
      [{ 'retention.ms': '60000' }, 'may drop some before they are handled: set retention.ms to at least 604800000.'],
      [{ 'max.message.bytes': '100000' }, 'of up to 100000 bytes: set max.message.bytes to at least 1000000.'],
      [{ 'min.insync.replicas': '1' }, 'can lose them: set min.insync.replicas to at least 2.'],
    ]
    const admin = new Admin(clientOptions(kafka))
    for (const [settings, why] of cases) {
      const name = `test-${newUuid()}`
      const configs = Object.entries(settings).map(([key, value]) => ({ name: key, value }))
      await admin.createTopics({ topics: [name], partitions: 1, replicas: 1, configs })
      const wanted = { 'retention.ms': '604800000', 'min.insync.replicas': settings['min.insync.replicas'] ? '2' : '1' }
      const plan = { name, partitions: 1, replicas: 1, settings: wanted }
      await expect(ensureTopics(kafka, [plan])).rejects.toMatchObject({
        code: 'kafka_topic_unsuited',
        message: expect.stringContaining(why),
      })
    }
    await admin.close()
  })
})
