import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { createRandom, createTestDatabase, newSeed, type TestDatabase } from '#testing'
import { type CaseChange, type ChangedSentence, caseSteps } from './case-changes.ts'
import type { CaseQueue } from './queue.ts'

// The store loses no case of a subject: it keeps the cases that the rule gives, whatever one batch contains.

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(async () => {
  await test.drop()
})

const queue: CaseQueue = {
  name: 'parcels',
  subjects: { parcel: null },
  reasons: Object.fromEntries(
    ['lost', 'late', 'broken', 'wet'].map((reason) => [reason, { dueWithinSeconds: 60, closesWhen: 'It is well.' }]),
  ),
  actionsOn: () => [],
  outcomesOf: () => [],
}

const change = (...changes: CaseChange[]) => test.database.transaction((tx) => tx.burst(caseSteps(queue, changes)))
const parcel = (id: Uuid = newUuid()) => ({ subject: { kind: 'parcel', id }, book: 1 }) as const
const opened = (reason: string, detail: string = reason) => ({ change: 'open', reason, detail }) as const
const resolved = (reason: string) => ({ change: 'resolve', reason }) as const

const updated = (reason: string, amount: bigint, before: string, after: string) =>
  ({ change: 'update', reason, about: { amount, asset: 'USD' }, sentence: { before, after } }) as const

type Row = {
  id: string
  reason: string
  detail: string
  amount: bigint | null
  resolution: string | null
  owner: string | null
}

/** The cases of a subject: the resolved ones, then the open ones, the first to be acted on first. */
const rowsOf = (id: Uuid) =>
  test.database.query<Row>({
    text: `select id, reason, detail, amount, revision, resolution, owner, last_action, evidence, is_acting,
        now() - since > interval '1 hour' as is_old
      from cases.cases where subject_id = $1 order by resolved_at, rank desc`,
    values: [id],
  })

type Known = { readonly reason: string; readonly detail: string; readonly amount?: bigint }

async function openOf(id: Uuid): Promise<Known[]> {
  const open = (await rowsOf(id)).filter(({ resolution }) => resolution === null)
  return open.map(({ reason, detail, amount }) => ({ reason, detail, ...(amount !== null && { amount }) }))
}

/** The open cases of a subject after a change, the newest first. */
function casesAfter(open: readonly Known[], { reason, ...change }: Exclude<CaseChange, { change: 'acted' }>): Known[] {
  if (change.change === 'update') {
    const { about, sentence } = change
    return open.map((known) => (known.reason === reason ? withUpdate(known, about.amount ?? 0n, sentence) : known))
  }
  const others = reason === undefined ? [] : open.filter((known) => known.reason !== reason)
  if (change.change === 'resolve' || reason === undefined) return others
  const { detail, unlessOpen = [] } = change as Extract<CaseChange, { change: 'open' }>
  if (open.some((known) => unlessOpen.includes(known.reason))) return [...open]
  return [{ reason, detail }, ...others]
}

function withUpdate({ reason, detail }: Known, amount: bigint, { before, after }: ChangedSentence): Known {
  const rest = detail.endsWith(before) ? detail.slice(0, detail.length - before.length) : detail
  return { reason, detail: `${rest}${after}`, amount }
}

it('a later case comes before an open one, which keeps its age, owner and last action', async () => {
  const one = parcel()
  const { id } = one.subject
  await change({ ...one, ...opened('lost', 'It is not there.') })
  await test.database.query({
    text: `update cases.cases set owner = 'asha', since = now() - interval '2 hours', last_action = 'inquire' where subject_id = $1`,
    values: [id],
  })
  await change({ ...one, ...opened('broken', 'It is in two pieces.') })
  expect(await openOf(id)).toEqual([
    { reason: 'broken', detail: 'It is in two pieces.' },
    { reason: 'lost', detail: 'It is not there.' },
  ])
  await test.database.query({
    text: `update cases.cases set last_action = 'force', evidence = 'Our loss.', is_acting = true
      where subject_id = $1 and reason = 'broken'`,
    values: [id],
  })
  await change({ ...one, ...resolved('broken') })
  expect(await rowsOf(id)).toMatchObject([
    { reason: 'broken', evidence: 'Our loss.', resolution: 'force', owner: 'asha', is_acting: false, is_old: false },
    {
      ...{ reason: 'lost', detail: 'It is not there.', owner: 'asha', last_action: 'inquire', evidence: null },
      ...{ resolution: null, is_acting: false, is_old: true },
    },
  ])
})

it('a waiting case whose problem is over is resolved, and the first case stays', async () => {
  const one = parcel()
  const { id } = one.subject
  await change({ ...one, ...opened('lost') }, { ...one, ...opened('late') })
  await change({ ...one, ...resolved('lost') })
  expect(await rowsOf(id)).toMatchObject([
    { reason: 'lost', resolution: 'settled' },
    { reason: 'late', resolution: null },
  ])
})

