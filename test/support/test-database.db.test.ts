import { expect, test } from 'vitest'
import { createTestDatabase } from '#testing'

test('every test database has the migrations, and data written to one is in no other', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()])
  const count = { text: 'select count(*) from ledger.assets' }
  await one.database.query({
    text: `insert into ledger.assets (book_id, code, scale, name) values (1, 'XGO', 2, 'Gold')`,
  })
  expect(await one.database.query(count)).toEqual([{ count: 1n }])
  expect(await two.database.query(count)).toEqual([{ count: 0n }])
  await one.drop()
  await expect(one.database.query(count)).rejects.toThrow()
})

test('dropping fails when a connection is still open, and says which', async () => {
  const books = await createTestDatabase({ migrated: false, goodbyeMs: 100 })
  const session = await books.database.session('of a forgetful test')
  await session.query({ text: 'begin; create table left_over (n int)' })
  await expect(books.drop()).rejects.toThrow(
    /munim of a forgetful test \(idle in transaction\): begin; create table left_over/,
  )
})

test('dropping fails when a transaction of the pool is still open', async () => {
  const books = await createTestDatabase({ migrated: false, goodbyeMs: 100 })
  let finish = () => {}
  const open = books.database.transaction(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve
      }),
  )
  const end = open.catch((error: unknown) => error)
  await expect.poll(() => books.database.poolState()).toMatchObject({ total: 1, idle: 0 })
  await expect(books.drop()).rejects.toThrow(/was left in use/)
  finish()
  expect(await end).toMatchObject({ name: 'DatabaseFault' })
})
