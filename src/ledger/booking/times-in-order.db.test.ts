import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BurstStep, Transaction } from '#platform/postgres'
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
let ledger: Ledger
let onBurst: OnBurst = (_, steps, send) => send(steps)

beforeAll(async () => {
  test = await createTestDatabase()
  const database = withBursts(test.database, (...burst) => onBurst(...burst))
  ledger = createLedger({ database, onFault: () => undefined })
})
afterAll(async () => {
  await ledger.stop(1_000)
  await test.drop()
})

const takesMoment = (step: BurstStep) => step.name === 'ledger-begin-batch'
/** As if the database's clock had been set back. */
const setBack = (step: BurstStep): BurstStep =>
  takesMoment(step)
    ? {
        ...step,
        name: 'begin-set-back',
        text: step.text.replace('clock_timestamp()', `clock_timestamp() - interval '5 s'`),
      }
    : step

// Two batches overlap, and the clock is set back between them. The second cannot see in the database when the first, on
// which it builds, is recorded.
it(
  'times never run backwards along an account when the clock is set back between overlapping batches',
  async () => {
    const accounts = ['world', 'a'].map((code) => opening(code, { minAvailable: null }))
    await test.database.transaction((tx) => ledger.createAccounts(tx, accounts))
    await ledger.submit({ commands: [moving('world', 'a', 1n)], atomic: false })
    const second = Promise.withResolvers<void>()
    let moments = 0
    onBurst = async (purpose, steps, send) => {
      if (purpose === 'writer' && steps.at(-1)?.name === 'commit') await second.promise
      if (!steps.some(takesMoment)) return send(steps)
      moments += 1
      if (moments === 1) return send(steps)
      return send(steps.map(setBack)).finally(second.resolve)
    }
    const group = () => ({ commands: Array.from({ length: 1_024 }, () => moving('world', 'a', 1n)), atomic: false })
    const outcomes = await Promise.all([ledger.submit(group()), ledger.submit(group())])
    expect(new Set(outcomes.flat().map(brief))).toEqual(new Set(['posted']))
    expect(ledger.statistics().overlapped).toBeGreaterThan(0)
    expect(await getAccount(test.database, 1, 'a')).toMatchObject({ posted: 2_049n, version: 2_049 })
    expect((await verifyLedger(test.database)).checks.flatMap(({ findings }) => findings)).toEqual([])
  },
  patience(60_000),
)

// A transaction that is open when the clock is set back is recorded later than those that commit meanwhile. The latest
// batch by number is then not the latest by time.
it(
  'times do not run backwards along accounts of a transaction that was open when the clock was set back',
  async () => {
    const { database } = test
    const open = (tx: Transaction, ...codes: string[]) =>
      ledger.createAccounts(
        tx,
        codes.map((code) => opening(code, { minAvailable: null })),
      )
    const post = async (tx: Transaction, source: string, destination: string) => {
      const outcomes = await ledger.post(tx, { commands: [moving(source, destination, 5n)], atomic: false })
      expect(outcomes.map(brief)).toEqual(['posted'])
    }
    const afterwards = (work: (tx: Transaction) => Promise<unknown>) =>
      database.transaction((tx) => work({ ...tx, burst: (steps) => tx.burst(steps.map(setBack)) }))
    await database.transaction((tx) => open(tx, 'b', 'c', 'd', 'e'))
    await database.transaction(async (tx) => {
      await post(tx, 'b', 'c')
      await open(tx, 'f')
      await afterwards((other) => post(other, 'd', 'e'))
    })
    await afterwards((tx) => post(tx, 'b', 'd'))
    await afterwards((tx) => post(tx, 'e', 'f'))
    await afterwards((tx) => ledger.changeAccount(tx, { book: 1, account: 'c', state: 'frozen' }))
    const posted = ['b', 'c', 'd', 'e', 'f'].map(async (code) => (await getAccount(database, 1, code))?.posted)
    expect(await Promise.all(posted)).toEqual([-10n, 5n, 0n, 0n, 5n])
    expect((await verifyLedger(database)).checks.flatMap(({ findings }) => findings)).toEqual([])
  },
  patience(60_000),
)
