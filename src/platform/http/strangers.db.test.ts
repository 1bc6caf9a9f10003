import { once } from 'node:events'
import { connect } from 'node:net'
import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { createTestDatabase, until } from '#testing'
import { createLogger } from '../telemetry/index.ts'
import { answer, createHttpServer, route } from './index.ts'

it('a client without a key that sends a body slowly does not keep a place for long', async () => {
  const test = await createTestDatabase()
  const callbacks = route({
    method: 'POST',
    path: '/v1/rails/:rail/callbacks',
    operation: 'receive',
    summary: 'Receive',
    tag: 'Test',
    permission: 'none',
    body: Type.Unsafe<object>({ type: 'object' }),
    answers: {},
    handle: () => answer(200, {}),
  })
  const server = createHttpServer({
    modules: [{ name: 'test', problems: {}, routes: [callbacks] }],
    authenticate: () => {
      throw new Error('nobody has a key')
    },
    database: test.database,
    logger: createLogger({ level: 'silent' }),
    runningMax: 30,
    uploadWindowMs: 500,
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  const path = '/v1/rails/card/callbacks'
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`
  const said: string[] = []
  const slow = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), localAddress: `127.0.1.${n + 1}` })
      socket.on('error', () => undefined).on('data', (data) => said.push(String(data).slice(9, 12)))
      await once(socket, 'connect')
      socket.write(head)
      return socket
    }),
  )
  const headers = { 'content-type': 'application/json' }
  const tell = async () => (await fetch(`${url}${path}`, { method: 'POST', headers, body: '{}' })).status
  await until(async () => (await tell()) === 503 || said.includes('408'))
  await until(async () => (await tell()) === 200)
  await until(() => said.length === slow.length)
  expect(said.every((status) => status === '408' || status === '503')).toBe(true)
  for (const socket of slow) socket.destroy()
  await server.close(1_000)
  await test.drop()
})
