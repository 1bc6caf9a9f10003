import { encodeId, formatTimestamp, idPrefix } from '#kernel'
import type { CopyDecoder } from '#platform/postgres'
import { createBatchHasher } from '../sealing/batch-hash.ts'
import { journalTables, positionsPerBatch } from '../sealing/journal.ts'
import type { Findings } from './findings.ts'
import type { JournalRange, RecordedBatch } from './journal-ranges.ts'
import type { Operation } from './operation-checks.ts'

type FoundBatch = { readonly hasher: ReturnType<typeof createBatchHasher>; rows: number; operations: number }

export type BatchChecks = {
  readonly begin: (range: JournalRange) => void
  readonly see: (operation: Operation) => void
  /** Call it after the last operation of the range. */
  readonly end: () => void
}

/** The hash covers the rows. The number and the times of the operations are compared. */
export function createBatchChecks(findings: Findings): BatchChecks {
  let recorded = new Map<number, RecordedBatch>()
  let found = new Map<number, FoundBatch>()
  let transfers: CopyDecoder | undefined

  const foundBatch = (number: number): FoundBatch => {
    let batch = found.get(number)
    if (batch === undefined) {
      batch = { hasher: createBatchHasher(), rows: 0, operations: 0 }
      found.set(number, batch)
    }
    return batch
  }

  const compare = (batch: RecordedBatch): void => {
    const name = batchName(batch.position)
    const { hasher, rows, operations } = foundBatch(Number(batch.number))
    const hash = hasher.digest()
    if (!hash.equals(batch.hash)) {
      const what = rows === 0 ? 'none of its rows is there' : `its ${rows} rows hash to ${hash.toString('hex')}`
      const within = transfers === undefined ? '' : transfersWithin(transfers, Number(batch.number))
      findings.add('batch_hashes', `${name}: ${what}, recorded is ${batch.hash.toString('hex')}${within}`)
    }
    if (operations !== batch.operations) {
      findings.add('batch_hashes', `${name} has ${operations} operations, recorded are ${batch.operations}`)
    }
  }

  return {
    begin: ({ batches, rows }) => {
      recorded = new Map()
      found = new Map()
      transfers = rows.tables[transfersPlace]
      for (const batch of batches) {
        const number = Number(batch.number)
        if (recorded.has(number))
          findings.add('batch_hashes', `${batchName(batch.position)} is recorded more than once`)
        recorded.set(number, batch)
      }
      for (const [at, { table, columns }] of journalTables.entries()) {
        const decoder = rows.tables[at]
        const position = (columns as readonly string[]).indexOf('position')
        if (decoder === undefined) continue
        for (const group of groupsByBatch(decoder, position)) {
          const batch = foundBatch(group.number)
          batch.rows += group.rows
          batch.hasher.add(table, group.rows, decoder.bytes(group))
        }
      }
    },
    see: ({ position, transfers: booked, resolutions, settings, entries }) => {
      const number = batchOf(position)
      foundBatch(number).operations += 1
      const recordedAt = recorded.get(number)?.recordedAt
      if (recordedAt === undefined) return
      for (const row of [...booked, ...resolutions, ...settings, ...entries]) {
        if (row.recordedAt === recordedAt) continue
        const times = `${formatTimestamp(row.recordedAt)}, its batch at ${formatTimestamp(recordedAt)}`
        findings.add('batch_hashes', `what was written at position ${position} is recorded at ${times}`)
        return
      }
    },
    end: () => {
      findings.count('batch_hashes', recorded.size)
      for (const batch of recorded.values()) compare(batch)
      for (const [number, { rows }] of found) {
        if (recorded.has(number)) continue
        const within = transfers === undefined ? '' : transfersWithin(transfers, number)
        const name = batchName(BigInt(number) * BigInt(positionsPerBatch))
        findings.add('batch_hashes', `${name} is not recorded, but has ${rows} rows${within}`)
      }
    },
  }
}

const transfersPlace = journalTables.findIndex(({ table }) => table === 'ledger.transfers')
const transferId = 7

export function batchName(position: bigint): string {
  return `batch at position ${position}`
}

function batchOf(position: number): number {
  return Math.floor(position / positionsPerBatch)
}

type Group = { readonly number: number; readonly rows: number; readonly from: number; readonly to: number }

function* groupsByBatch(rows: CopyDecoder, position: number): Generator<Group> {
  rows.rewind()
  let number: number | undefined
  let count = 0
  let from = 0
  while (rows.next()) {
    const of = batchOf(rows.int8(position))
    if (number !== undefined && of !== number) {
      yield { number, rows: count, from, to: rows.start }
      from = rows.start
      count = 0
    }
    number = of
    count += 1
  }
  if (number !== undefined) yield { number, rows: count, from, to: rows.end }
}

function transfersWithin(rows: CopyDecoder, number: number): string {
  const ids: string[] = []
  rows.rewind()
  while (rows.next()) {
    if (batchOf(rows.int8(0)) === number) ids.push(encodeId(idPrefix.transfer, rows.uuid(transferId)))
  }
  if (ids.length === 0) return ''
  const named = ids.length > 3 ? `${ids[0]} to ${ids.at(-1)}` : ids.join(', ')
  return ` (transfers: ${named})`
}
