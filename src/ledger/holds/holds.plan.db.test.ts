import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BurstStep } from '#platform/postgres'
import { createTestDatabase, type TestDatabase } from '#testing'
import { findLapsedHoldsStep } from '../booking/batch-store.ts'
import { readLapsesStep } from './lapse-store.ts'

// A merchant's account is the destination of nearly all holds. Statistics then say that every account has very many, and
// the planner would walk all lapsed holds for an account that has none.

const holds = 100_000
const merchant = 900
const without = [901, 902, 903, 904, 905]
let test: TestDatabase

beforeAll(async () => {
  test = await createTestDatabase()
  await test.database.query({
    text: `insert into ledger.holds (transfer, book_id, expires_at, source, destination, amount)
      select n, 1, now() - interval '1 hour' + n * interval '1 ms', 1 + n % 200, $2::integer, 1
      from generate_series(1, $1::integer) as n`,
    values: [holds, merchant],
  })
  await test.database.query({ text: 'vacuum analyze ledger.holds' })
})
afterAll(() => test.drop())

type Plan = { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number }

/** The pages that the statement looks at. */
async function pagesOf({ text, values = [] }: BurstStep): Promise<number> {
  const [row] = await test.database.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>({
    text: `explain (analyze, buffers, format json) ${text}`,
    values,
  })
  const plan = row?.['QUERY PLAN'][0]?.Plan
  return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)
}

it.each([
  ['when their next hold lapses, and how many have', readLapsesStep(without, 1_000)],
  ['their lapsed holds', findLapsedHoldsStep(without)],
  ['the first of their lapsed holds', findLapsedHoldsStep(without, { ofEach: 1_000, ofAll: 3_000 })],
])('accounts without holds cost a few pages each beside a merchant with very many holds: %s', async (_, step) => {
  expect(await pagesOf(step)).toBeLessThan(without.length * 20)
})
