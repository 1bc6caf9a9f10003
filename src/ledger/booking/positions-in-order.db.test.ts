import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BurstStep, commitStep, type Transaction } from '#platform/postgres'
import {
  brief,
  createTestDatabase,
  moving,
  type OnBurst,
  opening,
  patience,
  type TestDatabase,
  withBursts,
} from '#testing'
import { createLedger, getAccount, type Ledger, verifyLedger } from '../index.ts'

let test: TestDatabase
let ledgers: Ledger[]
let onBurst: OnBurst = (_, steps, send) => send(steps)

beforeAll(async () => {
  test = await createTestDatabase()
  const database = withBursts(test.database, (...burst) => onBurst(...burst))
  ledgers = [database, test.database].map((one) => createLedger({ database: one, onFault: () => undefined }))
})
afterAll(async () => {
  for (const ledger of ledgers) await ledger.stop(1_000)
  await test.drop()
})

const groupOf = (source: string, destination: string, amount: bigint) => ({
  commands: [moving(source, destination, amount)],
  atomic: false,
})
const along = () => ({ steps: [commitStep], commits: true })

const waitingText = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
async function waitForWaiters(count: number): Promise<void> {
  while ((await test.database.query({ text: waitingText })).length < count);
}

// A trusted head is forgotten while its lock is waited for, so it is read after the locks. By then, another process may
// have booked without a lock, on a head that it trusts. Those bookings come before the one made now.
it(
  'positions do not run backwards along an account whose head is read after the locks',
  async () => {
    const [first, second] = ledgers as [Ledger, Ledger]
    const accounts = ['world', 'a', 'b', 'c'].map((code) => opening(code, { minAvailable: null }))
    await test.database.transaction((tx) => first.createAccounts(tx, accounts))
    await test.database.unit((unit) => first.postAll(unit, [groupOf('world', 'a', 100n)], { along }))
    const holder = await test.database.session('holder')
    await holder.query({ text: 'begin' })
    await holder.query({ text: `select 1 from ledger.accounts where code = 'a' for no key update` })
    const takingBack = test.database.transaction(async (tx) => {
      await first.postAll(tx, [groupOf('a', 'b', 1n)])
      throw new RangeError('changed my mind')
    })
    // A handler is attached now, as it may settle before the waiters are there.
    const takenBack = expect(takingBack).rejects.toThrow(RangeError)
    await waitForWaiters(1)
    let isOvertaken = false
    const posted = test.database.unit((unit) => {
      const slow: Transaction = {
        query: (statement) => unit.query(statement),
        burst: async (steps) => {
          if (steps[0]?.name === 'ledger-read-heads') {
            isOvertaken = true
            await second.submit(groupOf('world', 'a', 5n))
          }
          return unit.burst(steps)
        },
      }
      return first.postAll(slow, [groupOf('a', 'c', 2n)], { along })
    })
    await waitForWaiters(2)
    await holder.query({ text: 'rollback' })
    await holder.close()
    await takenBack
    expect((await posted).flat().map(brief)).toEqual(['posted'])
    expect(isOvertaken).toBe(true)
    expect(await getAccount(test.database, 1, 'a')).toMatchObject({ posted: 103n, version: 3 })
    expect((await verifyLedger(test.database)).checks.flatMap(({ findings }) => findings)).toEqual([])
  },
  patience(60_000),
)

const isSent = (steps: readonly BurstStep[], name: string) => steps.some((step) => step.name === name)
/** As if it were two hours later. */
const later = (step: BurstStep): BurstStep => {
  const text = step.text.replaceAll(/(clock|statement)_timestamp\(\)/g, `($& + interval '2 h')`)
  return text === step.text ? step : { ...step, name: `${step.name}-later`, text }
}

// A batch that ends a hold moves the account on its other side too. A booking there, apart, after the batch has its
// number, comes before the batch. More holds have lapsed there than one batch ends, so that this one is left.
it(
  'positions do not run backwards along an account on the other side of a hold that has lapsed',
  async () => {
    const [first, second] = ledgers as [Ledger, Ledger]
    const accounts = ['payer', 'others', 'shop', 'shared', 'd', 'e'].map((code) =>
      opening(code, { minAvailable: null }),
    )
    await test.database.transaction((tx) => first.createAccounts(tx, accounts))
    const expiresAt = Date.now() * 1_000 + 3_600_000_000
    const holding = (source: string, also: number) =>
      moving(source, 'shop', 1n, { pending: true, expiresAt: expiresAt + also })
    const held = [...Array.from({ length: 6_000 }, () => holding('others', 0)), holding('payer', 1)]
    expect(new Set((await first.submit({ commands: held, atomic: false })).map(brief))).toEqual(new Set(['pending']))
    // Another process moves the account, so requests on it are booked apart for a while.
    await first.submit(groupOf('shared', 'd', 1n))
    await second.submit(groupOf('shared', 'd', 1n))
    await first.submit(groupOf('shared', 'd', 1n))

    const [isApart, hasNumber, isBooked] = [0, 1, 2].map(() => Promise.withResolvers<void>())
    let isLater = false
    onBurst = async (purpose, steps, send) => {
      if (purpose === 'writer apart' && isSent(steps, 'ledger-lock-accounts')) {
        isApart?.resolve()
        await hasNumber?.promise
      }
      if (!isLater) return send(steps)
      if (purpose === 'reader' && isSent(steps, 'ledger-find-lapsed-holds')) {
        hasNumber?.resolve()
        await isBooked?.promise
      }
      return send(steps.map(later))
    }
    const apart = first.submit(groupOf('shared', 'shop', 5n))
    await isApart?.promise
    isLater = true
    const ending = first.submit(groupOf('payer', 'e', 7n))
    expect((await apart).map(brief)).toEqual(['posted'])
    isBooked?.resolve()
    expect((await ending).map(brief)).toEqual(['posted'])
    expect(await getAccount(test.database, 1, 'shop')).toMatchObject({ posted: 5n, pendingIn: 0n, version: 12_003 })
    expect(await getAccount(test.database, 1, 'payer')).toMatchObject({ posted: -7n, pendingOut: 0n, version: 3 })
    expect((await verifyLedger(test.database)).checks.flatMap(({ findings }) => findings)).toEqual([])
  },
  patience(60_000),
)
