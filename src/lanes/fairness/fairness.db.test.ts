import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createTestDatabase, startTestLanes, testKind, testMessage, testMessages, until, watchControls } from '#testing'
import type { Handler, LaneName, Message } from '../index.ts'

type Handled = { readonly message: Message }

/** A handler whose batches take `ms` and are recorded. */
function taking(ms: number, handled: Handled[], more: Partial<Handler> = {}): Handler {
  return {
    kind: testKind,
    batchMax: () => 20,
    handle: async (_tx, messages) => {
      handled.push(...messages.map((message) => ({ message })))
      await sleep(ms)
    },
    ...more,
  }
}

const countOf = (handled: readonly Handled[], lane: LaneName) =>
  handled.filter(({ message }) => message.lane === lane).length

describe('vendors of one lane', () => {
  test('a vendor flooding its lane does not keep another one waiting', async () => {
    const handled: Handled[] = []
    const { enqueue } = await startTestLanes([taking(10, handled)])
    await enqueue(testMessages(5_000, { vendor: 1 }))
    await until(() => handled.length > 100)
    await enqueue(testMessages(10, { vendor: 2 }))
    await until(() => handled.filter(({ message }) => message.vendor === 2).length === 10)
    expect(handled.length).toBeLessThan(4_000)
  })

  test('are served equally, however many messages each has', async () => {
    const handled: Handled[] = []
    const { enqueue } = await startTestLanes([taking(0, handled)])
    await enqueue([1, 2, 3, 4].flatMap((vendor) => testMessages(vendor === 1 ? 2_000 : 200, { vendor })))
    await until(() => handled.length === 2_600)
    // While all four vendors had messages, each got about a quarter.
    const first = handled.slice(0, 600)
    for (const vendor of [1, 2, 3, 4]) {
      const fraction = first.filter(({ message }) => message.vendor === vendor).length / first.length
      expect(fraction).toBeGreaterThan(0.18)
      expect(fraction).toBeLessThan(0.32)
    }
  })

  test('work without a vendor is divided by book', async () => {
    const handled: Handled[] = []
    const { enqueue } = await startTestLanes([taking(5, handled)])
    await enqueue(testMessages(3_000, { book: 1 }))
    await until(() => handled.length > 50)
    await enqueue(testMessages(5, { book: 2 }))
    await until(() => handled.filter(({ message }) => message.book === 2).length === 5)
    expect(handled.length).toBeLessThan(2_000)
  })

  test('a book whose work is divided among thousands of vendors does not keep another one waiting', async () => {
    const handled: Handled[] = []
    const { enqueue, database } = await startTestLanes([taking(2, handled)])
    await database.query({
      text: `insert into lanes.vendors (id, book_id, code, lane, sla_ms)
        select gen_random_uuid(), case when n <= 4000 then 1 else 2 end, n, 2, 10000 from generate_series(1, 4001) n`,
    })
    const vendors = Array.from({ length: 4_000 }, (_, at) => at + 1)
    await enqueue(vendors.flatMap((vendor) => testMessages(2, { vendor, book: 1 })))
    await until(() => handled.length > 100)
    await enqueue([...testMessages(5, { vendor: 4_001, book: 2 }), ...testMessages(5, { vendor: 0, book: 3 })])
    const ofOthers = () => handled.filter(({ message }) => message.book > 1).length
    await until(() => ofOthers() === 10)
    expect(handled.length).toBeLessThan(3_000)
  })

  test.each([
    ['without a vendor', -2],
    ['of a vendor', 70_000],
  ])('work of other processes %s is found at once, however many vendors have work', async (_, tenant) => {
    const handled: Handled[] = []
    const { database } = await startTestLanes([taking(5, handled)])
    await database.query({
      text: `insert into lanes.vendors (number, id, book_id, code, lane, sla_ms) overriding system value
        values (70000, gen_random_uuid(), 2, 'late', 2, 10000)`,
    })
    const put = (text: string) =>
      database.query({
        text: `insert into lanes.messages (lane, kind, tenant, book_id, subject, payload)
          select 2, '${testKind}', ${text}`,
      })
    await put(`n, 1, gen_random_uuid(), '{}' from generate_series(1, 60000) n`)
    await until(() => handled.length > 100)
    await put(`${tenant}, 2, gen_random_uuid(), '{}'`)
    await until(() => handled.some(({ message }) => message.book === 2))
    expect(handled.length).toBeLessThan(8_000)
  })

  test('a vendor whose work after the commit never ends fills its ceiling, and no more of the lane', async () => {
    const test = await createTestDatabase()
    await test.database.query({
      text: `insert into lanes.vendors (id, book_id, code, lane, sla_ms, in_flight_max)
        values (gen_random_uuid(), 1, 'slow', 2, 10000, 30)`,
    })
    const { promise: end, resolve: finish } = Promise.withResolvers<void>()
    const inFlight = new Map<number, number>()
    const { enqueue } = await startTestLanes(
      [
        {
          kind: testKind,
          handle: async (_tx, messages) => {
            for (const { vendor } of messages) inFlight.set(vendor, (inFlight.get(vendor) ?? 0) + 1)
            const slow = messages.filter(({ vendor }) => vendor === 1)
            return async (settled) => {
              settled(messages.filter(({ vendor }) => vendor !== 1))
              if (slow.length > 0) await end
            }
          },
        },
      ],
      { on: test },
    )
    await enqueue([...testMessages(300, { vendor: 1 }), ...testMessages(300, { vendor: 2 })])
    await until(() => inFlight.get(2) === 300 && inFlight.get(1) === 30)
    await sleep(100)
    expect(inFlight.get(1)).toBe(30)
    finish()
    await until(() => inFlight.get(1) === 300)
  })
})