it('a case that replaces another inherits its age and owner, and goes before all waiting cases', async () => {
  const one = parcel()
  const { id } = one.subject
  await change({ ...one, ...opened('wet') }, { ...one, ...opened('lost') })
  await test.database.query({
    text: `update cases.cases set owner = 'asha', since = now() - interval '2 hours' where subject_id = $1 and reason = 'lost'`,
    values: [id],
  })
  await change({ ...one, ...resolved('lost'), isReplaced: true }, { ...one, ...opened('late') })
  expect(await rowsOf(id)).toMatchObject([
    { reason: 'lost', resolution: 'replaced' },
    { reason: 'late', resolution: null, owner: 'asha', is_old: true },
    { reason: 'wet', resolution: null, owner: null, is_old: false },
  ])
})

it('a case that an open one covers is not opened, even if the same batch resolves the open one', async () => {
  const one = parcel()
  const { id } = one.subject
  await change({ ...one, ...opened('late') })
  const unlessOpen = ['wet', 'late']
  await change({ ...one, ...opened('wet'), unlessOpen }, { ...one, ...resolved('late') })
  expect(await openOf(id)).toEqual([])
  await change({ ...one, ...opened('wet'), unlessOpen }, { ...one, ...resolved('late') })
  expect((await openOf(id)).map(({ reason }) => reason)).toEqual(['wet'])
})

it('has the same open cases as the rule, for any changes in any batches', async () => {
  const reasons = Object.keys(queue.reasons)
  const seed = Number(process.env.MUNIM_SEED ?? newSeed())
  console.log('seed', seed)
  const { pick } = createRandom(seed)
  const subjects = [0, 1, 2].map(() => ({ ...parcel(), open: [] as Known[] }))
  for (let batch = 0; batch < 150; batch += 1) {
    const changes: CaseChange[] = []
    for (let n = pick([1, 1, 2, 3, 5]); n > 0; n -= 1) {
      const parcel = pick(subjects)
      const { subject, book } = parcel
      const reason = pick(reasons)
      const said = pick([
        { ...opened(reason, `${batch} ${n}`) },
        { ...opened(reason, `${batch} ${n}`) },
        { ...opened(reason, `${batch} ${n}`), unlessOpen: [reason, pick(reasons)] },
        resolved(reason),
        { ...resolved(reason), isReplaced: true },
        updated(reason, BigInt(batch), pick(['', ' One.', ' Two.']), pick([' One.', ' Two.'])),
        pick([{ change: 'resolve' } as const, { change: 'acted' } as const]),
      ])
      changes.push({ subject, book, ...said })
      if (said.change !== 'acted') parcel.open = casesAfter(parcel.open, { subject, book, ...said })
    }
    await change(...changes)
    for (const { subject, open } of subjects) expect(await openOf(subject.id), `batch ${batch}`).toEqual(open)
  }
})

it('the revision grows with every change of the open cases of a subject, and with nothing else', async () => {
  const one = parcel()
  const revision = async () => {
    const text = `select revision from cases.cases where subject_id = $1 and reason = 'lost' order by since desc`
    return (await test.database.query<{ revision: number }>({ text, values: [one.subject.id] }))[0]?.revision
  }
  const changes = [
    [opened('lost', 'It is not there.'), 1],
    [opened('lost', 'It is still not there.'), 2],
    [{ change: 'acted' }, 2],
    [resolved('broken'), 2],
    [opened('late'), 3],
    [{ ...opened('wet'), unlessOpen: ['late'] }, 4],
    [resolved('late'), 5],
    [opened('wet'), 6],
    [resolved('wet'), 7],
    [updated('wet', 1n, '', ' One.'), 7],
    [updated('lost', 1n, '', ' One.'), 8],
    [opened('wet'), 9],
    [updated('wet', 1n, '', ' One.'), 10],
  ] as const
  for (const [what, after] of changes) {
    await change({ ...one, ...what } as CaseChange)
    expect([what, await revision()]).toEqual([what, after])
  }
})

it('a case that is about something else now keeps its place, and may be acted on again', async () => {
  const one = parcel()
  const { id } = one.subject
  await change({ ...one, ...opened('lost', 'It is not there.') }, { ...one, ...opened('late') })
  const acting = `update cases.cases set is_acting = true where subject_id = $1`
  await test.database.query({ text: acting, values: [id] })
  await change({ ...one, ...updated('wet', 5n, '', ' Now: 5.') })
  expect(await rowsOf(id)).toMatchObject([{ is_acting: true }, { is_acting: true }])
  await change({ ...one, ...updated('lost', 5n, '', ' Now: 5.') })
  await change({ ...one, ...updated('lost', 3n, ' Now: 5.', ' Now: 3.') })
  expect(await rowsOf(id)).toMatchObject([
    { reason: 'late', amount: null, is_acting: false },
    { reason: 'lost', detail: 'It is not there. Now: 3.', amount: 3n, is_acting: false },
  ])
})
