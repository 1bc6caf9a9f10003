import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { createTestDatabase } from '#testing'

// The migrations take every entry of before, all that waited behind one, and the dead letters that were discarded.

const sql = async (path: string) =>
  (await readFile(new URL(path, import.meta.url), 'utf8')).split(/;\n/).filter((text) => text.trim() !== '')

const before = ['0002_stuck', '0005_dead-letters', '0012_waiting-matters', '0015_stuck-revision']

/** A database of the release before, with a function that runs a migration. */
async function beforeCases() {
  const test = await createTestDatabase()
  const { database } = test
  const run = async (path: string, on: Pick<typeof database, 'query'> = database) => {
    for (const text of await sql(path)) await on.query({ text })
  }
  await database.query({ text: 'drop table cases.acts, cases.cases' })
  for (const name of before) await run(`../payments/migrations/${name}.sql`)
  return { test, database, run }
}

it('keeps each entry, and makes a case of each problem that waited behind one', async () => {
  const { test, database, run } = await beforeCases()
  const [open, ended, dead] = [newUuid(), newUuid(), newUuid()]
  const [subject, other] = [newUuid(), newUuid()]
  const waiting = JSON.stringify([
    {
      reason: 'wrong_amount',
      detail: 'Less came.',
      since: '2026-01-02T00:00:00Z',
      decision: 'inquire',
      evidence: null,
    },
    { reason: 'late_success', detail: 'It came late.', since: '2026-01-01T00:00:00Z', decision: null, evidence: null },
  ])
  await database.query({
    text: `insert into payments.stuck (id, book_id, subject_kind, subject_id, reason, detail, since, owner, is_deciding,
        decision, revision, waiting, evidence, resolved_at, resolution)
      values ($1, 1, 'payment', $4, 'outcome_unknown', 'It is silent.', '2026-01-03Z', 'asha', true, 'force', 7, $6, 'Line 1.', null, null),
        ($2, 1, 'refund', $5, 'late_success', 'Twice.', '2026-01-01Z', null, false, 'force', 2, null, 'Line 2.', '2026-01-05Z', 'force'),
        ($3, 1, 'payment', $4, 'dead_letter', 'It died.', '2026-01-04Z', null, false, null, 1, null, null, null, null)`,
    values: [open, ended, dead, subject, other, waiting],
  })
  await database.query({
    text: `insert into payments.stuck_acts (id, stuck_id, actor, action, text) values ($1, $2, $1, 'note', 'Called.')`,
    values: [newUuid(), open],
  })
  await run('./migrations/0001_cases.sql')
  const rows = await database.query({
    text: `select reason, detail, rank, stands_apart, owner, is_acting, last_action, evidence, revision, resolution,
        extract(epoch from due_at - since)::integer / 3600 as due_hours, queue, subject_kind
      from cases.cases order by subject_kind, stands_apart, rank desc`,
  })
  expect(rows).toMatchObject([
    {
      ...{ reason: 'outcome_unknown', rank: 3n, owner: 'asha', is_acting: true, last_action: 'force', revision: 7 },
      ...{ evidence: 'Line 1.', due_hours: 1, queue: 'payments', resolution: null },
    },
    { reason: 'wrong_amount', rank: 2n, owner: 'asha', is_acting: false, last_action: 'inquire', due_hours: 24 },
    { reason: 'late_success', rank: 1n, owner: 'asha', detail: 'It came late.', last_action: null, due_hours: 4 },
    { reason: 'dead_letter', stands_apart: true, owner: null, due_hours: 1 },
    { reason: 'late_success', subject_kind: 'refund', resolution: 'force', evidence: 'Line 2.' },
  ])
  const ids = await database.query<{ id: string; since: string }>({
    text: `select replace(id::text, '-', '') as id from cases.cases where reason <> 'late_success' order by id`,
  })
  expect(ids.map(({ id }) => id)).toEqual(expect.arrayContaining([open, dead]))
  expect(
    await database.query({ text: 'select action, text from cases.acts where case_id = $1', values: [open] }),
  ).toEqual([{ action: 'note', text: 'Called.' }])
  expect(await database.query({ text: `select to_regclass('payments.stuck') as gone` })).toEqual([{ gone: null }])
  await test.drop()
})

