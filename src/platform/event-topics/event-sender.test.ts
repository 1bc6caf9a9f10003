import { expect, it, vi } from 'vitest'
import type { NewRecord, RecordProducer } from '../kafka/index.ts'
import { createEventSender, type PublishedEvent } from './event-sender.ts'

type Sent = { readonly topic: string; readonly partition: number; readonly value: string }

/** A key is the number of its partition. */
function topics() {
  const sent: Sent[] = []
  const down = new Set<string>()
  let failed = 0
  const producer: Pick<RecordProducer, 'send' | 'reaches'> = {
    reaches: async (topic, partition) => !down.has(`${topic}/${partition}`),
    send: async (records, heldBack = new Set()) => {
      const lines = Map.groupBy(records, ({ topic, key }) => `${topic}/${key}`)
      return [...lines].flatMap(([line, some]) => {
        const { topic = '', key = '' } = some[0] ?? {}
        const partition = Number(key)
        if (heldBack.has(partition)) return [{ topic, partition, records: some, fault: undefined }]
        if (!down.has(line)) {
          sent.push(...some.map(({ value }) => ({ topic, partition, value })))
          return []
        }
        failed += 1
        return [{ topic, partition, records: some, fault: new Error(`${line} is away`) as never }]
      })
    },
  }
  return { sent, down, producer, failed: () => failed }
}

const event = (position: number, line: string, size = 0): PublishedEvent => {
  const [topic = '', key = ''] = line.split('/')
  const record: NewRecord = { topic, key, value: `${position}${' '.repeat(size)}` }
  return { id: `e${position}`, position: BigInt(position), record }
}
const valuesOf = (sent: readonly Sent[], line?: string) =>
  sent
    .filter(({ topic, partition }) => line === undefined || line === `${topic}/${partition}`)
    .map(({ value }) => Number(value))
const untilSent = (isSent: () => Promise<boolean>) => vi.waitUntil(isSent, { timeout: 60_000, interval: 20 })
const turn = () => new Promise((resolve) => setImmediate(resolve))

it('publishes all but what waits for a partition, of every topic, and each once', async () => {
  const { sent, down, producer, failed } = topics()
  const send = createEventSender(producer)
  const events = [event(1, 'a/0'), event(2, 'a/1'), event(3, 'b/1'), event(4, 'a/0'), event(5, 'a/1')]
  down.add('a/1')
  expect(await send(7, events)).toMatchObject({ position: 2n, fault: { message: 'a/1 is away' } })
  expect(valuesOf(sent).toSorted()).toEqual([1, 3, 4])
  const later = [...events.slice(1), event(6, 'a/1'), event(7, 'b/1')]
  expect(await send(7, later)).toMatchObject({ position: 2n, fault: { message: 'a/1 is away' } })
  expect(await send(8, [event(1, 'a/1'), event(2, 'a/2')])).toMatchObject({ position: 1n })
  expect(valuesOf(sent).toSorted()).toEqual([1, 2, 3, 4, 7])
  // It is not waited for again until its leader answers.
  expect(failed()).toBe(1)
  down.clear()
  await untilSent(async () => (await send(7, later)) === undefined)
  expect(valuesOf(sent, 'a/1')).toEqual([2, 5, 6])
  expect(valuesOf(sent, 'b/1')).toEqual([3, 7])
})

it('lets no later record of a partition overtake one that waits, however large the batch is', async () => {
  const { sent, down, producer } = topics()
  let isBack = false
  const send = createEventSender({
    reaches: async (...named) => {
      await turn()
      return producer.reaches(...named)
    },
    send: async (records, heldBack) => {
      const unsent = await producer.send(records, heldBack)
      // The partition is back while the rest of the batch is sent.
      if (isBack) down.clear()
      await turn()
      return unsent
    },
  })
  down.add('a/0')
  const large = [event(1, 'a/0', 400_000), event(2, 'a/0', 400_000), event(3, 'a/1', 400_000), event(4, 'a/0', 400_000)]
  expect(await send(7, large)).toMatchObject({ position: 1n })
  isBack = true
  await untilSent(async () => (await send(7, large)) === undefined)
  expect(valuesOf(sent, 'a/0')).toEqual([1, 2, 4])
  expect(valuesOf(sent, 'a/1')).toEqual([3])
})

it('publishes all again from another position on, as after a replay', async () => {
  const { sent, down, producer } = topics()
  const send = createEventSender(producer)
  down.add('a/1')
  await send(7, [event(1, 'a/0'), event(2, 'a/1'), event(3, 'a/0')])
  expect(await send(7, [event(1, 'a/0'), event(2, 'a/1'), event(3, 'a/0')])).toMatchObject({ position: 2n })
  expect(valuesOf(sent)).toEqual([1, 3, 1, 3])
})
