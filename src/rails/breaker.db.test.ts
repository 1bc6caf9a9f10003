import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { newUuid } from '#platform/ids'
import { openDatabase } from '#platform/postgres'
import { type CountingRail, createTestDatabase, patience, startCountingRail, type TestDatabase } from '#testing'
import { createRails, type RailsService } from './create-rails.ts'
import { healthPolicy } from './health-rules.ts'
import type { RailCall } from './rail.ts'
import { createCardRail } from './simulator/card-rail.ts'

// Two instances on one database represent two processes: they share nothing else.

const policy = { ...healthPolicy, retryMinMs: 200, retryMaxMs: 400, probingMs: 1_000 }
let test: TestDatabase
let rail: CountingRail
let closers: (() => Promise<void>)[] = []
const notices: string[] = []
let faults: Error[] = []

beforeEach(async () => {
  test = await createTestDatabase()
  rail = await startCountingRail()
  notices.length = 0
  faults = []
})

afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
  await rail.stop()
  await test.drop()
  expect(faults).toEqual([])
})

/** The time limit of calls to a rail that is to give no answer. */
const hangMs = 300

async function startInstance(
  options: { readonly url?: string; readonly policy?: typeof policy; readonly timeoutMs?: number } = {},
): Promise<RailsService> {
  const database = openDatabase(test.connection)
  const rails = createRails({
    database,
    adapters: [
      createCardRail({
        name: 'card',
        url: options.url ?? rail.url,
        callbackSecrets: () => [],
        // A late answer would count as none.
        timeoutMs: options.timeoutMs ?? patience(5_000),
      }),
    ],
    onEvents: async () => undefined,
    onHandedOn: () => undefined,
    readBooks: async () => [7, 8],
    collects: false,
    measure: () => undefined,
    onNotice: (_notice, text) => notices.push(text),
    onFault: (fault) => faults.push(fault),
    policy: options.policy ?? policy,
    healthEveryMs: 40,
  })
  await rails.start()
  closers.push(async () => {
    await rails.stop()
    await database.close()
  })
  return rails
}

const call = (): RailCall => ({ id: newUuid(), operation: 'charge', amount: 1n, asset: 'INR', instrument: 'card_ok' })

async function charge(rails: RailsService, times = 1) {
  const outcomes = await Promise.all(Array.from({ length: times }, () => rails.rail('card')?.submit(call())))
  return outcomes.map((outcome) => outcome?.kind)
}

const state = (rails: RailsService) => rails.health('card').state
const until = (rails: RailsService, wanted: string) =>
  vi.waitFor(() => expect(state(rails)).toBe(wanted), { timeout: patience(10_000), interval: 10 })

async function events(book: number): Promise<string[]> {
  const rows = await test.database.query<{ events: string }>({
    text: 'select events from platform.outbox where book_id = $1 order by id',
    values: [book],
  })
  return rows.flatMap((row) => (JSON.parse(row.events) as { type: string }[]).map(({ type }) => type))
}

it('opens in one process after a few refused connections, and the other process sends nothing either', async () => {
  const [first, second] = [await startInstance(), await startInstance()]
  rail.behave('away')
  await charge(first, healthPolicy.refusedMax)
  await until(second, 'down')
  const sent = rail.counts().charges
  const outcome = await second.rail('card')?.submit(call())
  expect(outcome).toMatchObject({ kind: 'unavailable', why: 'the rail is down', retryAt: expect.any(Number) })
  expect(rail.counts().charges).toBe(sent)
})

it('stops calls in the process that meets the refusals before the others agree', async () => {
  const first = await startInstance()
  rail.behave('away')
  for (let made = 0; made < healthPolicy.refusedMax; made += 1) await charge(first)
  const sent = rail.counts().charges
  await charge(first, 20)
  expect(rail.counts().charges).toBe(sent)
})

it('opens when half of the calls of all processes together get no answer', async () => {
  const [first, second] = [await startInstance({ timeoutMs: hangMs }), await startInstance({ timeoutMs: hangMs })]
  rail.behave('hang')
  await Promise.all([charge(first, 10), charge(second, 10)])
  await Promise.all([until(first, 'down'), until(second, 'down')])
})

it('stays closed while the calls of one book get no answer, and those of another do', async () => {
  const [first, second] = [await startInstance({ timeoutMs: hangMs }), await startInstance()]
  const ofBook = (rails: RailsService, book: number, times: number) =>
    Promise.all(Array.from({ length: times }, () => rails.rail('card')?.submit({ ...call(), book })))
  await ofBook(second, 2, 3)
  rail.behave('hang')
  await ofBook(first, 1, 40)
  await vi.waitFor(
    async () => {
      const text = 'select failures + failures_before as failures from rails.health'
      expect((await test.database.query<{ failures: bigint }>({ text }))[0]?.failures).toBe(40n)
    },
    { timeout: patience(5_000) },
  )
  rail.behave('well')
  expect((await ofBook(second, 2, 1)).map((outcome) => outcome?.kind)).toEqual(['succeeded'])
  expect([state(first), state(second)]).toEqual(['up', 'up'])
})

it('stays closed while declines and answers come', async () => {
  const first = await startInstance()
  expect(new Set(await charge(first, 50))).toEqual(new Set(['succeeded']))
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(state(first)).toBe('up')
})

