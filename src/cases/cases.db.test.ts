import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeId, idPrefix, type Uuid } from '#kernel'
import { type AuthenticationResult, createHttpServer, type HttpServer, type Scope, scopes } from '#platform/http'
import { newUuid } from '#platform/ids'
import { createLogger } from '#platform/telemetry'
import { createTestDatabase, type TestDatabase } from '#testing'
import type { AuditedCaseAct } from './act-on-case.ts'
import { noBook, type SubjectAction } from './case.ts'
import { type CaseChange, caseSteps } from './case-changes.ts'
import { caseMetrics } from './case-metrics.ts'
import { createCases } from './create-cases.ts'
import type { ActedCase, CaseQueue } from './queue.ts'
import { caseRoutes } from './routes/case-routes.ts'

// The cases of two queues over HTTP. The tests of payments cover how they carry out actions.

let test: TestDatabase
let database: TestDatabase['database']
let server: HttpServer
let url: string
const carriedOut: { acted: ActedCase; action: SubjectAction }[] = []
const locked: string[] = []
const audited: AuditedCaseAct[] = []
let wakes = 0

const hour = 3_600
const parcels: CaseQueue = {
  name: 'parcels',
  subjects: { payment: 'pay', refund: 'ref', event: null },
  reasons: {
    lost: { dueWithinSeconds: hour, priority: 'high', closesWhen: 'It is found.' },
    broken: { dueWithinSeconds: 24 * hour, closesWhen: 'It is mended.' },
    stray: { dueWithinSeconds: hour, closesWhen: 'Only an operator resolves it.' },
  },
  actionsOn: ({ reason, kind }) => {
    if (reason === 'lost') return ['inquire', 'force']
    if (reason === 'stray') return ['force']
    return kind === 'event' ? [] : ['reverse', 'force']
  },
  outcomesOf: ({ reason }) => (reason === 'stray' ? ['succeeded'] : ['succeeded', 'failed']),
}
const letters: CaseQueue = {
  name: 'letters',
  subjects: { saga: 'saga' },
  reasons: { lost: { dueWithinSeconds: hour, closesWhen: 'It is found.' } },
  actionsOn: () => ['retry'],
  outcomesOf: () => [],
}
const cases = createCases({ audit: async (_, act) => void audited.push(act) })
cases.register(parcels, {
  lockSubject: async (_, { id }) => void locked.push(id),
  carryOut: async (_, acted, action) => {
    carriedOut.push({ acted, action })
    return acted.subject.kind === 'event' ? 'done' : 'started'
  },
})
cases.register(letters, { carryOut: async () => 'started' })

const book = { number: 1, id: newUuid(), code: 'main' }
const keyId = newUuid()

/** Every scope is the key of a caller who has it. */
const authenticate = ({ key }: { readonly key: string }): AuthenticationResult => {
  const scope = scopes.find((each) => each === key)
  if (scope !== undefined) return { ok: true, value: { keyId, scope, book } }
  return { ok: false, refusal: { code: 'unauthenticated', message: 'no such key' } }
}

beforeAll(async () => {
  test = await createTestDatabase()
  database = test.database
  const onActed = () => {
    wakes += 1
  }
  server = createHttpServer({
    modules: [caseRoutes({ database, cases, onActed })],
    authenticate,
    database,
    logger: createLogger({ level: 'silent' }),
  })
  url = await server.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.close(1_000)
  await test.drop()
})
beforeEach(async () => {
  for (const list of [carriedOut, locked, audited]) list.length = 0
  await database.query({ text: 'delete from cases.acts' })
  await database.query({ text: 'delete from cases.cases' })
})

const change = (...changes: CaseChange[]) => database.transaction((tx) => tx.burst(caseSteps(parcels, changes)))
const payment = (id: Uuid = newUuid()) => ({ subject: { kind: 'payment', id }, book: 1 }) as const
const lost = { change: 'open', reason: 'lost', detail: 'It did not arrive.' } as const
const broken = { change: 'open', reason: 'broken', detail: 'It arrived in two pieces.' } as const

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
type Response = { readonly status: number; readonly body: any }

async function request(method: string, path: string, body?: object, headers: object = {}): Promise<Response> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: 'Bearer admin', 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

