import { type Page, type PageRequest, readInRounds } from '#platform/lists'
import { isStorable, type Queryable } from '#platform/postgres'
import { findAccount } from '../accounts/account-read-model.ts'
import type { AccountReference, BookNumber, Transfer } from '../commands.ts'
import { metadataTerm } from '../transfers/metadata-term.ts'
import { positionsAtTimes } from './position-read-model.ts'
import { stateCode, type TransferCriteria, type TransferCursor, type TransferFilter } from './transfer-criteria.ts'
import { scanTransfers, transferRounds } from './transfer-scan-read-model.ts'
import { type ChosenStream, chooseStream } from './transfer-stream-read-model.ts'

/**
 * Lists transfers, newest first. The filter part that is rarest below the cursor is the stream that is scanned, and the
 * others are checked by index, a bounded number of rows per request. So rare matches give short pages, see {@link Page}.
 */
export async function listTransfers(
  database: Queryable,
  query: PageRequest<TransferCursor> & { readonly book: BookNumber; readonly filter?: TransferFilter },
): Promise<Page<Transfer, TransferCursor>> {
  const criteria = await toCriteria(database, query.book, query.filter ?? {})
  if (criteria === undefined) return { items: [], next: undefined }
  let chosen: ChosenStream | undefined
  return await readInRounds({
    limit: query.limit,
    cursor: Math.min(query.cursor ?? criteria.end, criteria.end),
    cursorOf: (transfer: Transfer) => transfer.position,
    rounds: transferRounds,
    scan: async ({ cursor = criteria.end, wanted, round }) => {
      // The first two rounds scan one neighborhood. For the last and largest one, choose again.
      if (chosen === undefined || round === transferRounds.at(-1)) {
        chosen = await chooseStream(database, criteria, cursor)
      }
      const scanned = await scanTransfers(database, { criteria, chosen, cursor, wanted, round })
      chosen = scanned.chosen
      return scanned
    },
  })
}

/** Undefined when no transfer can match. */
async function toCriteria(
  database: Queryable,
  book: BookNumber,
  filter: TransferFilter,
): Promise<TransferCriteria | undefined> {
  const metadata = Object.entries(filter.metadata ?? {})
  if (![filter.reference ?? '', ...metadata.flat()].every(isStorable)) return undefined
  const account = await numberOf(database, book, filter.account)
  const source = await numberOf(database, book, filter.source)
  const destination = await numberOf(database, book, filter.destination)
  if (account === undefined || source === undefined || destination === undefined) return undefined
  return {
    book,
    account,
    source,
    destination,
    reference: filter.reference ?? null,
    state: filter.state === undefined ? null : stateCode[filter.state],
    metadata,
    terms: metadata.map((pair) => metadataTerm(book, 'transfer', pair)),
    recordedFrom: filter.recordedFrom ?? null,
    recordedTo: filter.recordedTo ?? null,
    ...(await positionBounds(database, filter)),
  }
}

/** Null without a reference; undefined when the account does not exist. */
async function numberOf(
  database: Queryable,
  book: BookNumber,
  reference: AccountReference | undefined,
): Promise<number | null | undefined> {
  return reference === undefined ? null : (await findAccount(database, book, reference))?.number
}

async function positionBounds(
  database: Queryable,
  { recordedFrom, recordedTo }: TransferFilter,
): Promise<Pick<TransferCriteria, 'start' | 'end'>> {
  const times = [recordedFrom, recordedTo].filter((time) => time !== undefined)
  const found = await positionsAtTimes(database, times)
  return {
    start: recordedFrom === undefined ? 0 : (found[0]?.start ?? 0),
    end: recordedTo === undefined ? Number.MAX_SAFE_INTEGER : (found.at(-1)?.end ?? 0),
  }
}
