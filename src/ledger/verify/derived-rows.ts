import type { SnapshotReader } from '#platform/postgres'
import type { BookNumber } from '../commands.ts'
import { transferFlag } from '../sealing/journal.ts'
import { type MetadataOwner, metadataTerm } from '../transfers/metadata-term.ts'
import type { AccountChains, Entry } from './account-chains.ts'
import { explainBackdated, explainHolds, explainTerms, findLateHolds } from './derived-differences.ts'
import type { Findings } from './findings.ts'
import { latestAccountMetadata, metadataPairs } from './metadata-pairs.ts'
import type { Hold, TransferRow } from './operation-rows.ts'
import { createRowSetDigest, putBigint, putNumber } from './row-set-digest.ts'

/** Checks tables that repeat parts of the journal: open holds, backdated entries, metadata terms. */
export type DerivedRows = {
  readonly addTransfer: (row: TransferRow) => void
  /** Adds those entries that are backdated. */
  readonly addEntries: (transfer: BackdatedBy, entries: readonly Entry[]) => void
  readonly endHold: (hold: Hold) => void
  /** Call it after the journal has been read. */
  readonly compare: (reader: SnapshotReader, chains: AccountChains) => Promise<void>
}

type HeldRow = Pick<TransferRow, 'position' | 'book' | 'expiresAt' | 'source' | 'destination' | 'amount'>

type BackdatedBy = { readonly flags: number; readonly effectiveAt: number }

export function createDerivedRows(findings: Findings): DerivedRows {
  const holds = createRowSetDigest()
  const backdated = createRowSetDigest()
  const terms = createRowSetDigest()
  const words = new Int32Array(32)

  const putHold = (hold: HeldRow): number => {
    const at = putNumber(words, 0, hold.position)
    words[at] = hold.book
    words[at + 1] = hold.expiresAt === undefined ? 0 : 1
    const sides = putNumber(words, putNumber(words, at + 2, hold.expiresAt ?? 0), hold.source ?? 0)
    return putBigint(words, putNumber(words, sides, hold.destination ?? 0), hold.amount)
  }

  const addTerms = (owner: MetadataOwner, book: BookNumber, metadata: string, key: number): void => {
    for (const [name, value] of metadataPairs(metadata)) {
      terms.add(key, words, putNumber(words, putBigint(words, 0, metadataTerm(book, owner, name, value)), key))
      findings.count('metadata_terms', 1)
    }
  }

  const compareHolds = async (reader: SnapshotReader, chains: AccountChains): Promise<void> => {
    const held = 'select transfer, book_id, expires_at, source, destination, amount from ledger.holds'
    await reader.eachRow(held, (row) => {
      const expiresAt = row.isNull(2) ? undefined : row.timestamp(2)
      const [source, destination] = [row.isNull(3) ? 0 : row.int8(3), row.isNull(4) ? 0 : row.int8(4)]
      const amount = row.isNull(5) ? 0n : row.bigint8(5)
      holds.remove(
        row.int8(0),
        words,
        putHold({ position: row.int8(0), book: row.int4(1), expiresAt, source, destination, amount }),
      )
    })
    await findLateHolds(reader, findings)
    const joined = `select transfer.source, transfer.destination, transfer.amount
      from ledger.holds as hold
      join ledger.transfers as transfer
        on transfer.book_id = hold.book_id and transfer.position = hold.transfer and transfer.flags < 4`
    await reader.eachRow(joined, (row) => chains.expectHold(row.int8(0), row.int8(1), row.bigint8(2)))
    if (holds.differences().length > 0) await explainHolds(reader, findings)
  }

  const compareBackdated = async (reader: SnapshotReader): Promise<void> => {
    const rows =
      'select account, version, effective_at, recorded_at, posted_delta, position from ledger.backdated_entries'
    await reader.eachRow(rows, (row) => {
      const versioned = putNumber(words, putNumber(words, 0, row.int8(0)), row.int8(1))
      const timed = putNumber(words, putNumber(words, versioned, row.timestamp(2)), row.timestamp(3))
      const position = row.int8(5)
      backdated.remove(position, words, putNumber(words, putBigint(words, timed, row.bigint8(4)), position))
    })
    if (backdated.differences().length > 0) await explainBackdated(reader, findings)
  }

  const compareTerms = async (reader: SnapshotReader): Promise<void> => {
    await reader.eachRow(latestAccountMetadata, (row) => addTerms('account', row.int4(1), row.text(2), row.int8(0)))
    await reader.eachRow('select term, position from ledger.metadata_terms', (row) => {
      const key = row.int8(1)
      terms.remove(key, words, putNumber(words, putBigint(words, 0, row.bigint8(0)), key))
    })
    const differing = terms.differences()
    if (differing.length > 0) await explainTerms(reader, findings, differing)
  }

  return {
    addTransfer: (row) => {
      if (row.metadata !== undefined) addTerms('transfer', row.book, row.metadata, row.position)
      if ((row.flags & transferFlag.pending) === 0) return
      findings.count('holds', 1)
      holds.add(row.position, words, putHold(row))
    },
    addEntries: ({ flags, effectiveAt }, entries) => {
      if ((flags & transferFlag.effectiveAtGiven) === 0) return
      for (const { account, version, position, recordedAt, postedDelta } of entries) {
        if (effectiveAt >= recordedAt || postedDelta === 0n) continue
        findings.count('backdated_entries', 1)
        const timed = putNumber(words, putNumber(words, putNumber(words, 0, account), version), effectiveAt)
        const summed = putBigint(words, putNumber(words, timed, recordedAt), postedDelta)
        backdated.add(position, words, putNumber(words, summed, position))
      }
    },
    endHold: (hold) => {
      holds.remove(hold.position, words, putHold(hold))
    },
    compare: async (reader, chains) => {
      await compareHolds(reader, chains)
      await compareBackdated(reader)
      await compareTerms(reader)
    },
  }
}
