import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { startTestServer, type TestServer, until, useWaitingServers } from '#testing'
import { newUuid } from '../ids/index.ts'
import { createLimits, type DefaultLimit, type Limits } from './index.ts'
import { putLimit } from './limit-store.ts'

const { startServer, database, seen } = useWaitingServers()

/** Two servers with limits of their own on one database, as in two processes. */
async function startTwo(perClient: DefaultLimit) {
  const made: Limits[] = []
  const faults: unknown[] = []
  const urls: string[] = []
  for (let each = 0; each < 2; each += 1) {
    const limits = createLimits({ database: database(), perClient, onFault: (error) => faults.push(error) })
    await limits.start()
    made.push(limits)
    urls.push(await startServer({ limits }))
  }
  const stop = async () => {
    for (const limits of made) await limits.stop()
  }
  return { urls, faults, stop }
}

const get = (url: string | undefined, key: string, path = '/v1/resting') =>
  fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })

const count = (answers: readonly Response[], status: number) =>
  answers.filter((answer) => answer.status === status).length

/** An item of a list of RFC 9651: its name and parameters. */
function itemsOf(header: string | null): { name: string; [parameter: string]: string | number }[] {
  return (header ?? '').split(', ').map((item) => {
    const [, name = '', rest = ''] = /^"([a-z_-]+)"((?:;[a-z]+=(?:\d+|"[a-z-]+"))*)$/.exec(item) ?? []
    const pairs = rest
      .split(';')
      .slice(1)
      .map((pair) => pair.split('=') as [string, string])
    return { name, ...Object.fromEntries(pairs.map(([key, value]) => [key, JSON.parse(value) as string | number])) }
  })
}

describe('two processes', () => {
  it('share the rate of a client, and those of others go on meanwhile', async () => {
    const rate = { requests: 40, windowSeconds: 3_600, burst: 40 }
    const { urls, faults, stop } = await startTwo({ rate, concurrency: undefined })
    const greedy = Array.from({ length: 80 }, (_, each) => get(urls[each % 2], 'greedy', '/v1/nothing'))
    const modest = Array.from({ length: 20 }, (_, each) => get(urls[each % 2], 'modest', '/v1/nothing'))
    const [answers, others] = await Promise.all([Promise.all(greedy), Promise.all(modest)])
    for (let each = 0; each < 10; each += 1) answers.push(await get(urls[each % 2], 'greedy', '/v1/nothing'))
    // The path leads nowhere, so all that pass the limit are 404. Each process has leases of two: what it holds is less, and
    // it passes one more while the database is slow.
    expect(count(answers, 404)).toBeLessThanOrEqual(40 + 4)
    expect(count(answers, 404)).toBeGreaterThanOrEqual(40 - 4)
    expect(count(answers, 404) + count(answers, 429)).toBe(90)
    expect(count(others, 404)).toBe(20)
    const refused = answers.find(({ status }) => status === 429)
    expect(itemsOf(refused?.headers.get('ratelimit-policy') ?? null)).toEqual([{ name: 'client', q: 40, w: 3_600 }])
    const [state] = itemsOf(refused?.headers.get('ratelimit') ?? null)
    expect(state).toMatchObject({ name: 'client', r: 0 })
    expect(Number(refused?.headers.get('retry-after'))).toBe(state?.t)
    expect(await refused?.json()).toMatchObject({ code: 'rate_limited', status: 429 })
    await stop()
    expect(faults).toEqual([])
  })

  it('share the requests at once of a client', async () => {
    const { urls, faults, stop } = await startTwo({ rate: undefined, concurrency: 3 })
    const answered: number[] = []
    const requests = Array.from({ length: 10 }, async (_, each) => {
      const answer = await get(urls[each % 2], 'greedy')
      answered.push(answer.status)
    })
    await until(() => answered.length + seen.held.length === 10)
    expect(answered.every((status) => status === 429)).toBe(true)
    // A slow database makes it the equal part of each process.
    expect([2, 3]).toContain(seen.held.length)
    const passed = seen.held.length
    for (const wait of seen.waits.splice(0)) wait.resolve()
    await Promise.all(requests)
    expect(answered.filter((status) => status === 200)).toHaveLength(passed)
    await stop()
    expect(faults).toEqual([])
  })
})

