import type { CopyDecoder, SnapshotReader } from '#platform/postgres'
import type { BookNumber } from '../commands.ts'
import { transferFlag } from '../sealing/journal.ts'
import { type MetadataOwner, metadataTerm } from '../transfers/metadata-term.ts'
import type { AccountChains, Entry } from './account-chains.ts'
import {
  explainBackdated,
  explainHolds,
  explainTerms,
  findLateHolds,
  findWrongRuns,
  findWrongSums,
} from './derived-differences.ts'
import type { Findings } from './findings.ts'
import { latestAccountMetadata, metadataPairs } from './metadata-pairs.ts'
import type { Hold, TransferRow } from './operation-rows.ts'
import { createRowSetDigest, RowWords } from './row-set-digest.ts'

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
  const words = new RowWords()

  const addTerms = (owner: MetadataOwner, book: BookNumber, metadata: string, key: number): void => {
    for (const pair of metadataPairs(metadata)) {
      terms.add(key, putTerm(words, key, metadataTerm(book, owner, pair)))
      findings.count('metadata_terms', 1)
    }
  }

  const compareHolds = async (reader: SnapshotReader, chains: AccountChains): Promise<void> => {
    const held = 'select transfer, book_id, expires_at, source, destination, amount from ledger.holds'
    await reader.eachRow(held, (row) => {
      const expiresAt = row.isNull(2) ? undefined : row.timestamp(2)
      const [source, destination] = [row.isNull(3) ? 0 : row.int8(3), row.isNull(4) ? 0 : row.int8(4)]
      const amount = row.isNull(5) ? 0n : row.bigint8(5)
      const position = row.int8(0)
      holds.remove(position, putHold(words, { position, book: row.int4(1), expiresAt, source, destination, amount }))
    })
    await findLateHolds(reader, findings)
    await findWrongSums(reader, findings)
    await findWrongRuns(reader, findings)
    const joined = `select transfer.source, transfer.destination, transfer.amount
      from ledger.holds as hold
      join ledger.transfers as transfer
        on transfer.book_id = hold.book_id and transfer.position = hold.transfer and transfer.flags < 4`
    await reader.eachRow(joined, (row) => {
      const amount = row.bigint8(2)
      chains.expectPendingOut(row.int8(0), amount)
      chains.expectPendingIn(row.int8(1), amount)
    })
    if (holds.differences().length > 0) await explainHolds(reader, findings)
  }

  const compareBackdated = async (reader: SnapshotReader): Promise<void> => {
    const rows =
      'select account, version, effective_at, recorded_at, posted_delta, position from ledger.backdated_entries'
    await reader.eachRow(rows, (row) => backdated.remove(row.int8(5), putBackdatedRow(words, row)))
    if (backdated.differences().length > 0) await explainBackdated(reader, findings)
  }

  const compareTerms = async (reader: SnapshotReader): Promise<void> => {
    await reader.eachRow(latestAccountMetadata, (row) => addTerms('account', row.int4(1), row.text(2), row.int8(0)))
    await reader.eachRow('select term, position from ledger.metadata_terms', (row) => {
      const key = row.int8(1)
      terms.remove(key, putTerm(words, key, row.bigint8(0)))
    })
    const differing = terms.differences()
    if (differing.length > 0) await explainTerms(reader, findings, differing)
  }

  return {
    addTransfer: (row) => {
      if (row.metadata !== undefined) addTerms('transfer', row.book, row.metadata, row.position)
      if ((row.flags & transferFlag.pending) === 0) return
      findings.count('holds', 1)
      holds.add(row.position, putHold(words, row))
    },
    addEntries: ({ flags, effectiveAt }, entries) => {
      if ((flags & transferFlag.effectiveAtGiven) === 0) return
      for (const entry of entries) {
        if (effectiveAt >= entry.recordedAt || entry.postedDelta === 0n) continue
        findings.count('backdated_entries', 1)
        backdated.add(entry.position, putBackdated(words, entry, effectiveAt))
      }
    },
    endHold: (hold) => {
      holds.remove(hold.position, putHold(words, hold))
    },
    compare: async (reader, chains) => {
      await compareHolds(reader, chains)
      await compareBackdated(reader)
      await compareTerms(reader)
    },
  }
}

function putHold(words: RowWords, hold: HeldRow): RowWords {
  words.clear()
  words.number(hold.position)
  words.int32(hold.book)
  words.int32(hold.expiresAt === undefined ? 0 : 1)
  words.number(hold.expiresAt ?? 0)
  words.number(hold.source ?? 0)
  words.number(hold.destination ?? 0)
  words.bigint(hold.amount)
  return words
}

function putTerm(words: RowWords, position: number, term: bigint): RowWords {
  words.clear()
  words.bigint(term)
  words.number(position)
  return words
}

function putBackdated(words: RowWords, entry: Entry, effectiveAt: number): RowWords {
  words.clear()
  words.number(entry.account)
  words.number(entry.version)
  words.number(effectiveAt)
  words.number(entry.recordedAt)
  words.bigint(entry.postedDelta)
  words.number(entry.position)
  return words
}

/** Puts the same as {@link putBackdated}, from a row of `ledger.backdated_entries`. */
function putBackdatedRow(words: RowWords, row: CopyDecoder): RowWords {
  words.clear()
  words.number(row.int8(0))
  words.number(row.int8(1))
  words.number(row.timestamp(2))
  words.number(row.timestamp(3))
  words.bigint(row.bigint8(4))
  words.number(row.int8(5))
  return words
}
