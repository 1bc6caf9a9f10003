import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { createTestDatabase, type TestDatabase } from '#testing'
import type { StuckReason } from '../machine.ts'
import { type Matter, mattersAfter } from './matters.ts'
import type { StuckChange } from './stuck.ts'
import { stuckSteps } from './stuck-store.ts'

// The store loses no matter of a subject: it keeps the matters that the rule gives, whatever one batch contains.

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(async () => {
  await test.drop()
})

const change = (...changes: StuckChange[]) => test.database.transaction((tx) => tx.burst(stuckSteps(changes)))
const payment = (id: Uuid = newUuid()) => ({ subject: { kind: 'payment', id }, book: 1 }) as const
const stuck = (reason: StuckReason, detail: string = reason) => ({ change: 'stuck', reason, detail }) as const
const resolved = (reason: StuckReason) => ({ change: 'resolved', reason }) as const

type Row = { id: string; reason: StuckReason; detail: string; waiting: Matter[] | null; resolution: string | null }

const rowsOf = (id: Uuid) =>
  test.database.query<Row>({
    text: 'select id, reason, detail, waiting, resolution from payments.stuck where subject_id = $1 order by resolved_at, id',
    values: [id],
  })

async function openOf(id: Uuid): Promise<Matter[]> {
  const open = (await rowsOf(id)).filter(({ resolution }) => resolution === null)
  expect(open.length).toBeLessThan(2)
  return open
    .flatMap(({ reason, detail, waiting }) => [{ reason, detail }, ...(waiting ?? [])])
    .map(({ reason, detail }) => ({ reason, detail }))
}

it('a later matter goes before an open one, which is the next entry once that is decided', async () => {
  const one = payment()
  const { id } = one.subject
  await change({ ...one, ...stuck('outcome_unknown', 'It was denied.') })
  await test.database.query({
    text: `update payments.stuck set owner = 'asha', since = now() - interval '2 hours', decision = 'inquire' where subject_id = $1`,
    values: [id],
  })
  await change({ ...one, ...stuck('dispute_after_refund', 'It was disputed.') })
  expect(await openOf(id)).toEqual([
    { reason: 'dispute_after_refund', detail: 'It was disputed.' },
    { reason: 'outcome_unknown', detail: 'It was denied.' },
  ])
  await test.database.query({
    text: `update payments.stuck set decision = 'force', evidence = 'Our loss.', is_deciding = true where subject_id = $1`,
    values: [id],
  })
  await change({ ...one, ...resolved('dispute_after_refund') })
  const rows = await test.database.query({
    text: `select reason, detail, owner, decision, evidence, resolution, is_deciding, waiting, now() - since > interval '1 hour' as is_old
      from payments.stuck where subject_id = $1 order by resolved_at`,
    values: [id],
  })
  expect(rows).toMatchObject([
    { reason: 'dispute_after_refund', evidence: 'Our loss.', resolution: 'force', waiting: null, is_old: true },
    {
      ...{ reason: 'outcome_unknown', detail: 'It was denied.', owner: 'asha', decision: 'inquire', evidence: null },
      ...{ resolution: null, is_deciding: false, waiting: null, is_old: true },
    },
  ])
})

it('what is over while it waits is an entry that has ended, and the shown one stays', async () => {
  const one = payment()
  const { id } = one.subject
  await change({ ...one, ...stuck('outcome_unknown') }, { ...one, ...stuck('wrong_amount') })
  await change({ ...one, ...resolved('outcome_unknown') })
  expect(await rowsOf(id)).toMatchObject([
    { reason: 'outcome_unknown', waiting: null, resolution: 'settled' },
    { reason: 'wrong_amount', waiting: null, resolution: null },
  ])
})

it('what a matter became is the same entry, with all that waits', async () => {
  const one = payment()
  const { id } = one.subject
  await change({ ...one, ...stuck('booking_refused') }, { ...one, ...stuck('outcome_unknown') })
  const [before] = await rowsOf(id)
  const replaced = { ...resolved('outcome_unknown'), isReplaced: true }
  await change({ ...one, ...replaced }, { ...one, ...stuck('wrong_amount') })
  const after = await rowsOf(id)
  expect(after.map((row) => row.id)).toEqual([before?.id])
  expect(await openOf(id)).toEqual(
    [stuck('wrong_amount'), stuck('booking_refused')].map(({ change: _, ...matter }) => matter),
  )
})

it('what is not put because another is open is not put either when that is over in the same batch', async () => {
  const one = payment()
  const { id } = one.subject
  await change({ ...one, ...stuck('wrong_amount') })
  const unlessOpen: StuckReason[] = ['booking_refused', 'wrong_amount']
  await change({ ...one, ...stuck('booking_refused'), unlessOpen }, { ...one, ...resolved('wrong_amount') })
  expect(await openOf(id)).toEqual([])
  await change({ ...one, ...stuck('booking_refused'), unlessOpen }, { ...one, ...resolved('wrong_amount') })
  expect((await openOf(id)).map(({ reason }) => reason)).toEqual(['booking_refused'])
})

it('holds the same matters as the rule says, whatever is said in whatever batches', async () => {
  const reasons: StuckReason[] = ['outcome_unknown', 'wrong_amount', 'late_success', 'booking_refused']
  let seed = Number(process.env['MUNIM_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.log('seed', seed)
  const pick = <Value>(values: readonly [Value, ...Value[]] | readonly Value[]): Value => {
    seed = (seed * 48_271) % 2_147_483_647
    return values[seed % values.length] as Value
  }
  const subjects = [0, 1, 2].map(() => ({ ...payment(), matters: [] as Matter[] }))
  for (let batch = 0; batch < 150; batch += 1) {
    const changes: StuckChange[] = []
    for (let n = pick([1, 1, 2, 3, 5]); n > 0; n -= 1) {
      const subject = pick(subjects)
      const { subject: whose, book } = subject
      const reason = pick(reasons)
      const said = pick([
        { ...stuck(reason, `${batch} ${n}`) },
        { ...stuck(reason, `${batch} ${n}`) },
        { ...stuck(reason, `${batch} ${n}`), unlessOpen: [reason, pick(reasons)] },
        resolved(reason),
        { ...resolved(reason), isReplaced: true },
        pick([{ change: 'resolved' } as const, { change: 'decided' } as const]),
      ])
      changes.push({ subject: whose, book, ...said })
      if (said.change !== 'decided') subject.matters = mattersAfter(subject.matters, said)
    }
    await change(...changes)
    for (const { subject, matters } of subjects) expect(await openOf(subject.id), `batch ${batch}`).toEqual(matters)
  }
})

it('the revision of an entry grows with every change of what it says, and with nothing else', async () => {
  const one = payment()
  const revision = async () => {
    const text = 'select revision from payments.stuck where subject_id = $1 and resolved_at is null'
    return (await test.database.query<{ revision: number }>({ text, values: [one.subject.id] }))[0]?.revision
  }
  const covered = { ...stuck('late_success'), unlessOpen: ['wrong_amount'] } as const
  const changes = [
    [stuck('outcome_unknown', 'It is not known.'), 1],
    [stuck('outcome_unknown', 'It is not known, and 1.00 more came.'), 2],
    [{ change: 'decided' }, 2],
    [resolved('dispute_after_refund'), 2],
    [stuck('wrong_amount'), 3],
    [covered, 4],
    [resolved('outcome_unknown'), 5],
    [stuck('late_success'), 6],
    [resolved('wrong_amount'), 7],
  ] as const
  for (const [what, after] of changes) {
    await change({ ...one, ...what } as StuckChange)
    expect([what, await revision()]).toEqual([what, after])
  }
})
