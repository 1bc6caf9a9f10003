import { afterAll, beforeAll, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, createTestDatabase, share, startTestPayments, type TestDatabase, until } from '#testing'
import { createWaiters } from './waiters.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

it('a wait whose client has left ends, and other waits go on', async () => {
  const waiters = createWaiters(test.database, (fault) => {
    throw fault
  })
  const subject = { kind: 'payment', id: newUuid(), book: 1 } as const
  const gone = { aborted: false }
  const stays = { aborted: false }
  const ends: string[] = []
  const waits = [
    waiters.wait(subject, 3_600_000, gone).then(() => ends.push('gone')),
    waiters.wait({ ...subject, id: newUuid() }, 3_600_000, gone).then(() => ends.push('gone')),
    waiters.wait(subject, 3_600_000, stays).then(() => ends.push('stays')),
  ]
  expect(waiters.count()).toBe(2)
  gone.aborted = true
  await until(() => ends.length === 2)
  expect([ends, waiters.count()]).toEqual([['gone', 'gone'], 1])
  waiters.stop()
  await Promise.all(waits)
  expect([ends, waiters.count()]).toEqual([['gone', 'gone', 'stays'], 0])
  // A poll may be under way.
  await until(() => test.database.poolState().idle === test.database.poolState().total)
})

it('a wait for the end of a retry never gets the earlier end, by a poll or from its own process', async () => {
  const payments = await startTestPayments()
  await payments.open('shop')
  const no = { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'never', message: 'No.' } } as const
  payments.rail.answer = () => no
  const { id } = await payments.pay({ source: byCard, destinations: [share('shop', 100n)] })
  const declined = await payments.end('payment', id)
  const read = Promise.withResolvers<void>()
  const late = Promise.withResolvers<void>()
  const waiters = createWaiters(
    {
      ...payments.database,
      snapshot: async (work) => {
        const answer = await payments.database.snapshot(work)
        read.resolve()
        await late.promise
        return answer
      },
    },
    (fault) => {
      throw fault
    },
  )
  const subject = { kind: 'payment', id, book: 1 } as const
  const first = waiters.wait(subject, 60_000)
  await read.promise
  const before = performance.now()
  waiters.tell([declined], before)
  expect((await first)?.row).toMatchObject({ id, state: 'failed' })
  payments.rail.answer = () => undefined
  await payments.ask((engine, tx) => engine.retry(tx, { book: 1, payment: id, instrument: 'card_ok' }))
  const second = waiters.wait(subject, 60_000)
  waiters.tell([declined], before)
  late.resolve()
  expect((await second)?.row).toMatchObject({ id, state: 'succeeded' })
  waiters.stop()
  await until(() => payments.database.poolState().idle === payments.database.poolState().total)
  await payments.stop()
})
