import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { createRecordProducer } from '#platform/kafka'
import { takeLock } from '#platform/postgres'
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

  test('and back: what topics still carry takes effect once, and none of it is forgotten', async () => {
    const shared = await createTestDatabase()
    const { handle, allDone } = await newNotes(shared)
    const openEngine = onKafka(newLanes())
    await shared.database.query({ text: 'insert into lanes.pauses (lane) values (2)' })
    const old = await startTestLanes([{ kind: testKind, handle }], { on: shared, openEngine, lookIntervalMs: 20 })
    const keys = Array.from({ length: 10 }, () => newUuid())
    const ordered = Array.from({ length: 20 }, (_, number) =>
      keys.map((subject) => testMessage({ subject, payload: String(number) })),
    )
    for (const some of ordered) await old.enqueue(some)
    const unsent = 'select from lanes.outgoing join lanes.relayed using (lane) where id > sent'
    await until(async () => (await shared.database.query({ text: unsent })).length === 0)
    await old.lanes.stop(patience(5_000))
    const next = await startTestLanes([{ kind: testKind, handle }], { on: shared, lookIntervalMs: 20 })
    await until(async () => (await shared.database.query({ text: 'select from lanes.outgoing' })).length === 0)
    await shared.database.query({ text: 'delete from lanes.pauses' })
    await allDone(ordered.flat())
    // A process that was not restarted yet enqueues for Kafka.
    const late = testMessages(20)
    await old.enqueue(late)
    await allDone([...ordered.flat(), ...late])
    await until(async () => (await next.left()) === 0)
  })
})

