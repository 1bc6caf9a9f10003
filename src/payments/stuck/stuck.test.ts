import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeId, idPrefix, type Uuid } from '#kernel'
import { type AuthenticationResult, createHttpServer, type HttpServer, type Scope, scopes } from '#platform/http'
import { newUuid } from '#platform/ids'
import { createLogger } from '#platform/telemetry'
import { createTestDatabase, type TestDatabase } from '#testing'
import type { AskedInput, Subject } from '../payments.ts'
import { stuckRoutes } from '../routes/stuck-routes.ts'
import type { AuditedStuckAct } from './act-on-stuck.ts'
import { noBook, type StuckChange } from './stuck.ts'
import { countStuck } from './stuck-read-model.ts'
import { stuckSteps } from './stuck-store.ts'

// The list and its routes over HTTP; the engine's tests cover its handling of decisions.

let test: TestDatabase
let database: TestDatabase['database']
let server: HttpServer
let url: string
const replayed: Uuid[] = []
const bookedAgain: Subject[] = []
const asked: { subject: Subject; input: AskedInput }[] = []
const decided: { saga: Uuid; decision: string }[] = []
const audited: AuditedStuckAct[] = []
let wakes = 0

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
  const input = async (_: object, subject: Subject, given: AskedInput) => asked.push({ subject, input: given }) > 0
  const audit = async (_: object, act: AuditedStuckAct) => void audited.push(act)
  const sagas = {
    decide: async (_: object, saga: Uuid, decision: string) => decided.push({ saga, decision }) > 0,
    resume: async () => {},
  }
  const bookAgain = async (_: object, subject: Subject) => bookedAgain.push(subject) > 0
  const lanes = {
    replay: async (_: object, filter: { readonly subject?: Uuid }) => replayed.push(filter.subject ?? ''),
  }
  const payments = {
    input,
    bookAgain,
    wake: () => {
      wakes += 1
    },
  }
  server = createHttpServer({
    modules: [stuckRoutes({ database, payments, sagas, lanes, audit })],
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
  asked.length = 0
  replayed.length = 0
  bookedAgain.length = 0
  decided.length = 0
  audited.length = 0
  await database.query({ text: 'delete from payments.stuck_acts' })
  await database.query({ text: 'delete from payments.stuck' })
})

const change = (...changes: StuckChange[]) => database.transaction((tx) => tx.burst(stuckSteps(changes)))
const payment = (id: Uuid = newUuid()) => ({ subject: { kind: 'payment', id }, book: 1 }) as const
const unknown = { change: 'stuck', reason: 'outcome_unknown', detail: 'card does not answer.' } as const
const wrong = { change: 'stuck', reason: 'wrong_amount', detail: '90.00 arrived instead of 100.00.' } as const

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
const list = async (query = ''): Promise<Response['body']['data']> => (await get(`/v1/stuck${query}`)).body.data
const evidence = 'Statement of 31 January, line 118.'

/** Makes one entry and returns its path. */
async function makeStuck(reason: Partial<typeof unknown | typeof wrong> = unknown): Promise<string> {
  await change({ ...payment(), ...unknown, ...reason } as StuckChange)
  return `/v1/stuck/${(await list())[0].id}`
}

