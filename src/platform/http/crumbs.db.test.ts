import { once } from 'node:events'
import { connect } from 'node:net'
import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { answer, closedObject, type HttpModule, route } from './index.ts'

const described = { tag: 'Test', summary: 'Test', answers: {} } as const
const path = '/v1/test/callbacks'
const testModule: HttpModule = {
  name: 'test',
  problems: {},
  routes: [
    route({
      ...described,
      method: 'POST',
      path,
      operation: 'receive',
      permission: 'none',
      body: closedObject({ text: Type.String() }),
      handle: ({ body: { text } }) => answer(200, { length: text.length }),
    }),
    route({ ...described, method: 'GET', path, operation: 'get', permission: 'none', handle: () => answer(200, {}) }),
  ],
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ modules: [testModule] })
})
afterAll(() => server.stop())

/** Sends a body in pieces of the size. Returns everything received until the server ended the connection. */
async function sendInPieces(text: string, { size, method = 'POST', isLast = true } = { size: 1 } as Sending) {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
  const came: Buffer[] = []
  socket.on('data', (data) => came.push(data)).on('error', () => undefined)
  const head = [
    'Host: x',
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
    ...(isLast ? ['Connection: close'] : []),
  ]
  const pieces: string[] = []
  for (let at = 0; at < text.length; at += size) {
    const piece = text.slice(at, at + size)
    pieces.push(`${piece.length.toString(16)}\r\n${piece}\r\n`)
  }
  socket.write(
    `${method} ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${pieces.join('')}${isLast ? '0\r\n\r\n' : ''}`,
  )
  await once(socket, 'close')
  return Buffer.concat(came).toString()
}
type Sending = { readonly size: number; readonly method?: string; readonly isLast?: boolean }

const textOf = (length: number) => JSON.stringify({ text: 'x'.repeat(length) })

describe('a body in pieces', () => {
  it('is read whatever the size of the pieces', async () => {
    expect(await sendInPieces(textOf(20_000), { size: 7_000 })).toMatch(/^HTTP\/1.1 200 .*"length":20000/s)
    expect(await sendInPieces(textOf(500), { size: 1 })).toMatch(/^HTTP\/1.1 200 .*"length":500/s)
    expect(await sendInPieces(textOf(60_000), { size: 64 })).toMatch(/^HTTP\/1.1 200 .*"length":60000/s)
  })

  it('of very many single bytes is refused, and the connection ends even if more may come', async () => {
    const came = await sendInPieces(textOf(60_000), { size: 1, isLast: false })
    expect(came).toMatch(/^HTTP\/1.1 400 .*connection: close.*malformed_request.*tiny pieces/is)
  })

  it('is refused on a route that has no body', async () => {
    const came = await sendInPieces(textOf(60_000), { size: 1, method: 'GET', isLast: false })
    expect(came).toMatch(/^HTTP\/1.1 400 .*connection: close.*malformed_request.*has no body/is)
  })
})
