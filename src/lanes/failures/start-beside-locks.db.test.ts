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
    await expect.poll(() => found).toEqual([free])
    await lanes.stop(1_000)
  })
  expect(found).toEqual([free])
})

it('the letters are passed page by page while the lanes work, and a stop ends the pass', async () => {
  const { database } = test
  const kind = 'test.pages'
  await database.query({
    text: `insert into lanes.dead_letters
        (id, book_id, lane, kind, tenant, subject, payload, attempts, cause, code, reason, enqueued_at)
      select gen_random_uuid(), 1, 2, $1, -1, gen_random_uuid(), '{}', 1, 'permanent', 'defect', 'It threw.', now()
      from generate_series(1, 1200)`,
    values: [kind],
  })
  const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>()
  const [pages, handled]: [number[], string[]] = [[], []]
  const lanes = createLanes({ database, onFault: () => {} })
  lanes.register({
    kind,
    handle: async (_tx, messages) => void handled.push(...messages.map(({ subject }) => subject)),
    onDeadFound: async (_tx, letters) => {
      pages.push(letters.length)
      await goesOn
    },
  })
  await lanes.start()
  const subject = newUuid()
  await database.transaction((tx) => lanes.enqueue(tx, [{ lane: 'standard', kind, book: 1, vendor: 0, subject }]))
  lanes.wake()
  await expect.poll(() => handled).toEqual([subject])
  await expect.poll(() => pages).toEqual([500])
  goOn()
  await expect.poll(() => pages).toEqual([500, 500, 200])
  await lanes.stop(1_000)
})