describe('what nobody here can handle now keeps nothing else waiting', () => {
  test('messages of a kind that only a newer program knows are all put aside', async () => {
    const shared = await createTestDatabase()
    const { handle, allDone } = await newNotes(shared)
    const { enqueue, database } = await startTestLanes([{ kind: testKind, handle }], {
      ...{ on: shared, openEngine: onKafka(newLanes()), lookIntervalMs: 20 },
    })
    for (let round = 0; round < 7; round += 1) await enqueue(testMessages(1_000, { kind: 'test.new' }))
    const others = testMessages(50)
    await enqueue(others)
    await allDone(others)
    const aside = async () => (await database.query({ text: 'select from lanes.later' })).length
    await until(async () => (await aside()) === 7_000, 60_000)
  })

  test('more messages of a slow vendor than are read ahead leave its lane to the others', async () => {
    const shared = await createTestDatabase()
    const { handle, allDone } = await newNotes(shared)
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    const slow: Handler['handle'] = async (tx, messages, last) => {
      const others = messages.filter(({ vendor }) => vendor !== 7)
      if (others.length > 0) await handle(tx, others, last)
      return others.length < messages.length ? () => answered : undefined
    }
    const { enqueue } = await startTestLanes([{ kind: testKind, handle: slow, batchMax: () => 20 }], {
      ...{ on: shared, openEngine: onKafka(newLanes()), lookIntervalMs: 20 },
    })
    onTestFinished(() => answer())
    for (let round = 0; round < 8; round += 1) await enqueue(testMessages(1_000, { vendor: 7 }))
    const others = testMessages(50, { vendor: 8 })
    await enqueue(others)
    await allDone(others)
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

describe('records without a message', () => {
  test('odd ones are passed over and counted, and stop nobody', async () => {
    const shared = await createTestDatabase()
    const { handle, allDone } = await newNotes(shared)
    const settings = newLanes()
    const { enqueue, database, faults, lanes } = await startTestLanes([{ kind: testKind, handle }], {
      ...{ on: shared, openEngine: onKafka(settings), lookIntervalMs: 20 },
    })
    const good = { id: '1', kind: testKind, tenant: -1, book: 1, due_at: 0 }
    const odd: [key: string, about: object][] = [
      [newUuid(), { ...good, id: '99999999999999999999999' }],
      [newUuid(), { ...good, id: '9223372036854775808' }],
      ['hello', good],
      [newUuid(), { ...good, due_at: undefined }],
      [newUuid(), { ...good, tenant: 'x' }],
      [newUuid(), { ...good, book: 2 ** 40 }],
      [newUuid(), { ...good, kind: 7 }],
      // All is well with it, but nobody has sent it.
      [newUuid(), good],
    ]
    const producer = createRecordProducer(settings.kafka)
    onTestFinished(() => producer.close())
    await producer.send(
      odd.map(([key, about]) => ({
        ...{ topic: `${settings.prefix}.lanes.standard`, key, value: '{}' },
        headers: { 'munim-message': JSON.stringify(about) },
      })),
    )
    const messages = [...testMessages(50), ...testMessages(50, { book: 2 })]
    await enqueue(messages)
    await allDone(messages)
    await until(() => lanes.metrics.passed('standard') === odd.length)
    expect(faults).toEqual([])
    expect(await database.query({ text: 'select from lanes.dead_letters' })).toEqual([])
  })

  test('the record of a later message brings along the earlier ones of its key, of any kind', async () => {
    const shared = await createTestDatabase()
    const { handle, read } = await newNotes(shared)
    const settings = newLanes()
    // Nothing is relayed: the records of all but the last messages are lost.
    const relay = await shared.database.session('the only relay')
    onTestFinished(() => relay.close())
    expect(await takeLock(relay, 'munim: the relay of the lanes')).toBe(true)
    const other = 'test.other'
    const handlers = [testKind, other].map((kind): Handler => ({ kind, handle }))
    const { enqueue } = await startTestLanes(handlers, {
      on: shared,
      openEngine: onKafka(settings),
      lookIntervalMs: 20,
    })
    const subject = newUuid()
    const kinds = [testKind, testKind, other, testKind, other]
    await enqueue(kinds.map((kind, number) => testMessage({ kind, subject, payload: String(number) })))
    const [last] = await shared.database.query<{ id: bigint }>({ text: 'select max(id) as id from lanes.outgoing' })
    const producer = createRecordProducer(settings.kafka)
    onTestFinished(() => producer.close())
    const about = { id: String(last?.id), kind: other, tenant: -1, book: 1, due_at: 0 }
    const topic = `${settings.prefix}.lanes.standard`
    await producer.send([{ topic, key: subject, value: '', headers: { 'munim-message': JSON.stringify(about) } }])
    await until(async () => (await read()).length === kinds.length, 60_000)
    expect((await read()).map(({ payload }) => Number(payload))).toEqual([0, 1, 2, 3, 4])
  })

  test('a later message whose unit was lost waits for an earlier one of its key that was committed meanwhile', async () => {
    const shared = await createTestDatabase()
    const { handle, read } = await newNotes(shared)
    const writer = await shared.database.session('writer')
    onTestFinished(() => writer.close())
    let tries = 0
    const broken: Handler['handle'] = async (tx, messages, last) => {
      tries += 1
      if (tries === 1) {
        await writer.query({ text: 'commit' })
        await tx.query({ text: 'select pg_terminate_backend(pg_backend_pid())' })
      }
      await handle(tx, messages, last)
    }
    const handlers: Handler[] = [
      { kind: testKind, handle: broken },
      { kind: 'test.other', handle },
    ]
    const { enqueue, lanes } = await startTestLanes(handlers, {
      ...{ on: shared, openEngine: onKafka(newLanes()), lookIntervalMs: 20 },
    })
    const subject = newUuid()
    await writer.query({ text: 'begin' })
    await writer.burst(lanes.enqueueSteps([testMessage({ kind: 'test.other', subject, payload: '1' })]))
    await enqueue([testMessage({ subject, payload: '2' })])
    await until(async () => (await read()).length === 2, 30_000)
    expect((await read()).map(({ payload }) => payload)).toEqual(['1', '2'])
  })

  test('two databases do not share topics; what a copy of one has read is sent again', async () => {
    const [one, other, copy] = [await createTestDatabase(), await createTestDatabase(), await createTestDatabase()]
    const settings = { ...newLanes(), againAfterMs: 100 }
    const start = async (on: TestDatabase) => {
      const notes = await newNotes(on)
      const options = { on, openEngine: onKafka(settings), lookIntervalMs: 20 }
      return { ...notes, ...(await startTestLanes([{ kind: testKind, handle: notes.handle }], options)) }
    }
    const first = await start(one)
    const refused = createLanes({ database: other.database, onFault: () => undefined, openEngine: onKafka(settings) })
    onTestFinished(() => refused.stop(patience(5_000)))
    await expect(refused.start()).rejects.toThrow(/belong to another database/)
    // A copy has the same id.
    const [row] = await one.database.query<{ id: string }>({ text: 'select id from lanes.installation' })
    await copy.database.query({ text: 'insert into lanes.installation (id) values ($1)', values: [row?.id] })
    const second = await start(copy)
    const messages: NewMessage[] = []
    await until(async () => {
      const some = testMessages(20)
      messages.push(...some)
      await first.enqueue(some)
      return second.lanes.metrics.passed('standard') > 0
    }, 60_000)
    // Those of its partitions stay with it as long as it lives.
    await second.lanes.stop(patience(5_000))
    await first.allDone(messages)
    expect(await second.read()).toEqual([])
    expect(await one.database.query({ text: 'select from lanes.outgoing' })).toEqual([])
  })
})
