import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import { createVendorCeilings } from './vendor-ceilings.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
  await test.database.query({
    text: `insert into lanes.vendors (id, book_id, code, lane, sla_ms, in_flight_max)
      select gen_random_uuid(), 1, 'v' || n, 2, 10000, case when n % 2 = 0 then 5 end from generate_series(1, 250) n`,
  })
})
afterAll(() => test.drop())

const sliceMax = 100

/** The numbers of rows that were read, by query. */
function counted() {
  const rows: number[] = []
  const query: typeof test.database.query = async (statement) => {
    const found = await test.database.query(statement)
    rows.push(found.length)
    return found as never
  }
  return { rows, database: { query, onNewEpoch: () => () => undefined } }
}

it('reads all vendors slice by slice, and those not read yet have the least ceiling', async () => {
  const { rows, database } = counted()
  const ceilings = createVendorCeilings(database, sliceMax)
  const some = () => [2, 3, 200, 201, -1].map(ceilings.of)
  expect(some()).toEqual([1, 1, 1, 1, undefined])
  expect(await ceilings.read()).toBe(false)
  expect(some()).toEqual([5, undefined, 1, 1, undefined])
  while (!(await ceilings.read()));
  expect(some()).toEqual([5, undefined, 5, undefined, undefined])
  expect(Math.max(...rows)).toBe(sliceMax)
})

it('reads what has changed in the next round, and not all vendors', async () => {
  await test.database.query({ text: `update lanes.vendors set updated_at = now() - interval '1 minute'` })
  const { rows, database } = counted()
  const ceilings = createVendorCeilings(database, sliceMax)
  while (!(await ceilings.read()));
  rows.length = 0
  await test.database.query({
    text: `update lanes.vendors set in_flight_max = case number when 240 then null else 7 end, updated_at = clock_timestamp()
      where number in (240, 241)`,
  })
  expect(await ceilings.read()).toBe(true)
  expect([240, 241, 242].map(ceilings.of)).toEqual([undefined, 7, 5])
  expect(rows).toEqual([2, sliceMax])
})
