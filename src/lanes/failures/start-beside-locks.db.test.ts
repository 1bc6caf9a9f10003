import { afterAll, beforeAll, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { createTestDatabase, type TestDatabase } from '#testing'
import { createLanes } from '../create-lanes.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

it('a process starts while another transaction has a dead letter locked, and finds the others', async () => {
  const { database } = test
  const kind = 'payment.input'
  const [locked, free] = [newUuid(), newUuid()]
  for (const id of [locked, free]) {
    await database.query({
      text: `insert into lanes.dead_letters
          (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code, reason, enqueued_at)
        values ($1, 1, 2, $2, -1, $1, '{}', 1, 'permanent', 'defect', 'It threw.', now())`,
      values: [id, kind],
    })
  }
  const found: string[] = []
  await database.transaction(async (tx) => {
    await tx.query({ text: 'select from lanes.dead_letters where id = $1 for update', values: [locked] })
    const lanes = createLanes({ database, onFault: () => {} })
    lanes.register({
      kind,
      handle: async () => {},
      onDeadFound: async (_tx, letters) => void found.push(...letters.map(({ subject }) => subject)),
    })
    await lanes.start()
    await lanes.stop(1_000)
  })
  expect(found).toEqual([free])
})
