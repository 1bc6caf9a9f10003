import { beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'

let books: TestDatabase
beforeAll(async () => {
  books = await createTestDatabase()
})

test('answers each step with its rows and its tag', async () => {
  const session = await books.database.session('burst test')
  const answers = await session.burst([
    { name: 'b_begin', text: 'begin' },
    { name: 'b_one', text: 'select $1::int + 1', values: ['41'] },
    { name: 'b_commit', text: 'commit' },
  ])
  expect(answers).toEqual([
    { rows: [], tag: 'BEGIN' },
    { rows: [['42']], tag: 'SELECT 1' },
    { rows: [], tag: 'COMMIT' },
  ])
  await session.close()
})
