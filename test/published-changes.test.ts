import { afterAll, beforeAll, expect, it } from 'vitest'
import { auditTable } from '#access'
import { timelineTable } from '#payments'
import { outboxTable } from '#platform/outbox'
import { createRetention, unitsTable, uuidBound } from '#platform/retention'
import { createTestDatabase, type TestDatabase } from '#testing'

// A database that publishes all changes. PostgreSQL then refuses to change rows without a replica identity.

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
  await test.database.query({ text: 'create publication everything for all tables' })
})
afterAll(() => test.drop())

it('has partitions for the time to come, with the rows that came before them', async () => {
  const { database } = test
  const now = new Date()
  const root = uuidBound(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 10))
  await database.query({
    text: `insert into payments.steps (root_id, recorded_at, book_id, ordinal, subject_id, subject_kind, input, state)
      values ($1, now(), 1, 1, $1, 'payment', 'accept', 'processing')`,
    values: [root],
  })
  const where = {
    text: 'select tableoid::regclass::text as name from payments.steps where root_id = $1',
    values: [root],
  }
  expect(await database.query(where)).toEqual([{ name: 'payments.steps_other' }])
  const retention = createRetention({
    database,
    tables: [outboxTable(30), unitsTable, timelineTable(1100), auditTable(3660)],
    onFault: (fault) => {
      throw fault
    },
  })
  const { created, deferred } = await retention.round()
  expect(deferred).toEqual([])
  const [found] = await database.query<{ name: string }>(where)
  expect(created).toContain(found?.name)
})

it('has every changed or deleted row identified by a key, or by all its columns', async () => {
  const unknown = await test.database.query({
    text: `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and c.relpersistence = 'p' and n.nspname !~ '^(pg_|information_schema)'
        and c.relreplident = 'd' and not c.relispartition
        and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)`,
  })
  expect(unknown).toEqual([])
})