describe('what the engine reports', () => {
  it('is one open entry a subject, whose age counts from the first time', async () => {
    const subject = payment()
    await change({ ...subject, ...unknown })
    const [first] = await list()
    expect(first).toEqual({
      id: expect.stringMatching(/^stk_/),
      state: 'open',
      subject: { type: 'payment', id: encodeId(idPrefix.payment, subject.subject.id) },
      reason: 'outcome_unknown',
      detail: 'card does not answer.',
      revision: 1,
      since: expect.stringMatching(/Z$/),
      age_seconds: 0,
      overdue: false,
      owner: null,
      actions: ['inquire', 'force', 'reassign', 'note'],
      outcomes: ['succeeded', 'failed'],
      deciding: false,
      decision: null,
      evidence: null,
      resolved_at: null,
      resolution: null,
    })
    await change({ ...subject, ...wrong })
    const [again, ...others] = await list()
    expect([again.id, again.since, again.reason, others]).toEqual([first.id, first.since, 'wrong_amount', []])
  })

  it('ends the entry, and a later trouble of the same subject is a new one', async () => {
    const subject = payment()
    await change({ ...subject, ...unknown })
    await change({ ...subject, change: 'resolved' })
    expect(await list()).toEqual([])
    expect(await list('?state=resolved')).toMatchObject([
      { state: 'resolved', resolution: 'settled', actions: ['note'] },
    ])
    await change({ ...subject, ...unknown })
    expect(await list('?state=all')).toMatchObject([{ state: 'open' }, { state: 'resolved' }])
  })

  it('counts in the order given when a batch says several things of one subject', async () => {
    const [ended, open] = [payment(), payment()]
    const decided = { change: 'decided' } as const
    await change(
      { ...ended, ...unknown },
      { ...ended, change: 'resolved' },
      { ...open, change: 'resolved' },
      { ...open, ...wrong },
      { ...open, ...decided },
    )
    expect(await list('?state=all')).toMatchObject([{ reason: 'wrong_amount' }])
  })
})

describe('the list', () => {
  it('is newest first in pages, filtered by reason, owner, kind and age', async () => {
    for (let n = 0; n < 3; n += 1) await change({ ...payment(), ...unknown })
    await change({ subject: { kind: 'refund', id: newUuid() }, book: 1, ...wrong })
    await database.query({
      text: `update payments.stuck set since = since - interval '2 hours', owner = 'asha' where reason = 'wrong_amount'`,
    })
    const first = await get('/v1/stuck?limit=3')
    expect(first.body.data.map(({ reason }: { reason: string }) => reason)).toEqual([
      'wrong_amount',
      'outcome_unknown',
      'outcome_unknown',
    ])
    const rest = await get(`/v1/stuck?limit=3&cursor=${first.body.next_cursor}`)
    expect(rest.body).toMatchObject({ data: [{ reason: 'outcome_unknown' }], has_more: false, next_cursor: null })
    for (const query of ['reason=wrong_amount', 'owner=asha', 'subject_type=refund', 'older_than=7199']) {
      expect(await list(`?${query}`)).toMatchObject([{ reason: 'wrong_amount', owner: 'asha' }])
    }
    expect(await list('?reason=wrong_amount&older_than=7300')).toEqual([])
    const bad = await get('/v1/stuck?cursor=bm8')
    expect([bad.status, bad.body.param]).toEqual([400, 'cursor'])
  })

  it('shows only the entries of the own book', async () => {
    await change({ ...payment(), book: 2, ...unknown })
    expect(await list('?state=all')).toEqual([])
    const [{ id } = { id: '' }] = await database.query<{ id: string }>({ text: 'select id from payments.stuck' })
    const path = `/v1/stuck/${encodeId(idPrefix.stuck, id)}`
    expect([(await get(path)).status, (await post(`${path}/inquire`)).body.code]).toEqual([404, 'stuck_not_found'])
  })

  it('says what is overdue, and the metrics say how many and how old by reason', async () => {
    await change({ ...payment(), ...unknown }, { ...payment(), ...wrong })
    await database.query({ text: `update payments.stuck set since = now() - interval '3601 seconds'` })
    expect(await list()).toMatchObject([
      { reason: 'wrong_amount', overdue: false },
      { reason: 'outcome_unknown', overdue: true, age_seconds: 3601 },
    ])
    const metrics = await countStuck(database)
    expect(metrics.get('outcome_unknown')).toEqual({ open: 1, oldestSeconds: 3601 })
    expect(metrics.get('late_success')).toEqual({ open: 0, oldestSeconds: 0 })
  })
})