const as = (key: Scope) => ({ authorization: `Bearer ${key}` })
const get = (path: string, key: Scope = 'operator') => request('GET', path, undefined, as(key))
const post = (path: string, body: object = {}, key: Scope = 'operator') => request('POST', path, body, as(key))
const list = async (query = ''): Promise<Response['body']['data']> => (await get(`/v1/cases${query}`)).body.data
const evidence = 'Statement of 31 January, line 118.'

/** Opens one case and returns its path. */
async function openCase(reason: Partial<typeof lost | typeof broken> = lost): Promise<string> {
  await change({ ...payment(), ...lost, ...reason } as CaseChange)
  return `/v1/cases/${(await list())[0].id}`
}

describe('a change', () => {
  it('opens one case of a reason, which keeps its age when it is opened again', async () => {
    const subject = payment()
    await change({ ...subject, ...lost })
    const [first] = await list()
    expect(first).toEqual({
      id: expect.stringMatching(/^case_/),
      queue: 'parcels',
      state: 'open',
      subject: { type: 'payment', id: encodeId(idPrefix.payment, subject.subject.id) },
      reason: 'lost',
      detail: 'It did not arrive.',
      closes_when: 'It is found.',
      revision: 1,
      priority: 'high',
      since: expect.stringMatching(/Z$/),
      age_seconds: 0,
      due_at: expect.stringMatching(/Z$/),
      overdue: false,
      owner: null,
      waiting: false,
      actions: ['inquire', 'force', 'reassign', 'note'],
      outcomes: ['succeeded', 'failed'],
      acting: false,
      last_action: null,
      evidence: null,
      resolved_at: null,
      resolution: null,
    })
    expect(Date.parse(first.due_at) - Date.parse(first.since)).toBe(hour * 1_000)
    await change({ ...subject, ...lost, detail: 'It is still not there.' })
    expect(await list()).toMatchObject([{ id: first.id, since: first.since, detail: 'It is still not there.' }])
  })

  it('opens a second case of the subject, which comes first', async () => {
    const subject = payment()
    await change({ ...subject, ...lost })
    await change({ ...subject, ...broken })
    expect(await list()).toMatchObject([
      { reason: 'broken', waiting: false, actions: ['reverse', 'force', 'reassign', 'note'] },
      { reason: 'lost', waiting: true, actions: ['reassign', 'note'], outcomes: [] },
    ])
    const [, waiting] = await list()
    const refused = await post(`/v1/cases/${waiting.id}/inquire`)
    expect([refused.status, refused.body.code]).toEqual([409, 'case_waits'])
    await change({ ...subject, change: 'resolve', reason: 'broken' })
    expect(await list()).toMatchObject([{ id: waiting.id, waiting: false, since: waiting.since }])
    expect((await post(`/v1/cases/${waiting.id}/inquire`)).status).toBe(200)
  })

  it('resolves the case, and later trouble of the same subject is a new one', async () => {
    const subject = payment()
    await change({ ...subject, ...lost })
    await change({ ...subject, change: 'resolve' })
    expect(await list()).toEqual([])
    expect(await list('?state=resolved')).toMatchObject([
      { state: 'resolved', resolution: 'settled', actions: ['note'], overdue: false },
    ])
    await change({ ...subject, ...lost })
    expect(await list('?state=all')).toMatchObject([{ state: 'open' }, { state: 'resolved' }])
  })

  it('counts in the given order when a batch has several of one subject', async () => {
    const [ended, open] = [payment(), payment()]
    await change(
      { ...ended, ...lost },
      { ...ended, change: 'resolve' },
      { ...open, change: 'resolve' },
      { ...open, ...broken },
      { ...open, change: 'acted' },
    )
    expect(await list('?state=all')).toMatchObject([{ reason: 'broken' }])
  })
})

