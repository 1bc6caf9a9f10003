import type { Timestamp } from '#kernel'
import type { Queryable } from '#platform/postgres'
import { findAccount } from './account-read-model.ts'
import type { AccountReference, BookNumber, Metadata, Transfer, TransferState } from './commands.ts'
import { metadataTerm } from './metadata-term.ts'
import { positionsAtTimes } from './position-read-model.ts'
import { isStorable, type Page, walk } from './reading.ts'
import { stateCode, type TransferCriteria, type TransferCursor } from './transfer-criteria.ts'
import { scanTransfers } from './transfer-scan-read-model.ts'
import { chooseStream, type Stream } from './transfer-stream-read-model.ts'

/** Which transfers; every given part must hold. */
export type TransferFilter = {
  /** Out of or into this account. */
  readonly account?: AccountReference
  readonly source?: AccountReference
  readonly destination?: AccountReference
  readonly reference?: string
  readonly state?: TransferState
  /** Pairs the transfer's metadata must contain. */
  readonly metadata?: Metadata
  /** Inclusive. */
  readonly recordedFrom?: Timestamp
  /** Exclusive. */
  readonly recordedTo?: Timestamp
}

/**
 * Lists transfers, newest first. Every part of the filter is a stream of positions in the order of
 * the list: an account's entries, the terms of a metadata pair, the open holds, the voided ones. The
 * stream that is rarest just below the cursor is walked, and what it gives is checked against the
 * other parts by index, a bounded number of rows a request. So no combination of filters is slow;
 * one that finds next to nothing among very many answers short pages with a cursor to go on.
 * An account that does not exist has no transfers.
 */
export async function listTransfers(
  database: Queryable,
  query: {
    readonly book: BookNumber
    readonly filter?: TransferFilter
    readonly limit: number
    readonly cursor?: TransferCursor
  },
): Promise<Page<Transfer, TransferCursor>> {
  const criteria = await toCriteria(database, query.book, query.filter ?? {})
  if (criteria === undefined) return { items: [], next: undefined }
  return await walk<Transfer, TransferCursor>({
    limit: query.limit,
    from: Math.min(query.cursor ?? criteria.end, criteria.end),
    cursorOf: (transfer) => transfer.position,
    step: async (from, scan, wanted) => {
      const before = from ?? criteria.end
      const stream = await chooseStream(database, criteria, before)
      return await scanTransfers(database, { criteria, stream, before, scan: scanOf(stream, scan, wanted), wanted })
    },
  })
}

/** Candidates that come with their rows' places only cost less to discard than whole rows. */
function scanOf(stream: Stream, scan: number, wanted: number): number {
  const cheap = stream.kind === 'term' || stream.kind === 'pending' || stream.kind === 'ended'
  return Math.max(wanted, cheap ? scan : Math.ceil(scan / 4))
}

async function toCriteria(
  database: Queryable,
  book: BookNumber,
  filter: TransferFilter,
): Promise<TransferCriteria | undefined> {
  const metadata = Object.entries(filter.metadata ?? {})
  if (![filter.reference ?? '', ...metadata.flat()].every(isStorable)) return undefined
  const numbers: Record<'account' | 'source' | 'destination', number | null> = {
    account: null,
    source: null,
    destination: null,
  }
  for (const role of ['account', 'source', 'destination'] as const) {
    const reference = filter[role]
    if (reference === undefined) continue
    const account = await findAccount(database, book, reference)
    if (account === undefined) return undefined
    numbers[role] = account.number
  }
  const { recordedFrom, recordedTo } = filter
  const times = [recordedFrom, recordedTo].filter((time) => time !== undefined)
  const bounds = await positionsAtTimes(database, times)
  return {
    book,
    ...numbers,
    reference: filter.reference ?? null,
    state: filter.state === undefined ? null : stateCode[filter.state],
    metadata,
    terms: metadata.map(([key, value]) => metadataTerm(book, 'transfer', key, value)),
    recordedFrom: recordedFrom ?? null,
    recordedTo: recordedTo ?? null,
    start: recordedFrom === undefined ? 0 : (bounds[0]?.start ?? 0),
    end: recordedTo === undefined ? Number.MAX_SAFE_INTEGER : (bounds.at(-1)?.end ?? 0),
  }
}
