import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RawResponse, readContract, sendRaw, startTestServer, type TestServer, until } from '#testing'
import { malformedBodies } from './malformed/malformed-bodies.ts'
import { malformedBytes } from './malformed/malformed-bytes.ts'
import { malformedHeaders } from './malformed/malformed-headers.ts'
import type { MalformedRequest } from './malformed/malformed-request.ts'
import { malformedUrls } from './malformed/malformed-urls.ts'

// MUNIM_SEED repeats a run.
const seed = Number(process.env.MUNIM_SEED ?? randomInt(2 ** 31))
const answerTimeoutMs = 5000
const requestsAtOnce = 16

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
  for (const code of ['world', 'customers:1']) {
    const body = { code, asset: 'USD', min_available: null }
    expect((await server.request('POST', '/v1/accounts', { body })).status).toBe(201)
  }
  // The first event of a book makes its feed, in the background.
  await until(async () => (await server.request('GET', '/v1/events')).body.data.length === 2)
  const text = 'select from platform.consumer_positions where position = 2'
  await until(async () => (await server.database.query({ text })).length > 0)
})
afterAll(() => server.stop())

/** The row counts of all tables, without the blocks, which the sealer writes; and the verification of the books. */
async function readState(): Promise<unknown> {
  const tables = await server.database.query<{ name: string }>({
    text: `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where schemaname in ('ledger', 'platform', 'access', 'payments', 'lanes') and tablename <> 'blocks' order by 1`,
  })
  const counts = await server.database.query<{ counts: string }>({
    text:
      tables.map(({ name }) => `select '${name} ' || count(*) as counts from ${name}`).join(' union all ') +
      ' order by 1',
  })
  const accounts = await server.request('GET', '/v1/accounts')
  return { counts: counts.map((row) => row.counts), accounts: accounts.body }
}

/** The fault of an answer to a malformed request; `undefined` when it is correct. */
function faultOf({ status, head, body }: RawResponse): string | undefined {
  const shown = `${status} ${body.slice(0, 200)}`
  if (status < 400 || status > 499) return shown
  if (!/^content-type: application\/problem\+json; charset=utf-8$/im.test(head)) return `no problem document: ${shown}`
  if (!/^request-id: ./im.test(head)) return `no Request-Id: ${shown}`
  // The bytes beyond the length answer the remainder, which was read as a second request.
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1])
  const problem = JSON.parse(Buffer.from(body, 'latin1').subarray(0, length).toString())
  const known = server.application.server.problems[problem.code]
  if (known?.status !== status || problem.status !== status) return `code and status disagree: ${shown}`
  return undefined
}

async function sendAll(requests: readonly MalformedRequest[]): Promise<string[]> {
  const queue = [...requests]
  const faults: string[] = []
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { bytes, what } = next
      const fault = await sendRaw(server.url, bytes, answerTimeoutMs).then(faultOf, (error: Error) => error.message)
      if (fault !== undefined) faults.push(`${what}\n    ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: requestsAtOnce }, work))
  return faults
}

test('malformed requests get 4xx problem documents within 5 s, and the books stay as they are', async () => {
  process.stdout.write(`MUNIM_SEED=${seed}\n`)
  const key = server.adminKey
  const requests = [
    ...malformedBodies(readContract(), { key, seed, count: 500 }),
    ...malformedBytes(key),
    ...malformedUrls({ key, seed, count: 120 }),
    ...malformedHeaders(key),
  ]
  expect(requests.length).toBeGreaterThanOrEqual(500)
  const before = await readState()
  expect(await sendAll(requests)).toEqual([])
  expect(await readState()).toEqual(before)
  expect((await server.request('GET', '/readyz')).status).toBe(200)
})
