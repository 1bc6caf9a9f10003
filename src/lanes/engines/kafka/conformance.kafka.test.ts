import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import {
  createTestDatabase,
  type EngineUnderTest,
  type KafkaBrokers,
  patience,
  readGroupOffsets,
  startKafkaBrokers,
  startTestLanes,
  type TestDatabase,
  testEngine,
  testKind,
  testMessage,
  testMessages,
  until,
} from '#testing'
import { createLanes } from '../../create-lanes.ts'
import type { Handler, NewMessage } from '../../lanes.ts'
import { onKafka } from './kafka-engine.ts'
import type { KafkaLanes } from './lane-topics.ts'

let brokers: KafkaBrokers
beforeAll(async () => {
  brokers = await startKafkaBrokers()
})
afterAll(() => brokers.stop())

const newLanes = (): KafkaLanes => ({
  kafka: { brokers: brokers.addresses },
  prefix: `m${newUuid().slice(-12)}`,
  partitions: 3,
  replicas: 1,
})

const engine: EngineUnderTest = {
  newLanes,
  offsets: async (lanes) =>
    lanes === undefined ? new Map() : readGroupOffsets(lanes.kafka, `${lanes.prefix}.lanes.standard`),
  loseServer: () => Promise.reject(new Error('one broker cannot be lost')),
}

testEngine('of Kafka', engine, 'all but the loss of servers')

/** Notes each effect in its transaction: a subject as often as it takes effect. */
async function newNotes(shared: TestDatabase) {
  await shared.database.query({
    text: 'create table done (at bigint generated always as identity, subject uuid, payload text)',
  })
  const handle: Handler['handle'] = async (tx, messages) => {
    await tx.query({
      text: 'insert into done (subject, payload) select * from unnest($1::uuid[], $2::text[])',
      values: [messages.map(({ subject }) => subject), messages.map(({ payload }) => payload)],
    })
  }
  const read = async () => {
    const text = 'select subject, payload from done order by at'
    const rows = await shared.database.query<{ subject: string; payload: string }>({ text })
    return rows.map(({ subject, payload }) => ({ subject: subject.replaceAll('-', ''), payload }))
  }
  const allDone = async (messages: readonly NewMessage[]) => {
    await until(async () => (await read()).length >= messages.length, 60_000)
    const subjects = (await read()).map(({ subject }) => subject)
    expect(subjects.toSorted()).toEqual(messages.map(({ subject }) => subject).toSorted())
  }
  return { handle, read, allDone }
}

describe('when the engine is changed from PostgreSQL alone to Kafka', () => {
  test('messages that wait take effect once, and those of a key in their order', async () => {
    const shared = await createTestDatabase()
    const { handle, read, allDone } = await newNotes(shared)
    const before = createLanes({ database: shared.database, onFault: () => undefined })
    const enqueue = (messages: readonly NewMessage[]) =>
      shared.database.transaction((tx) => before.enqueue(tx, messages))
    const keys = Array.from({ length: 30 }, () => newUuid())
    const ordered = Array.from({ length: 50 }, (_, number) =>
      keys.map((subject) => testMessage({ subject, payload: String(number) })),
    )
    const [urgent, notYet] = [testMessages(20, { lane: 'rollback' }), testMessages(20)]
    for (const some of ordered) await enqueue(some)
    const others = testMessages(1_500, { lane: 'bulk', vendor: 3 })
    await enqueue([...others, ...urgent, ...notYet.map((one) => ({ ...one, notBefore: Date.now() * 1000 }))])
    const { left } = await startTestLanes([{ kind: testKind, handle }], {
      ...{ on: shared, openEngine: onKafka(newLanes()), lookIntervalMs: 20 },
    })
    await allDone([...ordered.flat(), ...others, ...urgent, ...notYet])
    const done = await read()
    for (const key of keys) {
      const numbers = done.filter(({ subject }) => subject === key).map(({ payload }) => Number(payload))
      expect(numbers).toEqual(Array.from({ length: 50 }, (_, number) => number))
    }
    await until(async () => (await left()) === 0)
  })

  test('processes of both engines work side by side, and no message takes effect twice', async () => {
    const shared = await createTestDatabase()
    const { handle, allDone } = await newNotes(shared)
    const handlers = [{ kind: testKind, handle, batchMax: () => 20 }]
    const old = await startTestLanes(handlers, { on: shared, lookIntervalMs: 20 })
    const next = await startTestLanes(handlers, { on: shared, openEngine: onKafka(newLanes()), lookIntervalMs: 20 })
    const sent: NewMessage[] = []
    for (let round = 0; round < 10; round += 1) {
      for (const lanes of [old, next]) {
        const messages = testMessages(150, { vendor: round % 3 })
        sent.push(...messages)
        await lanes.enqueue(messages)
      }
    }
    await allDone(sent)
    // What is enqueued for the old processes is taken over when they are gone.
    await old.lanes.stop(patience(5_000))
    const last = testMessages(50)
    await old.enqueue(last)
    await allDone([...sent, ...last])
  })
})

describe('a breaker that is open', () => {
  test('puts aside more messages than are read ahead, so that others go on, and loses none', async () => {
    const shared = await createTestDatabase()
    const { handle, read, allDone } = await newNotes(shared)
    let isBroken = true
    const stuck: Handler = {
      kind: 'test.stuck',
      handle: async (tx, messages) => {
        if (isBroken) throw new Fault({ code: 'away', message: 'away', retryable: true })
        await handle(tx, messages)
      },
    }
    const { enqueue, database } = await startTestLanes([stuck, { kind: testKind, handle }], {
      ...{ on: shared, openEngine: onKafka(newLanes()), lookIntervalMs: 20 },
    })
    const isOpen = async () => (await database.query({ text: 'select from lanes.breakers' })).length === 1
    const first = testMessages(100, { kind: stuck.kind })
    await enqueue(first)
    await until(isOpen)
    const waiting = Array.from({ length: 6 }, () => testMessages(1_000, { kind: stuck.kind }))
    for (const some of waiting) await enqueue(some)
    const others = testMessages(50)
    await enqueue(others)
    await allDone(others)
    expect(await isOpen()).toBe(true)
    isBroken = false
    await allDone([...first, ...waiting.flat(), ...others])
    expect(await read()).toHaveLength(6_150)
    expect(await isOpen()).toBe(false)
  })
})
