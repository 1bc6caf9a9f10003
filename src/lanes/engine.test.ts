import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { createTestDatabase } from '#testing'
import { createLanes, type Handler, type Message, type NewMessage } from './index.ts'

async function startEngine(handle: Handler['handle'], options: { batchMax?: number } = {}) {
  const { database } = await createTestDatabase()
  const faults: unknown[] = []
  const lanes = createLanes({ database, onFault: (error) => faults.push(error) })
  lanes.register({ kind: 'test.work', handle, ...options })
  await lanes.start()
  onTestFinished(() => lanes.stop(5_000))
  const enqueue = async (messages: readonly NewMessage[]) => {
    await database.transaction((tx) => lanes.enqueue(tx, messages))
    lanes.wake()
  }
  return { database, lanes, faults, enqueue }
}

const message = (more: Partial<NewMessage> = {}): NewMessage => ({
  lane: 'standard',
  kind: 'test.work',
  book: 1,
  vendor: 0,
  subject: newUuid(),
  ...more,
})

async function until(holds: () => boolean, ms = 5_000) {
  const end = performance.now() + ms
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to hold in time')
    await sleep(2)
  }
}

test('messages are handled once, in the order of enqueueing, and are gone', async () => {
  const seen: Message[] = []
  const { enqueue, database, faults } = await startEngine(async (_tx, messages) => void seen.push(...messages))
  const sent = Array.from({ length: 1000 }, (_, index) => message({ payload: `{"n":${index}}` }))
  await enqueue(sent)
  await until(() => seen.length >= 1000)
  await sleep(50)
  expect(seen.map(({ subject }) => subject)).toEqual(sent.map(({ subject }) => subject))
  expect(seen[7]).toMatchObject({
    payload: '{"n":7}',
    attempts: 0,
    lane: 'standard',
    kind: 'test.work',
    book: 1,
    vendor: 0,
  })
  expect(await database.query({ text: 'select id from lanes.messages' })).toEqual([])
  expect(faults).toEqual([])
})

test('a lone message is handled at once, and what another process enqueues soon', async () => {
  let handled = 0
  const { enqueue, database } = await startEngine(async (_tx, messages) => void (handled += messages.length))
  await enqueue([message()])
  await until(() => handled === 1)
  const started = performance.now()
  await enqueue([message()])
  await until(() => handled === 2)
  console.log('lone', performance.now() - started)
  const again = performance.now()
  const other = createLanes({ database, onFault: () => undefined })
  await database.transaction((tx) => other.enqueue(tx, [message()]))
  await until(() => handled === 3)
  console.log('other', performance.now() - again)
})

test('a message with a time is handled then', async () => {
  let handledAt = 0
  const { enqueue, database } = await startEngine(async () => void (handledAt = performance.now()))
  const rows = await database.query<{ now: bigint }>({
    text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
  })
  const start = performance.now()
  await enqueue([message({ notBefore: Number(rows[0]?.now) + 300_000 })])
  await until(() => handledAt > 0)
  console.log('delay', handledAt - start)
})

test('the poison message of a batch becomes a dead letter and the others are handled', async () => {
  const seen = new Set<string>()
  const bad = message()
  const { enqueue, database, faults } = await startEngine(async (_tx, messages) => {
    if (messages.some(({ subject }) => subject === bad.subject)) throw new TypeError('poison')
    for (const { subject } of messages) seen.add(subject)
  })
  const sent = Array.from({ length: 100 }, () => message())
  await enqueue([...sent.slice(0, 33), bad, ...sent.slice(33)])
  await until(() => seen.size === 100)
  await sleep(100)
  const dead = await database.query({ text: 'select code, reason, cause, attempts from lanes.dead_letters' })
  expect(dead).toEqual([{ code: 'TypeError', reason: 'poison', cause: 'permanent', attempts: 1 }])
  expect(faults).toEqual([])
})

test('a retryable fault is tried again', async () => {
  let tries = 0
  const attempts: number[] = []
  const { enqueue } = await startEngine(async (_tx, messages) => {
    attempts.push(messages[0]?.attempts ?? -1)
    tries += 1
    if (tries < 4) throw new Fault({ code: 'away', message: 'away', retryable: true })
  })
  await enqueue([message()])
  await until(() => tries === 4)
  expect(attempts).toEqual([0, 1, 2, 3])
})
