import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createTestDatabase, startTestLanes, testKind, testMessage, testMessages, until } from '#testing'
import { createLanes, type Handler, type Message } from '../index.ts'

/** A handler that records its messages. */
function keeping(kept: Message[], more: Partial<Handler> = {}): Handler {
  return {
    kind: testKind,
    handle: async (_tx, messages) => {
      kept.push(...messages)
    },
    ...more,
  }
}

describe('messages', () => {
  test('are handled once, in the order of enqueueing, and are gone', async () => {
    const kept: Message[] = []
    const { enqueue, left, faults } = await startTestLanes([keeping(kept)])
    const sent = Array.from({ length: 1_000 }, (_, index) => testMessage({ payload: `{"n":${index}}`, vendor: 4 }))
    await enqueue(sent)
    await until(() => kept.length >= 1_000)
    await sleep(60)
    expect(kept.map(({ subject }) => subject)).toEqual(sent.map(({ subject }) => subject))
    const { id: _id, enqueuedAt, ...seventh } = kept[7] as Message
    expect(seventh).toMatchObject({ ...sent[7], attempts: 0 })
    expect(Math.abs(enqueuedAt / 1000 - Date.now())).toBeLessThan(60_000)
    expect(await left()).toBe(0)
    expect(faults).toEqual([])
  })

  test('carry any text', async () => {
    const kept: Message[] = []
    const { enqueue } = await startTestLanes([keeping(kept)])
    const payload = JSON.stringify({ text: `"',{}\\\n\t\u00e9\u{1f4b8}` })
    await enqueue([testMessage({ payload }), testMessage()])
    await until(() => kept.length === 2)
    expect(kept.map((message) => message.payload)).toEqual([payload, '{}'])
  })

  test('of a transaction that is rolled back are never enqueued', async () => {
    const kept: Message[] = []
    const { database, lanes, left } = await startTestLanes([keeping(kept)])
    const changedMind = new Error('changed my mind')
    const attempt = database.transaction(async (tx) => {
      await lanes.enqueue(tx, [testMessage()])
      throw changedMind
    })
    await expect(attempt).rejects.toBe(changedMind)
    lanes.wake()
    await sleep(120)
    expect(kept).toEqual([])
    expect(await left()).toBe(0)
  })

  test('and the writes of their handler commit together', async () => {
    const test = await createTestDatabase()
    await test.database.query({ text: 'create table effects (subject uuid)' })
    const { enqueue, left } = await startTestLanes(
      [
        {
          kind: testKind,
          batchMax: () => 10,
          handle: async (tx, messages) => {
            const subjects = messages.map(({ subject }) => subject)
            await tx.query({ text: 'insert into effects select unnest($1::uuid[])', values: [subjects] })
          },
        },
      ],
      { on: test },
    )
    await enqueue(testMessages(500))
    const counts = () =>
      test.database.query<{ handled: bigint; waiting: bigint }>({
        text: 'select (select count(*) from effects) as handled, (select count(*) from lanes.messages) as waiting',
      })
    // In every snapshot a message is either queued or done: never both, and never neither.
    await until(async () => {
      const [row] = await counts()
      expect((row?.handled ?? 0n) + (row?.waiting ?? 0n)).toBe(500n)
      return row?.waiting === 0n
    })
    expect(await left()).toBe(0)
  })

  test('and the last writes of their handler may travel with the commit', async () => {
    const test = await createTestDatabase()
    await test.database.query({ text: 'create table effects (subject uuid)' })
    const done: number[] = []
    const { enqueue, left, faults } = await startTestLanes(
      [
        {
          kind: testKind,
          batchMax: () => 10,
          handle: async (tx, messages, last) => {
            const subjects = `{${messages.map(({ subject }) => subject).join()}}`
            const insert = {
              name: 'effects',
              text: 'insert into effects select unnest($1::uuid[])',
              values: [subjects],
            }
            await tx.burst(last === undefined ? [insert] : [insert, last])
            if (messages.some(({ payload }) => payload === '"late"')) throw new Error('too late')
            return async () => void done.push(messages.length)
          },
        },
      ],
      { on: test },
    )
    await enqueue(testMessages(200))
    await until(() => done.reduce((sum, count) => sum + count, 0) === 200)
    expect(await left()).toBe(0)
    // A committed message is done, even if its handler fails afterwards.
    await enqueue([testMessage({ payload: '"late"' })])
    await until(() => faults.length === 1)
    expect(faults).toEqual([new Error('too late')])
    const [row] = await test.database.query<{ count: bigint }>({ text: 'select count(*) as count from effects' })
    expect([row?.count, await left()]).toEqual([201n, 0])
  })

  test('of a kind without a handler here stay for other processes', async () => {
    const { enqueue, left } = await startTestLanes([keeping([])])
    await enqueue([testMessage({ kind: 'other.work' })])
    await sleep(120)
    expect(await left()).toBe(1)
  })
})

