import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import type { NewRecord, RecordProducer } from '#platform/kafka'
import { createTestDatabase, type TestDatabase, testKind, testMessage, testMessages, until } from '#testing'
import type { NewMessage } from '../../lanes.ts'
import { enqueueing } from '../enqueue.ts'
import { outgoingMessages, outgoingTable, readOutgoingStep } from './outgoing-store.ts'
import { createRelay, type RelayDependencies } from './relay.ts'
import { relaySettings } from './relay-lock.ts'
import { takeStep } from './waiting-store.ts'

const enqueueSteps = enqueueing({ name: 'lanes-enqueue-outgoing', table: outgoingTable })

type TestRelay = {
  readonly sent: NewRecord[]
  readonly stop: () => Promise<void>
  isBroken: boolean
  /** The sends that fail, by their number. */
  readonly failing: Set<number>
  /** The lanes of which a send has begun. */
  readonly begun: Set<string>
  /** No send of the lane ends before this. */
  readonly held: Map<string, Promise<void>>
  /** Of three partitions, those that cannot be written. */
  readonly unwritten: Set<number>
  /** The lanes whose topic is gone, and how often a send met that. */
  readonly gone: Set<string>
  refused: number
  /** Called in each send. */
  whileSending: () => Promise<unknown>
  /** The most sends of a lane that were on their way at once. */
  mostAtOnce: number
}

const partitionOf = (key: string) => Number.parseInt(key.slice(-4), 16) % 3

function startRelay({ database }: Pick<TestDatabase, 'database'>, more: Partial<RelayDependencies> = {}): TestRelay {
  const relay: TestRelay = {
    ...{
      sent: [],
      begun: new Set<string>(),
      isBroken: false,
      failing: new Set<number>(),
      unwritten: new Set<number>(),
      held: new Map<string, Promise<void>>(),
      mostAtOnce: 0,
      gone: new Set<string>(),
      refused: 0,
    },
    stop: () => running.stop(),
    whileSending: () => database.query({ text: 'select' }),
  }
  let sends = 0
  const running = createRelay({
    ...{ database, intervalMs: 10, topicOf: (lane) => lane, onFault: () => undefined, ...more },
    openProducer: () => {
      let underway = 0
      const send: RecordProducer['send'] = async (records, heldBack = new Set()) => {
        sends += 1
        relay.begun.add(records[0]?.topic ?? '')
        const isFailing = relay.isBroken || relay.failing.has(sends)
        underway += 1
        relay.mostAtOnce = Math.max(relay.mostAtOnce, underway)
        const away = new Set(relay.unwritten)
        await relay.whileSending()
        await relay.held.get(records[0]?.topic ?? '')
        underway -= 1
        if (isFailing) throw new Error('no broker')
        if (relay.gone.has(records[0]?.topic ?? '')) {
          relay.refused += 1
          throw new Error('no topic')
        }
        const isUnsent = ({ key }: NewRecord) => heldBack.has(partitionOf(key)) || away.has(partitionOf(key))
        relay.sent.push(...records.filter((record) => !isUnsent(record)))
        return [...Map.groupBy(records.filter(isUnsent), ({ key }) => partitionOf(key))].map(([partition, some]) => ({
          ...{ topic: records[0]?.topic ?? '', partition, records: some },
          fault: heldBack.has(partition) ? undefined : new Fault({ code: 'away', message: 'away', retryable: true }),
        }))
      }
      return { send, reaches: async () => true, knows: async () => true, close: async () => undefined }
    },
  })
  running.start()
  onTestFinished(() => running.stop())
  return relay
}

const enqueue = ({ database }: TestDatabase, messages: readonly NewMessage[]) =>
  database.transaction(async (tx) => void (await tx.burst(enqueueSteps(messages))))
/** As a worker does. */
const handleAll = ({ database }: TestDatabase) => database.query({ text: 'delete from lanes.outgoing' })

test('a message that is committed after thousands of later ones is relayed, too, and each once', async () => {
  const shared = await createTestDatabase()
  const { sent } = startRelay(shared)
  const late = testMessage()
  const writer = await shared.database.session('writer')
  await writer.burst([{ name: 'begin', text: 'begin' }, ...enqueueSteps([late])])
  for (let round = 0; round < 5; round += 1) await enqueue(shared, testMessages(1_500))
  await until(() => sent.length === 7_500)
  // Long enough for several floors, if one could rise.
  const begun = performance.now()
  while (performance.now() - begun < 1_000) await enqueue(shared, [testMessage()])
  await writer.burst([{ name: 'commit', text: 'commit' }])
  await writer.close()
  await until(() => sent.some(({ key }) => key === late.subject))
  const known = sent.length
  await enqueue(shared, [testMessage()])
  await until(() => sent.length > known)
  expect(new Set(sent.map(({ key }) => key)).size).toBe(sent.length)
})

