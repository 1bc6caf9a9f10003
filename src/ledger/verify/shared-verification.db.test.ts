import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createSharedVerification, type SharedMessage } from '#platform/verification'
import { createTestDatabase, moving, patience, startTestBooks, type TestBooks, type TestDatabase } from '#testing'
import { verifyInThread } from './verification-thread.ts'
import type { Verification } from './verify-ledger.ts'

let server: TestDatabase
beforeAll(async () => {
  server = await createTestDatabase()
})
afterAll(async () => {
  await server.drop()
})

/** A verification that runs until it is ended; counts how often one was started. */
function controlled(options: { patienceMs?: number; repeatMs?: number } = {}) {
  const runs: { end: (result: string) => void; signal: AbortSignal }[] = []
  const shared = createSharedVerification<string>(
    server.database,
    ({ onProgress, signal }) =>
      new Promise((resolve, reject) => {
        runs.push({ end: resolve, signal })
        signal.addEventListener('abort', () => reject(signal.reason))
        onProgress({ check: 'journal', done: 1, total: 2 })
      }),
    options,
  )
  return { shared, runs }
}

async function resultOf<Result>(messages: AsyncIterable<SharedMessage<Result>> | undefined) {
  const said: SharedMessage<Result>[] = []
  for await (const message of messages ?? []) said.push(message)
  return said
}

test('a request during a verification follows it and gets its result', async () => {
  const { shared, runs } = controlled()
  const followers = await Promise.all(Array.from({ length: 20 }, () => shared.follow()))
  const results = followers.map(resultOf)
  await vi.waitFor(() => expect(runs).toHaveLength(1), patience(10_000))
  runs[0]?.end('in order')
  for (const said of await Promise.all(results)) {
    expect(said).toEqual([{ check: 'journal', done: 1, total: 2 }, { result: 'in order' }])
  }
  expect(runs).toHaveLength(1)
})

test('a follower gets its progress regularly, even when one part takes long without news', async () => {
  const { shared, runs } = controlled({ repeatMs: 1 })
  let heard = 0
  for await (const message of (await shared.follow()) ?? []) {
    heard += 1
    if ('result' in message) break
    expect(message).toEqual({ check: 'journal', done: 1, total: 2 })
    if (heard === 3) runs[0]?.end('in order')
  }
  expect(heard).toBe(4)
})

test('one verification runs among all processes, and the next when it is over', async () => {
  const [one, other] = [controlled(), controlled()]
  const following = resultOf(await one.shared.follow())
  expect(await other.shared.follow()).toBeUndefined()
  one.runs[0]?.end('in order')
  await following
  const next = await vi.waitFor(async () => {
    const messages = await other.shared.follow()
    expect(messages).toBeDefined()
    return messages
  }, patience(10_000))
  other.runs[0]?.end('in order as well')
  expect((await resultOf(next)).at(-1)).toEqual({ result: 'in order as well' })
})

test('a verification ends when its last follower leaves, and not before', async () => {
  const { shared, runs } = controlled()
  const [first, second] = [await shared.follow(), await shared.follow()]
  await Promise.all([first?.next(), second?.next()])
  await first?.return(undefined)
  expect(runs[0]?.signal.aborted).toBe(false)
  await second?.return(undefined)
  expect(runs[0]?.signal.aborted).toBe(true)
  const again = await vi.waitFor(async () => {
    const messages = await shared.follow()
    expect(messages).toBeDefined()
    return messages
  }, patience(10_000))
  runs.at(-1)?.end('in order')
  expect((await resultOf(again)).at(-1)).toEqual({ result: 'in order' })
})

test('a thread verifies the books, reports its progress, and can be ended', async () => {
  const books: TestBooks = await startTestBooks()
  try {
    await books.openWith('payer', 100n)
    await books.open('payee')
    await books.book(moving('payer', 'payee', 30n))
    const verify = verifyInThread(books.database)
    const checks = new Set<string>()
    const signal = new AbortController().signal
    const found: Verification = await verify({ onProgress: ({ check }) => checks.add(check), signal })
    expect(found).toMatchObject({ ok: true })
    expect([...checks].sort()).toEqual(['blocks', 'journal', 'once'].filter((check) => checks.has(check)))
    expect(checks.has('journal')).toBe(true)
    const leaving = new AbortController()
    const ended = verify({ onProgress: () => {}, signal: leaving.signal })
    leaving.abort()
    await expect(ended).rejects.toMatchObject({ code: 'verification_ended', retryable: true })
  } finally {
    await books.stop()
  }
})

test('a verification that no follower begins to read ends, and the next one begins', async () => {
  const { shared, runs } = controlled({ patienceMs: 50 })
  expect(await shared.follow()).toBeDefined()
  await vi.waitFor(() => expect(runs[0]?.signal.aborted).toBe(true), patience(10_000))
  const next = await vi.waitFor(async () => {
    const messages = await shared.follow()
    expect(messages).toBeDefined()
    return messages
  }, patience(10_000))
  const result = resultOf(next)
  await vi.waitFor(() => expect(runs).toHaveLength(2), patience(10_000))
  runs[1]?.end('in order')
  expect((await result).at(-1)).toEqual({ result: 'in order' })
})
