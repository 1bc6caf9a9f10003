import { describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { broken, lost, payment, useTestCases } from '../../test/support/test-cases.ts'
import { noBook } from './case.ts'

// The tests of payments cover how they carry out actions.

const { carriedOut, locked, audited, wakes, request, get, post, list, change, openCase } = useTestCases()
const evidence = 'Statement of 31 January, line 118.'

describe('an operator', () => {
  it('acts: the queue carries out the action, and no other action starts until it has ended', async () => {
    const path = await openCase()
    const wakesBefore = wakes()
    expect(await post(`${path}/inquire`)).toMatchObject({
      status: 200,
      body: { acting: true, last_action: 'inquire', actions: ['reassign', 'note'] },
    })
    expect(carriedOut).toMatchObject([
      { acted: { book: 1, subject: { kind: 'payment' }, reason: 'lost' }, action: { action: 'inquire' } },
    ])
    expect(locked).toEqual([carriedOut[0]?.acted.subject.id])
    expect(wakes()).toBe(wakesBefore + 1)
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

  it('is refused an action on an outdated revision, and may omit the revision', async () => {
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

  it('forces an outcome only with evidence, which is kept with the author', async () => {
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

  it('is refused evidence, a note or an owner that is only white space', async () => {
    const path = await openCase()
    const blank = ' \n\t\u00a0'.repeat(10)
    for (const [action, body, param] of [
      ['force', { outcome: 'failed', evidence: blank }, 'evidence'],
      ['note', { text: blank }, 'text'],
      ['reassign', { owner: blank }, 'owner'],
    ] as const) {
      const bulk = { cases: [{ id: path.split('/').at(-1) }], action, ...body }
      for (const refused of [await post(`${path}/${action}`, body), await post('/v1/cases/actions', bulk)]) {
        expect([refused.status, refused.body.param]).toEqual([400, param])
        expect(refused.body.detail).toMatch(/characters, not only white space\.$/)
      }
    }
    expect(audited).toEqual([])
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

  it('cannot state an outcome that the state excludes', async () => {
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

  it('wins alone when six act at one moment: the others are refused', async () => {
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

  it('acts on many cases at once, and a refused one does not stop the others', async () => {
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
