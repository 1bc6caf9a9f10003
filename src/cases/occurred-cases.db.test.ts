import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { createTestDatabase, type TestDatabase, until } from '#testing'
import { caseSteps } from './case-changes.ts'
import { createCases } from './create-cases.ts'
import { lockOccurred, openMissing, openOccurred, resolveOccurred } from './occurred-cases.ts'
import type { CaseQueue } from './queue.ts'

// Cases that stand apart: each occurrence shows in the case, and in its revision.

const queue: CaseQueue<'stray' | 'lost', 'payment'> = {
  name: 'strays',
  subjects: { payment: 'pay' },
  reasons: {
    stray: { dueWithinSeconds: 60, standsApart: true, priority: 'high', closesWhen: 'It is found.' },
    lost: { dueWithinSeconds: 60, closesWhen: 'It is found.' },
  },
  actionsOn: () => ['retry'],
  outcomesOf: () => [],
}
const cases = createCases()
let left: string | undefined
cases.register(queue, { carryOut: async () => (left === undefined ? 'started' : { left }) })

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const payment = (id: Uuid = newUuid()) => ({ kind: 'payment', id, book: 1 }) as const
const occurred = (detail: string, ...subjects: readonly ReturnType<typeof payment>[]) => ({
  reason: 'stray' as const,
  subjects,
  detailsOf: async () => () => detail,
})
const inTransaction = (work: (tx: Transaction) => Promise<unknown>) => test.database.transaction(work)
const act = (id: Uuid) =>
  inTransaction((tx) =>
    cases.act(tx, {
      books: [1],
      id,
      actor: { kind: 'key', id: newUuid() },
      command: { action: 'retry' },
      record: async () => undefined,
    }),
  )
const casesOf = (subject: Uuid) =>
  test.database.query<{ id: Uuid }>({
    text: `select replace(id::text, '-', '') as id, reason, detail, revision, is_acting, priority, resolution
      from cases.cases where subject_id = $1 order by id`,
    values: [subject],
  })

it('another occurrence changes the detail and the revision of the open case; one case is opened per subject', async () => {
  const [one, other] = [payment(), payment()]
  await inTransaction((tx) => openOccurred(tx, queue, occurred('It came.', one, other, one)))
  await inTransaction((tx) => openOccurred(tx, queue, occurred('Two came.', one)))
  expect(await casesOf(one.id)).toMatchObject([{ detail: 'Two came.', revision: 2, priority: 'high' }])
  expect(await casesOf(other.id)).toMatchObject([{ detail: 'It came.', revision: 1 }])
})

it('a case that is opened because it is missing changes no open one', async () => {
  const [one, other] = [payment(), payment()]
  await inTransaction((tx) => openOccurred(tx, queue, occurred('It came.', one)))
  await inTransaction((tx) => openMissing(tx, queue, occurred('It was found.', one, other, other)))
  expect(await casesOf(one.id)).toMatchObject([{ detail: 'It came.', revision: 1 }])
  expect(await casesOf(other.id)).toMatchObject([{ detail: 'It was found.', revision: 1 }])
})

it('after the end of its case, another occurrence opens a new one', async () => {
  const one = payment()
  await inTransaction((tx) => openOccurred(tx, queue, occurred('It came.', one)))
  await inTransaction(async (tx) => {
    const subjects = { reason: 'stray', subjects: [one] } as const
    await lockOccurred(tx, queue, subjects)
    await resolveOccurred(tx, queue, { ...subjects, resolution: 'retry' })
  })
  await inTransaction((tx) => openOccurred(tx, queue, occurred('It came back.', one)))
  expect(await casesOf(one.id)).toMatchObject([{ resolution: 'retry' }, { detail: 'It came back.', resolution: null }])
})

it('transactions with the same subjects in another order do not deadlock', async () => {
  const subjects = Array.from({ length: 2_000 }, () => payment())
  for (const revisions of [3, 6]) {
    await Promise.all(
      [subjects, subjects.toReversed(), [...subjects, ...subjects]].map((some) =>
        inTransaction((tx) => openOccurred(tx, queue, occurred('It came.', ...some))),
      ),
    )
    const found = await test.database.query({
      text: 'select revision, count(*)::integer from cases.cases where subject_id = any ($1::uuid[]) group by revision',
      values: [subjects.map(({ id }) => id)],
    })
    expect(found).toEqual([{ revision: revisions, count: 2_000 }])
  }
})

it('an occurrence locks the cases of a subject in the same order as an action on one of them', async () => {
  const one = payment()
  const { book, ...subject } = one
  const lost = { subject, book, change: 'open', reason: 'lost', detail: 'It is lost.' } as const
  await inTransaction((tx) => tx.burst(caseSteps(queue, [lost])))
  await inTransaction((tx) => openOccurred(tx, queue, occurred('It came.', one)))
  const [inLine, apart] = await casesOf(one.id)
  await act(inLine?.id ?? '')
  let opened: Promise<unknown> = Promise.resolve()
  await inTransaction(async (operator) => {
    const lock = (id?: Uuid) =>
      operator.query({ text: 'select from cases.cases where id = $1 for update', values: [id] })
    await lock(inLine?.id)
    opened = inTransaction((tx) => openOccurred(tx, queue, occurred('It came.', one)))
    await until(async () => {
      const text = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return (await test.database.query({ text })).length > 0
    })
    await lock(apart?.id)
  })
  await opened
  expect(await casesOf(one.id)).toMatchObject([{ is_acting: false }, { revision: 2 }])
})

it('an occurrence ends the action on the cases in line, whether or not it opens a case', async () => {
  const one = payment()
  const { book, ...subject } = one
  const lost = { subject, book, change: 'open', reason: 'lost', detail: 'It is lost.' } as const
  await inTransaction((tx) => tx.burst(caseSteps(queue, [lost])))
  const [inLine] = await casesOf(one.id)
  for (const _ of ['opens', 'changes']) {
    await act(inLine?.id ?? '')
    expect(await casesOf(one.id)).toContainEqual(expect.objectContaining({ reason: 'lost', is_acting: true }))
    await inTransaction((tx) => openOccurred(tx, queue, occurred('It came.', one)))
    expect(await casesOf(one.id)).toContainEqual(expect.objectContaining({ reason: 'lost', is_acting: false }))
  }
})

it('a case with something left after an action stays open, says so, and can be acted on again', async () => {
  const one = payment()
  await inTransaction((tx) => openOccurred(tx, queue, occurred('Much came.', one)))
  const [opened] = await casesOf(one.id)
  for (const revision of [2, 3]) {
    left = `Some is left at ${revision}.`
    expect(await act(opened?.id ?? '')).toMatchObject({ ok: true })
    expect(await casesOf(one.id)).toMatchObject([{ detail: left, revision, is_acting: false, resolution: null }])
  }
  left = undefined
})
