import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLedger, type Ledger, type TransferOutcome, verifyLedger } from '#ledger'
import { Fault } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { type Database, openDatabase } from '#platform/postgres'
import {
  bookedOf,
  brief,
  type Cut,
  type CuttingProxy,
  createTestDatabase,
  ending,
  moving,
  opening,
  startCuttingProxy,
  type TestDatabase,
} from '#testing'
import { startVariant } from './support/program-variant.ts'

// A commit that was cut off has either happened or not. The writer must find out which. After a wrong guess it refuses
// a client its own transfer, or books twice.

let test: TestDatabase
let proxy: CuttingProxy
let throughProxy: Database
let ledger: Ledger
beforeAll(async () => {
  test = await createTestDatabase()
  proxy = await startCuttingProxy(test.connection)
})
afterAll(async () => {
  const { checks } = await verifyLedger(test.database)
  await proxy.stop()
  await test.drop()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
})
beforeEach(async () => {
  throughProxy = openDatabase({ ...test.connection, host: proxy.host, port: proxy.port, onIdleError: () => undefined })
  ledger = createLedger({ database: throughProxy, onFault: () => undefined })
  await ledger.start()
})
afterEach(async () => {
  await ledger.stop(5_000)
  await throughProxy.close()
})

let made = 0
async function openAccounts(): Promise<[string, string]> {
  made += 1
  const codes: [string, string] = [`a:${made}`, `b:${made}`]
  const commands = codes.map((code) => opening(code, { minAvailable: null }))
  await test.database.transaction((tx) => ledger.createAccounts(tx, commands))
  return codes
}

const submit = async (...commands: Parameters<Ledger['submit']>[0]['commands']) =>
  (await ledger.submit({ commands, atomic: false })).map(brief)

/** As `submit`, and again after a retryable fault. Each has an id: nothing of it has happened then, or it is not known. */
async function submitPatiently(...commands: Parameters<Ledger['submit']>[0]['commands']): Promise<string[]> {
  for (let isRepeated = false; ; isRepeated = true) {
    try {
      const answers = await submit(...commands)
      // What was booked under an id before the connection was lost is answered as a repetition.
      return isRepeated ? answers.map((answer) => answer.replace(/ again$/, '')) : answers
    } catch (error) {
      if (!(error instanceof Fault && error.retryable)) throw error
    }
  }
}

async function countBooked(code: string): Promise<number> {
  const rows = await test.database.query({
    text: 'select from ledger.transfers t join ledger.accounts a on a.number = t.source where a.code = $1',
    values: [code],
  })
  return rows.length
}

describe.each<Cut>(['before', 'during', 'after'])('a commit whose connection is cut %s it', (cut) => {
  it('is answered correctly: each command is booked, posted, voided or refused once', async () => {
    const [a, b] = await openAccounts()
    for (let round = 0; round < 5; round += 1) {
      const [posted, voided] = [0, 1].map(() => moving(a, b, 5n, { id: newUuid(), pending: true }))
      if (posted === undefined || voided === undefined) throw new Error('two holds were made')
      expect(await submit(posted, voided)).toEqual(['pending', 'pending'])
      const before = proxy.cuts()
      proxy.arm(cut)
      expect(
        await submit(
          moving(a, b, 1n),
          moving(a, b, 1n, { id: newUuid() }),
          ending.post(posted.id, 2n),
          ending.void(voided.id),
          moving(a, 'nobody', 1n, { id: newUuid() }),
        ),
      ).toEqual(['posted', 'posted', 'posted', 'voided', 'account_not_found (destination)'])
      expect(proxy.cuts()).toBe(before + 1)
      expect(await submit(ending.post(posted.id), ending.void(voided.id))).toEqual([
        'transfer_already_posted (id)',
        'transfer_already_voided (id)',
      ])
    }
    expect(await countBooked(a)).toBe(20)
  })

  it('is answered correctly under an idempotency key', async () => {
    const [a, b] = await openAccounts()
    const once = (key: string) =>
      ledger.submitOnce(
        { commands: [moving(a, b, 1n)], atomic: false },
        {
          ...{ book: 1, key, fingerprint: Buffer.from(key) },
          answer: (outcomes: readonly TransferOutcome[]) => ({ status: 201, body: bookedOf(outcomes[0]).id }),
        },
      )
    await submit(moving(a, b, 1n))
    proxy.arm(cut)
    const first = await once(`key ${a}`)
    const again = await once(`key ${a}`)
    expect([first.kind, again.kind]).toEqual(['done', 'replayed'])
    expect('answer' in again && 'answer' in first && again.answer).toEqual('answer' in first && first.answer)
    expect(await countBooked(a)).toBe(2)
  })

  it('is resolved even if the database is away for a while after it', async () => {
    const [a, b] = await openAccounts()
    const hold = moving(a, b, 5n, { id: newUuid(), pending: true })
    expect(await submit(hold)).toEqual(['pending'])
    proxy.arm(cut)
    const answers = submit(ending.post(hold.id), moving(a, b, 1n))
    proxy.closeUntil(sleep(700))
    expect(await answers).toEqual(['posted', 'posted'])
    expect(await countBooked(a)).toBe(2)
  })
})

it('many clients get correct answers while the writer’s connection is ended again and again', async () => {
  const [a, b] = await openAccounts()
  let stopped = false
  const end = async () => {
    while (!stopped) {
      await test.database.query({
        text: `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'munim writer'`,
      })
      await sleep(Math.random() * 30)
    }
  }
  const ended = end()
  let booked = 0
  const client = async () => {
    for (let round = 0; round < 25; round += 1) {
      const hold = moving(a, b, 2n, { id: newUuid(), pending: true })
      expect(await submitPatiently(hold)).toEqual(['pending'])
      expect(
        await submitPatiently(ending.post(hold.id), ...[1, 2].map(() => moving(a, b, 1n, { id: newUuid() }))),
      ).toEqual(['posted', 'posted', 'posted'])
      booked += 3
    }
  }
  try {
    await Promise.all(Array.from({ length: 8 }, client))
  } finally {
    stopped = true
    await ended
  }
  expect(booked).toBe(600)
  expect(await countBooked(a)).toBe(600)
})

it('without the search for a lost commit, a client would get its own post as that of another', async () => {
  const proofOfBatch = () => ({ write: undefined, find: { name: 'nothing', text: 'select 1 where false' } })
  const connection = { ...test, connection: { ...test.connection, host: proxy.host, port: proxy.port } }
  const variant = await startVariant(connection, {
    file: 'ledger/booking/batch-store.ts',
    replace: () => ({ proofOfBatch }),
  })
  const [a, b] = await openAccounts()
  const put = async (...commands: Parameters<Ledger['submit']>[0]['commands']) =>
    (await variant.first.submit({ commands, atomic: false })).map(brief)
  const hold = moving(a, b, 5n, { id: newUuid(), pending: true })
  await put(hold)
  proxy.arm('after')
  expect(await put(ending.post(hold.id))).toEqual(['transfer_already_posted (id)'])
  await variant.stop()
})
