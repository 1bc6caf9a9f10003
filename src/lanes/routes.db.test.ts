import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { decodeId, encodeId } from '#kernel'
import { newUuid } from '#platform/ids'
import { startTestServer, type TestServer, testMessage, until } from '#testing'
import { insertDeadLetters } from './failures/failure-store.ts'
import { createLanes, type LaneName } from './index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const times = { created_at: expect.stringMatching(/Z$/), updated_at: expect.stringMatching(/Z$/) }

describe('vendors', () => {
  test.each([
    ['nothing', {}, { lane: 'standard', sla_ms: 10_000 }],
    ['a lane', { lane: 'bulk' }, { lane: 'bulk', sla_ms: 600_000 }],
    ['an SLA', { sla_ms: 5_000 }, { lane: 'instant', sla_ms: 5_000 }],
    ['a long SLA', { sla_ms: 86_400_000 }, { lane: 'bulk', sla_ms: 86_400_000 }],
    ['a lane and an SLA it keeps', { lane: 'instant', sla_ms: 2_000 }, { lane: 'instant', sla_ms: 2_000 }],
  ])('with %s given, a vendor gets its lane and SLA', async (what, given, entitled) => {
    const code = `entitled:${what.replaceAll(' ', '-')}`
    const made = await server.request('POST', '/v1/vendors', { body: { code, ...given } })
    expect(made).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^ven_/), code, name: null, in_flight_max: null, ...times, ...entitled },
    })
    expect((await server.request('GET', `/v1/vendors/${code}`)).body).toEqual(made.body)
    expect((await server.request('GET', `/v1/vendors/${made.body.id}`)).body).toEqual(made.body)
  })

  test.each([
    ['an SLA that no lane keeps', { sla_ms: 10 }, 422, 'sla_too_short'],
    ['an SLA that the lane does not keep', { lane: 'bulk', sla_ms: 1_000 }, 422, 'sla_too_short'],
    ['the lane of reverse transactions', { lane: 'rollback' }, 400, 'validation_failed'],
    ['a code of blanks', { code: 'a b' }, 400, 'validation_failed'],
    ['an unknown field', { color: 'red' }, 400, 'validation_failed'],
  ])('%s is refused', async (_what, given, status, code) => {
    const refused = await server.request('POST', '/v1/vendors', { body: { code: 'refused', ...given } })
    expect(refused).toMatchObject({ status, body: { code } })
  })

  test('have a unique code within a book', async () => {
    const body = { code: 'twice' }
    expect((await server.request('POST', '/v1/vendors', { body })).status).toBe(201)
    expect(await server.request('POST', '/v1/vendors', { body })).toMatchObject({
      status: 409,
      body: { code: 'vendor_code_taken', param: 'code' },
    })
  })

  test('change in the given fields only', async () => {
    const body = { code: 'changing', name: 'Before', lane: 'instant', in_flight_max: 5 }
    await server.request('POST', '/v1/vendors', { body })
    const change = async (given: object) =>
      (await server.request('PATCH', '/v1/vendors/changing', { body: given })).body
    expect(await change({})).toMatchObject({ name: 'Before', lane: 'instant', sla_ms: 1_000, in_flight_max: 5 })
    expect(await change({ name: null, in_flight_max: null })).toMatchObject({ name: null, in_flight_max: null })
    expect(await change({ lane: 'bulk' })).toMatchObject({ lane: 'bulk', sla_ms: 600_000 })
    expect(await change({ sla_ms: 20_000 })).toMatchObject({ lane: 'standard', sla_ms: 20_000 })
    expect(await change({ lane: 'standard', sla_ms: 5 })).toMatchObject({ code: 'sla_too_short' })
    expect(await server.request('PATCH', '/v1/vendors/nobody', { body: {} })).toMatchObject({
      status: 404,
      body: { code: 'vendor_not_found' },
    })
  })

  test('are listed newest first, page by page, and only in their own book', async () => {
    await server.request('POST', '/v1/books', { body: { code: 'other' } })
    const headers = { 'munim-book': 'other' }
    for (const code of ['one', 'two', 'three']) {
      expect((await server.request('POST', '/v1/vendors', { body: { code }, headers })).status).toBe(201)
    }
    const first = await server.request('GET', '/v1/vendors?limit=2', { headers })
    expect(first.body.data.map(({ code }: { code: string }) => code)).toEqual(['three', 'two'])
    const second = await server.request('GET', `/v1/vendors?limit=2&cursor=${first.body.next_cursor}`, { headers })
    expect(second.body).toMatchObject({ data: [{ code: 'one' }], has_more: false, next_cursor: null })
    expect((await server.request('GET', '/v1/vendors/one')).status).toBe(404)
    expect((await server.request('GET', `/v1/vendors/${second.body.data[0].id}`)).status).toBe(404)
    expect((await server.request('GET', '/v1/vendors?cursor=WzFd', { headers })).status).toBe(400)
  })

  test('have the policy that the lanes look up', async () => {
    const { body } = await server.request('POST', '/v1/vendors', { body: { code: 'policy', lane: 'instant' } })
    const lanes = createLanes({ database: server.database, onFault: () => undefined })
    const rows = await server.database.query<{ number: number }>({
      text: 'select number from lanes.vendors where id = $1',
      values: [decodeId('ven', body.id)],
    })
    expect(await lanes.vendorPolicy(server.database, 1, 'policy')).toEqual({ number: rows[0]?.number, lane: 'instant' })
    expect(await lanes.vendorPolicy(server.database, 2, 'policy')).toBeUndefined()
    expect(await lanes.vendorPolicy(server.database, 1, 'nobody')).toBeUndefined()
    await server.request('POST', '/v1/vendors', { body: { code: 'nobody' } })
    expect(await lanes.vendorPolicy(server.database, 1, 'nobody')).toMatchObject({ lane: 'standard' })
  })
})

