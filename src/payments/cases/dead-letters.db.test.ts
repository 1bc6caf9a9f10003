import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaseCommand, caseSteps, createCases } from '#cases'
import type { Uuid } from '#kernel'
import { createLanes, type DeadSubject, type Handler, type LanesEngine } from '#lanes'
import { newUuid } from '#platform/ids'
import type { Database, Transaction } from '#platform/postgres'
import { createTestDatabase, startTestLanes, type TestDatabase, until } from '#testing'
import { createCaseHandler } from './carry-out.ts'
import { deadLetterCases, subjectKindOf } from './dead-letters.ts'
import { paymentsQueue } from './queue.ts'

// Every dead letter has an open case until it is replayed, or an operator has discarded it having seen it.

const book = 1
const kind = 'payment.input'
const hooks = deadLetterCases(subjectKindOf)
const handler: Handler = { kind, handle: async () => {}, ...hooks }
const start = '{"s":"payment","i":"start"}'
const dispute = '{"s":"payment","i":"dispute"}'
const force = { action: 'force', outcome: 'succeeded', evidence: 'Console of the rail, 31 January.' } as const

let test: TestDatabase
let database: Database
let lanes: LanesEngine
let cases: ReturnType<typeof createCases>
beforeAll(async () => {
  test = await createTestDatabase()
  database = test.database
  lanes = createLanes({ database, onFault: () => {} })
  lanes.register(handler)
  cases = createCases()
  cases.register(
    paymentsQueue,
    createCaseHandler({
      payments: { input: async () => true, bookAgain: async () => false },
      sagas: { decide: async () => false, resume: async () => {} },
      lanes,
    }),
  )
})
afterAll(() => test.drop())

/** Stores dead letters, as the lanes do with messages that are not tried again. */
async function storeLetters(tx: Transaction, dead: readonly DeadSubject[]): Promise<void> {
  for (const { subject, payload } of dead) {
    await tx.query({
      text: `insert into lanes.dead_letters
          (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code, reason, enqueued_at)
        values ($1, ${book}, 2, '${kind}', -1, $2, $3, 1, 'permanent', 'defect', 'It threw.', now())`,
      values: [newUuid(), subject, payload],
    })
  }
}

async function die(tx: Transaction, ...dead: readonly DeadSubject[]): Promise<void> {
  await storeLetters(tx, dead)
  await hooks.onDead(tx, dead)
}

const about = (subject: Uuid, payload = start): DeadSubject => ({ book, subject, payload })

type Open = { readonly id: Uuid; reason: string; detail: string; revision: number; is_acting: boolean }

const openOf = (subject: Uuid) =>
  database.query<Open>({
    text: `select replace(id::text, '-', '') as id, reason, detail, revision, is_acting from cases.cases
      where subject_id = $1 and resolved_at is null order by reason`,
    values: [subject],
  })

/** The numbers of open letters and of open cases of the subject. */
async function counts(subject: Uuid): Promise<{ letters: number; cases: number }> {
  const letters = await database.query({
    text: 'select from lanes.dead_letters where subject = $1 and replayed_at is null and discarded_at is null',
    values: [subject],
  })
  return { letters: letters.length, cases: (await openOf(subject)).length }
}

async function caseOf(subject: Uuid, reason = 'dead_letter'): Promise<Open> {
  const found = (await openOf(subject)).find((each) => each.reason === reason)
  if (found === undefined) throw new Error(`no open case of the reason ${reason}`)
  return found
}

const actIn = (tx: Transaction, id: Uuid, command: CaseCommand, revision?: number) =>
  cases.act(tx, {
    books: [book],
    id,
    actor: { kind: 'key', id: newUuid() },
    command,
    revision,
    record: async () => undefined,
  })
const act = (id: Uuid, command: CaseCommand, revision?: number) =>
  database.transaction((tx) => actIn(tx, id, command, revision))
const retry = async (subject: Uuid) => act((await caseOf(subject)).id, { action: 'retry' })

/** Until a connection of the database waits for a lock. */
const untilOneWaits = () =>
  until(async () => {
    const text = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return (await database.query({ text })).length > 0
  })

async function withOneLetter(): Promise<Uuid> {
  const subject = newUuid()
  await database.transaction((tx) => die(tx, about(subject)))
  expect(await counts(subject)).toEqual({ letters: 1, cases: 1 })
  return subject
}

