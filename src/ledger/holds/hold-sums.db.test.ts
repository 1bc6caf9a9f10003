import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database, Statement, Transaction } from '#platform/postgres'
import { createTestDatabase, opening, type TestDatabase, until } from '#testing'
import { getAccount } from '../accounts/account-read-model.ts'
import { readLimits } from '../accounts/account-store.ts'
import { createLedger } from '../create-ledger.ts'
import { balanceAt } from '../reports/balance-read-model.ts'
import { createFindings } from '../verify/findings.ts'
import { createHoldSumming } from './hold-summing.ts'

// 40,000 holds of one account lapse within 40 seconds, an hour from now. The statements are given a later time.

const holds = 40_000
const spreadSeconds = 40
let test: TestDatabase
let payer: number
let payee: number
let begun: string

/** The database, that many seconds before the last hold lapses. */
function before(seconds: number): Database {
  const later = <Sent extends { readonly text: string; readonly name?: string }>(sent: Sent): Sent => {
    const text = sent.text.replaceAll(
      'statement_timestamp()',
      `(timestamptz '${begun}' + interval '1 h' - interval '${seconds} s')`,
    )
    return { ...sent, ...(sent.name !== undefined && { name: `${sent.name}-${seconds}` }), text }
  }
  return { ...test.database, query: (query: Statement) => test.database.query(later(query)) } as Database
}
const summing = (seconds: number) => {
  const onFault = (fault: Error) => {
    throw fault
  }
  return createHoldSumming({ database: before(seconds), onFault }).round()
}
/** Sums are complete once transactions from before have ended, also those of other databases of the server. */
const summed = (seconds: number) =>
  until(async () => {
    await summing(seconds)
    return (await numberOf('select count(*) as n from ledger.summed_accounts where until < target')) === 0
  })
const numberOf = async (text: string) => Number((await test.database.query<{ n: bigint | null }>({ text }))[0]?.n ?? 0n)
const hold = (on: Pick<Transaction, 'query'>, from: number, to: number) =>
  on.query({
    text: `insert into ledger.holds (transfer, book_id, expires_at, source, destination, amount)
      select n, 1, begun.at + interval '1 h' - (n % $5) * interval '1 s', $1, $2, n
      from generate_series($3::integer, $4::integer) n, begun`,
    values: [payer, payee, from, to, spreadSeconds],
  })
/** As an entry of the account would, which is all that readers look at besides the holds. */
const noteHeld = () =>
  test.database.query({
    text: `insert into ledger.entries (account, version, position, transfer, posted_delta, pending_delta, posted,
        pending_out, pending_in, recorded_at, kind, side)
      select account, 1 + coalesce((select max(version) from ledger.entries e where e.account = a.account), 0),
        1000000, 1, 0, 0, 0, case side when 0 then total.held else 0 end, case side when 1 then total.held else 0 end,
        begun.at, 2, side
      from (values ($1::bigint, 0), ($2, 1)) a (account, side), begun,
        (select sum(amount)::bigint as held from ledger.holds) total`,
    values: [payer, payee],
  })

beforeAll(async () => {
  test = await createTestDatabase()
  await test.database.query({ text: 'create table begun as select statement_timestamp() as at' })
  const [row] = await test.database.query<{ at: string }>({ text: 'select at::text as at from begun' })
  begun = row?.at ?? ''
  const ledger = createLedger({ database: test.database, onFault: () => undefined })
  await test.database.transaction((tx) =>
    ledger.createAccounts(tx, [opening('payer', { minAvailable: null }), opening('payee', { maxBalance: 10n ** 15n })]),
  )
  payer = await numberOf(`select number as n from ledger.accounts where code = 'payer'`)
  payee = await numberOf(`select number as n from ledger.accounts where code = 'payee'`)
  await hold(test.database, 1, holds)
  await noteHeld()
  await test.database.query({ text: 'vacuum analyze ledger.holds' })
})
afterAll(() => test.drop())

type Plan = {
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly Plans?: readonly Plan[]
}

