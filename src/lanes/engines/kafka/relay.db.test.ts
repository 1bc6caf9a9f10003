import { expect, onTestFinished, test } from 'vitest'
import type { NewRecord } from '#platform/kafka'
import { createTestDatabase, type TestDatabase, testMessage, testMessages, until } from '#testing'
import type { NewMessage } from '../../lanes.ts'
import { enqueueing } from '../enqueue.ts'
import { deleteOutgoingStep, outgoingMessages, outgoingTable, readOutgoingStep } from './outgoing-store.ts'
import { createRelay } from './relay.ts'
import { relaySettings } from './relay-lock.ts'

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
  /** The most sends of a lane that were on their way at once. */
  mostAtOnce: number
}

function startRelay({ database }: TestDatabase): TestRelay {
  const relay: TestRelay = {
    ...{
      sent: [],
      begun: new Set<string>(),
      isBroken: false,
      failing: new Set<number>(),
      held: new Map<string, Promise<void>>(),
      mostAtOnce: 0,
    },
    stop: () => running.stop(),
  }
  let sends = 0
  const running = createRelay({
    ...{ database, intervalMs: 10, topicOf: (lane) => lane, onFault: () => undefined },
    openProducer: () => {
      let underway = 0
      const send = async (records: readonly NewRecord[]) => {
        sends += 1
        relay.begun.add(records[0]?.topic ?? '')
        const isFailing = relay.isBroken || relay.failing.has(sends)
        underway += 1
        relay.mostAtOnce = Math.max(relay.mostAtOnce, underway)
        await database.query({ text: 'select' })
        await relay.held.get(records[0]?.topic ?? '')
        underway -= 1
        if (isFailing) throw new Error('no broker')
        relay.sent.push(...records)
      }
      return { send, close: async () => undefined }
    },
  })
  running.start()
  onTestFinished(() => running.stop())
  return relay
}

const enqueue = ({ database }: TestDatabase, messages: readonly NewMessage[]) =>
  database.transaction(async (tx) => void (await tx.burst(enqueueSteps(messages))))
const left = async ({ database }: TestDatabase) => (await database.query({ text: 'select from lanes.outgoing' })).length

test('a message that is committed after thousands of later ones is relayed, too, and none stays', async () => {
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
  await until(async () => (await left(shared)) === 0)
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
  await until(async () => (await left(shared)) === 0)
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
  await first.stop()
  await enqueue(shared, testMessages(10))
  await until(() => second.sent.length === 10)
})

test('a plan that is kept reads by the index, deletes by place, and compares no row with each of an array', async () => {
  const shared = await createTestDatabase()
  await enqueue(shared, testMessages(20))
  const on = await shared.database.session('plans', { settings: relaySettings })
  onTestFinished(() => on.close())
  const [answer] = await on.burst([readOutgoingStep('standard', { floor: 0n, underway: [], max: 10 })])
  const underway = outgoingMessages('standard', answer)
  const beyond = readOutgoingStep('standard', { floor: 0n, underway, max: 100 })
  const [others] = await on.burst([beyond])
  expect(underway).toHaveLength(10)
  expect(outgoingMessages('standard', others)).toHaveLength(10)
  const planOf = async ({ text }: { readonly text: string }) => {
    const rows = await on.query<{ 'QUERY PLAN': string }>({ text: `explain (generic_plan) ${text}` })
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }
  expect(await planOf(beyond)).toMatch(/Index Scan using outgoing_pkey.*hashed SubPlan/s)
  expect(await planOf(beyond)).not.toMatch(/Sort/)
  expect(await planOf(deleteOutgoingStep(underway))).toMatch(/Tid Scan on outgoing.*ctid = sent\.place/s)
})
