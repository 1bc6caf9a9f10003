import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CuttingProxy, migratedModules, startCuttingProxy, until } from '#testing'
import type { BurstStep } from './burst.ts'
import { type Database, openDatabase } from './database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { createUnitLine } from './unit-line.ts'

/** A server whose commits wait for a replica, which is away until it is said not to be needed. */
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
const boxes = async () =>
  (await direct.query<{ n: number }>({ text: 'select n from boxes order by n' })).map(({ n }) => n)

/** From now on commits wait for this replica; '' : for none. */
async function waitFor(replica: string): Promise<void> {
  await direct.query({ text: `alter system set synchronous_standby_names = '${replica}'` })
  await direct.query({ text: 'select pg_reload_conf()' })
  await until(async () => {
    const [row] = await direct.query<{ names: string }>({
      text: `select current_setting('synchronous_standby_names') as names`,
    })
    return row?.names === replica
  })
}
const waiting = () => direct.query({ text: `select pid from pg_stat_activity where wait_event = 'SyncRep'` })

/** The statements that ask for a unit, as many of them as are seen. */
const inquiries = () =>
  direct.query<{ asked: string }>({
    text: `select pid || ' ' || query_start as asked from pg_stat_activity
      where pid <> pg_backend_pid() and query like '%pg_terminate_backend%'`,
  })

test.each([
  ['is cut off', () => proxy.arm('during')],
  ['takes too long', () => undefined],
])('a commit that waits for a replica and %s has not happened before the replica has it', async (_, happen) => {
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
    await direct.query({ text: 'truncate boxes' })
  }
})

test('what a server shows that a replica lacks is not confirmed', async () => {
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
    // Somebody ends the process that waits: everybody sees now what no replica has.
    await direct.query({ text: `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'` })
    await until(async () => (await boxes()).length === 2)
    await until(async () => answered !== undefined || (await waiting()).length > 0)
    expect(answered).toBeUndefined()
    await waitFor('')
    await committing
    expect([answered, unit.state()]).toEqual(['committed', 'committed'])
  } finally {
    await waitFor('')
    await hasty.close()
    await direct.query({ text: 'truncate boxes' })
  }
})
