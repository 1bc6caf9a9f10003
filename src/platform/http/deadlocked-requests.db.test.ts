import { Type } from 'typebox'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { answer, closedObject, type HttpModule, route } from './index.ts'

// Two requests lock two rows in opposite orders. The database ends one of them, and its request is repeated.

let server: TestServer
let tries: string[] = []
const bothHaveLocked = Promise.withResolvers<void>()

const locking: HttpModule = {
  name: 'locking',
  problems: {},
  routes: [
    route({
      method: 'POST',
      path: '/v1/test/lock',
      operation: 'lock',
      summary: 'Lock two rows',
      tag: 'Test',
      permission: 'payments:write',
      body: closedObject({ first: Type.Integer(), second: Type.Integer() }),
      answers: { 200: closedObject({ first: Type.Integer() }) },
      handleOnce: async ({ body: { first, second } }, tx) => {
        const lock = (id: number) =>
          tx.query({ text: 'update locked_rows set times = times + 1 where id = $1', values: [id] })
        await lock(first)
        tries.push(`${first}`)
        if (new Set(tries).size === 2) bothHaveLocked.resolve()
        await bothHaveLocked.promise
        await lock(second)
        return answer(200, { first })
      },
    }),
  ],
}

beforeAll(async () => {
  server = await startTestServer({ modules: [locking] })
  await server.database.query({ text: 'create table locked_rows (id integer primary key, times integer not null)' })
  await server.database.query({ text: 'insert into locked_rows values (1, 0), (2, 0)' })
})
afterAll(() => server.stop())

it('a request whose transaction is the victim of a deadlock is repeated, and takes effect once', async () => {
  tries = []
  const headers = (first: number) => ({ 'idempotency-key': `lock ${first}` })
  const lock = (first: number, second: number) =>
    server.request('POST', '/v1/test/lock', { body: { first, second }, headers: headers(first) })
  const answers = await Promise.all([lock(1, 2), lock(2, 1)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  // One is repeated, or both in turn.
  expect(tries.length).toBeGreaterThan(2)
  const rows = await server.database.query({ text: 'select times from locked_rows order by id' })
  expect(rows).toEqual([{ times: 2 }, { times: 2 }])
})
