import { Type } from 'typebox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase, until } from '#testing'
import { appendEventsSteps, createFeedSequencer, type FeedEvents, type FeedSequencer } from '../outbox/index.ts'
import type { Database } from '../postgres/index.ts'
import type { Consumer, EventBatch } from './consumer.ts'
import { readStates } from './consumer-read-model.ts'
import { type Consumers, createConsumers } from './consumers.ts'
import { replay, setPaused } from './control-consumer.ts'

let test: TestDatabase
let sequencer: FeedSequencer
let faults: string[]
const running: Consumers[] = []

beforeEach(async () => {
  test = await createTestDatabase()
  faults = []
  sequencer = createFeedSequencer({ database: test.database, onFault: (fault) => faults.push(fault.message) })
  await test.database.query({
    text: 'create table effects (book integer, number integer, place bigint generated always as identity)',
  })
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop(stopMs)))
  await sequencer.stop()
})

/** Events with these numbers, in the feed of a book. */
async function append(numbers: readonly number[], { book = 1, type = 'order.created', at = 0 } = {}): Promise<void> {
  const events = numbers.map((number) => ({ book, type, data: JSON.stringify({ number }) }))
  await test.database.transaction((tx) => tx.burst(appendEventsSteps(at, events)))
  await sequencer.sequence()
}

async function start(
  consumer: Consumer,
  { database = test.database, events = [] }: { database?: Database; events?: readonly FeedEvents[] } = {},
): Promise<Consumers> {
  const onFault = (error: unknown) => faults.push((error as Error).message)
  const one = createConsumers([consumer], { database, events, onFault })
  running.push(one)
  await one.start()
  return one
}

const name = 'counting'
const stopMs = 10_000
const numbersOf = ({ events }: EventBatch) => events.map(({ data }) => (data as { number: number }).number)

/** Keeps what it handles in a table. */
const counting = (also: Partial<Pick<Consumer, 'types'>> & { fails?: (numbers: readonly number[]) => boolean } = {}) =>
  ({
    ...{ name, about: '', ...(also.types && { types: also.types }) },
    handle: async (tx, batch) => {
      await tx.query({
        text: 'insert into effects (book, number) select $1, unnest($2::integer[])',
        values: [batch.book, numbersOf(batch)],
      })
      if (also.fails?.(numbersOf(batch))) throw new Error('it cannot be handled')
    },
  }) satisfies Consumer

async function effects(book = 1): Promise<number[]> {
  const rows = await test.database.query<{ number: number }>({
    text: 'select number from effects where book = $1 order by place',
    values: [book],
  })
  return rows.map(({ number }) => number)
}

const state = async (book = 1) => (await readStates(test.database, { names: [name], book }))[0]
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

