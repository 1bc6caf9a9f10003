import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CuttingProxy, migratedModules, startCuttingProxy, until } from '#testing'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/index.ts'
import type { BurstStep } from './burst.ts'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrating/migrate.ts'
import { createUnitLine } from './units/unit-line.ts'

/** A server whose commits wait for a replica that is missing, until the test turns replication off. */
let directory: string
let server: EmbeddedPostgres
let proxy: CuttingProxy
let direct: Database
let through: Database

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-replicas-'))
  server = await startEmbeddedPostgres({ directory, settings: { fsync: 'off', shared_buffers: '16MB' } })
  direct = openDatabase(server.connection)
  await migrate(direct, await migratedModules())
  await direct.query({ text: 'create table boxes (n int primary key)' })
  proxy = await startCuttingProxy(server.connection, null)
  through = openDatabase({ ...server.connection, host: proxy.host, port: proxy.port, onIdleError: () => undefined })
})
afterAll(async () => {
  await through.close()
  await direct.close()
  await proxy.stop()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const insert = (n: number): BurstStep => ({
  name: 'insert-box',
  text: 'insert into boxes (n) values ($1::integer)',
  values: [String(n)],
})
/** Runs a query on a connection of its own, which the program does not watch. */
async function ask<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
  const client = new pg.Client(server.connection)
  // The server may crash between the connect and the query, which then fails.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

const boxes = async () => (await ask<{ n: number }>('select n from boxes order by n')).map(({ n }) => n)

/** From now on commits wait for this replica; '': for none. */
async function waitFor(replica: string): Promise<void> {
  await ask(`alter system set synchronous_standby_names = '${replica}'`)
  await ask('select pg_reload_conf()')
  await until(async () => {
    const [row] = await ask<{ names: string }>(`select current_setting('synchronous_standby_names') as names`)
    return row?.names === replica
  })
}
const waiting = () =>
  ask<{ pid: number; name: string }>(
    `select pid, application_name as name from pg_stat_activity where wait_event = 'SyncRep'`,
  )

/** The visible statements that look up a unit. */
const inquiries = () =>
  ask<{ asked: string }>(
    `select pid || ' ' || query_start as asked from pg_stat_activity
      where pid <> pg_backend_pid() and query like '%pg_terminate_backend%'`,
  )

test.each([
  ['is cut off', () => proxy.arm('during')],
  ['takes too long', () => undefined],
])('a commit that waits for a replica and %s does not count before the replica has it', async (_, happen) => {
  const hasty = createUnitLine(through, { purpose: 'hasty', exchangeMs: 1_000 })
  try {
    const unit = hasty.begin()
    await unit.burst([insert(1)])
    await waitFor('a_replica')
    happen()
    let answered: string | undefined
    const committing = unit.commit([insert(2)]).then(
      () => {
        answered = 'committed'
      },
      (error) => {
        answered = error.code
      },
    )
    const asked = new Set<string>()
    await until(async () => {
      for (const inquiry of await inquiries()) asked.add(inquiry.asked)
      return answered !== undefined || asked.size > 3
    })
    expect([answered, await boxes(), (await waiting()).length]).toEqual([undefined, [], 1])
    await waitFor('')
    await committing
    expect([answered, unit.state(), await boxes()]).toEqual(['committed', 'committed', [1, 2]])
  } finally {
    await waitFor('')
    await hasty.close()
    await ask('truncate boxes')
  }
})

test('data that a server shows and a replica lacks is not confirmed', async () => {
  const hasty = createUnitLine(through, { purpose: 'hasty', exchangeMs: 1_000 })
  try {
    const unit = hasty.begin()
    await unit.burst([insert(1)])
    await waitFor('a_replica')
    let answered: string | undefined
    const committing = unit.commit([insert(2)]).then(() => {
      answered = 'committed'
    })
    await until(async () => (await waiting()).length > 0)
    // An operator ends the waiting process. Now all sessions see a commit that no replica has.
    await ask(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`)
    await until(async () => (await boxes()).length === 2)
    await until(async () => answered !== undefined || (await waiting()).length > 0)
    expect(answered).toBeUndefined()
    await waitFor('')
    await committing
    expect([answered, unit.state()]).toEqual(['committed', 'committed'])
  } finally {
    await waitFor('')
    await hasty.close()
    await ask('truncate boxes')
  }
})

test('data that a server shows after a crash and a replica lacks is neither confirmed nor read', async () => {
  const line = createUnitLine(through, { purpose: 'crashed' })
  const answers: unknown[] = []
  try {
    const unit = line.begin()
    await unit.burst([insert(1)])
    await waitFor('a_replica')
    const committing = unit.commit([insert(2)]).then(() => answers.push('committed'))
    await until(async () => (await waiting()).length === 1)
    const [{ pid } = { pid: 0 }] = await waiting()
    process.kill(pid, 'SIGKILL')
    await until(async () => (await boxes().catch(() => [])).length === 2)
    const read = () => through.query({ text: 'select n from boxes' }).then(() => answers.push('read'))
    const reads = Promise.allSettled([read(), read(), read()])
    await until(async () => (await waiting()).length > 0)
    await reads
    expect([answers, (await waiting()).map(({ name }) => name)]).toEqual([[], ['munim fence']])
    await waitFor('')
    await committing
    await until(() =>
      read().then(
        () => true,
        () => false,
      ),
    )
    expect(answers).toEqual(['committed', 'read'])
  } finally {
    await waitFor('')
    await line.close()
    await ask('truncate boxes')
  }
})

test.each([
  ['says', 'on'],
  ['does not say', 'off'],
])(
  'without its replica, writes keep few connections and reads go on, on a server that %s what it works on',
  async (_, isSaid) => {
    await ask(`alter system set track_activities = ${isSaid}`)
    await ask('select pg_reload_conf()')
    await until(
      async () => (await ask<{ is: string }>(`select current_setting('track_activities') as is`))[0]?.is === isSaid,
    )
    const hasty = openDatabase({ ...server.connection, statementTimeoutMs: 100, connectionsMax: 8 })
    const write = (n: number) =>
      hasty
        .transaction((tx) => tx.burst([insert(n)]))
        .then(
          () => 'written',
          (error) => String(error.message),
        )
    try {
      await hasty.query({ text: 'select 1' })
      await waitFor('a_replica')
      const said: string[] = []
      for (let n = 1; !said.some((text) => text.includes('at work still')); n += 8) {
        said.push(...(await Promise.all(Array.from({ length: 8 }, (_, index) => write(n + index)))))
      }
      expect([said.includes('written'), (await waiting()).length]).toEqual([false, 16])
      expect(await hasty.query({ text: 'select n from boxes' })).toEqual([])
      await waitFor('')
      await until(async () => (await write(1_000)) === 'written')
    } finally {
      await waitFor('')
      await ask('alter system reset track_activities')
      await ask('select pg_reload_conf()')
      await hasty.close()
      await ask('truncate boxes')
    }
  },
)

test('reads find a connection, however many writes wait for a replica that is away', async () => {
  const busy = openDatabase({ ...server.connection, connectionsMax: 10 })
  try {
    await busy.query({ text: 'select 1' })
    await waitFor('a_replica')
    const writes = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0 ? busy.transaction((tx) => tx.burst([insert(n)])) : busy.unit((unit) => unit.commit([insert(n)])),
    )
    const written = Promise.allSettled(writes)
    await until(async () => (await waiting()).length >= 7)
    const reads = Array.from({ length: 12 }, () => busy.query<{ one: number }>({ text: 'select 1 as one' }))
    const snapshot = busy.snapshot((tx) => tx.query<{ one: number }>({ text: 'select 1 as one' }))
    for (const rows of await Promise.all([...reads, snapshot])) expect(rows).toEqual([{ one: 1 }])
    expect([await boxes(), (await waiting()).length]).toEqual([[], 7])
    await waitFor('')
    const reported = (await written).filter(({ status }) => status === 'fulfilled')
    expect((await boxes()).length).toBe(reported.length)
    expect(busy.poolState()).toMatchObject({ waiting: 0 })
  } finally {
    await waitFor('')
    await busy.close()
    await ask('truncate boxes')
  }
})