describe('the list', () => {
  it('is newest first in pages, and filtered', async () => {
    for (let n = 0; n < 3; n += 1) await change({ ...payment(), ...lost })
    const subject = { kind: 'refund', id: newUuid() }
    await change({ subject, book: 1, ...broken })
    await database.query({
      text: `update cases.cases set since = since - interval '2 hours', due_at = now() - interval '1 second', owner = 'asha'
        where reason = 'broken'`,
    })
    const first = await get('/v1/cases?limit=3')
    expect(first.body.data.map(({ reason }: { reason: string }) => reason)).toEqual(['broken', 'lost', 'lost'])
    const rest = await get(`/v1/cases?limit=3&cursor=${first.body.next_cursor}`)
    expect(rest.body).toMatchObject({ data: [{ reason: 'lost' }], has_more: false, next_cursor: null })
    const subjectId = encodeId(idPrefix.refund, subject.id)
    for (const query of [
      ...['reason=broken', 'owner=asha', 'subject_type=refund', 'older_than=7199', 'priority=normal', 'overdue=true'],
      `subject_id=${subjectId}&queue=parcels`,
    ]) {
      expect(await list(`?${query}`), query).toMatchObject([{ reason: 'broken', owner: 'asha' }])
    }
    for (const query of ['reason=broken&older_than=7300', 'queue=letters', 'reason=broken&overdue=false']) {
      expect(await list(`?${query}`), query).toEqual([])
    }
    for (const [query, param] of [
      ['cursor=bm8', 'cursor'],
      ['subject_id=nothing', 'subject_id'],
      ['queue=none', 'queue'],
    ]) {
      const bad = await get(`/v1/cases?${query}`)
      expect([bad.status, bad.body.param]).toEqual([400, param])
    }
  })

  it('has only the cases of the own book', async () => {
    await change({ ...payment(), book: 2, ...lost })
    expect(await list('?state=all')).toEqual([])
    const [{ id } = { id: '' }] = await database.query<{ id: string }>({ text: 'select id from cases.cases' })
    const path = `/v1/cases/${encodeId(idPrefix.case, id)}`
    expect([(await get(path)).status, (await post(`${path}/inquire`)).body.code]).toEqual([404, 'case_not_found'])
  })

  it('has which are overdue, and the metrics have how many and how old, by queue and reason', async () => {
    await change({ ...payment(), ...lost }, { ...payment(), ...broken })
    await database.query({
      text: `update cases.cases set since = now() - interval '3601 seconds', due_at = due_at - interval '3601 seconds'`,
    })
    expect(await list()).toMatchObject([
      { reason: 'broken', overdue: false },
      { reason: 'lost', overdue: true, age_seconds: 3601 },
    ])
    const [open, oldest] = await Promise.all(caseMetrics(cases, database).map(({ read }) => read()))
    expect(open).toEqual([
      [{ queue: 'parcels', reason: 'lost' }, 1],
      [{ queue: 'parcels', reason: 'broken' }, 1],
      [{ queue: 'parcels', reason: 'stray' }, 0],
      [{ queue: 'letters', reason: 'lost' }, 0],
    ])
    expect(oldest).toMatchObject([
      [{}, 3601],
      [{}, 3601],
      [{}, 0],
      [{}, 0],
    ])
  })
})

