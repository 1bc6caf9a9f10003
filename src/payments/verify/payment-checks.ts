import { type Database, readAtLength, type SnapshotReader } from '#platform/postgres'
import { findDifferences } from './books-read-model.ts'
import { findWrongChart } from './chart-read-model.ts'
import { findMiscredited } from './credits-read-model.ts'
import { findMisdisputed } from './disputes-read-model.ts'
import { type Found, joinFound } from './found.ts'
import { findGivenBeyond } from './given-back-read-model.ts'
import { findUnbooked } from './rails-read-model.ts'
import { findStranded } from './stranded-read-model.ts'
import { findUndone } from './undone-read-model.ts'

/** A check that payments add to the verification. */
export type PaymentCheck = {
  readonly name: 'never_stranded' | 'payments_equal_books'
  readonly run: (signal?: AbortSignal) => Promise<{ readonly checked: number; readonly findings: readonly string[] }>
}

const findingsMax = 20

/**
 * Checks over all books, while writes go on. `never_stranded`: every subject has ended, has a case, or continues by a
 * message of the lanes. `payments_equal_books`: the amounts of payments, refunds and payouts equal their ledger
 * transfers, and disputes have taken what the books show. The amounts that rails reported equal those of their clearing
 * accounts. No account has given back more of a payment than it got. No capture was undone that its rail confirmed last.
 * Credits that no call asked for are booked as rails report them. Chart accounts are as payments need them. Reads the tables of lanes and ledger, because only they show this. Throws a
 * retryable Fault when the database is unavailable.
 */
export function paymentChecks(database: Database): readonly PaymentCheck[] {
  return [
    { name: 'never_stranded', run: (signal) => runOn(database, signal, findStranded) },
    { name: 'payments_equal_books', run: (signal) => runOn(database, signal, findWhatDiffers) },
  ]
}

async function findWhatDiffers(reader: SnapshotReader, limit: number): Promise<Found> {
  const parts = [
    findDifferences,
    findUnbooked,
    findMisdisputed,
    findGivenBeyond,
    findUndone,
    findMiscredited,
    findWrongChart,
  ]
  const found: Found[] = []
  for (const find of parts) found.push(await find(reader, limit))
  return joinFound(found, limit)
}

type Find = (reader: SnapshotReader, limit: number) => Promise<Found>

function runOn(database: Database, signal: AbortSignal | undefined, find: Find) {
  return readAtLength(database, { purpose: 'verify payments', signal }, async (reader) => {
    await reader.set({ work_mem: '64MB' })
    const { checked, total, texts } = await find(reader, findingsMax)
    const more = total > texts.length ? [`and ${total - texts.length} more`] : []
    return { checked, findings: [...texts, ...more] }
  })
}
