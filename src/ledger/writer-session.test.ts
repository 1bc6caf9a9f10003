import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase } from '#platform/postgres'
import { type CuttingProxy, createTestDatabase, startCuttingProxy, type TestDatabase } from '#testing'
import { insertBatchStep } from './batch-store.ts'
import { createWriterSession, type WriterSession } from './writer-session.ts'

let test: TestDatabase
let proxy: CuttingProxy
let throughProxy: Database
beforeAll(async () => {
  test = await createTestDatabase()
  proxy = await startCuttingProxy(test.connection)
  throughProxy = openDatabase({ ...test.connection, host: proxy.host, port: proxy.port, onIdleError: () => undefined })
})
afterAll(async () => {
  await throughProxy.close()
  await proxy.stop()
  await test.drop()
})

const begin = { name: 'begin', text: 'begin' }
const commit = (session: WriterSession, position: number) =>
  session.commit([begin, insertBatchStep(position, 0, 1, Buffer.alloc(32))], position)

it('a commit that was cut off is asked after for as long as the database is away', async () => {
  const session = createWriterSession(throughProxy, { reopenMs: 50 })
  await session.open()
  proxy.arm('after')
  const committed = commit(session, 1)
  proxy.closeUntil(sleep(600))
  await committed
  const rows = await test.database.query({ text: 'select position from ledger.batches where position = 1' })
  expect(rows).toHaveLength(1)
  await session.close()
})

it('a commit that never came to the server is a fault that may be tried again', async () => {
  const session = createWriterSession(throughProxy, { reopenMs: 50 })
  await session.open()
  proxy.arm('before')
  const failed = commit(session, 2)
  proxy.closeUntil(sleep(300))
  await expect(failed).rejects.toMatchObject({ retryable: true })
  await session.close()
})

it('a session that has been closed opens no connection again', async () => {
  const session = createWriterSession(throughProxy, { reopenMs: 50 })
  await session.open()
  proxy.arm('after')
  const unknown = commit(session, 3)
  proxy.closeUntil(sleep(400))
  await sleep(100)
  await session.close()
  await expect(unknown).rejects.toMatchObject({ code: 'ledger_stopped' })
  await expect(session.openReader()).rejects.toMatchObject({ code: 'ledger_stopped' })
})