test('messages that could not be sent are sent before later ones', async () => {
  const shared = await createTestDatabase()
  const relay = startRelay(shared)
  relay.isBroken = true
  const messages = testMessages(20)
  for (const message of messages) await enqueue(shared, [message])
  relay.isBroken = false
  await until(() => relay.sent.length === 20)
  expect(relay.sent.map(({ key }) => key)).toEqual(messages.map(({ subject }) => subject))
})

test('a backlog is sent in its order, page after page, also when a page had to be sent again', async () => {
  const shared = await createTestDatabase()
  const messages = testMessages(15_000)
  for (let from = 0; from < messages.length; from += 1_500) await enqueue(shared, messages.slice(from, from + 1_500))
  const relay = startRelay(shared)
  relay.failing.add(2)
  await until(() => relay.sent.length >= messages.length)
  expect(relay.sent.map(({ key }) => key)).toEqual(messages.map(({ subject }) => subject))
  expect(relay.mostAtOnce).toBe(1)
})

/** In the order in which they were sent first. */
const keysOf = (...relays: TestRelay[]) => [...new Set(relays.flatMap(({ sent }) => sent.map(({ key }) => key)))]

test('a partition that cannot be written holds back its own messages only, however many, and they follow in order', async () => {
  const shared = await createTestDatabase()
  const messages = testMessages(15_000)
  for (let from = 0; from < messages.length; from += 1_500) await enqueue(shared, messages.slice(from, from + 1_500))
  const isHeld = (subject: string) => partitionOf(subject) === 1
  const free = messages.filter(({ subject }) => !isHeld(subject))
  const relay = startRelay(shared)
  relay.unwritten.add(1)
  await until(() => relay.sent.length >= free.length)
  expect(keysOf(relay)).toEqual(free.map(({ subject }) => subject))
  const later = testMessages(300)
  await enqueue(shared, later)
  await until(() => relay.sent.some(({ key }) => key === later.findLast(({ subject }) => !isHeld(subject))?.subject))
  relay.unwritten.clear()
  await until(() => keysOf(relay).length === 15_300)
  const expected = [...messages, ...later].filter(({ subject }) => isHeld(subject)).map(({ subject }) => subject)
  expect(keysOf(relay).filter(isHeld)).toEqual(expected)
})

test('a partition that is written again while pages follow each other has its messages sent, all and in their order', async () => {
  const shared = await createTestDatabase()
  const messages = testMessages(21_000)
  for (let from = 0; from < messages.length; from += 1_500) await enqueue(shared, messages.slice(from, from + 1_500))
  const isHeld = (subject: string) => partitionOf(subject) === 1
  const relay = startRelay(shared)
  relay.unwritten.add(1)
  relay.whileSending = async () => {
    relay.unwritten.clear()
    // Some pages later, the partition is tried again.
    await shared.database.query({ text: 'select pg_sleep(0.2)' })
  }
  await until(() => relay.sent.length >= messages.length, 30_000)
  const expected = messages.filter(({ subject }) => isHeld(subject)).map(({ subject }) => subject)
  expect(keysOf(relay).filter(isHeld)).toEqual(expected)
  expect(relay.sent).toHaveLength(messages.length)
})

test('messages of the other engine that have one key are adopted in their order, whatever their kinds', async () => {
  const shared = await createTestDatabase()
  const enqueueOther = enqueueing({ name: 'lanes-enqueue', table: 'lanes.messages' })
  const [subject, others] = [newUuid(), testMessages(4_100, { kind: 'test.a' })]
  const all = [testMessage({ kind: 'test.b', subject }), testMessage({ kind: 'test.a', subject }), ...others]
  await shared.database.transaction(async (tx) => void (await tx.burst(enqueueOther(all))))
  const { sent } = startRelay(shared)
  await until(() => sent.length === all.length, 30_000)
  const kinds = sent.filter(({ key }) => key === subject).map((record) => JSON.stringify(record.headers))
  expect(kinds).toEqual([expect.stringContaining('test.b'), expect.stringContaining('test.a')])
})

test('a relay that cannot write a partition gives the others their turn', async () => {
  const shared = await createTestDatabase()
  const first = startRelay(shared)
  first.unwritten.add(1)
  await enqueue(shared, testMessages(90))
  await until(() => first.sent.length > 0)
  const second = startRelay(shared)
  await until(() => keysOf(first, second).length === 90, 60_000)
  expect(second.sent.length).toBeGreaterThan(0)
})

