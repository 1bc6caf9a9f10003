import { expect, onTestFinished, test } from 'vitest'
import type { NewRecord } from '#platform/kafka'
import { createTestDatabase, type TestDatabase, testMessage, testMessages, until } from '#testing'
import type { NewMessage } from '../../lanes.ts'
import { enqueueing } from '../enqueue.ts'
import { outgoingTable } from './outgoing-store.ts'
import { createRelay } from './relay.ts'

const enqueueSteps = enqueueing({ name: 'lanes-enqueue-outgoing', table: outgoingTable })

type TestRelay = { readonly sent: NewRecord[]; readonly stop: () => Promise<void>; isBroken: boolean }

function startRelay({ database }: TestDatabase): TestRelay {
  const relay: TestRelay = { sent: [], isBroken: false, stop: () => running.stop() }
  const running = createRelay({
    ...{ database, intervalMs: 10, topicOf: (lane) => lane, onFault: () => undefined },
    openProducer: () => ({
      send: async (records) => {
        if (relay.isBroken) throw new Error('no broker')
        relay.sent.push(...records)
      },
      close: async () => undefined,
    }),
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
