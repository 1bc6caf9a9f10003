import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { createTestDatabase, pagesRead, planOf, statementsOf, type TestDatabase } from '#testing'
import { describeOpenLetters } from './open-letters.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

async function storeLetters(subject: Uuid, count: number, discarded: 'null' | 'now()' = 'null'): Promise<void> {
  await test.database.query({
    text: `insert into lanes.dead_letters (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code,
        reason, enqueued_at, discarded_at)
      select gen_random_uuid(), 1, 2, 'payment.input', -1, $1, '{}', 1, 'permanent', 'defect', 'It threw.', now(),
        ${discarded}
      from generate_series(1, $2)`,
    values: [subject, count],
  })
}

it.each([
  [0, undefined],
  [
    1,
    /^Something that was to be done about it failed once \(defect: It threw\.\) .* replays the dead letter dlt_\w+\.$/,
  ],
  [2, /^2 things that .* replays the dead letters: dlt_[^;]*; dlt_[^;]*\.$/],
  [12, /^12 things that .*; 2 older ones\.$/],
  [100, /^100 things that .*; 90 older ones\.$/],
  [101, /^More than 100 things that .*; more than 90 older ones\.$/],
])('describes %d open dead letters of a subject', async (count, said) => {
  const [subject, other] = [newUuid(), newUuid()]
  await storeLetters(subject, count)
  await storeLetters(subject, 3, 'now()')
  await storeLetters(other, 1)
  const detailOf = await describeOpenLetters(test.database, [other, subject])
  if (said === undefined) expect(detailOf(subject)).toBeUndefined()
  else expect(detailOf(subject)).toMatch(said)
  expect(detailOf(subject)?.match(/dlt_/g)?.length ?? 0).toBe(Math.min(count, 10))
  expect(detailOf(other)).toMatch(/^Something /)
})

it('reads a bounded number of letters, however many the subject has', async () => {
  const subject = newUuid()
  await storeLetters(subject, 20_000)
  await storeLetters(subject, 20_000, 'now()')
  await test.database.query({ text: 'vacuum analyze lanes.dead_letters' })
  const [statement] = await statementsOf((tx) => describeOpenLetters(tx, [subject]))
  if (statement === undefined) throw new Error('nothing was sent')
  expect(await planOf(test.database, statement)).toContain('dead_letters_open_of_subject')
  expect(await pagesRead(test.database, statement)).toBeLessThan(250)
})
