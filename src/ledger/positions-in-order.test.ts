import { afterAll, beforeAll, expect, it } from 'vitest'
import { commitStep, type Transaction } from '#platform/postgres'
import { brief, createTestDatabase, moving, opening, patience, type TestDatabase } from '#testing'
import { createLedger, getAccount, type Ledger, verifyLedger } from './index.ts'

let test: TestDatabase
let ledgers: Ledger[]

beforeAll(async () => {
  test = await createTestDatabase()
  ledgers = [0, 1].map(() => createLedger({ database: test.database, onFault: () => undefined }))
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

// A head that was trusted is forgotten while its lock is waited for, and so is read after the locks. What another
// process has booked by then, by a head that it trusts and without a lock, comes before what is booked now.
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
    const takenBack = test.database.transaction(async (tx) => {
      await first.postAll(tx, [groupOf('a', 'b', 1n)])
      throw new RangeError('changed my mind')
    })
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
    await expect(takenBack).rejects.toThrow(RangeError)
    expect((await posted).flat().map(brief)).toEqual(['posted'])
    expect(isOvertaken).toBe(true)
    expect(await getAccount(test.database, 1, 'a')).toMatchObject({ posted: 103n, version: 3 })
    expect((await verifyLedger(test.database)).checks.flatMap(({ findings }) => findings)).toEqual([])
  },
  patience(60_000),
)