test('urgent messages do not wait for a page of another lane', async () => {
  const shared = await createTestDatabase()
  const relay = startRelay(shared)
  const bulk = Promise.withResolvers<void>()
  relay.held.set('bulk', bulk.promise)
  await enqueue(shared, testMessages(10, { lane: 'bulk' }))
  await until(() => relay.begun.has('bulk'))
  await enqueue(shared, testMessages(10, { lane: 'rollback' }))
  await until(() => relay.sent.filter(({ topic }) => topic === 'rollback').length === 10)
  expect(relay.sent).toHaveLength(10)
  bulk.resolve()
  await until(() => relay.sent.length === 20)
})

test('one relay is at work, and another one takes over', async () => {
  const shared = await createTestDatabase()
  const first = startRelay(shared)
  await enqueue(shared, testMessages(10))
  await until(() => first.sent.length === 10)
  const second = startRelay(shared)
  await enqueue(shared, testMessages(10))
  await until(() => first.sent.length === 20)
  expect(second.sent).toEqual([])
  await handleAll(shared)
  await first.stop()
  await enqueue(shared, testMessages(10))
  await until(() => second.sent.length === 10)
})

test('a plan that is kept reads and takes by an index, deletes by place, and compares no row with each of an array', async () => {
  const shared = await createTestDatabase()
  await enqueue(shared, testMessages(20))
  const on = await shared.database.session('plans', { settings: relaySettings })
  onTestFinished(() => on.close())
  const [answer] = await on.burst([readOutgoingStep('standard', { floor: 0n, known: [], max: 10 })])
  const first = outgoingMessages('standard', answer)
  const beyond = readOutgoingStep('standard', { floor: 0n, known: first.map(({ id }) => id), max: 100 })
  const [others] = await on.burst([beyond])
  expect(first).toHaveLength(10)
  expect(outgoingMessages('standard', others)).toHaveLength(10)
  const planOf = async ({ text }: { readonly text: string }) => {
    const rows = await on.query<{ 'QUERY PLAN': string }>({ text: `explain (generic_plan) ${text}` })
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }
  expect(await planOf(beyond)).toMatch(/Index Scan using outgoing_pkey.*hashed SubPlan/s)
  expect(await planOf(beyond)).not.toMatch(/Sort/)
  await on.query({ text: 'set enable_seqscan = on; set enable_bitmapscan = on; set enable_sort = on' })
  const taking = await planOf(takeStep({ lane: 'standard', kind: testKind }, first))
  expect(taking).toMatch(/Index Scan using outgoing_of_subject/)
  expect(taking).toMatch(/Tid Scan on outgoing/)
  expect(taking).not.toMatch(/Seq Scan/)
})

test('what was sent and is not handled is sent again: by a new relay, after a switch of the database, and after a time', async () => {
  const shared = await createTestDatabase()
  const { database } = shared
  const first = startRelay(shared)
  const messages = testMessages(20)
  await enqueue(shared, messages)
  await until(() => first.sent.length === 20)
  await first.stop()
  let switched = () => {}
  const onNewEpoch = (reported: () => void) => {
    switched = reported
    return () => undefined
  }
  const next = startRelay({ database: { ...database, onNewEpoch } })
  await until(() => next.sent.length === 20)
  switched()
  await until(() => next.sent.length === 40)
  expect(next.sent.slice(20).map(({ key }) => key)).toEqual(messages.map(({ subject }) => subject))
  await next.stop()
  // Workers say that all of it may still be in the topic: nothing is known to be lost.
  const report = (records: number) =>
    database.query({
      text: `insert into lanes.workers (id, lane, in_flight, done, per_second, true_per_second, underway, seen_at)
        values (gen_random_uuid(), 2, 0, 0, 0, 0, $1, now() + interval '1 hour')`,
      values: [records],
    })
  await report(20)
  const last = startRelay(shared, { againAfterMs: 200 })
  await until(() => last.sent.length === 20)
  await database.query({ text: 'delete from lanes.workers' })
  await report(19)
  await until(() => last.sent.length >= 40)
  await handleAll(shared)
})

test('a topic that is gone keeps only its own lane waiting, and nothing of another lane is sent again', async () => {
  const shared = await createTestDatabase()
  const relay = startRelay(shared)
  await enqueue(shared, testMessages(100, { lane: 'bulk' }))
  await until(() => relay.sent.length === 100)
  relay.gone.add('standard')
  const waiting = testMessages(20)
  for (const message of waiting) await enqueue(shared, [message])
  await until(() => relay.refused >= 3, 30_000)
  await enqueue(shared, testMessages(10, { lane: 'bulk' }))
  await until(() => relay.sent.length >= 110)
  expect(new Set(relay.sent.map(({ key }) => key)).size).toBe(110)
  expect(relay.sent).toHaveLength(110)
  relay.gone.clear()
  await until(() => relay.sent.length === 130, 30_000)
  expect(relay.sent.slice(110).map(({ key }) => key)).toEqual(waiting.map(({ subject }) => subject))
})
