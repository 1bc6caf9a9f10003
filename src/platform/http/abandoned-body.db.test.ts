import { once } from 'node:events'
import { connect } from 'node:net'
import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { createTestDatabase } from '#testing'
import { createLogger } from '../telemetry/index.ts'
import { answer, createHttpServer, route } from './index.ts'

it('a body whose sender disconnects during the upload is not handled, not even as an empty one', async () => {
  const test = await createTestDatabase()
  const handled: number[] = []
  const callbacks = route({
    method: 'POST',
    path: '/v1/rails/:rail/callbacks',
    operation: 'receive',
    summary: 'Receive',
    tag: 'Test',
    permission: 'none',
    body: Type.Unsafe<object>({ type: 'object' }),
    answers: {},
    handle: ({ body }) => {
      handled.push(Object.keys(body).length)
      return answer(200, {})
    },
  })
  const server = createHttpServer({
    modules: [{ name: 'test', problems: {}, routes: [callbacks] }],
    authenticate: () => {
      throw new Error('nobody has a key')
    },
    database: test.database,
    logger: createLogger({ level: 'silent' }),
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  const path = '/v1/rails/card/callbacks'
  const items = Array.from({ length: 600 }, (_, n) => ({ n, filling: 'x'.repeat(1000) }))
  const body = JSON.stringify({ type: 'charge.succeeded', items })
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
  for (let times = 0; times < 20; times += 1) {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) })
    await once(socket, 'connect')
    socket.write(head + body, () => socket.destroy())
    await once(socket, 'close')
  }
  // Read after the bodies before it, as it comes from the same address.
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(`${url}${path}`, { method: 'POST', headers, body })).status).toBe(200)
  expect(new Set(handled)).toEqual(new Set([2]))
  await server.close(1_000)
  await test.drop()
})
