import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Fault } from '#platform/faults'
import type { Database } from '#platform/postgres'
import { createTestDatabase, startTestLanes, testKind, testMessage, testMessages, until } from '#testing'

const away = () => new Fault({ code: 'rail_away', message: 'the rail is away', retryable: true })

async function deadLetters(database: Database) {
  return database.query<{
    subject: string
    payload: string
    cause: string
    code: string
    reason: string
    attempts: number
  }>({
    text: `select replace(subject::text, '-', '') as subject, payload, cause, code, reason, attempts
      from lanes.dead_letters order by id`,
  })
}

/** The single messages that were let through since the breaker opened. */
async function probes(database: Database): Promise<number> {
  const [row] = await database.query<{ probes: number }>({ text: 'select probes from lanes.breakers' })
  return row?.probes ?? 0
}

describe('a batch that fails', () => {
  test('is halved until the poison message is found; the others are handled, each once', async () => {
    const test = await createTestDatabase()
    await test.database.query({ text: 'create table effects (subject uuid primary key)' })
    const poison = testMessage({ payload: '{"is":"poison"}' })
    const { enqueue, database, left, faults } = await startTestLanes(
      [
        {
          kind: testKind,
          handle: async (tx, messages) => {
            const subjects = messages.map(({ subject }) => subject)
            // Written before the failure: the writes of a failed part must be rolled back.
            await tx.query({ text: 'insert into effects select unnest($1::uuid[])', values: [subjects] })
            if (subjects.includes(poison.subject)) throw new TypeError('it is poison')
          },
        },
      ],
      { on: test },
    )
    const good = testMessages(200)
    await enqueue([...good.slice(0, 77), poison, ...good.slice(77)])
    await until(async () => (await left()) === 0)
    const effects = await database.query<{ subject: string }>({
      text: `select replace(subject::text, '-', '') as subject from effects`,
    })
    expect(effects.map(({ subject }) => subject).sort()).toEqual(good.map(({ subject }) => subject).sort())
    const { subject, payload } = poison
    expect(await deadLetters(database)).toEqual([
      { subject, payload, cause: 'permanent', code: 'TypeError', reason: 'it is poison', attempts: 1 },
    ])
    expect(faults).toEqual([])
  })

  test('does the work after the commit for its good parts', async () => {
    const poison = testMessage()
    const worked = new Set<string>()
    const { enqueue } = await startTestLanes([
      {
        kind: testKind,
        handle: async (_tx, messages) => {
          if (messages.some(({ subject }) => subject === poison.subject)) throw new TypeError('it is poison')
          return async (settled) => {
            for (const message of messages) {
              worked.add(message.subject)
              settled([message])
            }
          }
        },
      },
    ])
    const good = testMessages(30)
    await enqueue([poison, ...good])
    await until(() => worked.size === 30)
  })

  test('because its handler ignored a failed statement is rolled back all the same', async () => {
    const { enqueue, database } = await startTestLanes([
      {
        kind: testKind,
        handle: async (tx) => {
          await tx.query({ text: 'select 1 / 0' }).catch(() => undefined)
        },
      },
    ])
    await enqueue([testMessage()])
    await until(async () => (await deadLetters(database)).length === 1)
  })
})

describe('a retryable fault', () => {
  test('is retried, with the number of failed tries, until it succeeds', async () => {
    const attempts: number[] = []
    const { enqueue, database, left } = await startTestLanes([
      {
        kind: testKind,
        handle: async (_tx, messages) => {
          attempts.push(...messages.map((message) => message.attempts))
          if (attempts.length < 4) throw away()
        },
      },
    ])
    await enqueue([testMessage()])
    await until(() => attempts.length === 4)
    expect(attempts).toEqual([0, 1, 2, 3])
    await until(async () => (await left()) === 0)
    expect(await deadLetters(database)).toEqual([])
  })

  test('becomes a dead letter when it was tried too often', async () => {
    let tries = 0
    const test = await createTestDatabase()
    const { enqueue, database } = await startTestLanes(
      [
        {
          kind: testKind,
          handle: async () => {
            tries += 1
            throw away()
          },
        },
      ],
      { on: test },
    )
    await enqueue([testMessage()])
    // It waits for its next attempt again and again, and is found there at one of these times.
    let before = 0
    await until(async () => {
      const [found] = await database.query<{ attempts: number }>({
        text: `with old as (select ctid, attempts from lanes.later for update)
          update lanes.later set attempts = 11, due_at = now() from old where later.ctid = old.ctid returning old.attempts`,
      })
      before = Number(found?.attempts ?? 0)
      return found !== undefined
    })
    await until(async () => (await deadLetters(database)).length === 1)
    const [letter] = await deadLetters(database)
    expect(letter).toMatchObject({ cause: 'exhausted', code: 'rail_away', reason: 'the rail is away', attempts: 12 })
    expect(tries).toBe(before + 1)
  })
})

