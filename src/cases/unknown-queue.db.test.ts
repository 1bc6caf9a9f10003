import { expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import { useTestCases } from '../../test/support/test-cases.ts'

// While processes are replaced one by one, a newer one opens cases that an older one does not know.

const { carriedOut, database, get, list, openCase, post } = useTestCases()

it.each([
  ['queue', { queue: 'newer', kind: 'payment', reason: 'newer', closesWhen: '' }],
  ['reason', { queue: 'parcels', kind: 'payment', reason: 'newer', closesWhen: '' }],
  ['kind of subject', { queue: 'parcels', kind: 'newer', reason: 'lost', closesWhen: 'It is found.' }],
])('a case of an unknown %s is listed beside the others, and can be reassigned and get notes', async (_, about) => {
  await openCase()
  const [id, subject] = [newUuid(), newUuid()]
  await database().query({
    text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank, due_at)
      values ($1, 1, $2, $3, $4, $5, 'Of a newer release.', 'normal', 1, now())`,
    values: [id, about.queue, about.kind, subject, about.reason],
  })
  const shown = { actions: ['reassign', 'note'], outcomes: [], reason: about.reason, closes_when: about.closesWhen }
  expect(await list()).toMatchObject([shown, { reason: 'lost', actions: ['inquire', 'force', 'reassign', 'note'] }])
  const path = `/v1/cases/${encodeId(idPrefix.case, id)}`
  expect(await get(path)).toMatchObject({ status: 200, body: shown })
  expect(await post(`${path}/reassign`, { owner: 'asha' })).toMatchObject({ status: 200, body: { owner: 'asha' } })
  expect((await post(`${path}/note`, { text: 'Left to the newer process.' })).status).toBe(200)
  const refused = await post(`${path}/inquire`)
  expect([refused.status, refused.body.code]).toEqual([409, 'case_action_not_allowed'])
  expect(carriedOut).toEqual([])
})