describe('limits that are set', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.stop())

  it('hold for the client and the route, until they are removed, and are in the audit log', async () => {
    const key = await server.createKey('read')
    const [{ id: client }] = (await server.request('GET', '/v1/api-keys')).body.data
    const rate = { requests: 1, window_seconds: 3_600 }
    const set = await server.request('POST', '/v1/limits', { body: { client, operation: 'list_accounts', rate } })
    expect([set.status, set.body]).toEqual([
      200,
      {
        ...{ id: expect.stringMatching(/^lim_/), client, book: null, operation: 'list_accounts', concurrency: null },
        rate: { ...rate, burst: 1 },
      },
    ])
    const list = () => server.request('GET', '/v1/accounts', { key })
    expect([(await list()).status, (await list()).status]).toEqual([200, 429])
    expect((await server.request('GET', '/v1/transfers', { key })).status).toBe(200)
    expect((await server.request('GET', '/v1/limits')).body.data).toEqual([set.body])
    expect((await server.request('GET', '/v1/limits', { key })).body.code).toBe('scope_insufficient')
    const removed = await server.request('DELETE', `/v1/limits/${set.body.id}`)
    expect([removed.status, removed.body, (await list()).status]).toEqual([200, set.body, 200])
    expect((await server.request('DELETE', `/v1/limits/${set.body.id}`)).body.code).toBe('limit_not_found')
    const acts = await server.database.query({
      text: `select action, subject from access.audit_log where action like 'limit.%' order by number`,
    })
    expect(acts).toEqual(['limit.set', 'limit.removed'].map((action) => ({ action, subject: client })))
  })

  it('of a book count the requests of all its clients, and a limit replaces the one before', async () => {
    const [{ id: book }] = (await server.request('GET', '/v1/books')).body.data
    const set = (requests: number) =>
      server.request('POST', '/v1/limits', {
        body: { book, operation: 'list_entries', rate: { requests, window_seconds: 3_600 }, concurrency: 5 },
      })
    const [first, second] = [await set(1), await set(2)]
    expect(second.body).toEqual({ ...first.body, rate: { requests: 2, window_seconds: 3_600, burst: 2 } })
    const statuses: number[] = []
    for (const key of [await server.createKey('read'), await server.createKey('write'), server.adminKey]) {
      statuses.push((await server.request('GET', '/v1/accounts/none/entries', { key })).status)
    }
    expect(statuses).toEqual([404, 404, 429])
  })

  it('need a client or a book that there is, a route that there is, and something to limit', async () => {
    const [{ id: book }] = (await server.request('GET', '/v1/books')).body.data
    const none = `key_${'0'.repeat(26)}`
    const codeOf = async (body: object) => (await server.request('POST', '/v1/limits', { body })).body.code
    expect(await codeOf({ client: none, concurrency: 1 })).toBe('limit_subject_not_found')
    expect(await codeOf({ book, operation: 'fly', concurrency: 1 })).toBe('operation_not_found')
    expect(await codeOf({ book })).toBe('validation_failed')
    expect(await codeOf({ book, client: none, concurrency: 1 })).toBe('validation_failed')
  })
})

it('a limit that is set is in force, also when it was stamped before another and committed after it', async () => {
  const limits = createLimits({ database: database(), onFault: (error) => expect.fail(String(error)) })
  await limits.start()
  const [early, late] = [newUuid(), newUuid()]
  const limit = (id: Uuid, requests: number) => ({
    ...({ id: newUuid(), subject: { kind: 'key', id }, operation: undefined, concurrency: undefined } as const),
    rate: { requests, windowSeconds: 3_600, burst: requests },
  })
  const set = (id: Uuid, requests: number) => database().transaction((tx) => putLimit(tx, limit(id, requests)))
  for (const id of [early, late]) await set(id, 1_000)
  await database().transaction(async (tx) => {
    await putLimit(tx, limit(early, 2))
    await set(late, 2)
    await limits.reload()
  })
  await limits.reload()
  const passed = async (id: Uuid) => {
    const client = { kind: 'key', id } as const
    const entered = Array.from({ length: 10 }, () => limits.enter({ client, book: id, operation: 'list_accounts' }))
    return (await Promise.all(entered)).filter((one) => one?.ok).length
  }
  expect([await passed(early), await passed(late)]).toEqual([2, 2])
  await limits.stop()
})
