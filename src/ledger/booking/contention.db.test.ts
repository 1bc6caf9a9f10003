import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { BurstStep, Session } from '#platform/postgres'
import { brief, ending, firstBook, moving, startTestBooks, type TestBooks, until } from '#testing'
import type { TransferCommand } from '../commands.ts'

// A lock on one account affects only the requests that need that account.

let books: TestBooks
let somebody: Session
let made = 0
let [x, y, c, d]: [string, string, string, string] = ['', '', '', '']
beforeAll(async () => {
  books = await startTestBooks()
})
beforeEach(async () => {
  made += 1
  somebody = await books.database.session('somebody')
  ;[x, y, c, d] = [
    await books.openWith(`x:${made}`, 100n),
    await books.open(`y:${made}`),
    await books.openWith(`c:${made}`, 100_000n),
    await books.open(`d:${made}`),
  ]
})
afterEach(() => somebody.close())
afterAll(() => books.stopInOrder())

const go = async (command: TransferCommand) => (await books.submit(command)).map(brief).join()

function watch<Value>(promise: Promise<Value>) {
  const state = { isOver: false, promise }
  promise.then(
    () => (state.isOver = true),
    () => (state.isOver = true),
  )
  return state
}

async function lockRow(code: string): Promise<void> {
  await somebody.query({ text: 'begin' })
  await somebody.query({ text: 'select from ledger.accounts where code = $1 for no key update', values: [code] })
}

/** Acts like another process that has written its next entry and is frozen before the commit. */
async function writeNextEntry(code: string): Promise<void> {
  await somebody.query({ text: 'begin' })
  await somebody.query({
    text: `insert into ledger.entries
      select account, version + 1, e.position + 1, transfer, 0, 0, posted, pending_out, pending_in, recorded_at, kind, side
      from ledger.entries e join ledger.accounts on number = account where code = $1 order by version desc limit 1`,
    values: [code],
  })
}

const letGo = () => somebody.query({ text: 'rollback' })

describe.each([
  [
    'its row is locked and it is known to be contended',
    async () => {
      await books.change(x, { metadata: { a: 'b' } })
      await lockRow(x)
    },
  ],
  ['its next entry is written and not committed', () => writeNextEntry(x)],
  [
    'both',
    async () => {
      await writeNextEntry(x)
      await somebody.query({ text: 'select from ledger.accounts where code = $1 for no key update', values: [x] })
    },
  ],
])('an account that another session blocks: %s', (_, keep) => {
  it('delays only requests that need it; all others are booked, sent with it or after it', async () => {
    await keep()
    const waiting = watch(go(moving(x, y, 1n)))
    const beside = Array.from({ length: 60 }, () => go(moving(c, d, 1n)))
    expect(new Set(await Promise.all(beside))).toEqual(new Set(['posted']))
    for (let round = 0; round < 20; round += 1) expect(await go(moving(c, d, 1n))).toBe('posted')
    expect(waiting.isOver).toBe(false)
    await letGo()
    expect(await waiting.promise).toBe('posted')
    expect(await books.balances(x)).toEqual([99n, 0n, 0n])
    expect(await books.balances(d)).toEqual([80n, 0n, 0n])
  })

  it('a request that waits with a hold on it is decided only once', async () => {
    await keep()
    const holds = Array.from({ length: 3 }, () => moving(x, y, 1n, { id: newUuid(), pending: true }))
    const made = holds.map(go)
    // Other requests are served in between, so the holds have met the lock.
    for (let round = 0; round < 20; round += 1) expect(await go(moving(c, d, 1n))).toBe('posted')
    const others = holds.map(({ id }) => books.submit(moving(c, d, 1n, { id: newUuid() }), ending.void(id)))
    await sleep(1_000)
    await letGo()
    expect(await Promise.all(made)).toEqual(['pending', 'pending', 'pending'])
    const answers = (await Promise.all(others)).flat()
    expect(answers.map(({ replayed }) => replayed)).toEqual(answers.map(() => false))
    expect(answers.map(brief)).toEqual(['posted', 'voided', 'posted', 'voided', 'posted', 'voided'])
    expect(await books.balances(x)).toEqual([100n, 0n, 0n])
    expect(await books.balances(d)).toEqual([23n, 0n, 0n])
  })

  it('the end of a hold on it waits for the hold, sent together with it or while it waits', async () => {
    await keep()
    const holds = Array.from({ length: 3 }, () => moving(x, y, 1n, { id: newUuid(), pending: true }))
    const voids = () => holds.map(({ id }) => go(ending.void(id)))
    const made = holds.map(go)
    const atOnce = voids()
    // Other requests are served in between, so the holds have met the lock.
    for (let round = 0; round < 20; round += 1) expect(await go(moving(c, d, 1n))).toBe('posted')
    const later = voids()
    await sleep(1_500)
    const latest = voids()
    await letGo()
    expect(await Promise.all(made)).toEqual(['pending', 'pending', 'pending'])
    const ends = await Promise.all([...atOnce, ...later, ...latest])
    expect(new Set(ends)).toEqual(new Set(['voided', 'transfer_already_voided (id)']))
    expect(await books.balances(x)).toEqual([100n, 0n, 0n])
  })
})

