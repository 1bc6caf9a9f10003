import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from '#platform/postgres'
import { type CuttingProxy, createTestDatabase, startCuttingProxy, type TestDatabase } from '#testing'
import { commitStep, createWorkerSession, type WorkerSession } from './worker-session.ts'

let test: TestDatabase
let proxy: CuttingProxy
let throughProxy: Database
let session: WorkerSession
beforeAll(async () => {
  test = await createTestDatabase()
  await test.database.query({ text: 'create table effects (name text primary key)' })
  proxy = await startCuttingProxy(test.connection, 'worker')
  throughProxy = openDatabase({ ...test.connection, host: proxy.host, port: proxy.port, onIdleError: () => undefined })
  session = createWorkerSession(throughProxy, 'worker')
})
afterAll(async () => {
  await session.close()
  await throughProxy.close()
  await proxy.stop()
  await test.drop()
})
beforeEach(() => test.database.query({ text: 'delete from effects' }))

const effect = (name: string) => ({ name: `effect-${name}`, text: `insert into effects values ('${name}')` })
const effects = async () => {
  const rows = await test.database.query<{ name: string }>({ text: 'select name from effects order by name' })
  return rows.map(({ name }) => name)
}

it('a burst may commit, and then the transaction is over', async () => {
  let told = 0
  await session.begin([effect('one')], () => {
    told += 1
  })
  const tx = session.transaction()
  await tx.burst([effect('two')])
  expect([session.committed(), told]).toEqual([false, 0])
  const answers = await tx.burst([effect('three'), commitStep])
  expect(answers.map(({ tag }) => tag)).toEqual(['INSERT 0 1', 'COMMIT'])
  expect([session.committed(), told]).toEqual([true, 1])
  expect(await effects()).toEqual(['one', 'three', 'two'])
  await expect(tx.burst([effect('four')])).rejects.toMatchObject({ code: 'transaction_ended' })
  // Committed already: nothing is left to be done.
  await session.commit()
  expect(told).toBe(1)
})

it('when a statement before the commit fails, the transaction is there for whoever mends it', async () => {
  await session.begin([effect('kept'), { name: 'here', text: 'savepoint here' }])
  const tx = session.transaction()
  await expect(tx.burst([effect('lost'), effect('kept'), commitStep])).rejects.toMatchObject({ state: '23505' })
  expect(session.committed()).toBe(false)
  await tx.burst([{ name: 'back', text: 'rollback to savepoint here' }, effect('mended')])
  await session.commit()
  expect(session.committed()).toBe(true)
  expect(await effects()).toEqual(['kept', 'mended'])
})

it('a commit whose answer was lost is asked after', async () => {
  await session.begin([])
  proxy.arm('after')
  await session.transaction().burst([effect('there'), commitStep])
  expect(session.committed()).toBe(true)
  expect(await effects()).toEqual(['there'])
})

it('a commit that never came to the server is a fault that may be tried again, on another connection', async () => {
  await session.begin([])
  proxy.arm('before')
  const lost = session.transaction().burst([effect('gone'), commitStep])
  await expect(lost).rejects.toMatchObject({ retryable: true })
  expect(session.committed()).toBe(false)
  await session.rollback()
  await sleep(20)
  expect(await effects()).toEqual([])
  await session.begin([effect('again')])
  await session.commit()
  expect(await effects()).toEqual(['again'])
})
