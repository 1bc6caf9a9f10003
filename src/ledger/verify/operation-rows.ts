import type { CopyDecoder } from '#platform/postgres'
import type { Entry, Settings } from './account-chains.ts'

/** A refused transfer has no accounts. Times in microseconds since 1970. */
export type TransferRow = {
  readonly position: number
  readonly source: number | undefined
  readonly destination: number | undefined
  readonly amount: bigint
  readonly effectiveAt: number
  readonly recordedAt: number
  readonly expiresAt: number | undefined
  readonly book: number
  readonly flags: number
  readonly metadata: string | undefined
}

export type ResolutionRow = {
  readonly transfer: number
  readonly position: number
  readonly amount: bigint
  readonly recordedAt: number
  readonly book: number
  readonly kind: number
}

/** `hold` is the pending transfer that the resolution at `position` ended. */
export type EndedHold = { readonly position: number; readonly hold: Hold | undefined }

export type Hold = {
  readonly position: number
  readonly source: number
  readonly destination: number
  readonly amount: bigint
  readonly flags: number
  readonly effectiveAt: number
  readonly expiresAt: number | undefined
  readonly book: number
}

/** Walks rows sorted by position, and takes the rows of one position at a time. */
export class RowCursor<Row extends { readonly position: number }> {
  readonly #rows: CopyDecoder
  readonly #read: (row: CopyDecoder) => Row
  #ahead: Row | undefined

  constructor(rows: CopyDecoder, read: (row: CopyDecoder) => Row) {
    this.#rows = rows
    this.#read = read
    rows.rewind()
    this.#step()
  }

  /** Infinite after the last row. */
  get position(): number {
    return this.#ahead?.position ?? Number.POSITIVE_INFINITY
  }

  take(position: number): readonly Row[] {
    if (this.position !== position) return none
    const taken: Row[] = []
    while (this.#ahead?.position === position) {
      taken.push(this.#ahead)
      this.#step()
    }
    return taken
  }

  #step(): void {
    this.#ahead = this.#rows.next() ? this.#read(this.#rows) : undefined
  }
}

const none: readonly never[] = []

export function readTransfer(row: CopyDecoder): TransferRow {
  return {
    position: row.int8(0),
    source: row.isNull(1) ? undefined : row.int8(1),
    destination: row.isNull(2) ? undefined : row.int8(2),
    amount: row.bigint8(3),
    effectiveAt: row.timestamp(4),
    recordedAt: row.timestamp(5),
    expiresAt: row.isNull(6) ? undefined : row.timestamp(6),
    book: row.int4(8),
    flags: row.int2(9),
    metadata: row.isNull(11) ? undefined : row.text(11),
  }
}

export function readEntry(row: CopyDecoder): Entry {
  return {
    account: row.int8(0),
    version: row.int8(1),
    position: row.int8(2),
    transfer: row.int8(3),
    postedDelta: row.bigint8(4),
    pendingDelta: row.bigint8(5),
    posted: row.bigint8(6),
    pendingOut: row.bigint8(7),
    pendingIn: row.bigint8(8),
    recordedAt: row.timestamp(9),
    kind: row.int2(10),
    side: row.int2(11),
  }
}

export function readResolution(row: CopyDecoder): ResolutionRow {
  return {
    transfer: row.int8(0),
    position: row.int8(1),
    amount: row.bigint8(2),
    recordedAt: row.timestamp(3),
    book: row.int4(4),
    kind: row.int2(5),
  }
}

export function readSettings(row: CopyDecoder): Settings {
  return {
    account: row.int8(0),
    version: row.int8(1),
    position: row.int8(2),
    minAvailable: row.isNull(3) ? null : row.bigint8(3),
    maxBalance: row.isNull(4) ? null : row.bigint8(4),
    recordedAt: row.timestamp(6),
  }
}

export function readEndedHold(row: CopyDecoder): EndedHold {
  if (row.isNull(1)) return { position: row.int8(0), hold: undefined }
  return {
    position: row.int8(0),
    hold: {
      position: row.int8(1),
      source: row.int8(2),
      destination: row.int8(3),
      amount: row.bigint8(4),
      flags: row.int2(5),
      effectiveAt: row.timestamp(6),
      expiresAt: row.isNull(7) ? undefined : row.timestamp(7),
      book: row.int4(8),
    },
  }
}
