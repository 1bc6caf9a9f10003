import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: any }

/** Two of the program's processes on one database, as behind a load balancer. */
export type TwoServers = {
  readonly test: TestDatabase
  readonly urls: readonly [string, string]
  readonly key: string
  /** An even `server` is the first, an odd one the second. */
  readonly ask: (server: number, method: string, path: string, body?: object, headers?: object) => Promise<Answer>
  readonly startAnother: () => Promise<ServerProcess>
  readonly stop: () => Promise<void>
}

export async function startTwoServers(): Promise<TwoServers> {
  const directory = await mkdtemp(join(tmpdir(), 'munim-two-'))
  const test = await createTestDatabase()
  const running: ServerProcess[] = []
  const start = () => {
    const server = startServerProcess('--data', directory, '--port', '0', '--database-url', test.url)
    running.push(server)
    return server
  }
  const first = await start().ready
  const second = await start().ready
  const key = (await readFile(join(directory, 'admin.key'), 'utf8')).trim()
  return {
    test,
    urls: [first, second],
    key,
    ask: (server, method, path, body, headers) =>
      request(server % 2 === 0 ? first : second, {
        method,
        path,
        key,
        ...(body && { body }),
        ...(headers && { headers }),
      }),
    startAnother: async () => {
      const server = start()
      await server.ready
      return server
    },
    stop: async () => {
      for (const { child, ended } of running) {
        child.kill('SIGTERM')
        await ended
      }
      await test.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function request(
  url: string,
  asked: { method: string; path: string; key: string; body?: object; headers?: object },
): Promise<Answer> {
  const response = await fetch(`${url}${asked.path}`, {
    method: asked.method,
    headers: {
      authorization: `Bearer ${asked.key}`,
      ...(asked.body && { 'content-type': 'application/json' }),
      ...asked.headers,
    },
    ...(asked.body && { body: JSON.stringify(asked.body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
}
