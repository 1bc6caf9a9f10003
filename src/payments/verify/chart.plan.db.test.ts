import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, pagesRead, statementsOf, type TestDatabase } from '#testing'
import { findWrongChartAccounts } from './chart-read-model.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

it('accounts of the chart are found by their own index, however many accounts there are', async () => {
  const { database } = test
  await database.query({
    text: `insert into ledger.accounts (number, position, book_id, id, code, asset, created_at)
      select n, 1, 1, gen_random_uuid(), case when n % 5000 = 0 then 'suspense:A' || n else 'customers:' || n end, 'A' || n, now()
      from generate_series(1, 20000) n`,
  })
  await database.query({
    text: `insert into ledger.account_settings (account, version, position, state, recorded_at)
      select number, 0, 1, 1, now() from ledger.accounts`,
  })
  await database.query({ text: 'analyze ledger.accounts, ledger.account_settings' })
  expect((await findWrongChartAccounts(database)).map(({ code }) => code)).toEqual([
    ...['suspense:A10000', 'suspense:A15000', 'suspense:A20000', 'suspense:A5000'],
  ])
  const [statement] = await statementsOf((tx) => findWrongChartAccounts(tx))
  expect(statement && (await pagesRead(database, statement))).toBeLessThan(60)
})
