import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#testing'
import { createLogger } from '../../telemetry/index.ts'
import { answerText, createHttpServer, type HttpServer, roles, route } from '../index.ts'

let test: TestDatabase
let server: HttpServer
const sockets: Socket[] = []
beforeAll(async () => {
  test = await createTestDatabase()
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.close(1000)
})
afterAll(() => test.drop())

const mebibyte = 1024 * 1024
/** More than the operating system buffers for a connection. */
const text = JSON.stringify('x'.repeat(12 * mebibyte))
const large = route({
  method: 'GET',
  path: '/v1/large',
  operation: 'large',
  summary: 'Large',
  tag: 'Test',
  permission: 'payments:read',
  answers: {},
  handle: () => answerText(200, text),
})

async function startServer(
  limits: Pick<Parameters<typeof createHttpServer>[0], 'readingTimeoutMs' | 'unreadBytesMax'>,
): Promise<string> {
  const book = { number: 1, id: '0'.repeat(32), code: 'main' }
  server = createHttpServer({
    modules: [{ name: 'test', problems: {}, routes: [large] }],
    authenticate: ({ key: id }) => ({
      ok: true,
      value: { principal: { kind: 'key', id }, name: 'key', grant: 'scope', permissions: roles.read, book },
    }),
    database: test.database,
    logger: createLogger({ level: 'silent' }),
    ...limits,
  })
  return server.listen({ host: '127.0.0.1', port: 0 })
}

type Client = { readonly isEnded: () => boolean; readonly read: () => Promise<number> }

/** Requests the large answer and waits until it begins to arrive; reads no more of it. */
async function ask(url: string, key: string): Promise<Client> {
  const { port, hostname } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname })
  sockets.push(socket)
  let isEnded = false
  socket
    .on('error', () => undefined)
    .on('close', () => {
      isEnded = true
    })
  socket.write(`GET /v1/large HTTP/1.1\r\nHost: munim\r\nAuthorization: Bearer ${key}\r\n\r\n`)
  await once(socket, 'readable')
  return {
    isEnded: () => {
      // A client that does not read learns of the end when it sends something.
      if (!isEnded) socket.write(' ')
      return isEnded
    },
    read: async () => {
      let bytes = 0
      for await (const chunk of socket) {
        bytes += (chunk as Buffer).length
        if (bytes > text.length) break
      }
      return bytes
    },
  }
}

it('ends the connection of a client that does not read its answer in time', async () => {
  const url = await startServer({ readingTimeoutMs: 20 })
  const client = await ask(url, 'idle')
  await expect.poll(client.isEnded).toBe(true)
})

it('ends the oldest connection of a key that leaves too much unread, and no other', async () => {
  const url = await startServer({ unreadBytesMax: 40 * mebibyte })
  const neighbor = await ask(url, 'neighbor')
  const first = await ask(url, 'idle')
  const second = await ask(url, 'idle')
  await expect.poll(first.isEnded).toBe(true)
  expect(await neighbor.read()).toBeGreaterThan(text.length)
  expect(await second.read()).toBeGreaterThan(text.length)
})
