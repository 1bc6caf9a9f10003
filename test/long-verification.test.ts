import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, until } from '#testing'

const statementTimeoutMs = 4_000
/** Selects checks that have waited for longer than the statement timeout. */
const longWaitingText = `select from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and application_name like '%verify%'
    and query_start < clock_timestamp() - interval '${statementTimeoutMs + 1_000} ms'`

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ statementTimeoutMs })
})
afterAll(() => server.stop())

/** Blocks the readers of the events and the audit log until the returned function is called. */
async function holdUp(): Promise<() => Promise<void>> {
  const session = await server.database.session('holds up')
  await session.query({ text: 'begin' })
  await session.query({ text: 'lock table platform.outbox, access.audit_log in access exclusive mode' })
  return () => session.close()
}

test('the verification completes even if events and the audit log take longer than a statement may', async () => {
  const release = await holdUp()
  let isOver = false
  const verification = server.request('GET', '/v1/verification').finally(() => {
    isOver = true
  })
  await until(async () => isOver || (await server.database.query({ text: longWaitingText })).length === 2, 30_000)
  await release()
  const lines = String((await verification).body)
    .trimEnd()
    .split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ result: { ok: true } })
})

test('the verification ends its reads when its client has left, so that another one can begin', async () => {
  const release = await holdUp()
  const abort = new AbortController()
  const headers = { authorization: `Bearer ${server.adminKey}` }
  const response = await fetch(`${server.url}/v1/verification`, { headers, signal: abort.signal })
  const reading = async () =>
    (
      await server.database.query({
        text: `select from pg_stat_activity where datname = current_database() and application_name like '%verify %'`,
      })
    ).length
  await until(async () => (await reading()) === 2)
  abort.abort()
  await response.text().catch(() => undefined)
  await until(async () => (await reading()) === 0)
  await release()
  const again = await server.request('GET', '/v1/verification')
  expect(again.status).toBe(200)
})