describe('time', () => {
  test('a lone message waits for no poll, and those of another process wait for one at most', async () => {
    const kept: Message[] = []
    const { enqueue } = await startTestLanes([keeping(kept)], { lookIntervalMs: 3_600_000 })
    for (let round = 1; round <= 5; round += 1) {
      await enqueue([testMessage()])
      await until(() => kept.length === round)
    }
    const polling = await startTestLanes([keeping(kept)], { lookIntervalMs: 400 })
    const other = createLanes({ database: polling.database, onFault: () => undefined })
    await polling.database.transaction((tx) => other.enqueue(tx, [testMessage()]))
    await until(() => kept.length === 6)
  })

  test('a message with a time is handled at that time, and not before', async () => {
    const handled = new Map<string, number>()
    const { enqueue, database, left } = await startTestLanes([
      {
        kind: testKind,
        handle: async (_tx, messages) => {
          for (const { subject } of messages) handled.set(subject, performance.now())
        },
      },
    ])
    const begun = performance.now()
    const [row] = await database.query<{ now: bigint }>({
      text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
    })
    const at = (ms: number) => testMessage({ notBefore: Number(row?.now) + ms * 1000 })
    const [past, soon, never] = [at(-5_000), at(300), at(3_600_000)]
    await enqueue([never, soon, past])
    await until(() => handled.size === 2)
    expect((handled.get(soon.subject) ?? 0) - begun).toBeGreaterThan(280)
    expect(handled.get(past.subject)).toBeLessThanOrEqual(handled.get(soon.subject) ?? 0)
    expect(handled.has(never.subject)).toBe(false)
    // What is handled is committed a moment later.
    await until(async () => (await left()) === 1)
  })
})

describe('work after the commit', () => {
  test('begins once the handled messages are committed', async () => {
    const test = await createTestDatabase()
    await test.database.query({ text: 'create table effects (subject uuid)' })
    const seen: number[] = []
    const { enqueue } = await startTestLanes(
      [
        {
          kind: testKind,
          handle: async (tx, messages) => {
            await tx.query({
              text: 'insert into effects select unnest($1::uuid[])',
              values: [messages.map(({ subject }) => subject)],
            })
            return async () => {
              seen.push((await test.database.query({ text: 'select subject from effects' })).length)
            }
          },
        },
      ],
      { on: test },
    )
    await enqueue(testMessages(20))
    await until(() => seen.length > 0)
    expect(seen).toEqual([20])
  })

  test('holds hundreds of messages in flight on no connection at all', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    let inFlight = 0
    const { enqueue, database, left } = await startTestLanes([
      {
        kind: testKind,
        batchMax: () => 50,
        handle: async (_tx, messages) => {
          inFlight += messages.length
          return () => answered
        },
      },
    ])
    await enqueue(testMessages(600, { vendor: 1 }))
    await until(() => inFlight === 600)
    await until(async () => {
      const [row] = await database.query<{ open: bigint }>({
        text: `select count(*) as open from pg_stat_activity
          where datname = current_database() and state like 'idle in transaction%'`,
      })
      return row?.open === 0n
    })
    expect(await left()).toBe(0)
    answer()
  })

  test('keeps no more in flight than there are slots, and frees those of a message as it is settled', async () => {
    const { promise: end, resolve: finish } = Promise.withResolvers<void>()
    // Of 40 slots, 15 are reserved for the other lanes.
    const full = 25
    let inFlight = 0
    let settleOne: (() => void) | undefined
    const { enqueue } = await startTestLanes(
      [
        {
          kind: testKind,
          handle: async (_tx, messages) => {
            inFlight += messages.length
            return (settled) => {
              settleOne ??= () => settled(messages.slice(0, 1))
              return end
            }
          },
        },
      ],
      { capacity: { slots: 40 } },
    )
    // Two vendors, so that the lane is full, and not only one vendor's part of it.
    await enqueue([...testMessages(200, { vendor: 1 }), ...testMessages(200, { vendor: 2 })])
    await until(() => inFlight >= full)
    await sleep(150)
    expect(inFlight).toBe(full)
    settleOne?.()
    await until(() => inFlight === full + 1)
    await sleep(100)
    expect(inFlight).toBe(full + 1)
    finish()
    await until(() => inFlight === 400)
  })

  test('that throws is reported, and the lanes go on', async () => {
    const kept: Message[] = []
    const broken = new Error('the work failed')
    const { enqueue, faults } = await startTestLanes([
      {
        kind: testKind,
        handle: async (_tx, messages) => {
          kept.push(...messages)
          return async () => {
            throw broken
          }
        },
      },
    ])
    await enqueue([testMessage()])
    await until(() => faults.length === 1)
    await enqueue([testMessage()])
    await until(() => kept.length === 2)
    expect(faults[0]).toBe(broken)
  })
})

describe('stopping', () => {
  test('finishes the work under way, with its work after the commit, and takes no more messages', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    let begun = 0
    let worked = 0
    const { enqueue, lanes, left, faults } = await startTestLanes(
      [
        {
          kind: testKind,
          batchMax: () => 1,
          handle: async () => {
            begun += 1
            return async () => {
              await answered
              worked += 1
            }
          },
        },
      ],
      { capacity: { slots: 8 } },
    )
    await enqueue(testMessages(50))
    await until(() => begun > 0)
    const stopped = lanes.stop(60_000)
    await sleep(100)
    answer()
    await stopped
    // Each message fills a slot until its work has ended, so the first eight may have begun before the stop.
    expect(begun).toBeLessThanOrEqual(8)
    expect(worked).toBe(begun)
    expect(await left()).toBe(50 - begun)
    expect(faults).toEqual([])
  })

  test('waits no longer than its limit; unfinished messages return to the lane', async () => {
    const { promise: never } = Promise.withResolvers<void>()
    let begun = 0
    const { enqueue, lanes, left, faults } = await startTestLanes([
      {
        kind: testKind,
        handle: async () => {
          begun += 1
          await never
        },
      },
    ])
    await enqueue(testMessages(3))
    await until(() => begun > 0)
    // The handler never ends.
    await lanes.stop(200)
    expect(faults).toHaveLength(1)
    await until(async () => (await left()) === 3)
  })
})
