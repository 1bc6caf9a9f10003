import { setImmediate } from 'node:timers/promises'
import type { SnapshotReader } from '#platform/postgres'
import { journalTables } from '../sealing/journal.ts'
import { loadAccountChains } from './account-chains.ts'
import { createBatchChecks } from './batch-checks.ts'
import { createDerivedRows } from './derived-rows.ts'
import type { Findings } from './findings.ts'
import { type JournalRange, readJournal } from './journal-ranges.ts'
import { type Operation, OperationChecks } from './operation-checks.ts'
import { RowCursor, readEndedHold, readEntry, readResolution, readSettings, readTransfer } from './operation-rows.ts'

/** Operations between two yields to the event loop, in which the next range is also read. */
const operationsPerBreath = 64

/** BRIN indexes find the ranges, which are too small for parallel workers. */
const rangeSettings = { enable_seqscan: 'off', max_parallel_workers_per_gather: '0' }
const tableSettings = { enable_seqscan: 'on', max_parallel_workers_per_gather: '2' }

/** Reads the journal once and checks batch hashes, operations, account chains and derived tables. */
export async function checkJournal(
  reader: SnapshotReader,
  findings: Findings,
  onBatches: (done: number) => void,
): Promise<void> {
  const chains = await loadAccountChains(reader, findings)
  const derived = createDerivedRows(findings)
  const operations = new OperationChecks({ chains, derived, findings })
  const batches = createBatchChecks(findings)
  await reader.set(rangeSettings)
  let done = 0
  for await (const range of readJournal(reader)) {
    batches.begin(range)
    let seen = 0
    for (const operation of operationsOf(range)) {
      operations.check(operation)
      batches.see(operation)
      seen += 1
      if (seen % operationsPerBreath === 0) await setImmediate()
    }
    batches.end()
    done += range.batches.length
    onBatches(done)
  }
  await reader.set(tableSettings)
  await derived.compare(reader, chains)
  operations.conclude()
  chains.conclude()
}

function* operationsOf({ rows }: JournalRange): Generator<Operation> {
  const table = (name: (typeof journalTables)[number]['table']) => {
    const decoder = rows.tables[journalTables.findIndex((one) => one.table === name)]
    if (decoder === undefined) throw new RangeError(`${name} is not part of the range`)
    return decoder
  }
  const transfers = new RowCursor(table('ledger.transfers'), readTransfer)
  const entries = new RowCursor(table('ledger.entries'), readEntry)
  const settings = new RowCursor(table('ledger.account_settings'), readSettings)
  const resolutions = new RowCursor(table('ledger.resolutions'), readResolution)
  const endedHolds = new RowCursor(rows.endedHolds, readEndedHold)
  for (;;) {
    const position = Math.min(transfers.position, entries.position, settings.position, resolutions.position)
    if (position === Number.POSITIVE_INFINITY) return
    yield {
      position,
      transfers: transfers.take(position),
      resolutions: resolutions.take(position),
      endedHolds: endedHolds.take(position),
      settings: settings.take(position),
      entries: entries.take(position),
    }
  }
}