describe('a consumer', () => {
  it('handles the events of each book once and in order, whatever runs beside it and fails', async () => {
    let fails = 0
    const consumer = counting({
      fails: () => {
        fails += 1
        return fails % 3 === 1
      },
    })
    await append(range(1, 30))
    await Promise.all([start(consumer), start(consumer), start(consumer)])
    for (let from = 31; from < 300; from += 30) {
      await append(range(from, from + 29))
      await append([from], { book: 2 })
    }
    await until(async () => (await effects()).length >= 300)
    await until(async () => (await effects(2)).length >= 9)
    await until(async () => (await state())?.lagEvents === 0)
    expect(await effects()).toEqual(range(1, 300))
    expect(await state(2)).toMatchObject({ position: 9n, lastPosition: 9n, lagSeconds: 0 })
    expect(fails).toBeGreaterThan(1)
  })

  it('gets the events of its types, and its position passes over the others', async () => {
    await append([1, 2])
    await append([3], { type: 'order.failed' })
    await append([4])
    await start(counting({ types: ['order.failed'] }))
    await until(async () => (await state())?.position === 4n)
    expect(await effects()).toEqual([3])
  })

  it('goes on up to an event that cannot be handled, says so, and goes on behind it after a replay from there', async () => {
    await append(range(1, 20))
    await start(counting({ fails: (numbers) => numbers.includes(13) }))
    await until(() => faults.length > 0)
    expect(faults[0]).toBe('it cannot be handled')
    expect(await effects()).toEqual(range(1, 12))
    expect(await state()).toMatchObject({ fault: 'it cannot be handled', position: 12n, lagEvents: 8 })
    expect(await replay(test.database, { name, book: 1, from: { position: 14n } })).toMatchObject({ ok: true })
    await until(async () => (await state())?.lagEvents === 0)
    await until(async () => (await state())?.fault === undefined)
    expect(await effects()).toEqual([...range(1, 12), ...range(14, 20)])
  })

  it('is paused and resumed', async () => {
    await test.database.transaction((tx) => setPaused(tx, name, '0'.repeat(32)))
    await append([1])
    await start(counting())
    await append([2])
    expect(await state()).toMatchObject({ position: 0n, lagEvents: 2, pausedAt: expect.any(Number) })
    await test.database.transaction((tx) => setPaused(tx, name, undefined))
    await until(async () => (await effects()).length === 2)
    expect((await state())?.pausedAt).toBeUndefined()
  })

  it('repeats events from a position or a time on, as far as the feed has them', async () => {
    const second = 1_000_000
    for (const at of [1, 2, 3]) await append([10 * at, 10 * at + 1], { at: at * second })
    await start(counting())
    const caughtUp = () => until(async () => (await state())?.lagEvents === 0)
    const again = async (from: Parameters<typeof replay>[1]['from']) => {
      await caughtUp()
      const had = (await effects()).length
      await replay(test.database, { name, book: 1, from })
      await caughtUp()
      return (await effects()).slice(had)
    }
    expect(await again({ position: 6n })).toEqual([31])
    expect(await again({ time: 2 * second })).toEqual([20, 21, 30, 31])
    expect(await again({ time: 4 * second })).toEqual([])
    expect(await replay(test.database, { name, book: 1, from: { position: 8n } })).toMatchObject({ ok: false })
    await test.database.query({ text: 'update platform.feeds set dropped_position = 2' })
    await test.database.query({ text: 'delete from platform.outbox where first_position = 1' })
    expect(await replay(test.database, { name, book: 1, from: { position: 2n } })).toEqual({
      ...{ ok: false, kept: { from: 3n, to: 6n } },
    })
  })

  it('says what was dropped before it came to it', async () => {
    await append([1, 2])
    await append([3])
    await test.database.query({ text: 'update platform.feeds set dropped_position = 2' })
    await test.database.query({ text: 'delete from platform.outbox where first_position = 1' })
    await start(counting())
    await until(async () => (await effects()).length === 1)
    expect(faults).toEqual([
      'The consumer counting goes on at position 3 of book 1: 2 events before it were dropped as too old.',
    ])
  })

  it('goes on behind events that were all dropped before it came to them, and says so', async () => {
    await append([1, 2, 3])
    await test.database.query({ text: 'update platform.feeds set dropped_position = last_position' })
    await test.database.query({ text: 'delete from platform.outbox' })
    await start(counting())
    await until(async () => (await state())?.lagEvents === 0)
    expect(await state()).toMatchObject({ position: 3n, fault: undefined })
    await append([4])
    await until(async () => (await effects()).length === 1)
    expect(faults).toEqual([
      'The consumer counting goes on at position 4 of book 1: 3 events before it were dropped as too old.',
    ])
  })
})