/** The rows of holds, and of sums, that a statement reads. */
function rowsRead(plan: Plan): number {
  const isOwn = ['holds', 'hold_sums', 'summed_accounts'].includes(plan['Relation Name'] ?? '')
  const own = isOwn ? plan['Actual Rows'] * plan['Actual Loops'] : 0
  return (plan.Plans ?? []).reduce((sum, one) => sum + rowsRead(one), own)
}

/** What readers find held, that many seconds before the last hold lapses, and the most rows that one of them reads. */
async function readHeld(seconds: number) {
  let rows = 0
  const database = before(seconds)
  const explained = {
    query: async (query: Statement) => {
      const found = await database.query(query)
      const [plan] = await database.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>({
        text: `explain (analyze, format json) ${query.text}`,
        ...(query.values !== undefined && { values: query.values }),
      })
      const root = plan?.['QUERY PLAN'][0]?.Plan
      rows = Math.max(rows, root === undefined ? Number.POSITIVE_INFINITY : rowsRead(root))
      return found
    },
  } as Pick<Transaction, 'query'>
  const at = Number(
    await numberOf("select (extract(epoch from at + interval '1 h') * 1000000)::bigint as n from begun"),
  )
  const [shown, limits] = [await getAccount(explained, 1, 'payer'), await readLimits(explained, [payee])]
  const balances = [await balanceAt(explained, { book: 1, account: 'payer' })]
  balances.push(await balanceAt(explained, { book: 1, account: 'payer', at: at - seconds * 1_000_000 }))
  const held = [shown?.pendingOut, limits[0]?.incoming, ...balances.map((one) => one?.pendingOut)]
  const expected = await numberOf(
    `select sum(amount)::bigint as n from ledger.holds, begun
     where expires_at > begun.at + interval '1 h' - interval '${seconds} s'`,
  )
  expect(held).toEqual(Array.from({ length: 4 }, () => BigInt(expected)))
  return rows
}

/** Those of a second, and the sums of the others. */
const few = holds / spreadSeconds + 500

it('while very many holds of an account lapse, a reader of its balances reads few of them', async () => {
  expect(await readHeld(20)).toBeGreaterThan(few)
  await summed(60)
  for (const seconds of [45, 39.5, 20, 0.5, 0]) expect(await readHeld(seconds)).toBeLessThan(few)
})

it('sums follow what older processes write and delete, and rows of a second are merged', async () => {
  await hold(test.database, holds + 1, holds + 2_000)
  for (let part = 0; part < 20; part += 1)
    await test.database.query({ text: 'delete from ledger.holds where transfer % 40 = $1', values: [part] })
  await noteHeld()
  await readHeld(10)
  await summed(0)
  expect(await numberOf('select count(*) as n from ledger.hold_sums')).toBe(2 * (spreadSeconds - 20))
  expect(await readHeld(0)).toBeLessThan(few)
  const findings = createFindings()
  const { findWrongSums } = await import('../verify/derived-differences.ts')
  await findWrongSums(test.database as never, findings)
  expect(await findings.conclude(test.database as never)).toSatisfy((checks: { findings: unknown[] }[]) =>
    checks.every((check) => check.findings.length === 0),
  )
})

it('a transaction that overlooked that its account is summed is waited for', async () => {
  await test.database.query({ text: 'truncate ledger.hold_sums, ledger.summed_accounts' })
  const [written, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const writing = test.database.transaction(async (tx) => {
    await hold(tx, holds + 2_001, holds + 3_000)
    written.resolve()
    await released.promise
  })
  await written.promise
  try {
    await summing(60)
    await summing(60)
    expect(await numberOf('select count(*) as n from ledger.hold_sums')).toBe(0)
    await readHeld(10)
  } finally {
    released.resolve()
    await writing
  }
  await noteHeld()
  await readHeld(10)
  await summed(60)
  expect(await readHeld(0)).toBeLessThan(few)
})

it('an account is summed no longer once its holds have ended', async () => {
  await test.database.query({ text: 'delete from ledger.holds' })
  await until(async () => {
    await summing(0)
    return (await numberOf('select count(*) as n from ledger.summed_accounts')) === 0
  })
  expect(await numberOf('select count(*) as n from ledger.hold_sums')).toBe(0)
})
