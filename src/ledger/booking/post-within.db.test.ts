import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { BurstStep, Session, Transaction } from '#platform/postgres'
import { brief, firstBook, moving, startTestBooks, type TestBooks } from '#testing'
import type { TransferCommand } from '../commands.ts'
import type { Along, Ledger } from '../ledger.ts'
import { verifyLedger } from '../verify/verify-ledger.ts'

let books: TestBooks
let session: Session
let made = 0
let a: string
let b: string
/** The names of the steps that the ledger and the test sent last. */
let sent: string[] = []
beforeAll(async () => {
  books = await startTestBooks()
  session = watched(await books.database.session('posting'))
})
beforeEach(async () => {
  made += 1
  a = await books.openWith(`a:${made}`, 100n)
  b = await books.open(`b:${made}`)
  sent = []
})
afterAll(async () => {
  const { checks } = await verifyLedger(books.database)
  await session.close()
  await books.stop()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
})

function watched<Sending extends Transaction>(on: Sending): Sending {
  return {
    ...on,
    burst: (steps: readonly BurstStep[]) => {
      sent.push(...steps.map(({ name }) => name))
      return on.burst(steps)
    },
  }
}

const begin: BurstStep = { name: 'begin', text: 'begin' }
const commit: BurstStep = { name: 'commit', text: 'commit' }
const rollback: BurstStep = { name: 'rollback', text: 'rollback' }

/** Posts each command by itself, in a transaction that the ledger's last burst commits. */
async function postAndCommit(on: Session, ledger: Ledger, ...commands: TransferCommand[]): Promise<string[]> {
  sent = []
  const along = (): Along => ({ steps: [commit], commits: true })
  const groups = commands.map((command) => ({ commands: [command], atomic: false }))
  const outcomes = await ledger.postAll(on, groups, { before: [begin], along })
  return outcomes.flat().map(brief)
}

const post = (...commands: TransferCommand[]) => postAndCommit(session, books.ledger, ...commands)
const hasRead = () => sent.includes('ledger-read-heads')
const hasRepeated = () => sent.includes('ledger-take-back')

it('a posting trusts the heads of the one committed before it, and reads nothing', async () => {
  expect(await post(moving(a, b, 60n))).toEqual(['posted'])
  expect(hasRead()).toBe(true)
  expect(await post(moving(a, b, 41n), moving(a, b, 40n))).toEqual(['insufficient_funds (amount)', 'posted'])
  expect([hasRead(), hasRepeated()]).toEqual([false, false])
  expect(await books.balances(b)).toEqual([100n, 0n, 0n])
})

it('a posting is decided again, refusals too, when another process has moved a trusted head', async () => {
  const other = await books.startAnother()
  expect(await post(moving(a, b, 10n))).toEqual(['posted'])
  await other.submit({ commands: [moving(a, b, 50n)], atomic: false })
  expect(await post(moving(a, b, 60n))).toEqual(['insufficient_funds (amount)'])
  expect([hasRead(), hasRepeated()]).toEqual([true, true])
  // For a while heads are read again, while the other ledger goes on.
  await other.submit({ commands: [moving('world', a, 50n)], atomic: false })
  expect(await post(moving(a, b, 60n))).toEqual(['posted'])
  expect([hasRead(), hasRepeated()]).toEqual([true, false])
  expect(await books.balances(b)).toEqual([120n, 0n, 0n])
})

it('a refusal is final only while its trusted head is current', async () => {
  const [fresh, other] = [await books.startAnother(), await books.startAnother()]
  await postAndCommit(session, fresh, moving(a, b, 10n))
  await other.submit({ commands: [moving('world', a, 500n)], atomic: false })
  expect(await postAndCommit(session, fresh, moving(a, b, 200n))).toEqual(['posted'])
  expect(hasRepeated()).toBe(true)
})

it('an account that another process has frozen meanwhile pays nothing', async () => {
  const [fresh, other] = [await books.startAnother(), await books.startAnother()]
  await postAndCommit(session, fresh, moving(a, b, 10n))
  await books.database.transaction((tx) => other.changeAccount(tx, { book: firstBook, account: a, state: 'frozen' }))
  expect(await postAndCommit(session, fresh, moving(a, b, 10n))).toEqual(['account_frozen (source)'])
  expect(hasRepeated()).toBe(true)
})

it('a posting that is rolled back, or committed outside the ledger, leaves no trusted head', async () => {
  const fresh = await books.startAnother()
  await postAndCommit(session, fresh, moving(a, b, 10n))
  await session.burst([begin])
  await fresh.post(session, { commands: [moving(a, b, 20n)], atomic: false })
  await session.burst([rollback])
  expect(await postAndCommit(session, fresh, moving(a, b, 30n))).toEqual(['posted'])
  await session.burst([begin])
  await fresh.post(session, { commands: [moving(a, b, 20n)], atomic: false })
  await session.burst([commit])
  sent = []
  expect(await postAndCommit(session, fresh, moving(a, b, 40n))).toEqual(['posted'])
  expect([hasRead(), hasRepeated()]).toEqual([true, false])
  await fresh.submit({ commands: [moving('world', a, 10n)], atomic: false })
  await books.database.transaction((tx) =>
    fresh.changeAccount(tx, { book: firstBook, account: a, metadata: { x: '1' } }),
  )
  expect(await postAndCommit(session, fresh, moving(a, b, 11n), moving(a, b, 10n))).toEqual([
    'insufficient_funds (amount)',
    'posted',
  ])
  expect(hasRepeated()).toBe(false)
})

it('postings of one process on the same accounts queue without rolling one another back', async () => {
  const fresh = await books.startAnother()
  const rich = await books.openWith(`rich:${made}`, 10_000n)
  const repeats: string[] = []
  const poster = async () => {
    const own = await books.database.session('posting beside')
    const watching: Session = {
      ...own,
      burst: (steps) => {
        repeats.push(...steps.map(({ name }) => name).filter((name) => name === 'ledger-take-back'))
        return own.burst(steps)
      },
    }
    for (let count = 0; count < 50; count += 1) {
      expect(await postAndCommit(watching, fresh, moving(rich, b, 1n), moving(b, a, 1n))).toEqual(['posted', 'posted'])
    }
    await own.close()
  }
  await Promise.all([poster(), poster(), poster(), poster()])
  expect(await books.balances(rich)).toEqual([9_800n, 0n, 0n])
  expect(await books.balances(a)).toEqual([300n, 0n, 0n])
  expect(repeats).toEqual([])
})

it('a posting that skips no groups waits for an account that another posting has just skipped', async () => {
  const holder = await books.database.session('holder')
  await holder.query({ text: 'begin' })
  await holder.query({ text: 'select from ledger.accounts where code = $1 for no key update', values: [`a:${made}`] })
  const left = await books.database.transaction(async (tx) => {
    await tx.query({ text: "set local lock_timeout = '50ms'" })
    const busy: number[] = []
    const groups = [{ commands: [moving(a, b, 10n)], atomic: false }]
    const onBusy = (indexes: readonly number[]) => {
      busy.push(...indexes)
      return indexes
    }
    const outcomes = await books.ledger.postAll(tx, groups, { onBusy })
    return { busy, outcomes }
  })
  expect(left).toEqual({ busy: [0], outcomes: [[]] })
  const posting = books.database.transaction((tx) =>
    books.ledger.post(tx, { commands: [moving(a, b, 10n)], atomic: false }),
  )
  await holder.query({ text: 'rollback' })
  await holder.close()
  expect((await posting).map(brief)).toEqual(['posted'])
  expect(await books.balances(b)).toEqual([10n, 0n, 0n])
})