it('a command that violates a constraint on every try fails alone', async () => {
  await books.database.query({ text: 'create unique index only_once on ledger.transfers (amount) where amount = 77' })
  expect(await go(moving(c, d, 77n))).toBe('posted')
  const ends = await Promise.allSettled([
    ...Array.from({ length: 100 }, () => go(moving(c, d, 1n))),
    go(moving(c, d, 77n)),
    ...Array.from({ length: 100 }, () => go(moving(c, d, 1n))),
  ])
  expect(ends.flatMap(({ status }, place) => (status === 'rejected' ? [place] : []))).toEqual([100])
  expect(await books.balances(d)).toEqual([277n, 0n, 0n])
  await books.database.query({ text: 'drop index ledger.only_once' })
})

it('batches overlap also beside postings on other accounts', async () => {
  const isSome = (count: number) => count > 0
  const load = () => Promise.all(Array.from({ length: 6_000 }, () => books.submit(moving(c, d, 1n))))
  const overlapped = () => books.ledger.statistics().overlapped
  const before = overlapped()
  await load()
  const alone = overlapped() - before
  let isOver = false
  const poster = (async () => {
    while (!isOver) {
      const group = { commands: [moving(x, y, 1n), moving(y, x, 1n)], atomic: true }
      await books.database.transaction((tx) => books.ledger.post(tx, group))
    }
  })()
  const { commandsApart } = books.ledger.statistics()
  await load()
  isOver = true
  await poster
  const beside = overlapped() - before - alone
  expect([alone, beside]).toEqual([expect.toSatisfy(isSome), expect.toSatisfy(isSome)])
  expect(books.ledger.statistics().commandsApart).toBe(commandsApart)
  expect(await books.balances(d)).toEqual([12_000n, 0n, 0n])
})

it('a posting skips the groups whose accounts another session keeps locked, and books the others', async () => {
  await lockRow(x)
  const commit: BurstStep = { name: 'commit', text: 'commit' }
  const busy: (readonly number[])[] = []
  const lockMs = 500
  const posting = await books.database.session('posting', { settings: { lock_timeout: `${lockMs}ms` } })
  const post = (...commands: TransferCommand[]) =>
    books.ledger.postAll(
      posting,
      commands.map((command) => ({ commands: [command], atomic: true })),
      {
        before: [{ name: 'begin', text: 'begin' }],
        along: () => ({ steps: [commit], commits: true }),
        onBusy: (groups) => {
          busy.push(groups)
          return groups
        },
      },
    )
  const outcomes = await post(moving(c, d, 1n), moving(x, y, 1n), moving(c, d, 2n))
  expect(outcomes.map((group) => group.map(brief))).toEqual([['posted'], [], ['posted']])
  // For a while, the lock is not waited for again.
  await until(async () => {
    const startedAt = performance.now()
    expect((await post(moving(x, y, 1n))).map((group) => group.map(brief))).toEqual([[]])
    return performance.now() - startedAt < lockMs
  })
  await letGo()
  expect((await post(moving(x, y, 1n))).map((group) => group.map(brief))).toEqual([['posted']])
  expect(busy.slice(0, 2)).toEqual([[1], [0]])
  expect(busy.at(-1)).toEqual([])
  await posting.close()
  expect(await books.balances(d)).toEqual([3n, 0n, 0n])
  expect(await books.balances(y)).toEqual([1n, 0n, 0n])
})

it('the sum of holds never exceeds the storable range, from any source and in any group', async () => {
  const max = 9_000_000_000_000_000_000n
  const [from, to, third] = [`from:${made}`, `to:${made}`, `third:${made}`]
  for (const code of [from, to, third]) await books.open(code, { minAvailable: null })
  // `to` is far below zero, so that incoming amounts may exceed a 64-bit integer.
  expect(await go(moving(to, from, max))).toBe('posted')
  const first = moving(from, to, max, { pending: true })
  expect(await go(first)).toBe('pending')
  const overflow = moving(third, to, max / 2n, { pending: true })
  const neighbors = Array.from({ length: 20 }, () => go(moving(c, d, 1n)))
  expect(await go(overflow)).toBe('balance_overflow (amount)')
  expect(new Set(await Promise.all(neighbors))).toEqual(new Set(['posted']))
  const group = { commands: [moving(c, d, 1n), overflow], atomic: true }
  expect((await books.ledger.submit(group)).map(brief)).toEqual(['group_refused', 'balance_overflow (amount)'])
  expect(await go(moving(third, to, 2n ** 63n))).toBe('balance_overflow (amount)')
  // A transfer that moves at once holds nothing.
  expect(await go(moving(third, to, max / 2n))).toBe('posted')
  expect(await go({ kind: 'post', book: firstBook, id: first.id, amount: 1n })).toBe('posted')
  expect(await books.balances(to)).toEqual([-max + max / 2n + 1n, 0n, 0n])
})
