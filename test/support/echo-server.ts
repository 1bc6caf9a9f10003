import { Type } from 'typebox'
import { afterAll, beforeAll } from 'vitest'
import { Fault } from '#platform/faults'
import { answer, closedObject, type HttpModule, InvalidRequest, querySchema, route } from '#platform/http'
import { idCursor, pageQuery, pageRequest } from '#platform/lists'
import { startTestServer, type TestServer } from './test-server.ts'

/** A server for the tests of a file. Its routes answer what they got, and fail or wait by the words of the request. */
export function useEchoServer() {
  let server: TestServer
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const gate = (name: string) => {
    const known = gates.get(name) ?? Promise.withResolvers<void>()
    gates.set(name, known)
    return known
  }
  const start = () => startTestServer({ modules: [echoModule((name) => gate(name).promise)] })
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())
  return {
    server: () => server,
    startAnother: start,
    /** Lets the requests go that wait for it. */
    open: (name: string) => gate(name).resolve(),
    isAwaited: (name: string) => gates.has(name),
    post: (path: string, sent: unknown, headers: Record<string, string> = {}) =>
      server.request('POST', path, { body: sent, headers }),
  }
}

const body = closedObject({
  name: Type.String({ minLength: 1 }),
  count: Type.Optional(Type.Integer()),
  wait: Type.Optional(Type.String()),
  metadata: Type.Optional(closedObject({ inner: Type.Optional(Type.String()) })),
})
const described = { tag: 'Test', summary: 'Test', permission: 'payments:write', answers: {} } as const

function echoModule(waitFor: (name: string) => Promise<void>): HttpModule {
  return {
    name: 'test',
    problems: { name_refused: { status: 409, title: 'Refused', explanation: 'The name is refused.' } },
    routes: [
      route({
        ...described,
        method: 'POST',
        path: '/v1/test/echo',
        operation: 'echo',
        body,
        handle: async (request) => {
          if (request.body.wait !== undefined) await waitFor(request.body.wait)
          if (request.body.name === 'fault') {
            throw new Fault({ code: 'database_unavailable', message: 'host db-7 is away', retryable: true })
          }
          if (request.body.name === 'defect') throw new Error('secret detail')
          if (request.body.name === 'invalid') throw new InvalidRequest('name must be another', { param: 'name' })
          return answer(200, request.body)
        },
      }),
      route({
        ...described,
        method: 'POST',
        path: '/v1/test/once',
        operation: 'once',
        body,
        handleOnce: async (request, tx) => {
          const { name } = request.body
          await tx.query({
            text: `insert into platform.outbox (book_id, recorded_at, events) values (1, now(), $1)`,
            values: [name],
          })
          if (request.body.wait !== undefined) await waitFor(request.body.wait)
          if (name === 'fault') throw new Fault({ code: 'away', message: 'away', retryable: true })
          if (name === 'refused') return request.refuse({ code: 'name_refused', message: 'No.' })
          const counted = await tx.query<{ count: bigint }>({
            text: 'select count(*) as count from platform.outbox where events = $1',
            values: [name],
          })
          return answer(201, { name, times: Number(counted[0]?.count), filler: 'x'.repeat(request.body.count ?? 0) })
        },
      }),
      route({
        ...described,
        permission: 'payments:read',
        method: 'GET',
        path: '/v1/test/list/:id',
        operation: 'list',
        params: closedObject({ id: Type.String({ maxLength: 200 }) }),
        query: querySchema({ ...pageQuery }, { metadata: true }),
        handle: ({ params, query }) => answer(200, { id: params.id, limit: pageRequest(query, idCursor).limit, query }),
      }),
      route({
        ...described,
        permission: 'payments:read',
        method: 'GET',
        path: '/v1/test/stream',
        operation: 'stream',
        contentType: 'application/x-ndjson',
        handle: () => ({ status: 200, contentType: 'application/x-ndjson', stream: lines() }),
      }),
      route({
        ...described,
        permission: 'payments:read',
        method: 'GET',
        path: '/v1/test/broken-stream',
        operation: 'broken_stream',
        contentType: 'application/x-ndjson',
        handle: () => ({ status: 200, contentType: 'application/x-ndjson', stream: brokenLines() }),
      }),
    ],
  }
}

async function* brokenLines(): AsyncGenerator<string> {
  yield await Promise.reject<string>(new Fault({ code: 'database_unavailable', message: 'away', retryable: true }))
}

async function* lines() {
  for (let n = 1; n <= 3; n += 1) yield `{"n":${n}}\n`
}
