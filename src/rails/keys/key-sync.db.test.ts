import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { formatTimestamp } from '#kernel'
import { createHttpServer, roles } from '#platform/http'
import { newUuid } from '#platform/ids'
import { openDatabase } from '#platform/postgres'
import { createLogger } from '#platform/telemetry'
import { createTestDatabase, patience, type TestDatabase } from '#testing'
import { createRails, type RailsService } from '../create-rails.ts'
import { healthPolicy } from '../health-rules.ts'
import { inquiriesAfter } from '../inquiries.ts'
import type { RailOutcome } from '../rail.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import { railMetrics } from '../rail-metrics.ts'
import type { RailMaintenance } from '../rail-parts.ts'
import { railRoutes } from '../routes.ts'

// A rail of several banks: an instrument is the bank's name. Two instances on one database are two processes.

const policy = { ...healthPolicy, retryMinMs: 200, retryMaxMs: 400, probingMs: 1_000 }
let test: TestDatabase
let closers: (() => Promise<void>)[] = []
let away: Set<string>
let submitted: string[]
let notices: unknown[]
let faults: Error[]

beforeEach(async () => {
  test = await createTestDatabase()
  away = new Set()
  submitted = []
  notices = []
  faults = []
})
afterEach(async () => {
  for (const close of closers.reverse()) await close()
  closers = []
  await test.drop()
  expect(faults).toEqual([])
})

function adapter(also: Partial<RailAdapter> = {}): RailAdapter {
  return {
    name: 'upi',
    capabilities: { operations: new Set(['charge']), inquiries: inquiriesAfter(1_000), authorizationMs: 0 },
    healthKey: ({ instrument }) => instrument,
    submit: async ({ instrument }): Promise<RailOutcome> => {
      submitted.push(instrument)
      if (away.has(instrument)) return { kind: 'unavailable', why: 'the bank is away' }
      return { kind: 'succeeded', railReference: 'r', amount: 1n }
    },
    inquire: async () => ({ kind: 'not_found' }),
    probe: async () => true,
    close: async () => undefined,
    callbacks: {
      isGenuine: () => true,
      read: ({ body }) => {
        const maintenance = JSON.parse(body.toString()) as RailMaintenance
        return { readings: [{ kind: 'maintenance', eventId: newUuid(), maintenance }] }
      },
    },
    ...also,
  }
}

async function startInstance(also: Partial<RailAdapter> = {}): Promise<RailsService> {
  const database = openDatabase(test.connection)
  const rails = createRails({
    database,
    adapters: [adapter(also)],
    onEvents: async () => undefined,
    readBooks: async () => [7],
    collects: false,
    measure: () => undefined,
    onNotice: (notice, text) => notices.push({ ...notice, text }),
    onFault: (fault) => faults.push(fault),
    policy,
    healthEveryMs: 40,
  })
  await rails.start()
  closers.push(async () => {
    await rails.stop()
    await database.close()
  })
  return rails
}

const charge = async (rails: RailsService, bank: string) => {
  const call = { id: newUuid(), operation: 'charge', amount: 1n, asset: 'INR', instrument: bank } as const
  return (await rails.rail('upi')?.submit(call))?.kind
}
async function chargeOften(rails: RailsService, bank: string, times: number) {
  for (let made = 0; made < times; made += 1) await charge(rails, bank)
}
const stateOf = (rails: RailsService, bank: string) =>
  rails.parts('upi').keys.find(({ key }) => key === bank)?.state ?? 'up'
const until = (check: () => unknown) => vi.waitFor(async () => check(), { timeout: patience(10_000), interval: 10 })

it('stops submissions for a bank that fails, in every process, and lets the other banks go on', async () => {
  const [first, second] = [await startInstance(), await startInstance()]
  away.add('HDFC')
  await chargeOften(first, 'HDFC', policy.refusedMax)
  await until(() => expect(stateOf(second, 'HDFC')).not.toBe('up'))
  expect([first.health('upi').state, second.health('upi').state]).toEqual(['up', 'up'])
  const before = submitted.length
  expect(await charge(second, 'SBIN')).toBe('succeeded')
  expect(submitted.slice(before)).toEqual(['SBIN'])
  const up = railMetrics(second, test.database).find(({ name }) => name === 'munim_rail_key_up')
  expect(await up?.read()).toEqual([[{ rail: 'upi', key: 'HDFC' }, expect.any(Number)]])
  away.clear()
  await until(async () => {
    await charge(first, 'HDFC')
    expect([stateOf(first, 'HDFC'), stateOf(second, 'HDFC')]).toEqual(['up', 'up'])
  })
  await until(async () => {
    expect(await test.database.query({ text: 'select from rails.key_health', values: [] })).toEqual([])
  })
  const part = { rail: 'upi', key: 'HDFC' }
  expect(notices).toEqual([
    { ...part, text: 'rail.key_down' },
    { ...part, text: 'rail.key_up' },
  ])
})

it('lets a few submissions try a bank again, and stops when they fail', async () => {
  const first = await startInstance()
  away.add('HDFC')
  await chargeOften(first, 'HDFC', policy.refusedMax)
  await until(() => expect(stateOf(first, 'HDFC')).toBe('down'))
  const before = submitted.length
  await until(async () => {
    await charge(first, 'HDFC')
    expect(submitted.length).toBeGreaterThanOrEqual(before + policy.disproofs)
  })
  await until(() => expect(stateOf(first, 'HDFC')).toBe('down'))
  expect(first.health('upi').state).toBe('up')
})

it('is down as a whole when most banks fail', async () => {
  const first = await startInstance()
  for (let bank = 0; bank < 20; bank += 1) {
    away.add(`B${bank}`)
    await charge(first, `B${bank}`)
  }
  await until(() => expect(first.health('upi').state).not.toBe('up'))
})

