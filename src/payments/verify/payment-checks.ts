import { type Database, readAtLength, type SnapshotReader } from '#platform/postgres'
import { findDifferences } from './books-read-model.ts'
import { findWrongChart } from './chart-read-model.ts'
import { type Found, joinFound } from './found.ts'
import { findUnbooked } from './rails-read-model.ts'
import { findStranded } from './stranded-read-model.ts'

/** A check that payments add to the verification of everything. */
export type PaymentCheck = {
  readonly name: 'never_stranded' | 'payments_equal_books'
  readonly run: (signal?: AbortSignal) => Promise<{ readonly checked: number; readonly findings: readonly string[] }>
}

/** The most findings that a check lists. */
const findingsMax = 20

/**
 * What data can show of payments, over all books, while writes go on. `never_stranded`: everything has
 * ended, or has a way forward that nobody has to think of (a message of the lanes, now or at a time),
 * or is in the stuck list. `payments_equal_books`: what payments, refunds and payouts say was moved,
 * held or kept in suspense is what the ledger's transfers made for them have moved; what rails
 * said they did, by the attempts, is what their clearing accounts have; and these and suspense are as payments
 * need them. Reads the tables of lanes and ledger, as only there can it be seen. Throws a retryable Fault when the database is away.
 */
export function paymentChecks(database: Database): readonly PaymentCheck[] {
  return [
    { name: 'never_stranded', run: (signal) => runOn(database, signal, findStranded) },
    { name: 'payments_equal_books', run: (signal) => runOn(database, signal, findWhatDiffers) },
  ]
}

async function findWhatDiffers(reader: SnapshotReader, limit: number): Promise<Found> {
  const parts = [findDifferences, findUnbooked, findWrongChart]
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
