import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import { openDatabase } from './database.ts'
import { openConfiguredDatabase } from './open-configured-database.ts'

const missing = (() => {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'pgbouncer is not installed'
  }
})()
const nobody = 65_534
const poolerPort = 6432
let directory: string
let books: TestDatabase
let door: Server
let pooler: ChildProcess | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-pooler-'))
  await chmod(directory, 0o777)
  books = await createTestDatabase()
  // PostgreSQL admits only our user, and PgBouncer does not run as root.
  const { host, port } = books.connection
  door = createServer((client) => {
    const server = connect(`${host}/.s.PGSQL.${port}`)
    client.pipe(server).pipe(client)
    client.on('error', () => server.destroy())
    server.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  if (pooler?.exitCode === null) {
    const ended = new Promise((resolve) => pooler?.once('exit', resolve))
    pooler.kill('SIGTERM')
    pooler.kill('SIGKILL')
    await ended
  }
  door.close()
  await books.drop()
  await rm(directory, { recursive: true, force: true })
})

/** Starts a PgBouncer in front of the test's database; returns its URL. */
async function startPooler(mode: string, more = ''): Promise<string> {
  const { user, database } = books.connection
  const file = join(directory, 'pgbouncer.ini')
  await writeFile(join(directory, 'users'), `"${user}" ""\n`)
  await writeFile(
    file,
    `[databases]\n* = host=127.0.0.1 port=${(door.address() as AddressInfo).port}\n[pgbouncer]\nunix_socket_dir = ${directory}\nlisten_port = ${poolerPort}\nauth_type = trust\nauth_file = ${directory}/users\npool_mode = ${mode}\n${more}\n`,
  )
  const account = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  pooler = spawn('pgbouncer', [file], { stdio: 'ignore', ...account })
  const url = `postgres://${user}@/${database}?host=${directory}&port=${poolerPort}`
  const listens = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(`${directory}/.s.PGSQL.${poolerPort}`, () => resolve(true))
      socket.on('error', () => resolve(false)).on('connect', () => socket.destroy())
    })
  await expect.poll(listens).toBe(true)
  return url
}

test.skipIf(missing)('works through PgBouncer in session mode', async () => {
  const url = await startPooler('session')
  const chosen = await openConfiguredDatabase({ databaseUrl: url, dataDirectory: directory })
  const database = openDatabase(chosen.connection)
  const statement = { name: 'twice', text: 'select $1::int as n', values: [7] }
  const answers = await Promise.all(Array.from({ length: 8 }, () => database.query(statement)))
  expect(answers).toEqual(Array.from({ length: 8 }, () => [{ n: 7 }]))
  await database.close()
})

test.skipIf(missing).each([
  ['transaction', 'server_round_robin = 0'],
  ['transaction', 'server_round_robin = 1'],
  ['transaction', 'min_pool_size = 5\nserver_round_robin = 1'],
  ['statement', ''],
])('refuses PgBouncer in %s mode (%s) in one sentence', async (mode, more) => {
  const url = await startPooler(mode, more)
  await expect(openConfiguredDatabase({ databaseUrl: url, dataDirectory: directory })).rejects.toMatchObject({
    code: 'pooler_unsuited',
    message: expect.stringContaining(`(such as PgBouncer) in ${mode} mode`),
  })
})

test.runIf(missing)('PgBouncer is not tried here', ({ skip }) => skip(missing))
