import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { createTestDatabase, pagesRead, planOf, statementsOf } from '#testing'
import { findLateEffects, findReversal } from './saga-store.ts'

it.each([
  ['the request to reverse it', findReversal],
  ['its late effects', findLateEffects],
])('a saga finds %s among 50,000 discarded dead letters by their index', async (_what, find) => {
  const { database, drop } = await createTestDatabase()
  try {
    await database.query({
      text: `insert into lanes.dead_letters (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code,
          reason, enqueued_at, discarded_at)
        select gen_random_uuid(), 1, 0, 'saga.step', -1, gen_random_uuid(), '{"do":"advance"}', 1, 'permanent', 'defect',
          'It threw.', now(), now()
        from generate_series(1, 50000)`,
    })
    await database.query({ text: 'vacuum analyze lanes.dead_letters' })
    const [statement] = await statementsOf((tx) => find(tx, newUuid()))
    if (statement === undefined) throw new Error('nothing was sent')
    expect(await planOf(database, statement)).toContain('dead_letters_discarded_of_subject')
    expect(await pagesRead(database, statement)).toBeLessThan(20)
  } finally {
    await drop()
  }
})
