import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type ServerProcess, startServerProcess, type TestDatabase, until } from '#testing'

let directory: string
let shared: TestDatabase
const running: ServerProcess[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-process-'))
  shared = await createTestDatabase({ migrated: false })
})
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})
afterAll(async () => {
  await shared.drop()
  await rm(directory, { recursive: true, force: true })
})

function start(...args: string[]): ServerProcess {
  const started = startServerProcess(...args)
  running.push(started)
  return started
}

const onSharedDatabase = (data: string) => [
  '--data',
  join(directory, data),
  '--port',
  '0',
  '--database-url',
  shared.url,
]

describe('the program', () => {
  it('starts on an embedded database, keeps a key for the operator, stops on SIGTERM and starts again', async () => {
    const data = join(directory, 'embedded')
    const first = start('--data', data, '--port', '0')
    const url = await first.ready
    expect(first.stdout()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/)
    const keyFile = join(data, 'admin.key')
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
    const key = (await readFile(keyFile, 'utf8')).trim()
    const books = (at: string) => fetch(`${at}/v1/books`, { headers: { authorization: `Bearer ${key}` } })
    expect(await (await books(url)).json()).toMatchObject({ data: [{ code: 'main' }] })
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('munim_http_request_duration_seconds_count')
    first.child.kill('SIGTERM')
    expect(await first.ended).toEqual({ code: 0, signal: null })

    const second = start('--data', data, '--port', '0')
    expect((await books(await second.ready)).status).toBe(200)
    second.child.kill('SIGINT')
    expect(await second.ended).toEqual({ code: 0, signal: null })
    // On a busy machine a request or PostgreSQL's start may be slow, which is logged.
    const slow = /"msg":"(slow or failed"|PostgreSQL is still starting)/
    expect(
      second
        .stderr()
        .split('\n')
        .filter((line) => line !== '' && !slow.test(line)),
    ).toEqual([])
  })

  it('uses the given PostgreSQL, several at a time, and says when the first key is elsewhere', async () => {
    const started = ['one', 'two', 'three'].map((data) => start(...onSharedDatabase(data)))
    const urls = await Promise.all(started.map(({ ready }) => ready))
    const withKey = await Promise.all(
      ['one', 'two', 'three'].map(async (data, at) => {
        const kept = await readFile(join(directory, data, 'admin.key'), 'utf8').catch(() => undefined)
        if (kept === undefined) expect(started[at]?.stderr()).toContain('but the database has keys: use one of those.')
        return kept
      }),
    )
    const keys = withKey.filter((kept) => kept !== undefined)
    expect(keys).toHaveLength(1)
    for (const url of urls) {
      const response = await fetch(`${url}/v1/books`, { headers: { authorization: `Bearer ${keys[0]?.trim()}` } })
      expect(response.status).toBe(200)
    }
    for (const { child } of started) child.kill('SIGTERM')
    expect(await Promise.all(started.map(({ ended }) => ended))).toEqual(started.map(() => ({ code: 0, signal: null })))
  })

  it('says in one sentence that a port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const port = (other.address() as { port: number }).port
    const refused = start('--data', join(directory, 'taken'), '--port', String(port), '--database-url', shared.url)
    expect(await refused.ended).toEqual({ code: 1, signal: null })
    expect(refused.stdout()).toBe('')
    expect(
      refused
        .stderr()
        .split('\n')
        .filter((line) => !line.includes('admin.key')),
    ).toEqual([`munim: Port ${port} of 127.0.0.1 is in use by another program; choose another with --port.`, ''])
    other.close()
  })

  it('says in one sentence that the database is unreachable', async () => {
    const args = ['--data', join(directory, 'away'), '--port', '0', '--database-url', 'postgres://127.0.0.1:1/x']
    const refused = start(...args)
    expect(await refused.ended).toEqual({ code: 1, signal: null })
    expect(refused.stderr()).toBe(
      'munim: The PostgreSQL of DATABASE_URL (127.0.0.1:1, database x) cannot be used: connect ECONNREFUSED 127.0.0.1:1.\n',
    )
  })

  it('names every wrong flag in a line of its own', async () => {
    const refused = start('--roles', 'api,cook', '--port', 'x', '--color', 'red')
    expect(await refused.ended).toEqual({ code: 1, signal: null })
    expect(refused.stderr().trim().split('\n')).toHaveLength(4)
    expect(refused.stderr()).toContain('munim: --roles: "cook" is not a role')
  })

  it('without the role api only reports its health', async () => {
    const worker = start(...onSharedDatabase('worker'), '--roles', 'worker')
    const url = await worker.ready
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/v1/books`)).status).toBe(401)
  })
})

describe('stopping', () => {
  it('finishes a request that is under way, refuses new ones, and ends', async () => {
    const server = start(...onSharedDatabase('drain'))
    const url = await server.ready
    const key = await firstKey()
    const body = JSON.stringify({ code: 'drained' })
    const client = await send(url, key, body, 10)
    const idle = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined)

    server.child.kill('SIGTERM')
    await expect.poll(() => refusesConnections(url)).toBe(true)
    client.write(body.slice(10))
    const answer = await readAll(client)
    expect(answer).toMatch(/^HTTP\/1\.1 201 /)
    expect(answer).toMatch(/^connection: close/im)
    expect(await server.ended).toEqual({ code: 0, signal: null })
    idle.destroy()

    const kept = await shared.database.query({ text: `select 1 from access.books where code = 'drained'` })
    expect(kept).toHaveLength(1)
  })

  it('does not wait forever for a client that stalls', async () => {
    const server = start(...onSharedDatabase('stalled'))
    const client = await send(await server.ready, await firstKey(), JSON.stringify({ code: 'stalled' }), 5)
    server.child.kill('SIGTERM')
    expect(await server.ended).toEqual({ code: 0, signal: null })
    client.destroy()
  })

  it('ends even while it is being started', async () => {
    // Another process migrates, and this one waits for it.
    const other = await shared.database.session('migrating')
    await other.query({ text: 'select pg_advisory_lock($1)', values: [30_794_313_020_761n] })
    const server = start(...onSharedDatabase('starting'))
    const isWaiting = async () => {
      const found = await shared.database.query({
        text: `select from pg_stat_activity where datname = current_database() and application_name = 'munim migrations'`,
      })
      return found.length > 0
    }
    await until(isWaiting)
    server.child.kill('SIGTERM')
    expect(await server.ended).toEqual({ code: 0, signal: null })
    expect([server.stdout(), server.stderr()]).toEqual(['', ''])
    await other.close()
  })

  it('stops the embedded PostgreSQL that was being started', async () => {
    const data = join(directory, 'embedded-starting')
    const server = start('--data', data, '--port', '0')
    const postmaster = join(data, 'postgres', 'postmaster.pid')
    await until(async () => (await readFile(postmaster, 'utf8').catch(() => '')) !== '')
    server.child.kill('SIGTERM')
    expect(await server.ended).toEqual({ code: 0, signal: null })
    expect(server.stdout()).toBe('')
    expect(await readFile(postmaster, 'utf8').catch(() => 'gone')).toBe('gone')
  })

  it('ends at once on the second signal', async () => {
    const server = start(...onSharedDatabase('twice'))
    const url = await server.ready
    const client = await send(url, await firstKey(), JSON.stringify({ code: 'twice' }), 5)
    server.child.kill('SIGTERM')
    // A second signal that comes before the first one is handled would be no second one.
    await expect.poll(() => refusesConnections(url)).toBe(true)
    server.child.kill('SIGTERM')
    expect((await server.ended).code).toBe(1)
    client.destroy()
  })
})

/** The key that the first process has kept. */
async function firstKey(): Promise<string> {
  for (const data of ['one', 'two', 'three']) {
    const kept = await readFile(join(directory, data, 'admin.key'), 'utf8').catch(() => undefined)
    if (kept !== undefined) return kept.trim()
  }
  throw new Error('no process has kept a key')
}

/** Sends a request to open a book, but only the first `bytes` of its body, once the server has read the head. */
async function send(url: string, key: string, body: string, bytes: number): Promise<Socket> {
  const client = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined)
  const head = ['POST /v1/books HTTP/1.1', 'Host: munim', `Authorization: Bearer ${key}`, 'Expect: 100-continue']
  const content = ['Content-Type: application/json', `Content-Length: ${body.length}`, '', '']
  client.write([...head, ...content].join('\r\n'))
  const [goOn] = await once(client, 'data')
  expect(String(goOn)).toMatch(/^HTTP\/1\.1 100 /)
  client.write(body.slice(0, bytes))
  return client
}

async function readAll(client: Socket): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of client) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function refusesConnections(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const attempt = connect(Number(new URL(url).port), '127.0.0.1')
    attempt.on('connect', () => {
      attempt.destroy()
      resolve(false)
    })
    attempt.on('error', () => resolve(true))
  })
}
