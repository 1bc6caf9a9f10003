import { afterAll, beforeAll, beforeEach } from 'vitest'
import { appendAudit } from '#access'
import {
  type ActedCase,
  type CaseChange,
  type CaseQueue,
  caseRoutes,
  caseSteps,
  createCases,
  type SubjectAction,
} from '#cases'
import type { Uuid } from '#kernel'
import {
  type AuthenticationResult,
  type CallAct,
  type Credentials,
  createHttpServer,
  type HttpServer,
  roles,
  type Scope,
  scopes,
} from '#platform/http'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'
import { createLogger } from '#platform/telemetry'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

export const hour = 3_600
export const parcels: CaseQueue = {
  name: 'parcels',
  subjects: { payment: 'pay', refund: 'ref', event: null },
  reasons: {
    lost: { dueWithinSeconds: hour, priority: 'high', closesWhen: 'It is found.' },
    broken: { dueWithinSeconds: 24 * hour, closesWhen: 'It is mended.' },
    stray: { dueWithinSeconds: hour, closesWhen: 'Only an operator resolves it.' },
  },
  actionsOn: ({ reason, kind }) => {
    if (reason === 'lost') return ['inquire', 'force']
    if (reason === 'stray') return ['force']
    return kind === 'event' ? [] : ['reverse', 'force']
  },
  outcomesOf: ({ reason }) => (reason === 'stray' ? ['succeeded'] : ['succeeded', 'failed']),
}
export const letters: CaseQueue = {
  name: 'letters',
  subjects: { saga: 'saga' },
  reasons: { lost: { dueWithinSeconds: hour, closesWhen: 'It is found.' } },
  actionsOn: () => ['retry'],
  outcomesOf: () => [],
}
const book = { number: 1, id: newUuid(), code: 'main' }
const otherBook = { number: 2, id: newUuid(), code: 'other' }
const keyId = newUuid()

const authenticate = ({ key, book: code }: Credentials): AuthenticationResult => {
  const scope = scopes.find((each) => each === key)
  if (scope === undefined) return { ok: false, refusal: { code: 'unauthenticated', message: 'no such key' } }
  const principal = { kind: 'key', id: keyId } as const
  const named = { name: 'operator', grant: `scope ${scope}` }
  return {
    ok: true,
    value: { principal, ...named, permissions: roles[scope], book: code === 'other' ? otherBook : book },
  }
}

export const payment = (id: Uuid = newUuid()) => ({ subject: { kind: 'payment', id }, book: 1 }) as const
export const lost = { change: 'open', reason: 'lost', detail: 'It did not arrive.' } as const
export const broken = { change: 'open', reason: 'broken', detail: 'It arrived in two pieces.' } as const

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
type Response = { readonly status: number; readonly body: any; readonly headers: Headers }

/** Serves the cases of the two queues over HTTP, for the tests of a file, and empties them before each. */
export function useTestCases(options: { readonly handlerTimeoutMs?: number } = {}) {
  const carriedOut: { acted: ActedCase; action: SubjectAction }[] = []
  const locked: string[] = []
  const audited: CallAct[] = []
  /** By subject: runs within an action of the queue, which waits for it, or fails with it. */
  const during = new Map<Uuid, () => Promise<void>>()
  const cases = createCases()
  cases.register(parcels, {
    lockSubject: async (_, { id }) => void locked.push(id),
    carryOut: async (_, acted, action) => {
      carriedOut.push({ acted, action })
      await during.get(acted.subject.id)?.()
      return acted.subject.kind === 'event' ? 'done' : 'started'
    },
  })
  cases.register(letters, { carryOut: async () => 'started' })
  let wakes = 0
  let test: TestDatabase
  let server: HttpServer
  let url: string
  beforeAll(async () => {
    test = await createTestDatabase()
    const onActed = () => {
      wakes += 1
    }
    server = createHttpServer({
      ...options,
      modules: [caseRoutes({ database: test.database, cases, onActed })],
      authenticate,
      database: test.database,
      record: async (tx, act) => {
        await appendAudit(tx, act)
        audited.push(act)
      },
      logger: createLogger({ level: 'silent' }),
    })
    url = await server.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await server.close(1_000)
    await test.drop()
  })
  beforeEach(async () => {
    for (const list of [carriedOut, locked, audited]) list.length = 0
    during.clear()
    await test.database.query({ text: 'delete from cases.acts' })
    await test.database.query({ text: 'delete from cases.cases' })
  })

  const request = async (method: string, path: string, body?: object, headers: object = {}): Promise<Response> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: 'Bearer admin', 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
  const as = (key: Scope) => ({ authorization: `Bearer ${key}` })
  const get = (path: string, key: Scope = 'operator') => request('GET', path, undefined, as(key))
  const post = (path: string, body: object = {}, key: Scope = 'operator') => request('POST', path, body, as(key))
  const list = async (query = ''): Promise<Response['body']['data']> => (await get(`/v1/cases${query}`)).body.data
  const change = (...changes: CaseChange[]) => test.database.transaction((tx) => tx.burst(caseSteps(parcels, changes)))
  const openCase = async (reason: Partial<typeof lost | typeof broken> = lost): Promise<string> => {
    await change({ ...payment(), ...lost, ...reason } as CaseChange)
    return `/v1/cases/${(await list())[0].id}`
  }
  const database = (): Database => test.database
  return {
    cases,
    carriedOut,
    locked,
    audited,
    during,
    wakes: () => wakes,
    database,
    request,
    get,
    post,
    list,
    change,
    openCase,
  }
}