describe('lanes', () => {
  test('under overload every lane gets capacity by its weight, bulk too', async () => {
    const handled: Handled[] = []
    const { enqueue } = await startTestLanes([taking(4, handled)])
    await enqueue((['bulk', 'standard', 'instant'] as const).flatMap((lane) => testMessages(4_000, { lane })))
    await until(() => countOf(handled, 'instant') > 2_500)
    const [instant, standard, bulk] = [
      countOf(handled, 'instant'),
      countOf(handled, 'standard'),
      countOf(handled, 'bulk'),
    ]
    expect(instant).toBeGreaterThan(standard)
    expect(standard).toBeGreaterThan(bulk)
    // Its weight is 1 of 13.
    expect(bulk / (instant + standard + bulk)).toBeGreaterThan(0.06)
  })

  test('an instant message and a rollback start next, however much bulk and standard have waiting', async () => {
    const handled: Handled[] = []
    const { enqueue } = await startTestLanes([taking(50, handled)])
    // These messages open the connections of the urgent lanes.
    await enqueue([testMessage({ lane: 'rollback' }), testMessage({ lane: 'instant' })])
    await until(() => handled.length === 2)
    await enqueue([...testMessages(3_000, { lane: 'bulk' }), ...testMessages(3_000, { lane: 'standard' })])
    await until(() => handled.length > 300)
    for (const lane of ['rollback', 'instant'] as const) {
      const overtaking: number[] = []
      for (let round = 0; round < 9; round += 1) {
        const message = testMessage({ lane })
        await enqueue([message])
        const before = handled.length
        await until(() => handled.some((each) => each.message.subject === message.subject))
        overtaking.push(handled.findIndex((each) => each.message.subject === message.subject) - before)
      }
      // Of the thousands of messages before it, only about one batch for each session may begin meanwhile.
      expect(overtaking.sort((one, other) => one - other)[6]).toBeLessThan(300)
    }
    expect(countOf(handled, 'bulk')).toBeLessThan(3_000)
  })

  test('a flood of rollbacks does not block the other lanes', async () => {
    const handled: Handled[] = []
    const { enqueue } = await startTestLanes([taking(10, handled)])
    await enqueue([...testMessages(6_000, { lane: 'rollback' }), ...testMessages(40, { lane: 'bulk' })])
    await until(() => countOf(handled, 'bulk') === 40)
    expect(countOf(handled, 'rollback')).toBeLessThan(6_000)
  })

  test('a slow kind does not keep a fast kind of its lane waiting', async () => {
    const slow: Handled[] = []
    const fast: Handled[] = []
    const { enqueue } = await startTestLanes([
      taking(400, slow, { kind: 'slow.work', batchMax: () => 5 }),
      taking(0, fast, { kind: 'fast.work' }),
    ])
    await enqueue(testMessages(1_000, { kind: 'slow.work' }))
    await until(() => slow.length >= 10)
    await enqueue(testMessages(500, { kind: 'fast.work' }))
    await until(() => fast.length === 500)
    expect(slow.length).toBeLessThan(1_000)
  })

  test('a kind whose work after the commit hangs leaves the reserve of its lane to the other kinds', async () => {
    const fast: Handled[] = []
    const { promise: end, resolve: finish } = Promise.withResolvers<void>()
    const books: number[] = []
    const hanging: Handler = {
      ...{ kind: 'slow.work', batchMax: () => 16, isSlow: true },
      handle: async (_tx, messages) => async () => {
        books.push(...messages.map(({ book }) => book))
        await end
      },
    }
    const { enqueue } = await startTestLanes([hanging, taking(0, fast, { kind: 'fast.work' })])
    const recalls = (book: number) => testMessages(1_500, { lane: 'rollback', kind: 'slow.work', book })
    await enqueue(recalls(1))
    // It has taken all that it may have.
    await until(async () => {
      const before = books.length
      await sleep(100)
      return before >= 32 && books.length === before
    })
    await enqueue([...recalls(2), ...testMessages(200, { lane: 'rollback', kind: 'fast.work' })])
    await until(() => fast.length === 200 && books.includes(2))
    finish()
  })

  test('a paused lane takes nothing and goes on when it is resumed; other lanes are unaffected', async () => {
    const handled: Handled[] = []
    const test = await createTestDatabase()
    const { database, known } = watchControls(test.database)
    const { enqueue } = await startTestLanes([taking(0, handled)], { on: { ...test, database } })
    await database.query({ text: 'insert into lanes.pauses (lane) values (2)' })
    await known()
    for (let round = 1; round <= 2; round += 1) {
      await enqueue([...testMessages(10, { lane: 'standard' }), ...testMessages(10, { lane: 'bulk' })])
      await until(() => countOf(handled, 'bulk') === 10 * round)
    }
    expect(countOf(handled, 'standard')).toBe(0)
    await database.query({ text: 'delete from lanes.pauses' })
    await until(() => countOf(handled, 'standard') === 20)
  })
})
