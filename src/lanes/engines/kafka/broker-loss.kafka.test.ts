import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { newUuid } from '#platform/ids'
import { checkKafka, ensureTopics } from '#platform/kafka'
import { openDatabase } from '#platform/postgres'
import {
  createTestDatabase,
  cutOff,
  deleteTopic,
  type EngineUnderTest,
  type KafkaBrokers,
  partitionOfKey,
  partitionsLedBy,
  partsOfOtherBroker,
  patience,
  recordsIn,
  startCuttingProxy,
  startKafkaBrokers,
  startTestLanes,
  type TestDatabase,
  testEngine,
  testKind,
  testMessages,
  until,
} from '#testing'
import { createLanes } from '../../create-lanes.ts'
import type { Handler, NewMessage } from '../../lanes.ts'
import { onKafka } from './kafka-engine.ts'
import type { KafkaLanes } from './lane-topics.ts'

let brokers: KafkaBrokers
beforeAll(async () => {
  brokers = await startKafkaBrokers({ brokers: 3 })
})
afterAll(() => brokers.stop())

const engineLanes = (): KafkaLanes => ({
  kafka: { brokers: brokers.addresses },
  prefix: `m${newUuid().slice(-12)}`,
  partitions: 3,
  replicas: 3,
})

const engine = (loseServer: EngineUnderTest['loseServer']): EngineUnderTest => ({
  newLanes: engineLanes,
  offsets: async () => new Map(),
  loseServer,
})

const kill: EngineUnderTest['loseServer'] = async () => {
  await brokers.kill(1)
  return () => brokers.start(1)
}
testEngine('of three brokers of Kafka', engine(kill), 'the loss of servers')

/** It accepts connections and answers nothing. Clients are given its address first. */
const freezeFirst: EngineUnderTest['loseServer'] = async () => {
  brokers.signal(0, 'SIGSTOP')
  return async () => brokers.signal(0, 'SIGCONT')
}
testEngine('of three brokers of Kafka, of which the first is frozen', engine(freezeFirst), 'the loss of servers')

test('a broker that one worker cannot reach stops nothing but its own partitions, and nothing is sent again and again', async () => {
  const shared = await createTestDatabase()
  const handled = new Set<string>()
  const lanes: KafkaLanes = { ...engineLanes(), partitions: 6 }
  const kind = testKind
  const handle: Handler['handle'] = async (_tx, messages) => void messages.map(({ subject }) => handled.add(subject))
  const work = await startTestLanes([{ kind, handle }], { on: shared, openEngine: onKafka(lanes), lookIntervalMs: 20 })
  await work.enqueue(testMessages(60))
  await until(() => handled.size === 60, 60_000)
  // Without the broker that coordinates the group, the worker would be no member of it.
  const topic = `${lanes.prefix}.lanes.standard`
  const { port, led } = await partsOfOtherBroker(lanes.kafka, topic)
  const before = await recordsIn(lanes.kafka, topic)
  const restore = cutOff(port)
  onTestFinished(restore)
  const messages = testMessages(300)
  await work.enqueue(messages)
  const isLed = ({ subject }: NewMessage) => led.has(partitionOfKey(subject, 6))
  const free = messages.filter((message) => !isLed(message))
  await until(() => free.every(({ subject }) => handled.has(subject)), 60_000)
  const left = async () => (await shared.database.query({ text: 'select from lanes.outgoing' })).length
  await until(async () => (await left()) === messages.length - free.length)
  const { unwritten } = work.lanes.metrics.unreached('standard')
  expect(unwritten).toBe(led.size)
  restore()
  await until(() => handled.size === 360, 60_000)
  await until(async () => (await left()) === 0)
  expect((await recordsIn(lanes.kafka, topic)) - before).toBe(300)
})

test('the checks of a start pass while one of the brokers is frozen, whichever is named first', async () => {
  const topics = [{ name: `test-${newUuid()}`, partitions: 3, replicas: 3 }]
  await ensureTopics({ brokers: brokers.addresses }, topics)
  brokers.signal(0, 'SIGSTOP')
  try {
    for (const named of [brokers.addresses, brokers.addresses.toReversed()]) {
      const kafka = { brokers: named, exchangeMs: 3_000 }
      await checkKafka(kafka)
      await ensureTopics(kafka, topics)
    }
  } finally {
    brokers.signal(0, 'SIGCONT')
  }
})

