import { beforeAll, describe, expect, test } from 'vitest'
import type { BurstStep, Database } from '#platform/postgres'
import { createTestDatabase, pagesRead, planOf } from '#testing'
import { promoteDueStep } from '../promote-due.ts'
import { findArrivalsStep } from './arrivals.ts'
import { claimStep, findTenantsStep, foundTenants, takenMessages } from './message-store.ts'

let database: Database

const queue = { lane: 'standard', kind: 'test.work' } as const

const claim = {
  limit: 100,
  tenants: [
    { tenant: 1, floor: 0n, quota: 100 },
    { tenant: 2, floor: 0n, quota: 100 },
  ],
}

/** The hot statements, as they are sent. */
const hotStatements: readonly BurstStep[] = [
  findTenantsStep([{ ...queue, after: -1_000, until: 2_147_483_647 }], 256),
  findArrivalsStep([{ after: 190_000n, until: 10n ** 18n }], { urgent: false }),
  findArrivalsStep([{ after: 190_000n, until: 10n ** 18n }], { urgent: true }),
  promoteDueStep({ to: 'lanes.messages', urgent: true, max: 1_000 }),
  promoteDueStep({ to: 'lanes.messages', urgent: false, max: 1_000 }),
  claimStep(queue, claim),
]

const indexes: Record<string, string> = {
  'lanes-find-tenants': 'messages_pkey',
  'lanes-find-arrivals': 'messages_of_vendors',
  'lanes-find-urgent-arrivals': 'urgent_messages_of_vendors',
  'lanes-promote-urgent': 'later_urgent',
  'lanes-promote-due': 'later_pkey',
  'lanes-claim': 'messages_pkey',
}

beforeAll(async () => {
  ;({ database } = await createTestDatabase())
})

describe.each([
  ['empty', 0],
  ['full', 200_000],
])('in %s tables', (_state, rows) => {
  beforeAll(async () => {
    if (rows === 0) return
    await database.query({
      text: `insert into lanes.messages (lane, kind, tenant, book_id, subject, payload)
        select 2, 'test.work', n % 500, 1, gen_random_uuid(), '{}' from generate_series(1, $1::integer) as n`,
      values: [rows],
    })
    await database.query({
      text: `insert into lanes.later (due_at, lane, kind, tenant, book_id, subject, payload)
        select now() + n * interval '1 second', case when n % 100 = 0 then 0 else 2 end, 'test.work', 1, 1,
          gen_random_uuid(), '{}' from generate_series(1, $1::integer) as n`,
      values: [rows],
    })
    await database.query({ text: 'vacuum analyze lanes.messages, lanes.later' })
  })

  test('the hot statements use their index', async () => {
    expect(hotStatements.map(({ name }) => name).sort()).toEqual(Object.keys(indexes).sort())
    for (const statement of hotStatements) {
      const plan = await planOf(database, statement)
      expect(plan).toContain(indexes[statement.name])
      expect(plan).not.toMatch(/Seq Scan on (messages|later)/)
      expect(plan).not.toMatch(/Sort Key: (messages|later)\w*\./)
      // The index bounds the delayed messages; they are not scanned.
      if (statement.name.startsWith('lanes-promote')) expect(plan).toMatch(/Index Cond: \(due_at <= /)
    }
  })
})

test('a claim among half a million messages of a flooding vendor reads few pages', async () => {
  await database.query({
    text: `insert into lanes.messages (lane, kind, tenant, book_id, subject, payload)
      select 3, 'test.work', 1, 1, gen_random_uuid(), '{}' from generate_series(1, 500000)`,
  })
  await database.query({
    text: `insert into lanes.messages (lane, kind, tenant, book_id, subject, payload)
      select 3, 'test.work', 2, 1, gen_random_uuid(), '{}' from generate_series(1, 1000)`,
  })
  const place = { lane: 'bulk', kind: 'test.work' } as const
  const looking = findTenantsStep([{ ...place, after: -1_000, until: 2_147_483_647 }], 256)
  const taking = claimStep(place, { ...claim, limit: 60 })
  // Half a million messages have many thousands of pages.
  for (let round = 0; round < 5; round += 1) {
    for (const step of [looking, taking]) expect(await pagesRead(database, step)).toBeLessThan(1_000)
  }
  const [looked, taken] = await database.transaction((tx) => tx.burst([looking, taking]))
  expect(foundTenants(looked).map(({ tenant }) => tenant)).toEqual([1, 2])
  expect(takenMessages(place, taken)).toHaveLength(60)
})
