import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import { Agent, request, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase, until } from '#testing'
import { networkOf } from '../../addresses/index.ts'
import { createLogger } from '../../telemetry/index.ts'
import { answer, createHttpServer, type HttpServer, route } from '../index.ts'
import { followConnections } from './connections.ts'

// One client opens as many connections as it can; other clients can still connect.

const connectionsMax = 20
let test: TestDatabase
let server: HttpServer
let port: number
const sockets: Socket[] = []
let waits: PromiseWithResolvers<void>[] = []

const common = { method: 'GET', summary: 'Test', tag: 'Test', permission: 'none', answers: {} } as const
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

/** Sends a request from an address, on a connection that is left open. */
async function ask(path: string, localAddress: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  sockets.push(socket)
  socket.on('error', () => undefined).resume()
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: munim\r\n\r\n`)
  return socket
}

/** The status that a client of an address gets on a connection of its own, or the error when it gets none. */
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

it('idle connections make room, those of the address with the most connections first', async () => {
  const early = await ask('/quick', '127.0.0.2')
  for (let count = 0; count < 3 * connectionsMax; count += 1) await ask('/quick', '127.0.0.1')
  await until(() => open() <= connectionsMax)
  expect(early.destroyed).toBe(false)
  expect([await statusFor('127.0.0.2'), await statusFor('127.0.0.1')]).toEqual([200, 200])
})

it('connections without a request make room as well', async () => {
  for (let count = 0; count < 3 * connectionsMax; count += 1) {
    const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' })
    sockets.push(socket)
    socket.on('error', () => undefined).resume()
  }
  await until(() => open() <= connectionsMax)
  expect(await statusFor('127.0.0.2')).toBe(200)
})

it('busy connections make room for other addresses, and none for their own', async () => {
  for (let count = 0; count < connectionsMax; count += 1) await ask('/waiting', '127.0.0.1')
  await until(() => waits.length === connectionsMax)
  expect(await statusFor('127.0.0.1')).toBe('ECONNRESET')
  expect(open()).toBe(connectionsMax)
  expect(await statusFor('127.0.0.2')).toBe(200)
  await until(() => open() === connectionsMax - 1)
})

/** A connection of an address that a test cannot have. */
class RemoteSocket extends EventEmitter {
  readonly bytesRead = 0
  readonly remoteAddress: string
  destroyed = false

  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.emit('close')
  }
}

it('handles the requests of a connection in order, one at a time, between those of others', async () => {
  const client = await ask('/waiting', '127.0.0.2')
  let received = ''
  client.on('data', (bytes) => {
    received += bytes
  })
  await until(async () => waits.length === 1)
  client.write(`${'GET /waiting HTTP/1.1\r\nHost: munim\r\n\r\n'.repeat(4)}GET /quick HTTP/1.1\r\nHost: munim\r\n\r\n`)
  const answers = () => received.split('HTTP/1.1 200').length - 1
  for (let answered = 1; answered <= 5; answered += 1) {
    expect((await (await fetch(`http://127.0.0.1:${port}/quick`)).json()) as object).toEqual({})
    expect([waits.length, answers()]).toEqual([answered, answered - 1])
    waits.at(-1)?.resolve()
    await until(async () => (answered < 5 ? waits.length > answered : answers() === 6))
  }
})

it('ends a connection on which very many requests are pipelined, and reads no more of them', async () => {
  let read = 0
  const count = () => {
    read += 1
  }
  subscribe('http.server.request.start', count)
  const client = await ask('/waiting', '127.0.0.2')
  await until(async () => waits.length === 1)
  const closed = once(client, 'close')
  client.write('GET /waiting HTTP/1.1\r\nHost: munim\r\n\r\n'.repeat(1_000))
  await closed
  unsubscribe('http.server.request.start', count)
  expect([waits.length, read < 50]).toEqual([1, true])
  expect((await fetch(`http://127.0.0.1:${port}/quick`)).status).toBe(200)
})

it.each([
  ['a network', (n: number) => `2001:db8::${n.toString(16)}:1:1:1`],
  ['as many networks as one client may have', (n: number) => `2001:db8:1:${n.toString(16)}::1`],
])('a client with %s of IPv6 takes no connection from others', (_, address) => {
  const listener = new EventEmitter()
  const connections = followConnections(listener as Server, { max: 200 })
  const others = Array.from({ length: 50 }, () => new RemoteSocket('192.0.2.1'))
  for (const socket of others) listener.emit('connection', socket)
  for (const socket of others.slice(0, 25)) listener.emit('request', { socket }, new EventEmitter())
  for (let n = 1; n <= 1_000; n += 1) listener.emit('connection', new RemoteSocket(address(n)))
  expect(others.filter(({ destroyed }) => destroyed)).toEqual([])
  expect(connections.count()).toBe(200)
  for (const socket of others) socket.destroy()
  expect(connections.count()).toBe(150)
})

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1'],
  ['2001:db8::1', '2001:db8:0'],
  ['fe80::1%eth0', 'fe80:0:0'],
  ['::1', '0:0:0'],
])('%s belongs to %s', (remoteAddress, network) => {
  expect(networkOf({ remoteAddress })).toBe(network)
})
