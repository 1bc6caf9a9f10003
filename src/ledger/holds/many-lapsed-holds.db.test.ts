import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Transaction } from '#platform/postgres'
import {
  brief,
  createTestDatabase,
  moving,
  opening,
  pagesRead,
  patience,
  type TestDatabase,
  withBursts,
} from '#testing'
import { balanceAt, createLedger, getAccount, type Ledger, verifyLedger } from '../index.ts'

// The ledger is never started, so no background task writes the end of lapsed holds.
let test: TestDatabase
let ledger: Ledger
let hours = 0

const later = <Step extends { readonly text: string; readonly name?: string }>(step: Step): Step => {
  const text = step.text.replaceAll(/(clock|statement)_timestamp\(\)/g, `($& + interval '${hours} h')`)
  return { ...step, ...(step.name !== undefined && { name: `${step.name}-${hours}` }), text }
}

const shifted = <Value>(work: (tx: Transaction) => Promise<Value>) =>
  test.database.transaction((tx) =>
    work({ ...tx, query: (query) => tx.query(later(query)), burst: (steps) => tx.burst(steps.map(later)) }),
  )

beforeAll(async () => {
  test = await createTestDatabase()
  const database = withBursts(test.database, (_, steps, send) => send(steps.map(later)))
  ledger = createLedger({ database: { ...database, transaction: shifted }, onFault: () => undefined })
  await test.database.transaction((tx) =>
    ledger.createAccounts(tx, [
      opening('world', { minAvailable: null }),
      opening('others', { minAvailable: null }),
      opening('apart'),
    ]),
  )
})
afterAll(async () => {
  const { checks } = await verifyLedger(test.database)
  await ledger.stop(1_000)
  await test.drop()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
})

const holds = 13_000
let made = 0
let payer: string

beforeEach(async () => {
  made += 1
  payer = `payer:${made}`
  await test.database.transaction((tx) => ledger.createAccounts(tx, [opening(payer)]))
  const expiresAt = Date.now() * 1_000 + (hours + 1) * 3_600_000_000
  const held = Array.from({ length: holds }, () => moving(payer, 'world', 1n, { pending: true, expiresAt }))
  await ledger.submit({ commands: [moving('world', payer, BigInt(holds))], atomic: false })
  for (let from = 0; from < holds; from += 1_000)
    await ledger.submit({ commands: held.slice(from, from + 1_000), atomic: false })
  expect(await getAccount(test.database, 1, payer)).toMatchObject({ posted: BigInt(holds), pendingOut: BigInt(holds) })
  hours += 2
})

it(
  'lapsed holds block no money, even when there are more than one batch ends',
  async () => {
    const all = moving(payer, 'world', BigInt(holds))
    expect((await ledger.submit({ commands: [all], atomic: false })).map(brief)).toEqual(['posted'])
    expect(await getAccount(test.database, 1, payer)).toMatchObject({ posted: 0n, pendingOut: 0n })
  },
  patience(60_000),
)

it(
  'a balance at a time before they were ended reads few of the ends',
  async () => {
    const hour = 3_600_000_000
    const created = Date.now() * 1_000 + (hours - 2) * hour
    const first = Date.now() * 1_000 + (hours + 1) * hour
    const second = first + 1_000_000
    const held = Array.from({ length: 400 }, (_, n) =>
      moving('world', payer, 1n, { pending: true, expiresAt: n % 2 === 0 ? first : second }),
    )
    await ledger.submit({ commands: held, atomic: false })
    const balance = (account: string, at: number) =>
      shifted(async (tx) => {
        let pages = 0
        const query: Transaction['query'] = async (sent) => {
          pages = Math.max(pages, await pagesRead(tx, sent))
          return tx.query(sent)
        }
        const { pendingOut, pendingIn } = (await balanceAt({ query }, { book: 1, account, at })) ?? {}
        return [pendingOut, pendingIn, pages] as const
      })
    hours += 2
    await ledger.submit({ commands: [moving('world', payer, 1n)], atomic: false })
    const few = (pages: number) => pages < 3_000
    expect(await balance(payer, first - 1)).toEqual([0n, 400n, expect.toSatisfy(few)])
    expect(await balance(payer, first)).toEqual([0n, 200n, expect.toSatisfy(few)])
    expect(await balance(payer, second)).toEqual([0n, 0n, expect.toSatisfy(few)])
    expect(await balance(payer, created)).toEqual([BigInt(holds), 0n, expect.toSatisfy(few)])
  },
  patience(60_000),
)