describe('an outage', () => {
  test.each([
    ['that is retryable', away],
    ['that looks permanent', () => new TypeError('it is not a function')],
  ])('%s does not drain the lane into dead letters, and it recovers by itself', async (_which, failure) => {
    let broken = true
    let handled = 0
    const tried: number[] = []
    const { enqueue, database, left } = await startTestLanes([
      {
        kind: testKind,
        handle: async (_tx, messages) => {
          tried.push(messages.length)
          if (broken) throw failure()
          handled += messages.length
        },
      },
    ])
    await enqueue(testMessages(2_000))
    await until(async () => (await database.query({ text: 'select kind from lanes.breakers' })).length === 1)
    // A probe begins once all batches have ended. From then on, one message is tried for each probe.
    await until(async () => (await probes(database)) >= 1)
    const before = tried.length
    await until(async () => (await probes(database)) >= 2)
    const after = tried.slice(before)
    expect(after).toEqual(after.map(() => 1))
    expect(after.length).toBeLessThanOrEqual(await probes(database))
    // They neither die nor lose a try.
    const letters = (await deadLetters(database)).length
    expect(letters).toBeLessThan(100)
    expect(letters + (await left())).toBe(2_000)
    broken = false
    await until(() => handled >= 1_900, 20_000)
    expect(await database.query({ text: 'select kind from lanes.breakers' })).toEqual([])
  })

  test('ends also when the clock was set back meanwhile', async () => {
    let broken = true
    let handled = 0
    const { enqueue, database } = await startTestLanes([
      {
        kind: testKind,
        handle: async (_tx, messages) => {
          if (broken) throw away()
          handled += messages.length
        },
      },
    ])
    await enqueue(testMessages(300))
    await until(async () => (await database.query({ text: 'select kind from lanes.breakers' })).length === 1)
    // By the clock, which is now an hour behind, the next try is an hour away.
    await database.query({ text: `update lanes.breakers set retry_at = retry_at + interval '1 hour'` })
    broken = false
    await until(() => handled >= 270, 20_000)
  })

  test('of one kind leaves the other kinds of its lane alone', async () => {
    let handled = 0
    const { enqueue, database } = await startTestLanes([
      {
        kind: testKind,
        handle: async () => {
          throw away()
        },
      },
      {
        kind: 'other.work',
        handle: async (_tx, messages) => {
          handled += messages.length
        },
      },
    ])
    await enqueue(testMessages(300))
    await until(async () => (await database.query({ text: 'select kind from lanes.breakers' })).length === 1)
    await enqueue(testMessages(300, { kind: 'other.work' }))
    await until(() => handled === 300)
  })

  test('is visible to other processes, which do not take messages that the first gave up on', async () => {
    const test = await createTestDatabase()
    const handle = async () => {
      throw away()
    }
    const first = await startTestLanes([{ kind: testKind, handle }], { on: test })
    await first.enqueue(testMessages(300))
    await until(async () => (await test.database.query({ text: 'select kind from lanes.breakers' })).length === 1)
    const tried: number[] = []
    await startTestLanes(
      [
        {
          kind: testKind,
          handle: async (_tx, messages) => {
            tried.push(messages.length)
            throw away()
          },
        },
      ],
      { on: test },
    )
    const before = await probes(test.database)
    await until(async () => (await probes(test.database)) >= before + 2)
    expect(tried).toEqual(tried.map(() => 1))
    expect(tried.length).toBeLessThanOrEqual(await probes(test.database))
  })

  test('of the database does no harm: cut connections reopen, and nothing is lost or done twice', async () => {
    const test = await createTestDatabase()
    await test.database.query({ text: 'create table effects (subject uuid primary key)' })
    const { enqueue, database, left } = await startTestLanes(
      [
        {
          kind: testKind,
          batchMax: () => 20,
          handle: async (tx, messages) => {
            const subjects = messages.map(({ subject }) => subject)
            await tx.query({ text: 'insert into effects select unnest($1::uuid[])', values: [subjects] })
          },
        },
      ],
      { on: test },
    )
    await enqueue(testMessages(5_000))
    for (let round = 0; round < 6; round += 1) {
      await sleep(40)
      await database.query({
        text: `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name like '%lanes%'`,
      })
    }
    await until(async () => (await left()) === 0, 20_000)
    const [row] = await database.query<{ count: bigint }>({ text: 'select count(*) as count from effects' })
    expect(row?.count).toBe(5_000n)
    expect(await deadLetters(database)).toEqual([])
  })
})

test('one vendor with only bad messages does not stop the lane for the others', async () => {
  let handled = 0
  const { enqueue, database } = await startTestLanes([
    {
      kind: testKind,
      handle: async (_tx, messages) => {
        if (messages.some(({ vendor }) => vendor === 1)) throw new TypeError('bad')
        handled += messages.length
      },
    },
  ])
  for (let round = 0; round < 5; round += 1) {
    await enqueue([
      ...testMessages(60, { vendor: 1 }),
      ...testMessages(20, { vendor: 2 }),
      ...testMessages(20, { vendor: 3 }),
    ])
    await until(() => handled === (round + 1) * 40, 20_000)
  }
  expect(await database.query({ text: 'select kind from lanes.breakers' })).toEqual([])
})