it('recovers by itself when the rail is back, and notifies every book once', async () => {
  const [first, second] = [await startInstance(), await startInstance()]
  rail.behave('away')
  await charge(first, healthPolicy.refusedMax)
  await Promise.all([until(first, 'down'), until(second, 'down')])
  rail.behave('well')
  await Promise.all([until(first, 'up'), until(second, 'up')])
  expect(await charge(second)).toEqual(['succeeded'])
  expect(await events(7)).toEqual(['rail.down', 'rail.up'])
  expect(await events(8)).toEqual(['rail.down', 'rail.up'])
  expect(notices).toEqual(['rail.down', 'rail.up'])
})

it('recovers when the clock was set back while it was down, or being probed', async () => {
  const first = await startInstance({ policy: { ...policy, retryMinMs: 2_000, retryMaxMs: 2_000 } })
  rail.behave('away')
  await charge(first, healthPolicy.refusedMax)
  await until(first, 'down')
  // By the clock, which is now an hour behind, all stored times are an hour ahead.
  await test.database.query({
    text: `update rails.health set retry_at = retry_at + interval '1 hour', since = since + interval '1 hour',
      window_started_at = window_started_at + interval '1 hour', probed_until = now() + interval '1 hour'`,
  })
  rail.behave('well')
  await until(first, 'up')
  expect(await charge(first)).toEqual(['succeeded'])
})

it('stays down while the rail reports an outage, and is probed ever less often, by one process', async () => {
  const [first, second] = [await startInstance(), await startInstance()]
  rail.behave('away')
  await charge(first, healthPolicy.refusedMax)
  await until(second, 'down')
  const sent = rail.counts()
  await vi.waitFor(() => expect(rail.counts().probes).toBeGreaterThan(sent.probes + 3), { timeout: patience(5_000) })
  expect(rail.counts().charges).toBe(sent.charges)
  expect(state(first)).toBe('down')
  expect(await events(7)).toEqual(['rail.down'])
})

it('lets only a few calls of all processes through while the rail is probed', async () => {
  const slow = { ...policy, probingMs: 60_000 }
  const [first, second] = [await startInstance({ policy: slow }), await startInstance({ policy: slow })]
  rail.behave('away')
  await charge(first, healthPolicy.refusedMax)
  await Promise.all([until(first, 'down'), until(second, 'down')])
  const sent = rail.counts().charges
  rail.behave('hang')
  await Promise.all([until(first, 'probing'), until(second, 'probing')])
  const running: Promise<unknown>[] = []
  for (let made = 0; made < 10; made += 1) {
    running.push(charge(first, 5), charge(second, 5))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const passed = rail.counts().charges - sent
  expect(passed).toBeGreaterThan(0)
  expect(passed).toBeLessThanOrEqual(healthPolicy.permits)
  rail.behave('well')
  rail.release()
  await Promise.all(running)
})

it('goes down again when the calls let through fail', async () => {
  const first = await startInstance({ timeoutMs: hangMs, policy: { ...policy, probingMs: 60_000 } })
  rail.behave('away')
  await charge(first, healthPolicy.refusedMax)
  await until(first, 'down')
  rail.behave('hang')
  await until(first, 'probing')
  await vi.waitFor(
    async () => {
      await charge(first, 5)
      expect(state(first)).toBe('down')
    },
    { timeout: patience(10_000), interval: 20 },
  )
})

it('ignores late answers to calls from before an outage', async () => {
  const first = await startInstance({ timeoutMs: hangMs })
  rail.behave('hang')
  const early = charge(first, 4)
  await vi.waitFor(() => expect(rail.counts().charges).toBe(4), { timeout: patience(5_000) })
  rail.behave('away')
  await charge(first, healthPolicy.refusedMax)
  await until(first, 'down')
  expect(new Set(await early)).toEqual(new Set(['unknown']))
  rail.behave('well')
  await until(first, 'up')
})

it('is paused and resumed by an administrator, in every process', async () => {
  const [first, second] = [await startInstance(), await startInstance()]
  await test.database.transaction((tx) => first.pause(tx, { rail: 'card', paused: true }))
  await until(second, 'down')
  expect(await charge(second)).toEqual(['unavailable'])
  expect(rail.counts().charges).toBe(0)
  await test.database.transaction((tx) => second.pause(tx, { rail: 'card', paused: false }))
  await until(first, 'up')
  expect(await charge(first)).toEqual(['succeeded'])
  expect(await events(7)).toEqual(['rail.paused', 'rail.resumed'])
})

it('still inquires about calls while the rail is down, two at a time', async () => {
  const first = await startInstance()
  rail.behave('away')
  await charge(first, healthPolicy.refusedMax)
  await until(first, 'down')
  const asked = await Promise.all(Array.from({ length: 5 }, () => first.rail('card')?.inquire(call())))
  const why = asked.map((outcome) => (outcome?.kind === 'unknown' ? outcome.why : outcome?.kind))
  expect(why.filter((text) => text?.includes('being asked about others'))).toHaveLength(3)
  expect(why.filter((text) => text?.includes('503'))).toHaveLength(2)
})

it('keeps its last state while the database is away, and answers from it', async () => {
  const first = await startInstance()
  await test.database.query({ text: 'alter table rails.health rename to health_elsewhere' })
  await vi.waitFor(() => expect(faults.length).toBeGreaterThan(0), { timeout: patience(5_000) })
  expect(await charge(first)).toEqual(['succeeded'])
  await test.database.query({ text: 'alter table rails.health_elsewhere rename to health' })
  // Its last faults come before it has stopped.
  for (const close of closers.splice(0)) await close()
  faults = []
})
