import { expect, it } from 'vitest'
import { createTestDatabase, until } from '#testing'
import { appendEventsSteps, createFeedSequencer } from '../outbox/index.ts'
import type { Consumer } from './consumer.ts'
import { createConsumers } from './consumers.ts'

const onFault = () => undefined

it.each([
  ['fails', () => Promise.reject(new Error('cut off'))],
  ['delivers nothing', (position: bigint) => ({ position, fault: new Error('cut off'), isAll: true })],
])('a consumer that %s in its process goes on in another one', async (_, cutOff) => {
  const { database } = await createTestDatabase()
  const sequencer = createFeedSequencer({ database, onFault })
  const start = async (deliver: Consumer['deliver'] & object) => {
    const all: Consumer[] = [{ name: 'counting', about: '', deliver }]
    const consumers = createConsumers(all, { database, events: [], onFault })
    await consumers.start()
    return consumers
  }
  const events = [1, 2].map((number) => ({ book: 1, type: 'order.created', data: JSON.stringify({ number }) }))
  await database.transaction((tx) => tx.burst(appendEventsSteps(0, events)))
  await sequencer.sequence()
  let isCutOff = false
  const sent: unknown[] = []
  const first = await start(async (batch) => {
    isCutOff = true
    return cutOff(batch.events[0]?.position ?? 0n)
  })
  await until(() => isCutOff)
  const second = await start(async (batch) => void sent.push(...batch.events.map(({ data }) => data)))
  await until(() => sent.length > 0)
  expect(sent).toEqual([{ number: 1 }, { number: 2 }])
  await Promise.all([first.stop(10_000), second.stop(10_000)])
  await sequencer.stop()
})
