import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase, until } from '#testing'
import { createLogger } from '../telemetry/index.ts'
import { answer, createHttpServer, type HttpServer, route } from './index.ts'

// Whoever opens as many connections as he can: others find one.

const connectionsMax = 20
let test: TestDatabase
let server: HttpServer
let port: number
const sockets: Socket[] = []
let waits: PromiseWithResolvers<void>[] = []

const common = { method: 'GET', summary: 'Test', tag: 'Test', scope: 'none', answers: {} } as const
const quick = route({ ...common, path: '/quick', operation: 'quick', handle: async () => answer(200, {}) })
const waiting = route({
  ...{ ...common, path: '/waiting', operation: 'waiting' },
  handle: async () => {
    const wait = Promise.withResolvers<void>()
    waits.push(wait)
    await wait.promise
    return answer(200, {})
  },
})

beforeAll(async () => {
  test = await createTestDatabase({ migrated: false })
  server = createHttpServer({
    modules: [{ name: 'test', problems: {}, routes: [quick, waiting] }],
    authenticate: () => {
      throw new Error('nobody has a key')
    },
    database: test.database,
    logger: createLogger({ level: 'silent' }),
    connectionsMax,
  })
  port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port)
})
afterEach(async () => {
  for (const wait of waits) wait.resolve()
  waits = []
  for (const socket of sockets.splice(0)) socket.destroy()
})
afterAll(async () => {
  await server.close(1000)
  await test.drop()
})

/** Asks from an address, on a connection that is left open. */
async function ask(path: string, localAddress: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  sockets.push(socket)
  socket.on('error', () => undefined).resume()
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: munim\r\n\r\n`)
  return socket
}

/** The status that a client of an address gets on a connection of its own; what went wrong when it gets none. */
async function statusFor(localAddress: string): Promise<number | string> {
  const asked = request({
    port,
    host: '127.0.0.1',
    localAddress,
    path: '/quick',
    agent: new Agent({ keepAlive: false }),
  })
  try {
    const answered = once(asked, 'response')
    asked.end()
    const [response] = await answered
    response.resume()
    return response.statusCode
  } catch (error) {
    return (error as { code: string }).code
  }
}

const open = () => sockets.filter((socket) => !socket.destroyed).length

it('connections that wait for their next request make room, of who has the most', async () => {
  const early = await ask('/quick', '127.0.0.2')
  for (let count = 0; count < 3 * connectionsMax; count += 1) await ask('/quick', '127.0.0.1')
  await until(() => open() <= connectionsMax)
  expect(early.destroyed).toBe(false)
  expect([await statusFor('127.0.0.2'), await statusFor('127.0.0.1')]).toEqual([200, 200])
})

it('those on which nothing is said make room as well', async () => {
  for (let count = 0; count < 3 * connectionsMax; count += 1) {
    const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' })
    sockets.push(socket)
    socket.on('error', () => undefined).resume()
  }
  await until(() => open() <= connectionsMax)
  expect(await statusFor('127.0.0.2')).toBe(200)
})

it('those that are busy make room for other addresses, and none for their own', async () => {
  for (let count = 0; count < connectionsMax; count += 1) await ask('/waiting', '127.0.0.1')
  await until(() => waits.length === connectionsMax)
  expect(await statusFor('127.0.0.1')).toBe('ECONNRESET')
  expect(open()).toBe(connectionsMax)
  expect(await statusFor('127.0.0.2')).toBe(200)
  await until(() => open() === connectionsMax - 1)
})