describe('the lanes', () => {
  test('report their depth, the age of the oldest message, and the number of deferred ones', async () => {
    const lanes = createLanes({ database: server.database, onFault: () => undefined })
    const later = Date.now() * 1000 + 3_600_000_000
    const messages = [
      testMessage({ lane: 'bulk', kind: 'nobodys.work' }),
      testMessage({ lane: 'bulk', kind: 'nobodys.work' }),
      testMessage({ lane: 'bulk', kind: 'nobodys.work', notBefore: later }),
    ]
    await server.database.transaction((tx) => lanes.enqueue(tx, messages))
    const paused = await server.request('POST', '/v1/lanes/bulk/pause')
    expect(paused).toMatchObject({ status: 200, body: { lane: 'bulk', state: 'paused', depth: 2, delayed: 1 } })
    expect(paused.body.oldest_ms).toBeGreaterThanOrEqual(0)
    const { body } = await server.request('GET', '/v1/lanes')
    expect(
      body.data.map(({ lane, state, sla_ms }: { lane: LaneName; state: string; sla_ms: number }) => [
        lane,
        state,
        sla_ms,
      ]),
    ).toEqual([
      ['rollback', 'running', 100],
      ['instant', 'running', 1_000],
      ['standard', 'running', 10_000],
      ['bulk', 'paused', 600_000],
    ])
    expect((await server.request('POST', '/v1/lanes/bulk/pause')).body.state).toBe('paused')
    expect((await server.request('POST', '/v1/lanes/bulk/resume')).body.state).toBe('running')
    expect((await server.request('POST', '/v1/lanes/bulk/resume')).status).toBe(200)
  })

  test('show an open breaker', async () => {
    await server.database.query({
      text: `insert into lanes.breakers (lane, kind, retry_at, reason)
        values (1, 'nobodys.work', now() + interval '1 minute', 'it all failed')`,
    })
    const { body } = await server.request('POST', '/v1/lanes/instant/resume')
    expect(body).toMatchObject({
      state: 'breaker_open',
      breakers: [{ kind: 'nobodys.work', reason: 'it all failed', retry_at: expect.stringMatching(/Z$/) }],
    })
    await server.database.query({ text: 'delete from lanes.breakers' })
  })

  test('rollback cannot be paused, and only an admin may pause', async () => {
    expect(await server.request('POST', '/v1/lanes/rollback/pause')).toMatchObject({
      status: 422,
      body: { code: 'lane_not_pausable', param: 'lane' },
    })
    const key = await server.createKey('write')
    expect((await server.request('POST', '/v1/lanes/bulk/pause', { key })).status).toBe(403)
    expect((await server.request('GET', '/v1/lanes', { key })).status).toBe(403)
  })

  test('report their state in the metrics', async () => {
    const read = async () => (await fetch(`${server.url}/metrics`)).text()
    // The first count comes shortly after the start.
    await until(async () => (await read()).includes('munim_lane_ready_messages{'))
    const metrics = await read()
    const names = ['ready_messages', 'lag_seconds', 'needed_consumers', 'open_dead_letters', 'in_flight_messages']
    for (const name of [...names, 'retries_total']) {
      expect(metrics).toMatch(new RegExp(`^munim_lane_${name}\\{lane="standard"\\} [0-9.]+$`, 'm'))
    }
    expect(metrics).toContain('# TYPE munim_lane_retries_total counter')
  })
})

