import { describe, expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import { broken, hour, lost, payment, useTestCases } from '../../test/support/test-cases.ts'
import { caseMetrics } from './case-metrics.ts'

const { cases, database, get, post, list, change } = useTestCases()

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
      attempt: null,
      amount: null,
      asset: null,
      closes_when: 'It is found.',
      revision: 1,
      priority: 'high',
      since: expect.stringMatching(/Z$/),
      age_seconds: expect.any(Number),
      due_at: expect.stringMatching(/Z$/),
      overdue: false,
      owner: null,
      proposed_by: null,
      proposed_act: null,
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

  it('resolves the case, and a later problem of the same subject is a new case', async () => {
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

  it('applies several changes of one subject in the order of the batch', async () => {
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
    await database().query({
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
      ['older_than=1000000000', 'older_than'],
    ]) {
      const bad = await get(`/v1/cases?${query}`)
      expect([bad.status, bad.body.param]).toEqual([400, param])
    }
    expect((await get('/v1/cases?older_than=1000000000')).body.detail).toBe(
      'older_than must be a whole number of seconds, of at most 9 digits.',
    )
  })

  it("has only the cases of the caller's book", async () => {
    await change({ ...payment(), book: 2, ...lost })
    expect(await list('?state=all')).toEqual([])
    const [{ id } = { id: '' }] = await database().query<{ id: string }>({ text: 'select id from cases.cases' })
    const path = `/v1/cases/${encodeId(idPrefix.case, id)}`
    expect([(await get(path)).status, (await post(`${path}/inquire`)).body.code]).toEqual([404, 'case_not_found'])
  })

  it('shows overdue cases, and the metrics count cases and their age by queue and reason', async () => {
    await change({ ...payment(), ...lost }, { ...payment(), ...broken })
    await database().query({
      text: `update cases.cases set since = now() - interval '3601 seconds', due_at = due_at - interval '3601 seconds'`,
    })
    expect(await list()).toMatchObject([
      { reason: 'broken', overdue: false },
      { reason: 'lost', overdue: true, age_seconds: 3601 },
    ])
    const [open, oldest] = await Promise.all(caseMetrics(cases, database()).map(({ read }) => read()))
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