test('partitions without a leader keep only their own messages waiting, and no other process from starting', async () => {
  const shared = await createTestDatabase()
  const lanes: KafkaLanes = { ...engineLanes(), partitions: 6, replicas: 1 }
  const topic = `${lanes.prefix}.lanes.standard`
  const handled = new Set<string>()
  const handle: Handler['handle'] = async (_tx, messages) => void messages.map(({ subject }) => handled.add(subject))
  const start = () =>
    startTestLanes([{ kind: testKind, handle }], { on: shared, openEngine: onKafka(lanes), lookIntervalMs: 20 })
  const work = await start()
  await work.enqueue(testMessages(60))
  await until(() => handled.size === 60, 60_000)
  const led = await partitionsLedBy(lanes.kafka, { topic, node: 3 })
  await brokers.kill(2)
  let isBack = false
  const restore = async () => {
    if (!isBack) await brokers.start(2)
    isBack = true
  }
  onTestFinished(restore)
  await until(() => work.lanes.lacks().includes(`${led.size} partitions of the topic ${topic} have no leader.`), 60_000)
  const messages = testMessages(300)
  await work.enqueue(messages)
  const free = messages.filter(({ subject }) => !led.has(partitionOfKey(subject, 6)))
  await until(() => free.every(({ subject }) => handled.has(subject)), 60_000)
  await until(() => work.lanes.metrics.unreached('standard').unwritten === led.size)
  await until(() => work.lanes.metrics.unreached('standard').unread === led.size)
  expect(handled.size).toBe(60 + free.length)
  await start()
  await restore()
  await until(() => handled.size === 360, 60_000)
})

test('of two databases that start at once with the same topics, at most one does', async () => {
  const all = [await createTestDatabase(), await createTestDatabase()]
  const openEngine = onKafka(engineLanes())
  const started = all.map(({ database }) => createLanes({ database, onFault: () => undefined, openEngine }))
  onTestFinished(async () => void (await Promise.all(started.map((lanes) => lanes.stop(patience(5_000))))))
  const ends = await Promise.allSettled(started.map((lanes) => lanes.start()))
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []))
  expect(refused.length).toBeGreaterThan(0)
  for (const reason of refused) expect(reason).toMatch(/belong to another database/)
})

test('a worker that has lost the database leaves its partitions to others, and takes part again when it has it back', async () => {
  const shared = await createTestDatabase()
  const proxy = await startCuttingProxy(shared.connection, null)
  onTestFinished(() => proxy.stop())
  const { host, port } = proxy
  const far = openDatabase({ ...shared.connection, host, port })
  onTestFinished(() => far.close())
  const by = { near: 0, far: 0 }
  const openEngine = onKafka(engineLanes())
  const start = (on: TestDatabase, who: 'near' | 'far') => {
    const handle: Handler['handle'] = async (_tx, messages) => {
      by[who] += messages.length
    }
    return startTestLanes([{ kind: testKind, handle }], { on, openEngine, lookIntervalMs: 20 })
  }
  const near = await start(shared, 'near')
  await start({ ...shared, database: far }, 'far')
  const bothWork = async () => {
    const before = { ...by }
    await until(async () => {
      await near.enqueue(testMessages(20))
      await until(async () => (await near.left()) === 0, 60_000)
      return by.near > before.near && by.far > before.far
    }, 60_000)
  }
  await bothWork()
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  proxy.closeUntil(opened)
  proxy.breakAll()
  await near.enqueue(testMessages(60))
  await until(async () => (await near.left()) === 0, 60_000)
  open()
  await bothWork()
})

test('a topic that is deleted is made again by the process that runs, and other lanes go on meanwhile', async () => {
  const shared = await createTestDatabase()
  const settings = engineLanes()
  const handled = new Set<string>()
  const handle: Handler['handle'] = async (_tx, messages) => void messages.map(({ subject }) => handled.add(subject))
  const options = { on: shared, openEngine: onKafka(settings), lookIntervalMs: 20 }
  const { enqueue } = await startTestLanes([{ kind: testKind, handle }], options)
  const messages = testMessages(20)
  const allDone = () => until(() => messages.every(({ subject }) => handled.has(subject)), 60_000)
  await enqueue(messages)
  await allDone()
  await deleteTopic(settings.kafka, `${settings.prefix}.lanes.standard`)
  for (const lane of ['standard', 'instant', 'standard'] as const) {
    const more = testMessages(20, { lane })
    messages.push(...more)
    await enqueue(more)
  }
  await allDone()
  expect(await recordsIn(settings.kafka, `${settings.prefix}.lanes.instant`)).toBe(20)
})