describe('a dead letter has a case', () => {
  it('when its transaction began before an operator ended the case of an earlier one', async () => {
    const subject = await withOneLetter()
    await database.transaction(async (worker) => {
      await worker.query({ text: 'select now()' })
      expect(await retry(subject)).toMatchObject({ ok: true })
      await die(worker, about(subject))
    })
    expect(await counts(subject)).toEqual({ letters: 1, cases: 1 })
  })

  it('or is replayed as well, when it dies while an operator retries an earlier one', async () => {
    const subject = await withOneLetter()
    let acted: Promise<unknown> = Promise.resolve()
    await database.transaction(async (worker) => {
      await die(worker, about(subject))
      acted = retry(subject)
      await untilOneWaits()
    })
    expect(await acted).toMatchObject({ ok: true })
    expect(await counts(subject)).toEqual({ letters: 0, cases: 0 })
  })

  it('when it dies while an earlier one is replayed from the list', async () => {
    const subject = await withOneLetter()
    let replayed: Promise<unknown> = Promise.resolve()
    await database.transaction(async (worker) => {
      await die(worker, about(subject))
      replayed = database.transaction((tx) => lanes.replay(tx, { book, subject }, { max: 10 }))
      await untilOneWaits()
    })
    expect(await replayed).toMatchObject({ count: 1 })
    expect(await counts(subject)).toEqual({ letters: 1, cases: 1 })
  })

  it('until a retry has waited for the other transaction that replays it', async () => {
    const subject = await withOneLetter()
    let acted: Promise<unknown> = Promise.resolve()
    const rolledBack = database.transaction(async (other) => {
      await other.query({ text: 'select from lanes.dead_letters where subject = $1 for update', values: [subject] })
      acted = retry(subject)
      await untilOneWaits()
      throw new Error('the other replay fails')
    })
    await expect(rolledBack).rejects.toThrow('the other replay fails')
    expect(await acted).toMatchObject({ ok: true })
    expect(await counts(subject)).toEqual({ letters: 0, cases: 0 })
  })

  it('also when it is the 1,001st of its subject, which takes a second retry', async () => {
    const subject = newUuid()
    await database.query({
      text: `insert into lanes.dead_letters
          (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code, reason, enqueued_at)
        select gen_random_uuid(), ${book}, 2, '${kind}', -1, $1, $2, 1, 'permanent', 'defect', 'It threw.', now()
        from generate_series(1, 1000)`,
      values: [subject, start],
    })
    await database.transaction((tx) => die(tx, about(subject)))
    const { detail, revision } = await caseOf(subject)
    expect(detail).toMatch(/^More than 100 things .*; more than 90 older ones\.$/)
    expect(await retry(subject)).toMatchObject({ ok: true })
    expect(await counts(subject)).toEqual({ letters: 1, cases: 1 })
    const left = await caseOf(subject)
    expect(left).toMatchObject({ revision: revision + 1, is_acting: false })
    expect(left.detail).toMatch(/^1000 dead letters were replayed, .* replays the dead letter dlt_\w+\.$/)
    expect(await retry(subject)).toMatchObject({ ok: true })
    expect(await counts(subject)).toEqual({ letters: 0, cases: 0 })
  })
})

describe('a start', () => {
  it('opens the case of a dead letter that has none, and changes no other', async () => {
    const [shown, stored] = [await withOneLetter(), newUuid()]
    await database.transaction((tx) => die(tx, about(shown, dispute)))
    await database.transaction((tx) => storeLetters(tx, [about(stored), about(stored)]))
    const before = await caseOf(shown)
    await startTestLanes([handler], { on: test })
    expect(await caseOf(shown)).toEqual(before)
    expect((await caseOf(stored)).detail).toMatch(/^2 things /)
    await startTestLanes([handler], { on: test })
    expect((await caseOf(stored)).revision).toBe(1)
  })

  it('waits for no letter that is being discarded, and opens no case of it', async () => {
    const subject = await withOneLetter()
    await database.transaction(async (operator) => {
      expect(await actIn(operator, (await caseOf(subject)).id, force)).toMatchObject({ ok: true })
      await startTestLanes([handler], { on: test })
    })
    expect(await counts(subject)).toEqual({ letters: 0, cases: 0 })
  })
})

describe('an operator', () => {
  it('discards no dead letter that came after the revision that was read', async () => {
    const subject = await withOneLetter()
    const read = await caseOf(subject)
    await database.transaction((tx) => die(tx, about(subject, dispute)))
    expect(await act(read.id, force, read.revision)).toMatchObject({ ok: false, refusal: { code: 'case_changed' } })
    expect(await act(read.id, force, read.revision + 1)).toMatchObject({ ok: true })
    expect(await counts(subject)).toEqual({ letters: 0, cases: 0 })
  })

  it('has discarded a letter for good, however long ago the transaction of the action began', async () => {
    const subject = newUuid()
    await database.transaction(async (operator) => {
      await operator.query({ text: 'select now()' })
      await database.transaction((tx) => die(tx, about(subject)))
      expect(await actIn(operator, (await caseOf(subject)).id, force)).toMatchObject({ ok: true })
    })
    await startTestLanes([handler], { on: test })
    expect(await counts(subject)).toEqual({ letters: 0, cases: 0 })
  })

  it('may act again when the message of the action died, also while an older dead letter has its case', async () => {
    const subject = newUuid()
    const change = { subject: { kind: 'payment', id: subject }, book, change: 'open' } as const
    await database.transaction((tx) =>
      tx.burst(caseSteps(paymentsQueue, [{ ...change, reason: 'outcome_unknown', detail: 'It is silent.' }])),
    )
    await database.transaction((tx) => die(tx, about(subject)))
    expect(await act((await caseOf(subject, 'outcome_unknown')).id, { action: 'inquire' })).toMatchObject({ ok: true })
    expect(await caseOf(subject, 'outcome_unknown')).toMatchObject({ is_acting: true })
    await database.transaction((tx) => die(tx, about(subject, '{"s":"payment","i":"decision"}')))
    expect(await caseOf(subject, 'outcome_unknown')).toMatchObject({ is_acting: false })
  })
})
