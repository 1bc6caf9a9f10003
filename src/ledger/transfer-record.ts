import type { Timestamp, Uuid } from '#kernel'
import type { AccountFacts } from './account-directory.ts'
import type { BookNumber, Metadata, Transfer } from './commands.ts'
import { entryKind, transferFlag } from './journal.ts'
import type { LedgerRefusal } from './refusals.ts'

/** How a pending transfer ended. `kind` is a code of `entryKind`. */
export type Resolution = { readonly kind: number; readonly amount: bigint; readonly recordedAt: Timestamp }

/** A booked transfer as the ledger keeps it. */
export type BookedTransfer = {
  readonly refusal: undefined
  readonly position: number
  readonly book: BookNumber
  readonly id: Uuid
  readonly source: AccountFacts
  readonly destination: AccountFacts
  readonly amount: bigint
  readonly flags: number
  readonly effectiveAt: Timestamp
  readonly recordedAt: Timestamp
  readonly expiresAt: Timestamp | undefined
  readonly reference: string | undefined
  readonly metadata: Metadata | undefined
  /** JSON text of {@link TransferOptions}; undefined when there are none. */
  readonly options: string | undefined
  readonly resolution: Resolution | undefined
}

/** A refused transfer whose id the client chose. */
export type RefusedTransfer = {
  readonly refusal: LedgerRefusal
  readonly book: BookNumber
  readonly id: Uuid
  /** JSON text of the request, to recognise a replay. */
  readonly request: string
  readonly resolution: undefined
}

export type TransferRecord = BookedTransfer | RefusedTransfer

/** A transfer as it is now. */
export function toTransfer(record: BookedTransfer): Transfer {
  const { resolution } = record
  return transferIn(record, resolution)
}

/** A transfer as it was when it was made: the answer to a replay. */
export function toFirstAnswer(record: BookedTransfer): Transfer {
  return transferIn(record, undefined)
}

function transferIn(record: BookedTransfer, resolution: Resolution | undefined): Transfer {
  const pending = (record.flags & transferFlag.pending) !== 0
  return {
    id: record.id,
    book: record.book,
    position: record.position,
    source: record.source,
    destination: record.destination,
    amount: record.amount,
    asset: record.source.asset,
    state: stateOf(pending, resolution),
    amountPosted: resolution === undefined ? (pending ? 0n : record.amount) : resolution.amount,
    pending,
    ...(record.expiresAt === undefined ? undefined : { expiresAt: record.expiresAt }),
    ...(record.reference === undefined ? undefined : { reference: record.reference }),
    effectiveAt: record.effectiveAt,
    recordedAt: record.recordedAt,
    ...(resolution === undefined ? undefined : { resolvedAt: resolution.recordedAt }),
    metadata: record.metadata ?? noMetadata,
  }
}

const noMetadata: Metadata = {}

function stateOf(pending: boolean, resolution: Resolution | undefined): Transfer['state'] {
  if (!pending) return 'posted'
  if (resolution === undefined) return 'pending'
  if (resolution.kind === entryKind.settled) return 'posted'
  return resolution.kind === entryKind.voided ? 'voided' : 'expired'
}
