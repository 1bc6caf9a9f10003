import { assert, type Timestamp } from '#kernel'
import type { OutboxEvent } from '#platform/outbox'
import { CopyEncoder, type CopyMark } from '#platform/postgres'
import type { BookNumber, Metadata } from '../commands.ts'
import type { ExpiryRun } from '../holds/expiry-runs.ts'
import { createBatchHasher } from '../sealing/batch-hash.ts'
import { entrySide, journalTables, positionsPerBatch, transferFlag } from '../sealing/journal.ts'
import { transferTerms } from '../transfers/metadata-term.ts'
import { type BookedTransfer, noMetadata, type RefusedTransfer } from '../transfers/transfer-record.ts'
import type { Head } from '../transfers/working-set.ts'

export type EntryFacts = {
  readonly position: number
  readonly transfer: number
  readonly kind: number
  readonly pendingDelta: bigint
  readonly recordedAt: Timestamp
}

export type RowsMark = {
  readonly operations: number
  readonly events: number
  readonly closedHolds: number
  readonly copies: readonly CopyMark[]
}

export type ClosedHold = { readonly book: BookNumber; readonly transfer: number }

/** The encoded rows of one batch. Reuse the instance, so that its buffers are allocated once. */
export class BatchRows {
  readonly transfers = new CopyEncoder(64 * 1024)
  readonly entries = new CopyEncoder(64 * 1024)
  readonly resolutions = new CopyEncoder()
  readonly backdatedEntries = new CopyEncoder()
  readonly holds = new CopyEncoder()
  readonly metadataTerms = new CopyEncoder()
  readonly expiryRuns = new CopyEncoder()
  /** Buffer for answers under idempotency keys, filled by the code that stores them. */
  readonly keys = new CopyEncoder()
  readonly closedHolds: ClosedHold[] = []
  readonly events: OutboxEvent[] = []
  readonly #copies = [
    this.transfers,
    this.entries,
    this.resolutions,
    this.backdatedEntries,
    this.holds,
    this.metadataTerms,
    this.expiryRuns,
  ]
  #firstPosition = 0
  #operations = 0

  begin(batchNumber: number): void {
    this.#firstPosition = batchNumber * positionsPerBatch
    this.#operations = 0
    this.closedHolds.length = 0
    this.events.length = 0
    for (const copy of this.#copies) copy.reset()
  }

  get position(): number {
    return this.#firstPosition
  }

  get operations(): number {
    return this.#operations
  }

  nextPosition(): number {
    assert(this.#operations < positionsPerBatch, 'a batch has more operations than positions')
    const position = this.#firstPosition + this.#operations
    this.#operations += 1
    return position
  }

  mark(): RowsMark {
    return {
      operations: this.#operations,
      events: this.events.length,
      closedHolds: this.closedHolds.length,
      copies: this.#copies.map((copy) => copy.mark()),
    }
  }

  rewind(mark: RowsMark): void {
    this.#operations = mark.operations
    this.events.length = mark.events
    this.closedHolds.length = mark.closedHolds
    this.#copies.forEach((copy, index) => {
      const place = mark.copies[index]
      if (place !== undefined) copy.rewind(place)
    })
  }

  transfer(booked: BookedTransfer): void {
    const row = this.transfers
    row.tuple(13)
    row.int8(booked.position)
    row.int8(booked.source.number)
    row.int8(booked.destination.number)
    row.bigint8(booked.amount)
    row.timestamp(booked.effectiveAt)
    row.timestamp(booked.recordedAt)
    if (booked.expiresAt === undefined) row.null()
    else row.timestamp(booked.expiresAt)
    row.uuid(booked.id)
    row.int4(booked.book)
    row.int2(booked.flags)
    textOrNull(row, booked.reference)
    textOrNull(row, booked.metadata === noMetadata ? undefined : metadataText(booked.metadata))
    textOrNull(row, booked.options)
    if ((booked.flags & transferFlag.pending) !== 0) this.#hold(booked)
    if (booked.metadata === noMetadata) return
    for (const term of transferTerms(booked.book, booked.metadata)) {
      this.metadataTerms.tuple(2)
      this.metadataTerms.bigint8(term)
      this.metadataTerms.int8(booked.position)
    }
  }

  #hold(booked: BookedTransfer): void {
    const row = this.holds
    row.tuple(6)
    row.int8(booked.position)
    row.int4(booked.book)
    if (booked.expiresAt === undefined) row.null()
    else row.timestamp(booked.expiresAt)
    row.int8(booked.source.number)
    row.int8(booked.destination.number)
    row.bigint8(booked.amount)
  }

  refused(refused: RefusedTransfer, amount: bigint, recordedAt: Timestamp): void {
    const row = this.transfers
    row.tuple(13)
    row.int8(this.nextPosition())
    row.null()
    row.null()
    row.bigint8(amount)
    row.timestamp(recordedAt)
    row.timestamp(recordedAt)
    row.null()
    row.uuid(refused.id)
    row.int4(refused.book)
    row.int2(transferFlag.refused)
    row.null()
    row.null()
    row.text(`{"refusal":${JSON.stringify(refused.refusal)},"request":${refused.request}}`)
  }

  entry(head: Head, facts: EntryFacts, side: number, postedDelta: bigint): void {
    const row = this.entries
    row.tuple(12)
    row.int8(head.number)
    row.int8(head.version)
    row.int8(facts.position)
    row.int8(facts.transfer)
    row.bigint8(postedDelta)
    row.bigint8(side === entrySide.neither ? 0n : facts.pendingDelta)
    row.bigint8(head.posted)
    row.bigint8(head.pendingOut)
    row.bigint8(head.pendingIn)
    row.timestamp(facts.recordedAt)
    row.int2(facts.kind)
    row.int2(side)
  }

  backdated(booked: BookedTransfer, facts: EntryFacts, head: Head, postedDelta: bigint): void {
    const row = this.backdatedEntries
    row.tuple(6)
    row.int8(head.number)
    row.timestamp(booked.effectiveAt)
    row.int8(head.version)
    row.int8(facts.position)
    row.timestamp(facts.recordedAt)
    row.bigint8(postedDelta)
  }

  resolution(resolved: BookedTransfer, position: number): void {
    const { resolution } = resolved
    assert(resolution !== undefined, 'a transfer that is not resolved has no resolution')
    const row = this.resolutions
    row.tuple(6)
    row.int8(resolved.position)
    row.int8(position)
    row.bigint8(resolution.amount)
    row.timestamp(resolution.recordedAt)
    row.int4(resolved.book)
    row.int2(resolution.kind)
    this.closedHolds.push({ book: resolved.book, transfer: resolved.position })
  }

  expiryRun(run: ExpiryRun): void {
    const row = this.expiryRuns
    row.tuple(7)
    row.int8(run.account)
    row.int8(run.firstVersion)
    row.int8(run.lastVersion)
    row.timestamp(run.earliest)
    row.timestamp(run.latest)
    row.bigint8(run.heldOut)
    row.bigint8(run.heldIn)
  }

  /** Names only its transfer; feed readers get the rest from immutable rows. */
  event(type: string, transfer: BookedTransfer): void {
    this.events.push({ book: transfer.book, type, subject: transfer.position })
  }

  /** The SHA-256 that `journal.ts` defines. */
  hash(): Buffer {
    const hasher = createBatchHasher()
    const rowsOf: Partial<Record<(typeof journalTables)[number]['table'], CopyEncoder>> = {
      'ledger.transfers': this.transfers,
      'ledger.entries': this.entries,
      'ledger.resolutions': this.resolutions,
    }
    for (const { table } of journalTables) {
      const rows = rowsOf[table]
      if (rows !== undefined && rows.rows > 0) hasher.add(table, rows.rows, rows.tuples())
    }
    return hasher.digest()
  }
}

function textOrNull(row: CopyEncoder, text: string | undefined): void {
  if (text === undefined) row.null()
  else row.text(text)
}

/** Absent and empty metadata are the same. */
function metadataText(metadata: Metadata): string | undefined {
  for (const _ in metadata) return JSON.stringify(metadata)
  return undefined
}