describe('after a switch to a server that lacks the last events, a consumer', () => {
  /** What a copy from before the last event has, and then other events there: some of it under the same number of a row. */
  const switchServers = async (numbers: readonly number[]) => {
    await test.database.query({
      text: `select setval('platform.outbox_rows', (select min(id & 1099511627775) from platform.outbox where first_position = 4), false)`,
    })
    await test.database.query({ text: 'delete from platform.outbox where first_position >= 4' })
    await test.database.query({ text: 'update platform.feeds set last_position = 3' })
    for (const number of numbers) await append([number], { at: 1_000_000 })
  }
  /** Blocks the consumer between reading and its effect, once for the event 4. */
  const gated = () => {
    const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let isOver = false
    const wait = async (numbers: readonly number[]) => {
      if (isOver || !numbers.includes(4)) return
      isOver = true
      reached.resolve()
      await opened.promise
    }
    return { wait, reached: reached.promise, open: opened.resolve }
  }
  /** Renders events from their subjects, which takes until the gate is open. */
  const rendered = (wait: (numbers: readonly number[]) => Promise<void>): FeedEvents => ({
    ...{ types: ['order.created'], schema: Type.Unknown() },
    readData: async (_, __, events) => {
      await wait(events.map(({ subject }) => subject ?? 0))
      return new Map(events.map(({ id, subject }) => [id, { number: subject }]))
    },
  })
  const appendSubjects = async (subjects: readonly number[]) => {
    const events = subjects.map((subject) => ({ book: 1, type: 'order.created', subject }))
    await test.database.transaction((tx) => tx.burst(appendEventsSteps(0, events)))
    await sequencer.sequence()
  }

  it('delivers those that have their positions there', async () => {
    const { wait, reached, open } = gated()
    const sent: number[] = []
    const consumer: Consumer = {
      ...{ name, about: '' },
      deliver: async (batch) => {
        sent.push(...numbersOf(batch))
        await wait(numbersOf(batch))
      },
    }
    await append([1, 2, 3])
    await start(consumer)
    await until(async () => (await state())?.position === 3n)
    await append([4, 5])
    await reached
    await switchServers([11, 12])
    open()
    await until(async () => (await state())?.lagEvents === 0)
    expect(sent).toEqual([1, 2, 3, 4, 5, 11, 12])
  })

  it('handles those that have their positions there, and not the others', async () => {
    const { wait, reached, open } = gated()
    await append([1, 2, 3])
    await start(counting(), { events: [rendered(wait)] })
    await until(async () => (await state())?.position === 3n)
    await appendSubjects([4, 5])
    await reached
    await switchServers([11, 12])
    open()
    await until(async () => (await state())?.lagEvents === 0)
    expect(await effects()).toEqual([1, 2, 3, 11, 12])
  })

  it('begins where that server has its position, also if it has none', async () => {
    const { wait, reached, open } = gated()
    await append([1, 2, 3])
    await start(counting(), { events: [rendered(wait)] })
    await until(async () => (await state())?.position === 3n)
    await appendSubjects([4])
    await reached
    await test.database.query({ text: 'delete from platform.consumer_positions' })
    await test.database.query({ text: 'truncate effects' })
    open()
    await until(async () => (await state())?.lagEvents === 0)
    expect(await effects()).toEqual([1, 2, 3, 4])
  })

  it('handles nothing that was read there and rendered here', async () => {
    const { wait, reached, open } = gated()
    let epoch = 0
    const database = { ...test.database, epoch: () => epoch }
    const seen: [number, number[]][] = []
    const consumer: Consumer = {
      ...{ name, about: '' },
      deliver: async (batch) => {
        seen.push([batch.epoch, numbersOf(batch)])
      },
    }
    await appendSubjects([4])
    await start(consumer, { database, events: [rendered(wait)] })
    await reached
    epoch = 1
    open()
    await until(async () => (await state())?.lagEvents === 0)
    expect(seen).toEqual([[1, [4]]])
  })
})

describe('a consumer that delivers', () => {
  it('repeats what was not confirmed before anything later, and goes on where another has stopped', async () => {
    const sent: number[] = []
    let isDown = false
    let gone = 0
    const consumer: Consumer = {
      ...{ name, about: '' },
      deliver: async (batch) => {
        // A part of what is not confirmed has arrived.
        sent.push(...(isDown ? numbersOf(batch).slice(0, 2) : numbersOf(batch)))
        gone += 1
        if (isDown) throw new Error('nobody there')
      },
    }
    const first = await start(consumer)
    await start(consumer)
    await append([1, 2, 3])
    await until(() => sent.length === 3)
    isDown = true
    const before = gone
    await append([4, 5, 6])
    await until(() => gone >= before + 2)
    await until(async () => (await state())?.fault === 'nobody there')
    isDown = false
    await first.stop(stopMs)
    await append([7])
    await until(async () => (await state())?.lagEvents === 0)
    expect([...new Set(sent)]).toEqual(range(1, 7))
  })

  it('goes on with other books, and up to what it cannot deliver of one, and says so until it can', async () => {
    const sent: number[] = []
    let isDown = true
    const consumer: Consumer = {
      ...{ name, about: '' },
      deliver: async (batch) => {
        const left = batch.events.find(({ data }) => isDown && (data as { number: number }).number === 3)
        sent.push(...numbersOf(batch).filter((number) => number !== 3 || !isDown))
        return left && { position: left.position, fault: new Error('3 has no way') }
      },
    }
    await append([1, 2, 3, 4])
    await append([21], { book: 2 })
    await start(consumer)
    await until(async () => (await state(2))?.position === 1n)
    await append([22, 23], { book: 2 })
    await until(async () => (await state(2))?.position === 3n)
    expect(await state()).toMatchObject({ position: 2n, fault: '3 has no way' })
    expect(faults).toEqual(['3 has no way'])
    isDown = false
    await append([5])
    await until(async () => (await state())?.lagEvents === 0)
    await until(async () => (await state())?.fault === undefined)
    expect([...new Set(sent)].filter((number) => number < 20)).toEqual([1, 2, 4, 3, 5])
    expect(sent.filter((number) => number > 20)).toEqual([21, 22, 23])
  })
})