describe('dead letters', () => {
  const dead = (fields: object = {}, book = 1) => ({
    message: {
      ...{ id: 0n, lane: 'standard' as const, kind: 'nobodys.work', tenant: -book, vendor: 0, book },
      ...{
        subject: newUuid(),
        payload: '{"n":1}',
        attempts: 0,
        enqueuedAt: 1_700_000_000_000_000,
        waitedMs: 0,
        ...fields,
      },
    },
    attempts: 1,
    cause: 'permanent' as const,
    code: 'TypeError',
    reason: 'it is not a function',
  })
  beforeEach(async () => {
    await server.database.query({ text: 'truncate lanes.dead_letters, lanes.messages' })
  })

  test('report the failed message, its attempts and the reason', async () => {
    const letter = dead()
    await insertDeadLetters(server.database, [
      letter,
      { ...dead({ payload: 'not json' }), reason: `${'long '.repeat(1_000)}\0` },
    ])
    const { body } = await server.request('GET', '/v1/dead-letters')
    expect(body.data).toHaveLength(2)
    expect(body.data[1]).toEqual({
      ...{ id: expect.stringMatching(/^dlt_/), lane: 'standard', kind: 'nobodys.work', vendor: null },
      ...{ subject: letter.message.subject, payload: { n: 1 }, attempts: 1, cause: 'permanent', code: 'TypeError' },
      ...{ reason: 'it is not a function', enqueued_at: '2023-11-14T22:13:20.000000Z', replayed_at: null },
      discarded_at: null,
      died_at: expect.stringMatching(/Z$/),
    })
    expect(body.data[0].payload).toBe('not json')
    expect((await server.request('GET', `/v1/dead-letters/${body.data[1].id}`)).body).toEqual(body.data[1])
    const absent = encodeId('dlt', newUuid())
    expect((await server.request('GET', `/v1/dead-letters/${absent}`)).body.code).toBe('dead_letter_not_found')
  })

  test.each([
    ['payment.input', '{"s":"refund","i":"start"}', 'ref_'],
    ['payment.input', '{"s":"payment","i":"start"}', 'pay_'],
    ['saga.step', '{}', 'saga_'],
    ['payment.input', 'null', ''],
  ])('of %s with %s name their subject as %s…', async (kind, payload, prefix) => {
    const letter = dead({ kind, payload })
    await insertDeadLetters(server.database, [letter])
    const [{ subject }] = (await server.request('GET', '/v1/dead-letters')).body.data
    expect(subject).toMatch(new RegExp(`^${prefix}[0-9a-z]+$`))
    if (prefix === '') expect(subject).toBe(letter.message.subject)
  })

  test('are replayed once', async () => {
    const letter = dead()
    await insertDeadLetters(server.database, [letter])
    const { id } = (await server.request('GET', '/v1/dead-letters')).body.data[0]
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => server.request('POST', `/v1/dead-letters/${id}/replay`)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 409)])
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('dead_letter_replayed')
    const acts = (await server.request('GET', `/v1/audit?subject=${id}`)).body.data
    expect(acts).toMatchObject([
      { action: 'dead_letter.replayed', details: { lane: 'standard', kind: 'nobodys.work' } },
    ])
    const rows = await server.database.query({
      text: `select replace(subject::text, '-', '') as subject, payload, attempts, lane, kind, tenant
        from lanes.messages`,
    })
    const { subject, payload } = letter.message
    expect(rows).toEqual([{ subject, payload, attempts: 0, lane: 2, kind: 'nobodys.work', tenant: -1 }])
  })

  test('are replayed by filter, a limited number at a time, and only those of the book', async () => {
    await server.request('POST', '/v1/vendors', { body: { code: 'failing' } })
    const rows = await server.database.query<{ number: number }>({
      text: `select number from lanes.vendors where code = 'failing'`,
    })
    const tenant = rows[0]?.number ?? 0
    await insertDeadLetters(server.database, [
      ...Array.from({ length: 5 }, () => dead({ tenant })),
      ...Array.from({ length: 3 }, () => dead({ lane: 'bulk' })),
      { ...dead(), code: 'rail_away', cause: 'exhausted' as const },
      dead({}, 2),
    ])
    const replay = async (body: object) => (await server.request('POST', '/v1/dead-letters/replay', { body })).body
    const listed = async (query: string) => (await server.request('GET', `/v1/dead-letters?${query}`)).body.data.length
    expect(await listed('vendor=failing')).toBe(5)
    expect(await listed('lane=bulk&replayed=false')).toBe(3)
    expect(await listed('code=rail_away&cause=exhausted&kind=nobodys.work')).toBe(1)
    expect(await replay({ vendor: 'failing', limit: 4 })).toEqual({ replayed: 4, has_more: true })
    expect(await replay({ vendor: 'failing' })).toEqual({ replayed: 1, has_more: false })
    expect(await replay({ vendor: 'unheard-of' })).toEqual({ replayed: 0, has_more: false })
    expect(await replay({ cause: 'exhausted' })).toEqual({ replayed: 1, has_more: false })
    expect(await replay({})).toEqual({ replayed: 3, has_more: false })
    expect(await listed('replayed=true')).toBe(9)
    const [row] = await server.database.query<{ left: bigint }>({
      text: 'select count(*) as left from lanes.dead_letters where replayed_at is null and book_id = 2',
    })
    expect(row?.left).toBe(1n)
  })

  test('that were discarded are listed so, and are not replayed', async () => {
    const [discarded, open] = [dead(), dead()]
    const { subject } = discarded.message
    await insertDeadLetters(server.database, [discarded, open, dead({ kind: 'other.work', subject })])
    const { discard } = createLanes({ database: server.database, onFault: () => {} })
    await server.database.transaction((tx) => discard(tx, { book: 1, subject, kind: 'nobodys.work' }, newUuid()))
    const [found, ...others] = (await server.request('GET', '/v1/dead-letters?discarded=true')).body.data
    expect([found, others]).toMatchObject([
      { subject, discarded_at: expect.stringMatching(/Z$/), replayed_at: null },
      [],
    ])
    expect((await server.request('GET', '/v1/dead-letters?discarded=false')).body.data).toHaveLength(2)
    const refused = await server.request('POST', `/v1/dead-letters/${found.id}/replay`)
    expect([refused.status, refused.body.code]).toEqual([409, 'dead_letter_discarded'])
    const replay = await server.request('POST', '/v1/dead-letters/replay', { body: {} })
    expect(replay.body).toEqual({ replayed: 2, has_more: false })
  })
})