it(
  'other accounts are booked while they are being ended',
  async () => {
    let isPaid = false
    const paid = ledger.submit({ commands: [moving('world', payer, 1n)], atomic: false }).finally(() => {
      isPaid = true
    })
    const others = await ledger.submit({ commands: [moving('others', 'apart', 1n)], atomic: false })
    expect([others.map(brief), isPaid]).toEqual([['posted'], false])
    expect((await paid).map(brief)).toEqual(['posted'])
    expect(await getAccount(test.database, 1, payer)).toMatchObject({ posted: BigInt(holds) + 1n, pendingOut: 0n })
  },
  patience(60_000),
)

it(
  'a version condition of a change ignores the end of lapsed holds',
  async () => {
    const { version } = (await getAccount(test.database, 1, payer)) ?? { version: 0 }
    const change = (given: { readonly version: number; readonly maxBalance: bigint }) =>
      shifted((tx) => ledger.changeAccount(tx, { book: 1, account: payer, ...given }))
    expect(await change({ version: version - 1, maxBalance: 1n })).toMatchObject({ ok: false })
    const changed = await change({ version, maxBalance: BigInt(2 * holds) })
    expect(changed).toMatchObject({ ok: true, value: { version: version + holds + 1, pendingOut: 0n } })
  },
  patience(60_000),
)

it(
  'an account that shares a few lapsed holds with one that has very many can be changed',
  async () => {
    const counterpart = `counterpart:${made}`
    await test.database.transaction((tx) => ledger.createAccounts(tx, [opening(counterpart)]))
    const expiresAt = Date.now() * 1_000 + (hours + 1) * 3_600_000_000
    const lapsing = moving(counterpart, payer, 1n, { pending: true, expiresAt })
    await ledger.submit({ commands: [moving('world', counterpart, 1n), lapsing], atomic: false })
    hours += 2
    const change = { book: 1, account: counterpart, state: 'frozen' } as const
    expect(await shifted((tx) => ledger.changeAccount(tx, change))).toMatchObject({
      ok: true,
      value: { pendingOut: 0n },
    })
    expect(await getAccount(test.database, 1, payer)).toMatchObject({ pendingIn: 0n })
  },
  patience(60_000),
)

it(
  'a dry run ends no more of them than a batch does, and is refused as busy',
  async () => {
    const all = { commands: [moving(payer, 'world', BigInt(holds))], atomic: false }
    await expect(ledger.dryRun(all)).rejects.toMatchObject({ code: 'account_busy', retryable: true })
    expect((await ledger.submit(all)).map(brief)).toEqual(['posted'])
    expect(await ledger.dryRun({ commands: [moving('world', payer, 1n)], atomic: false })).toMatchObject([{ ok: true }])
  },
  patience(60_000),
)

it(
  "a caller's transaction does not end so many, and is refused as busy",
  async () => {
    const group = { commands: [moving(payer, 'world', BigInt(holds))], atomic: false }
    await expect(shifted((tx) => ledger.post(tx, group))).rejects.toMatchObject({
      code: 'account_busy',
      retryable: true,
    })
    await ledger.submit({ commands: [moving('world', payer, 1n)], atomic: false })
    const posted = await shifted((tx) => ledger.post(tx, group))
    expect(posted.map(brief)).toEqual(['posted'])
    expect(await getAccount(test.database, 1, payer)).toMatchObject({ posted: 1n, pendingOut: 0n })
  },
  patience(60_000),
)
