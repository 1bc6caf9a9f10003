import { expect, test } from 'vitest'
import { createTestDatabase, until } from '#testing'
import { createRoom } from '../connections/room.ts'
import { openDatabase } from '../database.ts'
import { createWriteProbe } from './write-probe.ts'

test('reports whether the database can be written to, and notices when that changes', async () => {
  const books = await createTestDatabase()
  const canWrite = createWriteProbe(books.database)
  expect(await canWrite()).toBe(true)
  const name = books.connection.database
  await books.database.query({ text: `alter database ${name} set default_transaction_read_only = on` })
  // Existing connections keep the settings that they began with.
  await books.database.query({
    text: 'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  })
  const other = openDatabase({ ...books.connection, onIdleError: () => undefined })
  const otherCanWrite = createWriteProbe(other)
  expect(await otherCanWrite()).toBe(false)
  await books.database.query({
    text: `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
  })
  // A read-only connection is closed, and the next one can write.
  await until(otherCanWrite)
  await other.close()
  await books.drop()
})

test('is not ready without an answer, and makes one write for any number of callers', async () => {
  let writes = 0
  const never = new Promise<never>(() => {})
  const canWrite = createWriteProbe({
    room: createRoom(),
    unit: () => {
      writes += 1
      return never
    },
  })
  expect(await Promise.all([canWrite(), canWrite(), canWrite()])).toEqual([false, false, false])
  // The result has expired by now, but the write is still in progress.
  expect(await canWrite()).toBe(false)
  expect(writes).toBe(1)
})

test('is not ready from a full disk until there is room again, even if small writes still fit', async () => {
  const books = await createTestDatabase()
  const { database } = books
  const canWrite = createWriteProbe(database)
  const full = `raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'`
  await database.query({
    text: `create function full_disk() returns event_trigger language plpgsql as $$ begin ${full}; end $$`,
  })
  await database.query({
    text: `create event trigger full_disk on ddl_command_start when tag in ('CREATE TABLE AS') execute function full_disk()`,
  })
  expect(await canWrite()).toBe(true)
  await expect(database.query({ text: `do $$ begin ${full}; end $$` })).rejects.toMatchObject({ state: '53100' })
  await until(async () => !(await canWrite()))
  // It stays so without any other writes (a load balancer sends none), and although a unit's small row still fits.
  await database.unit((unit) => unit.commit([{ name: 'small', text: 'select pg_current_xact_id()' }]))
  const again = createWriteProbe(database)
  expect(await again()).toBe(false)
  await database.query({ text: 'drop event trigger full_disk' })
  await until(canWrite)
  expect(await database.query({ text: `select from pg_class where relname like 'room%'` })).toEqual([])
  await books.drop()
})
