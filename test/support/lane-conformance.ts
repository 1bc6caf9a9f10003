import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Handler, type KafkaLanes, type LaneName, type NewMessage, onKafka } from '#lanes'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { until } from './patience.ts'
import { type Program, runProgram } from './run-program.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { startTestLanes, type TestLanes, testKind, testMessage, testMessages } from './test-lanes.ts'

export type EngineUnderTest = {
  /** Undefined: the engine of PostgreSQL alone. */
  readonly newLanes: () => KafkaLanes | undefined
  /** Takes away, for a while, a server that messages pass through. */
  readonly loseServer: (test: TestDatabase) => Promise<() => Promise<void>>
  /** Committed offsets by partition, each a text of the partition's name. None for an engine without offsets. */
  readonly offsets: (lanes: KafkaLanes | undefined) => Promise<ReadonlyMap<string, bigint>>
}

export type Property = 'all but the loss of servers' | 'the loss of servers'

/** What every engine of the lanes promises. */
export function testEngine(name: string, engine: EngineUnderTest, property: Property): void {
  describe(`the engine ${name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await createWorld(engine)
    })
    afterEach(() => world.end())
    if (property === 'the loss of servers') {
      test('broker loss: messages go on when a server is lost and comes back', () => loseServer(world, engine))
      return
    }
    test('order within a key: the messages of a key take effect in their order', () => keepOrder(world))
    test('no loss: messages of transactions that commit out of order all take effect', () => loseNothing(world))
    test('effect once: messages that are sent several times take effect once', () => repeatEffects(world))
    test('redelivery after kill -9 between the database commit and the offset commit', () => redeliver(world))
    test('rebalance while busy: processes come and are killed, nothing is lost or doubled', () => rebalance(world))
    test('scale up and down: processes come and go in order', () => scale(world))
    test('a process that is frozen and goes on loses and doubles nothing', () => freeze(world))
    test('a poison message is isolated, and all others take effect', () => isolatePoison(world))
    test('a slow lane does not delay a fast one', () => passBySlowLane(world))
    test('pause and resume: a paused lane takes nothing, and goes on', () => pauseAndResume(world))
    test('replay of dead letters: they take effect once', () => replayLetters(world))
    test('offsets never go back', () => advanceOnly(world, engine))
  })
}

type World = {
  readonly test: TestDatabase
  readonly lanes: KafkaLanes | undefined
  readonly startHere: (
    more?: Partial<Handler>,
    settings?: { readonly capacity?: { sessions: number } },
  ) => Promise<TestLanes>
  readonly startProgram: (env?: NodeJS.ProcessEnv) => Promise<Program>
  readonly enqueue: (messages: readonly NewMessage[]) => Promise<void>
  /** Subjects that took effect, in the order of their effects. */
  readonly done: () => Promise<string[]>
  readonly allDone: (messages: readonly NewMessage[]) => Promise<void>
  readonly end: () => Promise<void>
}

async function createWorld(engine: EngineUnderTest): Promise<World> {
  const shared = await createTestDatabase()
  const lanes = engine.newLanes()
  const openEngine = lanes && onKafka(lanes)
  const programs: Program[] = []
  await shared.database.query({
    text: 'create table done (at bigint generated always as identity, subject uuid, payload text, by integer)',
  })
  const handle: Handler['handle'] = async (tx, messages) => {
    await tx.query({
      text: 'insert into done (subject, payload, by) select subject, payload, 0 from unnest($1::uuid[], $2::text[]) as one (subject, payload)',
      values: [messages.map(({ subject }) => subject), messages.map(({ payload }) => payload)],
    })
  }
  const done = async () => {
    const rows = await shared.database.query<{ subject: string }>({ text: 'select subject from done order by at' })
    return rows.map(({ subject }) => subject.replaceAll('-', ''))
  }
  const sender = await senderOf(shared, openEngine)
  return {
    test: shared,
    lanes,
    done,
    enqueue: sender,
    startHere: (more = {}, settings = {}) =>
      startTestLanes([{ kind: testKind, handle, ...more }], {
        on: shared,
        openEngine,
        lookIntervalMs: 20,
        ...settings,
      }),
    startProgram: async (env = {}) => {
      const args = [JSON.stringify(shared.connection), '', JSON.stringify(lanes ?? null)]
      const program = runProgram('work-lanes', args, { env: { ...process.env, ...env } })
      programs.push(program)
      expect(await program.line(), program.complaints()).toBe('"working"')
      return program
    },
    allDone: async (messages) => {
      await until(async () => (await done()).length >= messages.length, 60_000)
      expect((await done()).toSorted()).toEqual(messages.map(({ subject }) => subject).toSorted())
    },
    end: async () => {
      for (const program of programs) await program.kill()
    },
  }
}

/** A process that only enqueues. */
async function senderOf(shared: TestDatabase, openEngine: ReturnType<typeof onKafka> | undefined) {
  const { createLanes } = await import('#lanes')
  const sender = createLanes({ database: shared.database, onFault: () => undefined, openEngine })
  return (messages: readonly NewMessage[]) => shared.database.transaction((tx) => sender.enqueue(tx, messages))
}

async function keepOrder(world: World): Promise<void> {
  const keys = Array.from({ length: 20 }, () => newUuid())
  const messages = Array.from({ length: 40 }, (_, number) =>
    keys.map((subject, key) => testMessage({ lane: 'instant', subject, payload: String(number), vendor: key % 3 })),
  )
  for (const some of messages) await world.enqueue(some)
  // The engine of PostgreSQL alone keeps the order within a transaction, so it gets one at a time.
  await world.startHere({}, world.lanes === undefined ? { capacity: { sessions: 0 } } : {})
  await until(async () => (await world.done()).length >= 800, 60_000)
  const rows = await world.test.database.query<{ subject: string; payload: string }>({
    text: 'select subject, payload from done order by at',
  })
  for (const key of new Set(rows.map(({ subject }) => subject))) {
    const numbers = rows.filter(({ subject }) => subject === key).map(({ payload }) => Number(payload))
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, number) => number))
  }
}

async function loseNothing(world: World): Promise<void> {
  const { lanes, database } = await world.startHere()
  const sent: NewMessage[] = []
  const enqueueSlowly = async (round: number) => {
    const messages = testMessages(50, { vendor: round % 4 })
    sent.push(...messages)
    await database.transaction(async (tx) => {
      await lanes.enqueue(tx, messages)
      await tx.query({ text: 'select pg_sleep($1)', values: [(round % 5) * 0.05] })
    })
    lanes.wake()
  }
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 4 }, (_, one) => enqueueSlowly(round * 4 + one)))
  }
  await world.allDone(sent)
}

async function repeatEffects(world: World): Promise<void> {
  // Killed after the topic has the messages and before they are deleted: the next relay sends them again.
  const messages = testMessages(500)
  const doomed = await world.startProgram({ MUNIM_FAULT_POINT: 'lanes.relay.sent' })
  await world.enqueue(messages)
  if (world.lanes !== undefined) while ((await doomed.line()) !== undefined);
  await world.startHere()
  await world.allDone(messages)
}

async function redeliver(world: World): Promise<void> {
  const messages = testMessages(300)
  const doomed = await world.startProgram({ MUNIM_FAULT_POINT: 'lanes.batch.after-commit' })
  await world.enqueue(messages)
  while ((await doomed.line()) !== undefined);
  expect((await world.done()).length).toBeGreaterThan(0)
  await world.startHere()
  await world.allDone(messages)
}

async function rebalance(world: World): Promise<void> {
  const first = await world.startProgram()
  const sent: NewMessage[] = []
  const send = async () => {
    const messages = testMessages(400, { vendor: sent.length % 3 })
    sent.push(...messages)
    await world.enqueue(messages)
  }
  for (let round = 0; round < 5; round += 1) await send()
  await world.startProgram()
  for (let round = 0; round < 5; round += 1) await send()
  await first.kill()
  await world.startProgram()
  for (let round = 0; round < 5; round += 1) await send()
  await world.allDone(sent)
}

async function scale(world: World): Promise<void> {
  const programs = [await world.startProgram(), await world.startProgram(), await world.startProgram()]
  const messages = testMessages(3_000)
  for (let at = 0; at < messages.length; at += 500) await world.enqueue(messages.slice(at, at + 500))
  for (const program of programs.slice(1)) await program.kill('SIGTERM')
  const more = testMessages(500)
  await world.enqueue(more)
  await world.allDone([...messages, ...more])
}

async function freeze(world: World): Promise<void> {
  const frozen = await world.startProgram()
  const first = testMessages(500)
  await world.enqueue(first)
  await until(async () => (await world.done()).length > 0, 60_000)
  const relay = await relayOf(world)
  frozen.child.kill('SIGSTOP')
  await world.startProgram()
  const more = testMessages(500)
  await world.enqueue(more)
  await world.allDone([...first, ...more])
  // With Kafka, another process has become the relay, and stays it: the first one comes back without the lock.
  const next = await relayOf(world)
  expect(next === relay).toBe(world.lanes === undefined)
  frozen.child.kill('SIGCONT')
  const last = testMessages(500)
  await world.enqueue(last)
  await world.allDone([...first, ...more, ...last])
  expect(await relayOf(world)).toBe(next)
}

/** The server process of the connection with the relay's lock. */
async function relayOf({ test: { database } }: World): Promise<number | undefined> {
  const [row] = await database.query<{ pid: number }>({
    text: `select pid from pg_stat_activity join pg_locks using (pid)
      where datname = current_database() and application_name = 'munim lanes relay' and locktype = 'advisory' and granted`,
  })
  return row?.pid
}

async function isolatePoison(world: World): Promise<void> {
  const poison = testMessage({ payload: '"poison"' })
  const messages = testMessages(200)
  const { database } = await world.startHere({
    handle: async (tx, taken) => {
      if (taken.some(({ subject }) => subject === poison.subject)) throw new Error('poison')
      await tx.query({
        text: 'insert into done (subject) select unnest($1::uuid[])',
        values: [taken.map((one) => one.subject)],
      })
    },
  })
  await world.enqueue([...messages.slice(0, 100), poison, ...messages.slice(100)])
  await world.allDone(messages)
  await until(async () => (await database.query({ text: 'select from lanes.dead_letters' })).length === 1)
}

async function passBySlowLane(world: World): Promise<void> {
  const held = Promise.withResolvers<void>()
  const fast = testMessages(100, { lane: 'instant' })
  const slow = testMessages(2_000, { lane: 'bulk' })
  const handle: Handler['handle'] = async (tx, taken) => {
    if (taken[0]?.lane === 'bulk') await held.promise
    await tx.query({
      text: 'insert into done (subject) select unnest($1::uuid[])',
      values: [taken.map((one) => one.subject)],
    })
  }
  await world.startHere({ handle, batchMax: () => 10 })
  await world.enqueue(slow)
  await world.enqueue(fast)
  await world.allDone(fast)
  held.resolve()
  await world.allDone([...fast, ...slow])
}

async function pauseAndResume(world: World): Promise<void> {
  const lane: LaneName = 'bulk'
  const { database } = world.test
  await database.query({ text: 'insert into lanes.pauses (lane) values (3)' })
  await world.startHere()
  const [paused, others] = [testMessages(50, { lane }), testMessages(50)]
  await world.enqueue(paused)
  await world.enqueue(others)
  await world.allDone(others)
  await database.query({ text: 'delete from lanes.pauses' })
  await world.allDone([...others, ...paused])
}

async function replayLetters(world: World): Promise<void> {
  let isBroken = true
  const { lanes, database } = await world.startHere({
    handle: async (tx, taken) => {
      if (isBroken) throw new Fault({ code: 'broken', message: 'broken', retryable: false })
      await tx.query({
        text: 'insert into done (subject) select unnest($1::uuid[])',
        values: [taken.map((one) => one.subject)],
      })
    },
  })
  const messages = testMessages(5)
  await world.enqueue(messages)
  await until(async () => (await database.query({ text: 'select from lanes.dead_letters' })).length === 5, 30_000)
  isBroken = false
  for (let time = 0; time < 2; time += 1) {
    await database.transaction((tx) => lanes.replay(tx, { book: 1 }, { max: 10 }))
    lanes.wake()
  }
  await world.allDone(messages)
}

async function advanceOnly(world: World, { offsets }: EngineUnderTest): Promise<void> {
  const highest = new Map<string, bigint>()
  const look = async () => {
    for (const [partition, offset] of await offsets(world.lanes)) {
      expect(offset, partition).toBeGreaterThanOrEqual(highest.get(partition) ?? 0n)
      highest.set(partition, offset)
    }
  }
  const sent: NewMessage[] = []
  for (let round = 0; round < 3; round += 1) {
    const program = await world.startProgram()
    const messages = testMessages(300)
    sent.push(...messages)
    await world.enqueue(messages)
    await look()
    await until(async () => (await world.done()).length > 300 * round, 60_000)
    await look()
    if (round < 2) await program.kill()
    await look()
  }
  await world.allDone(sent)
  await look()
}

async function loseServer(world: World, engine: EngineUnderTest): Promise<void> {
  await world.startHere()
  const sent: NewMessage[] = []
  const send = async (count: number) => {
    const messages = testMessages(count)
    sent.push(...messages)
    await world.enqueue(messages)
  }
  await send(500)
  await until(async () => (await world.done()).length > 0, 60_000)
  const giveBack = await engine.loseServer(world.test)
  await send(500)
  await world.allDone(sent)
  await giveBack()
  await send(500)
  await world.allDone(sent)
}
