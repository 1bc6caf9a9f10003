import { expect, it } from 'vitest'
import { createTestDatabase } from '#testing'
import { createVendorPolicies } from './vendor-policy.ts'

it('reads all vendors of a batch in one query, and queries missing ones again', async () => {
  const { database, drop } = await createTestDatabase()
  await database.query({
    text: `insert into lanes.vendors (id, book_id, code, lane, sla_ms)
      select gen_random_uuid(), 1 + n % 2, 'v' || n, 2, 10000 from generate_series(1, 300) n`,
  })
  let questions = 0
  const on: typeof database = {
    ...database,
    query: (statement) => {
      questions += 1
      return database.query(statement)
    },
  }
  const { vendorPolicies, vendorPolicy } = createVendorPolicies(database)
  const named = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => ({ book: 1, code: `v${from + at}` }))
  const policies = await vendorPolicies(on, named(1, 1_001))
  expect(questions).toBe(1)
  expect(named(1, 1_001).filter(({ book, code }) => policies(book, code) !== undefined)).toHaveLength(150)
  expect(policies(1, 'v2')).toEqual({ number: expect.any(Number), lane: 'standard' })
  await vendorPolicies(on, named(1, 301))
  expect(questions).toBe(2)
  await vendorPolicies(on, [
    { book: 1, code: 'v2' },
    { book: 1, code: 'v4' },
  ])
  expect(questions).toBe(2)
  expect([await vendorPolicy(on, 2, 'v2'), (await vendorPolicy(on, 2, 'v3'))?.lane]).toEqual([undefined, 'standard'])
  await drop()
})
