import { Type } from 'typebox'
import { afterAll, afterEach, beforeAll } from 'vitest'
import {
  answer,
  closedObject,
  createHttpServer,
  type HttpServer,
  type RequestSignal,
  roles,
  route,
} from '#platform/http'
import { createLogger } from '#platform/telemetry'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

/** Servers for the tests of a file, with limits of their own. Their routes wait until the test lets them go. */
export function useWaitingServers() {
  let test: TestDatabase
  const servers: HttpServer[] = []
  beforeAll(async () => {
    test = await createTestDatabase()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close(1000)
  })
  afterAll(() => test.drop())
  const seen: Seen = {
    ...{ waits: [], signals: [], aborted: [], held: [], begun: [], met: [], readOf: [] },
    asked: Promise.withResolvers<void>(),
  }
  const start = async (limits: Partial<Parameters<typeof createHttpServer>[0]> = {}): Promise<string> => {
    const book = { number: 1, id: '0'.repeat(32), code: 'main' }
    const server = createHttpServer({
      modules: [{ name: 'test', problems: {}, routes: routesOf(seen) }],
      authenticate: ({ key }) => {
        const principal = { kind: key.startsWith('person') ? 'person' : 'key', id: key } as const
        const caller = {
          ok: true,
          value: { principal, name: key, grant: 'scope write', permissions: roles.write, book },
        } as const
        seen.met.push(key)
        if (key.startsWith('asked')) seen.begun.push(key)
        return key.startsWith('asked') ? seen.asked.promise.then(() => caller) : caller
      },
      database: test.database,
      logger: createLogger({ level: 'silent' }),
      ...limits,
    })
    servers.push(server)
    return server.listen({ host: '127.0.0.1', port: 0 })
  }
  return { ...helpers, database: () => test.database, servers, seen, startServer: start }
}

type Seen = {
  /** Of the requests that wait. */
  readonly waits: PromiseWithResolvers<void>[]
  /** Of each large body that waits. */
  readonly signals: RequestSignal[]
  /** Of each large body that waited: whether its client had gone. */
  readonly aborted: boolean[]
  /** The keys of requests to `reading`, `resting`, `writing` and, for each step, `stepping`. */
  readonly held: string[]
  /** The keys whose requests have begun, and those whose large bodies have been read. */
  readonly met: string[]
  readonly readOf: string[]
  /** The keys that were looked up. */
  readonly begun: string[]
  /** Keys that begin with `asked` are known once this promise resolves, as after an answer of the database. */
  asked: PromiseWithResolvers<void>
}

const helpers = {
  post: (url: string, wait: boolean, headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/slow`, {
      method: 'POST',
      headers: { authorization: 'Bearer key', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ wait }),
    }),
  codeOf: async (response: Response) => ((await response.json()) as { code: string }).code,
}

function routesOf({ waits, signals, aborted, held, readOf }: Seen) {
  const wait = () => {
    const one = Promise.withResolvers<void>()
    waits.push(one)
    return one.promise
  }
  const described = { tag: 'Test', answers: {} } as const
  const slow = route({
    ...described,
    method: 'POST',
    path: '/v1/slow',
    operation: 'slow',
    summary: 'Slow',
    permission: 'payments:write',
    body: closedObject({ wait: Type.Boolean() }),
    handle: async ({ body, idempotency }) => {
      if (body.wait) await wait()
      return answer(200, { keyed: idempotency !== undefined })
    },
  })
  /** Takes large bodies. */
  const large = route({
    ...described,
    method: 'POST',
    path: '/v1/large',
    operation: 'large',
    summary: 'Large',
    permission: 'payments:write',
    bodyBytesMax: 2 * 1024 * 1024,
    body: closedObject({ list: Type.Array(Type.String()), wait: Type.Optional(Type.Boolean()) }),
    handle: async ({ body, caller, signal }) => {
      readOf.push(caller.principal.id)
      if (body.wait === true) {
        signals.push(signal)
        await wait()
        aborted.push(signal.aborted)
      }
      return answer(200, { bytes: body.list.join('').length })
    },
  })
  /** Keeps its place while it waits or, by its path, gives it up or takes two turns. */
  const holding = (path: string, method: 'GET' | 'DELETE' = 'GET') =>
    route({
      ...described,
      method,
      path,
      operation: path.replace('/v1/', ''),
      summary: 'Read',
      permission: 'payments:read',
      handle: async ({ caller, rest, nextTurn }) => {
        const step = () => {
          held.push(caller.principal.id)
          return wait()
        }
        if (path === '/v1/resting') rest()
        await step()
        if (path === '/v1/stepping') {
          await nextTurn()
          await step()
        }
        return answer(200, {})
      },
    })
  /** Its readings are in the log of acts. */
  const personal = route({
    ...described,
    method: 'GET',
    path: '/v1/personal',
    operation: 'personal',
    summary: 'Read',
    permission: 'payments:read',
    readAct: 'thing.read',
    handle: async () => answer(200, {}),
  })
  const reading = [holding('/v1/reading'), holding('/v1/resting'), personal]
  return [slow, large, ...reading, holding('/v1/writing', 'DELETE'), holding('/v1/stepping', 'DELETE')]
}
