import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { moving, startTestBooks } from '#testing'
import type { TransferOutcome } from './commands.ts'
import type { Ledger } from './ledger.ts'
import { verifyLedger } from './verify/verify-ledger.ts'

it('one key that two processes use is decided once, even while a table lock outlasts a try', async () => {
  const books = await startTestBooks()
  const other = await books.startAnother()
  for (const code of ['a', 'b']) await books.openWith(code, 100n)
  for (const code of ['c', 'd']) await books.open(code)
  const once = (ledger: Ledger, key: string, source: string, destination: string) => {
    const idempotency = {
      ...{ book: 1, key, fingerprint: Buffer.from(source) },
      answer: (outcomes: readonly TransferOutcome[]) => ({ status: 201, body: String(outcomes.length) }),
    }
    return ledger.submitOnce({ commands: [moving(source, destination, 1n)], atomic: false }, idempotency)
  }
  const rounds = 6
  for (let round = 0; round < rounds; round += 1) {
    const key = newUuid()
    // Both meet the lock, and then one meets the other's key.
    const works = await books.database.transaction(async (tx) => {
      await tx.query({ text: 'lock table ledger.batches in share mode' })
      const begun = [once(books.ledger, key, 'a', 'c'), once(other, key, 'b', 'd')]
      await sleep(1_100)
      return [Promise.all(begun)]
    })
    const answers = (await works[0]) ?? []
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['done', 'mismatched'])
  }
  const [[c], [d]] = [await books.balances('c'), await books.balances('d')]
  expect(c + d).toBe(BigInt(rounds))
  const { checks } = await verifyLedger(books.database)
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  await books.stop()
})
