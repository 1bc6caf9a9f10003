import { expect, it } from 'vitest'
import { createTestDatabase } from '#testing'
import { verifyPositions } from './verify-positions.ts'

it('reports a consumer behind the end of a feed', async () => {
  const { database } = await createTestDatabase()
  await database.query({ text: 'insert into platform.feeds (book_id, last_position) values (1, 3)' })
  await database.query({ text: `insert into platform.consumers (name) values ('counting')` })
  await database.query({
    text: `insert into platform.consumer_positions (consumer, book_id, position) values ('counting', 1, 3)`,
  })
  expect(await verifyPositions(database)).toEqual({ checked: 1, findings: [] })
  await database.query({ text: 'update platform.feeds set last_position = 2' })
  expect((await verifyPositions(database)).findings).toEqual([
    'consumer counting, book 1: the position is 3, but the feed ends at 2',
  ])
  await database.query({ text: 'delete from platform.feeds' })
  expect((await verifyPositions(database)).findings).toEqual([
    'consumer counting, book 1: the position is 3, but the feed ends at 0',
  ])
})