it('marks the dead letters that were discarded, and tells of several in one open case', async () => {
  const test = await createTestDatabase()
  const { database } = test
  const [forced, retried, open, actor] = [newUuid(), newUuid(), newUuid(), newUuid()]
  const letter = (code: string, subject: string, day: number) =>
    database.query({
      text: `insert into lanes.dead_letters
          (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code, reason, enqueued_at, died_at)
        values ($1, 1, 2, 'payment.input', -1, $2, '{}', 1, 'permanent', $3, '', now(), $4)`,
      values: [newUuid(), subject, code, `2026-01-0${day}Z`],
    })
  const caseOf = async (subject: string, resolution: string | null) => {
    const id = newUuid()
    await database.query({
      text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank,
          stands_apart, due_at, resolved_at, resolution)
        values ($1, 1, 'payments', 'payment', $2, 'dead_letter', 'It died.', 'normal', 0, true, now(),
          case when $3::text is not null then timestamptz '2026-01-05Z' end, $3)`,
      values: [id, subject, resolution],
    })
    if (resolution === null) return
    await database.query({
      text: 'insert into cases.acts (id, case_id, actor, action) values ($1, $2, $3, $4)',
      values: [newUuid(), id, actor, resolution],
    })
  }
  await caseOf(forced, 'force')
  await caseOf(retried, 'retry')
  await caseOf(open, null)
  await letter('seen', forced, 4)
  await letter('later', forced, 6)
  await letter('left', retried, 4)
  for (const day of [4, 6]) await letter('seen', open, day)
  for (const text of await sql('./migrations/0006_discarded-letters.sql')) await database.query({ text })
  const letters = await database.query({
    text: `select code, discarded_at = '2026-01-05Z' as discarded, replace(discarded_by::text, '-', '') as by
      from lanes.dead_letters order by id`,
  })
  const isOpen = { discarded: null, by: null }
  expect(letters).toEqual([
    { code: 'seen', discarded: true, by: actor },
    ...['later', 'left', 'seen', 'seen'].map((code) => ({ code, ...isOpen })),
  ])
  const cases = await database.query({ text: 'select detail, revision from cases.cases where resolved_at is null' })
  expect(cases).toEqual([{ detail: expect.stringMatching(/^It died\. It is about 2 dead letters/), revision: 2 }])
  await test.drop()
})

it('loses no entry that an older process writes meanwhile: it is copied, or refused', async () => {
  const { test, database, run } = await beforeCases()
  const [early, late] = [newUuid(), newUuid()]
  const entry = (id: string) => ({
    text: `insert into payments.stuck (id, book_id, subject_kind, subject_id, reason, detail)
      values ($1, 1, 'payment', $1, 'outcome_unknown', 'It is silent.')`,
    values: [id],
  })
  const act = {
    text: `insert into payments.stuck_acts (id, stuck_id, actor, action, text) values ($1, $2, $1, 'note', 'Called.')`,
    values: [newUuid(), early],
  }
  const older = await database.session('older')
  await older.query({ text: 'begin' })
  await older.query(entry(early))
  await older.query(act)
  const closing = database.transaction((tx) => run('../payments/migrations/0017_stuck-closed.sql', tx))
  const waiting = () =>
    database.query({
      text: `select from pg_locks where not granted and relation = 'payments.stuck'::regclass
        and database = (select oid from pg_database where datname = current_database())`,
    })
  await expect.poll(waiting).toHaveLength(1)
  await older.query({ text: 'commit' })
  await closing
  await expect(older.query(entry(late))).rejects.toThrow('stuck_closed')
  await expect(older.query({ ...act, values: [late, early] })).rejects.toThrow('stuck_acts_closed')
  await older.close()
  await run('./migrations/0001_cases.sql')
  expect(await database.query({ text: `select replace(id::text, '-', '') as id from cases.cases` })).toEqual([
    { id: early },
  ])
  expect(await database.query({ text: 'select from cases.acts' })).toHaveLength(1)
  // A database that has had its cases before is left as it is.
  await run('../payments/migrations/0017_stuck-closed.sql')
  await test.drop()
})