it('submits nothing during announced maintenance, of a bank or of the rail, until it is over', async () => {
  const [first, second] = [await startInstance(), await startInstance()]
  const [row] = await test.database.query<{ now: bigint }>({
    text: 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now',
    values: [],
  })
  const now = Number(row?.now)
  const hour = 3_600_000_000
  const announce = async (report: RailMaintenance) => {
    const message = { header: () => undefined, body: Buffer.from(JSON.stringify(report)) }
    expect(await first.receive({ rail: 'upi', message })).toMatchObject({ ok: true })
  }
  const ofBank = { id: 'm-1', key: 'HDFC', startsAt: now - 1, endsAt: now + hour, reportedAt: now }
  await announce(ofBank)
  await announce({ id: 'm-2', startsAt: now + hour, reportedAt: now })
  await until(async () => expect(await charge(second, 'HDFC')).toBe('unavailable'))
  expect(await charge(second, 'SBIN')).toBe('succeeded')
  const both = [
    { rail: 'upi', key: 'HDFC', startsAt: now - 1, endsAt: now + hour },
    { rail: 'upi', key: undefined, startsAt: now + hour, endsAt: now + 2 * hour },
  ]
  await until(() => expect(second.parts('upi').maintenance).toEqual(both))
  await announce({ id: 'm-2', startsAt: now - 1, endsAt: now + hour, reportedAt: now + 1 })
  await until(() =>
    expect(second.health('upi')).toEqual({ rail: 'upi', state: 'down', since: now - 1, retryAt: now + hour }),
  )
  expect(await charge(second, 'SBIN')).toBe('unavailable')
  // A report that is older than the known one changes nothing.
  await announce({ id: 'm-2', startsAt: now - 1, endsAt: now, reportedAt: now - 5 })
  await announce({ ...ofBank, endsAt: now + 2, reportedAt: now + 2 })
  await until(() => expect(second.parts('upi').maintenance).toHaveLength(1))
  expect(second.health('upi').state).toBe('down')
  await announce({ id: 'm-2', startsAt: now - 1, endsAt: now + 3, reportedAt: now + 3 })
  await until(async () =>
    expect([await charge(second, 'HDFC'), await charge(second, 'SBIN')]).toEqual(['succeeded', 'succeeded']),
  )
})

it('shows over HTTP the banks that are not up, and the maintenance that is announced', async () => {
  const rails = await startInstance()
  const book = { number: 7, id: '0'.repeat(32), code: 'main' }
  const server = createHttpServer({
    modules: [railRoutes({ rails, database: test.database })],
    authenticate: ({ key: id }) => ({
      ok: true,
      value: { principal: { kind: 'key', id }, name: 'key', grant: 'scope', permissions: roles.operator, book },
    }),
    database: test.database,
    logger: createLogger({ level: 'silent' }),
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  closers.push(() => server.close(1_000))
  const ask = async (path: string, method = 'GET') => {
    const headers = { authorization: 'Bearer key', 'content-type': 'application/json' }
    const sent = { method, headers, ...(method === 'POST' && { body: '{}' }) }
    return (await (await fetch(`${url}/v1/rails${path}`, sent)).json()) as Record<string, unknown>
  }
  const shown = async () => {
    const one = await ask('/upi')
    expect((await ask('')).data).toEqual([one])
    return one
  }
  expect(await shown()).toMatchObject({ name: 'upi', state: 'up', retry_at: null, keys: [], maintenance: [] })
  away.add('HDFC')
  await chargeOften(rails, 'HDFC', policy.refusedMax)
  await until(() => expect(stateOf(rails, 'HDFC')).not.toBe('up'))
  const bank = { key: 'HDFC', state: expect.stringMatching(/^(down|probing)$/), since: expect.any(String) }
  await until(async () => expect(await shown()).toMatchObject({ state: 'up', keys: [bank] }))
  const day = Date.UTC(2200, 0, 1) * 1_000
  const announce = async (report: RailMaintenance) => {
    const message = { header: () => undefined, body: Buffer.from(JSON.stringify(report)) }
    expect(await rails.receive({ rail: 'upi', message })).toMatchObject({ ok: true })
  }
  await announce({ id: 'm-1', key: 'HDFC', startsAt: day, endsAt: day + 1_000_000, reportedAt: 1 })
  const later = { key: 'HDFC', starts_at: '2200-01-01T00:00:00.000000Z', ends_at: '2200-01-01T00:00:01.000000Z' }
  await until(async () => expect(await shown()).toMatchObject({ state: 'up', maintenance: [later] }))
  const [begun, over] = [Date.now() * 1_000 - 60_000_000, Date.now() * 1_000 + 3_600_000_000]
  await announce({ id: 'm-2', startsAt: begun, endsAt: over, reportedAt: 1 })
  const now = { key: null, starts_at: formatTimestamp(begun), ends_at: formatTimestamp(over) }
  const gone = { state: 'down', since: now.starts_at, retry_at: now.ends_at }
  await until(async () => expect(await shown()).toMatchObject({ ...gone, maintenance: [now, later] }))
  expect(await ask('/upi/pause', 'POST')).toMatchObject({ state: 'paused', retry_at: null })
  expect(await ask('/upi/resume', 'POST')).toMatchObject({ ...gone, maintenance: [now, later] })
})

it('reports a key of another form once, and goes on without it', async () => {
  const first = await startInstance({ healthKey: ({ instrument }) => instrument })
  expect(await charge(first, 'DE89370400440532013000')).toBe('succeeded')
  expect(await charge(first, 'an account')).toBe('succeeded')
  expect(faults.splice(0).map(({ message }) => message)).toEqual(['upi: a health key is not of the documented form'])
})
