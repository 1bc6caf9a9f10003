import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Session } from '#platform/postgres'
import { startTestServer, type TestServer, until } from '#testing'

// However slow the requests of one key are, other keys get a database connection.

let server: TestServer
let somebody: Session
let watcher: Session
let greedy: string
let modest: string
beforeAll(async () => {
  server = await startTestServer()
  for (const code of ['one', 'two']) await server.request('POST', '/v1/books', { body: { code } })
  greedy = await server.createKey('admin', 'one')
  modest = await server.createKey('write', 'two')
  for (const code of ['x', 'y']) {
    const body = { code, asset: 'USD', min_available: null }
    expect((await server.request('POST', '/v1/accounts', { body, key: greedy })).status).toBe(201)
  }
  somebody = await server.database.session('somebody')
  watcher = await server.database.session('watcher')
})
afterAll(async () => {
  await Promise.all([somebody.close(), watcher.close()])
  await server.stop()
})

const open = (code: string) =>
  server.request('POST', '/v1/accounts', { key: modest, body: { code, asset: 'USD' } }).then(({ status }) => status)
const read = (code: string) =>
  server.request('GET', `/v1/accounts/${code}`, { key: modest }).then(({ status }) => status)

/** Requests that wait for a lock of another session, and how many of them have been answered. */
async function waitingFor(lock: string, ask: () => Promise<unknown>, waiters: number) {
  await somebody.query({ text: 'begin' })
  await somebody.query({ text: lock })
  let answered = 0
  const asked = Array.from({ length: 40 }, () => ask().then(() => (answered += 1)))
  await until(async () => {
    const [row] = await watcher.query<{ count: bigint }>({
      text: `select count(*) as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    })
    return Number(row?.count) >= waiters
  })
  return {
    answered: () => answered,
    letGo: async () => {
      await somebody.query({ text: 'rollback' })
      await Promise.all(asked)
    },
  }
}

test('dry runs that wait leave places to the writes and dry runs of others', async () => {
  const transfer = { source: 'x', destination: 'y', amount: 1, asset: 'USD', dry_run: true }
  const dryRun = () => server.request('POST', '/v1/transfers', { key: greedy, body: transfer })
  const waiting = await waitingFor(`select from ledger.accounts where code = 'x' for update`, dryRun, 4)
  expect([await open('a'), await open('b'), await read('a'), waiting.answered()]).toEqual([201, 201, 200, 0])
  const body = { source: 'a', destination: 'b', amount: 1, asset: 'USD', dry_run: true }
  const refused = await server.request('POST', '/v1/transfers', { key: modest, body })
  expect([refused.body.code, waiting.answered()]).toEqual(['insufficient_funds', 0])
  await waiting.letGo()
})

test('reads that wait leave connections to the reads and writes of others', async () => {
  const items = () => server.request('GET', '/v1/items', { key: greedy })
  const waiting = await waitingFor('lock table orders.items in access exclusive mode', items, 4)
  expect([await open('c'), await open('d'), await read('c'), waiting.answered()]).toEqual([201, 201, 200, 0])
  await waiting.letGo()
})
