import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { patience, startTestServer, type TestServer } from '#testing'

// Node lets go of the connection of a CONNECT: nobody but the server's own listener has its errors and its end.

let server: TestServer
let uncaught: unknown[]
const note = (error: unknown) => uncaught.push(error)
beforeEach(async () => {
  uncaught = []
  process.on('uncaughtExceptionMonitor', note)
  server = await startTestServer()
})
afterEach(async () => {
  await server.stop()
  process.off('uncaughtExceptionMonitor', note)
})

/** A connection that has sent a CONNECT, and keeps its side open when the server closes. */
async function connected(): Promise<Socket> {
  const { hostname, port } = new URL(server.url)
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }).on('error', () => undefined)
  await once(socket, 'connect')
  socket.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n')
  return socket
}

it.each([0, 1, 5])('a CONNECT whose connection is reset after %s ms does no harm', async (ms) => {
  for (let round = 0; round < 10; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 10 }, connected))
    if (ms > 0) await sleep(ms)
    for (const socket of sockets) {
      socket.write('x'.repeat(100_000))
      socket.resetAndDestroy()
    }
    expect((await server.request('GET', '/healthz')).status).toBe(200)
  }
  expect(uncaught).toEqual([])
})

it('a CONNECT is answered and its connection closed, also when the client keeps its side open', async () => {
  const socket = await connected()
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'end')
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 405 .*"code":"method_not_allowed"/s)
  const stopping = server.stop().then(() => 'stopped')
  expect(await Promise.race([stopping, sleep(patience(20_000), 'still open')])).toBe('stopped')
  socket.destroy()
  server = await startTestServer()
})
