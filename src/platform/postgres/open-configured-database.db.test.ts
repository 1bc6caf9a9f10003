import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createTestDatabase } from '#testing'
import { openDatabase } from './database.ts'
import { openConfiguredDatabase } from './open-configured-database.ts'

let dataDirectory: string
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'munim-configured-'))
})
afterEach(async () => {
  await rm(dataDirectory, { recursive: true, force: true })
})

/** A server that reports the version of a PostgreSQL of that release. */
async function serverOfRelease(number: number, name: string): Promise<Server> {
  const message = (type: string, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts)
    const head = Buffer.alloc(5, type)
    head.writeInt32BE(4 + body.length, 1)
    return Buffer.concat([head, body])
  }
  const text = (value: string) => Buffer.from(`${value}\0`)
  const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff])
  const int32 = (value: number) => Buffer.concat([int16(value >>> 16), int16(value & 0xffff)])
  const column = (title: string, type: number) =>
    Buffer.concat([text(title), int32(0), int16(0), int32(type), int16(4), int32(0), int16(0)])
  const value = (shown: string) => Buffer.concat([int32(shown.length), Buffer.from(shown)])
  const ready = message('Z', Buffer.from('I'))
  let sessions = 0
  const answer = (socket: Socket) => {
    sessions += 1
    const pid = String(sessions)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), ready]))
      socket.on('data', (data) => {
        if (data[0] !== 'Q'.charCodeAt(0)) return
        const columns = message('T', int16(3), column('number', 23), column('name', 25), column('pid', 23))
        const row = message('D', int16(3), value(String(number)), value(name), value(pid))
        socket.write(Buffer.concat([columns, row, message('C', text('SELECT 1')), ready]))
      })
    })
  }
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

test('starts the embedded server when there is no URL, and stops it', async () => {
  const chosen = await openConfiguredDatabase({ databaseUrl: '', dataDirectory, settings: { fsync: 'off' } })
  expect(chosen.embedded).toBe(true)
  const database = openDatabase(chosen.connection)
  expect(await database.query({ text: 'select current_database() as name' })).toEqual([{ name: 'munim' }])
  await database.close()
  await chosen.stop()
  await expect(openDatabase(chosen.connection).query({ text: 'select 1' })).rejects.toMatchObject({
    code: 'database_unavailable',
  })
})

test('uses the server of the URL and leaves it running', async () => {
  const books = await createTestDatabase()
  const chosen = await openConfiguredDatabase({ databaseUrl: books.url, dataDirectory })
  expect(chosen.embedded).toBe(false)
  await chosen.stop()
  const database = openDatabase(chosen.connection)
  expect(await database.query({ text: 'select current_database() as name' })).toEqual([
    { name: books.connection.database },
  ])
  await database.close()
})

test.each([
  [140_013, '14.13', 'database_too_old'],
  [150_000, '15.0', undefined],
])('judges a server of release %i', async (number, name, code) => {
  const server = await serverOfRelease(number, name)
  const port = portOf(server)
  const databaseUrl = `postgres://munim:secret@127.0.0.1:${port}/books`
  const chosen = await openConfiguredDatabase({ databaseUrl, dataDirectory }).catch((error: unknown) => error)
  server.close()
  expect((chosen as { code?: string }).code).toBe(code)
  if (code !== undefined) {
    expect((chosen as Error).message).toBe(
      `The PostgreSQL of DATABASE_URL (127.0.0.1:${port}, database books) is release 14.13; Munim needs 15 or later.`,
    )
  }
})

test('says in one sentence that nothing answers at the URL, without the password', async () => {
  const server = await serverOfRelease(180_000, '18')
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  const databaseUrl = `postgres://munim:secret@127.0.0.1:${port}/books`
  await expect(openConfiguredDatabase({ databaseUrl, dataDirectory })).rejects.toMatchObject({
    code: 'database_unreachable',
    message: `The PostgreSQL of DATABASE_URL (127.0.0.1:${port}, database books) cannot be used: connect ECONNREFUSED 127.0.0.1:${port}.`,
    retryable: true,
  })
})

test('says in one sentence that the database or the user is wrong', async () => {
  const books = await createTestDatabase()
  const databaseUrl = books.url.replace(books.connection.database, 'no_such_books')
  await expect(openConfiguredDatabase({ databaseUrl, dataDirectory })).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining('database "no_such_books" does not exist'),
  })
})

test('refuses a new database with an unsuitable encoding, and goes on with one that is in use', async () => {
  const { host, port, user } = inject('testServer')
  const maintenance = openDatabase({ host, port, user, database: 'postgres', connectionsMax: 1 })
  const name = `munim_latin_${process.pid}`
  const databaseUrl = `postgres:///${name}?${new URLSearchParams({ host, port: String(port), user })}`
  await maintenance.query({
    text: `create database ${name} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`,
  })
  await expect(openConfiguredDatabase({ databaseUrl, dataDirectory })).rejects.toMatchObject({
    code: 'database_encoding_unsuited',
    message: expect.stringContaining('LATIN1'),
  })
  const database = openDatabase({ url: databaseUrl })
  await database.query({ text: 'create schema platform; create table platform.migrations ()' })
  await database.close()
  expect(await openConfiguredDatabase({ databaseUrl, dataDirectory })).toMatchObject({ embedded: false })
  await maintenance.query({ text: `drop database ${name} with (force)` })
  await maintenance.close()
})

test.each(['mysql://localhost/books', 'books', 'postgres://[/books'])('refuses the URL %s', async (databaseUrl) => {
  await expect(openConfiguredDatabase({ databaseUrl, dataDirectory })).rejects.toMatchObject({
    code: 'database_url_invalid',
    retryable: false,
  })
})
