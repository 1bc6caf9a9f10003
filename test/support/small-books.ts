import { setTimeout as sleep } from 'node:timers/promises'
import { type CreateTransfer, createLedger, type Ledger } from '#ledger'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'

/**
 * Transfers have the names of their references. Each has a batch of its own; rent and food share one.
 * - salary: 1000 bank to alice, with metadata; rent, food: alice to bob; back: backdated
 * - holds: whole (posted), part (20 of 50 posted), gone (voided), lapsed (expired), open
 * - dear: refused, and recorded because its id was given
 * - euro: of another asset; other: of another book, and the last
 * Alice's settings changed once. Bob has metadata and a max_balance.
 */
export type SmallBooks = { readonly ledger: Ledger; readonly close: () => Promise<void> }

const book = 1
const otherBook = 2
const accounts = [
  { book, code: 'bank', asset: 'USD', minAvailable: null },
  { book, code: 'alice', asset: 'USD' },
  { book, code: 'bob', asset: 'USD', maxBalance: 5_000n, metadata: { tier: 'gold' } },
  { book, code: 'bank:euro', asset: 'EUR', minAvailable: null },
  { book, code: 'carol:euro', asset: 'EUR' },
  { book: otherBook, code: 'bank', asset: 'USD', minAvailable: null },
  { book: otherBook, code: 'alice', asset: 'USD' },
]
/** 2001-09-09T01:46:40Z. */
const longAgo = 1_000_000_000_000_000

/** `afterHalf` is awaited between the salary and the transfers that spend it. */
export async function keepSmallBooks(database: Database, afterHalf: () => Promise<unknown>): Promise<SmallBooks> {
  const ledger = createLedger({
    database,
    // The caller decides when to seal.
    sealIntervalMs: 3_600_000,
    onFault: (fault) => {
      throw fault
    },
  })
  await ledger.start()
  const opened = await database.transaction((tx) =>
    ledger.createAccounts(
      tx,
      accounts.map((account) => ({
        ...{ id: newUuid(), idGiven: false, minAvailable: 0n, maxBalance: null, metadata: {} },
        ...account,
      })),
    ),
  )
  if (opened.some(({ ok }) => !ok)) throw new Error('an account was refused')
  const ids = new Map<string, string>()
  const create = (reference: string, fields: Partial<CreateTransfer>): CreateTransfer => {
    const id = newUuid()
    ids.set(reference, id)
    const usual = { kind: 'create', book, idGiven: true, source: 'alice', destination: 'bob', asset: 'USD' } as const
    return { ...usual, id, amount: 10n, reference, ...fields }
  }
  const submit = async (...commands: Parameters<Ledger['submit']>[0]['commands']) => {
    const outcomes = await ledger.submit({ commands, atomic: false })
    return outcomes.every(({ ok }) => ok)
  }
  const must = async (...commands: Parameters<Ledger['submit']>[0]['commands']) => {
    if (!(await submit(...commands))) throw new Error('a transfer was refused')
  }

  await must(create('salary', { source: 'bank', destination: 'alice', amount: 1_000n, metadata: { month: 'may' } }))
  await afterHalf()
  await must(create('rent', { amount: 300n }), create('food', { amount: 40n }))
  await must(create('back', { amount: 7n, effectiveAt: longAgo }))
  for (const reference of ['whole', 'part', 'gone', 'open']) {
    await must(
      create(reference, { pending: true, amount: 50n, ...(reference === 'part' ? { effectiveAt: longAgo } : {}) }),
    )
  }
  const idOf = (reference: string) => ids.get(reference) ?? ''
  await must({ kind: 'post', book, id: idOf('whole') })
  await must({ kind: 'post', book, id: idOf('part'), amount: 20n })
  await must({ kind: 'void', book, id: idOf('gone') })
  await database.transaction((tx) =>
    ledger.changeAccount(tx, { book, account: 'alice', minAvailable: -100n, metadata: { tier: 'basic' } }),
  )
  if (await submit(create('dear', { amount: 1_000_000n, reference: 'never' }))) throw new Error('dear was booked')
  await must(create('euro', { source: 'bank:euro', destination: 'carol:euro', asset: 'EUR', amount: 500n }))
  // Longer when the machine is too slow.
  let momentMs = 200
  const hold = () => create('lapsed', { pending: true, amount: 5n, expiresAt: (Date.now() + momentMs) * 1_000 })
  while (!(await submit(hold()))) momentMs *= 2
  await sleep(momentMs + 10)
  // The ledger expires it within a second; expiring it here saves the wait.
  await submit({ kind: 'expire', book, id: idOf('lapsed') })
  await must(create('other', { book: otherBook, source: 'bank', destination: 'alice', amount: 70n }))
  return { ledger, close: () => ledger.stop(5_000) }
}
