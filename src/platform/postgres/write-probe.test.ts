import { expect, test } from 'vitest'
import { createTestDatabase, until } from '#testing'
import { openDatabase } from './database.ts'
import { createWriteProbe } from './write-probe.ts'

test('says whether the database can be written to, and finds out when that changes', async () => {
  const books = await createTestDatabase()
  const canWrite = createWriteProbe(books.database)
  expect(await canWrite()).toBe(true)
  const name = books.connection.database
  await books.database.query({ text: `alter database ${name} set default_transaction_read_only = on` })
  // The connections that are there keep to what they began with.
  await books.database.query({
    text: 'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  })
  const other = openDatabase({ ...books.connection, onIdleError: () => undefined })
  const otherCanWrite = createWriteProbe(other)
  expect(await otherCanWrite()).toBe(false)
  await books.database.query({
    text: `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
  })
  // A read-only connection is given up, and the next one can write.
  await until(otherCanWrite)
  await other.close()
  await books.drop()
})

test('is not ready when nobody answers, and makes one write however many ask', async () => {
  let writes = 0
  const never = new Promise<never>(() => {})
  const canWrite = createWriteProbe({
    unit: () => {
      writes += 1
      return never
    },
  })
  expect(await Promise.all([canWrite(), canWrite(), canWrite()])).toEqual([false, false, false])
  // The answer is no longer good by now, but the write is still under way.
  expect(await canWrite()).toBe(false)
  expect(writes).toBe(1)
})
