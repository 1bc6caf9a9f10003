import type { Timestamp, Uuid } from '#kernel'
import type { AccountFacts } from '../accounts/account-facts.ts'
import type { BookNumber, Metadata, Transfer } from '../commands.ts'
import type { LedgerRefusal } from '../refusals.ts'
import { entryKind, transferFlag } from '../sealing/journal.ts'

/** `kind` is a code of `entryKind`. */
export type Resolution = { readonly kind: number; readonly amount: bigint; readonly recordedAt: Timestamp }

export type TransferFacts = Pick<
  Transfer,
  'id' | 'book' | 'position' | 'amount' | 'expiresAt' | 'reference' | 'effectiveAt' | 'recordedAt' | 'metadata'
> & {
  readonly source: AccountFacts
  readonly destination: AccountFacts
  /** Bits of `transferFlag`. */
  readonly flags: number
  /** JSON text of TransferOptions; undefined without options. */
  readonly options: string | undefined
}

export type BookedTransfer = Transfer &
  TransferFacts & { readonly refusal: undefined; readonly resolution: Resolution | undefined }

/** Kept only when the client chose the id. */
export type RefusedTransfer = {
  readonly refusal: LedgerRefusal
  readonly book: BookNumber
  readonly id: Uuid
  /** JSON text, to recognize a replay. */
  readonly request: string
}

export type TransferRecord = BookedTransfer | RefusedTransfer

export const noMetadata: Metadata = {}

/** A transfer as created. Built field by field for speed. */
export function madeTransfer(facts: TransferFacts): BookedTransfer {
  const pending = (facts.flags & transferFlag.pending) !== 0
  return {
    refusal: undefined,
    resolution: undefined,
    id: facts.id,
    book: facts.book,
    position: facts.position,
    source: facts.source,
    destination: facts.destination,
    amount: facts.amount,
    asset: facts.source.asset,
    state: pending ? 'pending' : 'posted',
    amountPosted: pending ? 0n : facts.amount,
    pending,
    flags: facts.flags,
    expiresAt: facts.expiresAt,
    reference: facts.reference,
    effectiveAt: facts.effectiveAt,
    recordedAt: facts.recordedAt,
    resolvedAt: undefined,
    metadata: facts.metadata,
    options: facts.options,
  }
}

export function resolvedTransfer(made: BookedTransfer, resolution: Resolution): BookedTransfer {
  const { kind, amount, recordedAt } = resolution
  const state = kind === entryKind.settled ? 'posted' : kind === entryKind.voided ? 'voided' : 'expired'
  return { ...made, resolution, state, amountPosted: amount, resolvedAt: recordedAt }
}

export function lapsedTransfer(made: BookedTransfer): BookedTransfer {
  return made.pending ? { ...made, state: 'expired' } : made
}

/** The answer to a replay: the transfer as created, without its later end. */
export function firstAnswer(record: BookedTransfer): BookedTransfer {
  return record.resolution === undefined ? record : madeTransfer(record)
}