describe('an operator', () => {
  it('acts: the queue carries the action out, and no one else acts until that has ended', async () => {
    const path = await openCase()
    const wakesBefore = wakes
    expect(await post(`${path}/inquire`)).toMatchObject({
      status: 200,
      body: { acting: true, last_action: 'inquire', actions: ['reassign', 'note'] },
    })
    expect(carriedOut).toMatchObject([
      { acted: { book: 1, subject: { kind: 'payment' }, reason: 'lost' }, action: { action: 'inquire' } },
    ])
    expect(locked).toEqual([carriedOut[0]?.acted.subject.id])
    expect(wakes).toBe(wakesBefore + 1)
    const second = await post(`${path}/force`, { outcome: 'failed', evidence })
    expect([second.status, second.body.code]).toEqual([409, 'case_being_acted_on'])
    expect(carriedOut).toHaveLength(1)
  })

  it('may act again when the action was carried out and the case is still open', async () => {
    const subject = payment()
    await change({ ...subject, ...lost })
    const path = `/v1/cases/${(await list())[0].id}`
    for (const after of [{ change: 'acted' } as const, lost]) {
      await post(`${path}/inquire`)
      await change({ ...subject, ...after })
      expect((await get(path)).body).toMatchObject({ acting: false, actions: expect.arrayContaining(['inquire']) })
    }
  })

  it('is refused an action on another revision than the one that is open, and may name none', async () => {
    const subject = payment()
    await change({ ...subject, ...broken })
    const [{ id, revision }] = await list()
    await change({ ...subject, ...broken, detail: 'It arrived in three pieces.' })
    const path = `/v1/cases/${id}`
    for (const [action, body] of [
      ['reverse', {}],
      ['retry', {}],
      ['force', { outcome: 'failed', evidence }],
    ] as const) {
      const refused = await post(`${path}/${action}`, { ...body, revision })
      expect([refused.status, refused.body.code]).toEqual([409, 'case_changed'])
    }
    expect([carriedOut, audited]).toEqual([[], []])
    const { body: now } = await get(path)
    expect(now.revision).toBe(revision + 1)
    expect((await post(`${path}/reassign`, { owner: 'asha' })).body.revision).toBe(now.revision)
    expect((await post(`${path}/force`, { outcome: 'failed', evidence, revision: now.revision })).status).toBe(200)
    expect(carriedOut).toMatchObject([{ action: { action: 'force', outcome: 'failed', evidence } }])
    await change({ ...subject, change: 'acted' })
    expect((await post(`${path}/reverse`)).status).toBe(200)
  })

  it('forces an outcome with evidence only, and it is kept with who did it', async () => {
    const path = await openCase()
    for (const body of [{ outcome: 'succeeded' }, { outcome: 'succeeded', evidence: 'trust me' }]) {
      const refused = await post(`${path}/force`, body)
      expect([refused.status, refused.body.param]).toEqual([400, 'evidence'])
    }
    expect((await post(`${path}/force`, { outcome: 'succeeded', evidence })).status).toBe(200)
    expect(carriedOut).toMatchObject([{ action: { action: 'force', outcome: 'succeeded', evidence } }])
    expect((await get(path)).body).toMatchObject({
      last_action: 'force',
      evidence,
      acts: [{ action: 'force', text: evidence, by: expect.stringMatching(/^key_/) }],
    })
    expect(audited).toMatchObject([
      { action: 'case.force', details: { queue: 'parcels', reason: 'lost', text: evidence, outcome: 'succeeded' } },
    ])
  })

  it('forces with an admin key only, and reads with any', async () => {
    const path = await openCase()
    expect((await post(`${path}/force`, { outcome: 'failed', evidence }, 'write')).status).toBe(403)
    expect((await post(`${path}/inquire`, {}, 'read')).status).toBe(403)
    expect((await get(path, 'read')).status).toBe(200)
    expect((await post(`${path}/inquire`, {}, 'write')).status).toBe(200)
  })

  it.each([
    ['retry', lost],
    ['reverse', lost],
    ['inquire', broken],
    ['retry', broken],
  ] as const)('is refused %s where it is not safe', async (action, reason) => {
    const path = await openCase(reason)
    const refused = await post(`${path}/${action}`)
    expect([refused.status, refused.body.code]).toEqual([409, 'case_action_not_allowed'])
    expect([carriedOut, audited]).toEqual([[], []])
  })

  it('cannot state an outcome that the state does not leave open', async () => {
    await change({ ...payment(), change: 'open', reason: 'stray', detail: 'It is no one of ours.' })
    const [found] = await list()
    expect(found.outcomes).toEqual(['succeeded'])
    const refused = await post(`/v1/cases/${found.id}/force`, { outcome: 'failed', evidence })
    expect([refused.status, refused.body.code]).toEqual([409, 'case_outcome_not_allowed'])
  })

  it('reassigns and notes at any time, and notes even after the end', async () => {
    const subject = payment()
    await change({ ...subject, ...lost })
    const path = `/v1/cases/${(await list())[0].id}`
    await post(`${path}/inquire`)
    expect((await post(`${path}/reassign`, { owner: 'asha' })).body.owner).toBe('asha')
    await change({ ...subject, change: 'resolve' })
    expect((await post(`${path}/note`, { text: 'The bank called back.' })).body.resolution).toBe('inquire')
    for (const [act, body] of [
      ['inquire', {}],
      ['reassign', { owner: 'ravi' }],
    ] as const) {
      expect((await post(`${path}/${act}`, body)).body.code).toBe('case_already_resolved')
    }
    const { acts } = (await get(path)).body
    expect(acts.map(({ action, text }: { action: string; text: string }) => [action, text])).toEqual([
      ['inquire', null],
      ['reassign', 'asha'],
      ['note', 'The bank called back.'],
    ])
    expect(audited.map(({ action }) => action)).toEqual(['case.inquire', 'case.reassign', 'case.note'])
  })

  it('resolves a case at once when the queue has nothing to wait for, with an operator key outside books', async () => {
    const id = newUuid()
    await change({
      ...{ subject: { kind: 'event', id }, book: noBook, change: 'open' },
      ...{ reason: 'stray', detail: 'It is no one of ours.' },
    })
    expect((await get('/v1/cases', 'write')).body.data).toEqual([])
    const [found] = await list()
    expect(found).toMatchObject({ subject: { type: 'event', id }, actions: ['force', 'reassign', 'note'] })
    expect(await list(`?subject_id=${id}`)).toHaveLength(1)
    const answered = await post(`/v1/cases/${found.id}/force`, { outcome: 'succeeded', evidence })
    expect(answered.body).toMatchObject({ state: 'resolved', resolution: 'force', acting: false, evidence })
  })

  it('is one of six who act at one moment: the others are refused', async () => {
    const path = await openCase()
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(`${path}/inquire`)))
    const codes = answers.map(({ status, body }) => body.code ?? status).sort()
    expect(codes).toEqual([200, ...Array.from({ length: 5 }, () => 'case_being_acted_on')])
    expect(carriedOut).toHaveLength(1)
  })

  it('gets the first answer again under the same key', async () => {
    const path = await openCase()
    const once = () => request('POST', `${path}/inquire`, {}, { 'idempotency-key': 'one' })
    const first = await once()
    const replay = await once()
    expect([replay.status, replay.body]).toEqual([200, first.body])
    expect(carriedOut).toHaveLength(1)
  })

  it('acts on many at once, and one that refuses does not stop the others', async () => {
    for (let n = 0; n < 3; n += 1) await change({ ...payment(), ...lost })
    await change({ ...payment(), ...broken })
    const found = await list()
    const wanted = found.map(({ id, revision }: { id: string; revision: number }) => ({ id, revision }))
    wanted[3].revision += 1
    const { body } = await post('/v1/cases/actions', { cases: wanted, action: 'inquire' }, 'write')
    expect(body.data.map(({ id, code }: { id: string; code: string | null }) => [id, code])).toEqual([
      [found[0].id, 'case_action_not_allowed'],
      [found[1].id, null],
      [found[2].id, null],
      [found[3].id, 'case_changed'],
    ])
    expect(carriedOut).toHaveLength(2)
    expect(await list('?reason=lost')).toMatchObject([{ acting: true }, { acting: true }, { acting: false }])
    const taken = await post('/v1/cases/actions', { cases: wanted, action: 'reassign', owner: 'asha' })
    expect(taken.body.data.every(({ code }: { code: string | null }) => code === null)).toBe(true)
    expect(await list('?owner=asha')).toHaveLength(4)
  })

  it('needs an admin key and the fields of the action for many at once', async () => {
    const id = (await openCase()).split('/').at(-1)
    const force = { cases: [{ id }], action: 'force', outcome: 'failed', evidence }
    expect((await post('/v1/cases/actions', force, 'write')).status).toBe(403)
    for (const [body, param] of [
      [{ action: 'force', outcome: 'failed' }, 'evidence'],
      [{ action: 'reassign' }, 'owner'],
      [{ action: 'note' }, 'text'],
    ] as const) {
      const refused = await post('/v1/cases/actions', { cases: [{ id }], ...body })
      expect([refused.status, refused.body.param]).toEqual([400, param])
    }
    expect(carriedOut).toEqual([])
    expect((await post('/v1/cases/actions', force, 'admin')).body.data).toEqual([{ id, code: null, detail: null }])
    expect(carriedOut).toMatchObject([{ action: { action: 'force', outcome: 'failed', evidence } }])
  })
})