describe('a person', () => {
  it('decides: the engine is handed the decision, and nobody decides a second time until it is carried out', async () => {
    const path = await makeStuck()
    const wakesBefore = wakes
    expect(await post(`${path}/inquire`)).toMatchObject({
      status: 200,
      body: { deciding: true, decision: 'inquire', actions: ['reassign', 'note'] },
    })
    expect(asked).toMatchObject([{ subject: { kind: 'payment', book: 1 }, input: { decision: { action: 'inquire' } } }])
    expect(wakes).toBe(wakesBefore + 1)
    const second = await post(`${path}/force`, { outcome: 'failed', evidence })
    expect([second.status, second.body.code]).toEqual([409, 'stuck_being_decided'])
    expect(asked).toHaveLength(1)
  })

  it('may decide again when the decision was carried out and it is still stuck', async () => {
    const subject = payment()
    await change({ ...subject, ...unknown })
    const path = `/v1/stuck/${(await list())[0].id}`
    for (const after of [{ change: 'decided' } as const, unknown]) {
      await post(`${path}/inquire`)
      await change({ ...subject, ...after })
      expect((await get(path)).body).toMatchObject({ deciding: false, actions: expect.arrayContaining(['inquire']) })
    }
  })

  it('is refused a decision on another revision than the one that is open, and may name none', async () => {
    const subject = payment()
    await change({ ...subject, ...unknown })
    const [{ id, revision }] = await list()
    await change({ ...subject, ...wrong })
    const path = `/v1/stuck/${id}`
    for (const [action, body] of [
      ['reverse', {}],
      ['retry', {}],
      ['force', { outcome: 'failed', evidence }],
    ] as const) {
      const refused = await post(`${path}/${action}`, { ...body, revision })
      expect([refused.status, refused.body.code]).toEqual([409, 'stuck_entry_changed'])
    }
    expect([asked, audited]).toEqual([[], []])
    const { body: now } = await get(path)
    expect(now.revision).toBe(revision + 1)
    expect((await post(`${path}/reassign`, { owner: 'asha' })).body.revision).toBe(now.revision)
    expect((await post(`${path}/force`, { outcome: 'failed', evidence, revision: now.revision })).status).toBe(200)
    expect(asked.map(({ input }) => input)).toEqual([
      { kind: 'decision', decision: { action: 'force', outcome: 'failed', evidence }, about: 'wrong_amount' },
    ])
    await change({ ...subject, change: 'decided' })
    expect((await post(`${path}/reverse`)).status).toBe(200)
  })

  it('forces an outcome with evidence only, and it is written down with who did it', async () => {
    const path = await makeStuck()
    for (const body of [{ outcome: 'succeeded' }, { outcome: 'succeeded', evidence: 'trust me' }]) {
      const refused = await post(`${path}/force`, body)
      expect([refused.status, refused.body.param]).toEqual([400, 'evidence'])
    }
    expect((await post(`${path}/force`, { outcome: 'succeeded', evidence })).status).toBe(200)
    const decision = { action: 'force', outcome: 'succeeded', evidence }
    expect(asked[0]?.input).toEqual({ kind: 'decision', decision, about: 'outcome_unknown' })
    expect((await get(path)).body).toMatchObject({
      decision: 'force',
      evidence,
      acts: [{ action: 'force', text: evidence, by: expect.stringMatching(/^key_/) }],
    })
    expect(audited).toMatchObject([
      { action: 'stuck.force', details: { reason: 'outcome_unknown', text: evidence, outcome: 'succeeded' } },
    ])
  })

  it('forces with an admin key only, and reads with any', async () => {
    const path = await makeStuck()
    expect((await post(`${path}/force`, { outcome: 'failed', evidence }, 'write')).status).toBe(403)
    expect((await post(`${path}/inquire`, {}, 'read')).status).toBe(403)
    expect((await get(path, 'read')).status).toBe(200)
    expect((await post(`${path}/inquire`, {}, 'write')).status).toBe(200)
  })

  it.each([
    ['retry', unknown],
    ['reverse', unknown],
    ['inquire', wrong],
    ['retry', wrong],
  ] as const)('is refused %s where it is not safe', async (action, reason) => {
    const path = await makeStuck(reason)
    const refused = await post(`${path}/${action}`)
    expect([refused.status, refused.body.code]).toEqual([409, 'stuck_action_not_allowed'])
    expect([asked, audited]).toEqual([[], []])
  })

  it('cannot state what the state does not leave open', async () => {
    const lost = { change: 'stuck', reason: 'dispute_after_refund', detail: 'card took 10.00 back.' } as const
    await change({ ...payment(), ...lost })
    const [entry] = await list()
    expect(entry.outcomes).toEqual(['succeeded'])
    const refused = await post(`/v1/stuck/${entry.id}/force`, { outcome: 'failed', evidence })
    expect([refused.status, refused.body.code]).toEqual([409, 'stuck_outcome_not_allowed'])
  })

  it('reassigns and notes at any time, and notes even after the end', async () => {
    const subject = payment()
    await change({ ...subject, ...unknown })
    const path = `/v1/stuck/${(await list())[0].id}`
    await post(`${path}/inquire`)
    expect((await post(`${path}/reassign`, { owner: 'asha' })).body.owner).toBe('asha')
    await change({ ...subject, change: 'resolved' })
    expect((await post(`${path}/note`, { text: 'The bank called back.' })).body.resolution).toBe('inquire')
    for (const [act, body] of [
      ['inquire', {}],
      ['reassign', { owner: 'ravi' }],
    ] as const) {
      expect((await post(`${path}/${act}`, body)).body.code).toBe('stuck_already_resolved')
    }
    const { acts } = (await get(path)).body
    expect(acts.map(({ action, text }: { action: string; text: string }) => [action, text])).toEqual([
      ['inquire', null],
      ['reassign', 'asha'],
      ['note', 'The bank called back.'],
    ])
    expect(audited.map(({ action }) => action)).toEqual(['stuck.inquire', 'stuck.reassign', 'stuck.note'])
  })

  it('tries a saga again whose compensation failed, or says that it was taken back by hand', async () => {
    for (const [action, body] of [
      ['retry', {}],
      ['force', { outcome: 'succeeded', evidence }],
    ] as const) {
      const id = newUuid()
      await change({
        ...{ subject: { kind: 'saga', id }, book: 1, change: 'stuck' },
        ...{ reason: 'compensation_failed', detail: 'the refund of 100 did not succeed' },
      })
      const [entry] = await list()
      expect(entry).toMatchObject({
        subject: { type: 'saga', id: encodeId(idPrefix.saga, id) },
        actions: ['retry', 'force', 'reassign', 'note'],
        outcomes: ['succeeded'],
      })
      expect((await post(`/v1/stuck/${entry.id}/${action}`, body)).status).toBe(200)
      expect(decided.at(-1)).toEqual({ saga: id, decision: action })
    }
    expect(asked).toEqual([])
  })

  it('puts aside an event that belongs to nothing, without the engine, and with an admin key', async () => {
    const id = newUuid()
    await change({
      ...{ subject: { kind: 'event', id }, book: noBook, change: 'stuck' },
      ...{ reason: 'unmatched_event', detail: 'upi reports a payment nobody asked for.' },
    })
    expect((await get('/v1/stuck', 'write')).body.data).toEqual([])
    const [entry] = await list()
    expect(entry).toMatchObject({ subject: { type: 'event', id }, actions: ['force', 'reassign', 'note'] })
    const answered = await post(`/v1/stuck/${entry.id}/force`, { outcome: 'succeeded', evidence })
    expect(answered.body).toMatchObject({ state: 'resolved', resolution: 'force', evidence })
    expect(asked).toEqual([])
  })

  it('is one of two who decide at one moment: the second is told so', async () => {
    const path = await makeStuck()
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(`${path}/inquire`)))
    const codes = answers.map(({ status, body }) => body.code ?? status).sort()
    expect(codes).toEqual([200, ...Array.from({ length: 5 }, () => 'stuck_being_decided')])
    expect(asked).toHaveLength(1)
  })

  it('gets the first answer again under the same key', async () => {
    const path = await makeStuck()
    const once = () => request('POST', `${path}/inquire`, {}, { 'idempotency-key': 'one' })
    const first = await once()
    const replay = await once()
    expect([replay.status, replay.body]).toEqual([200, first.body])
    expect(asked).toHaveLength(1)
  })
})
