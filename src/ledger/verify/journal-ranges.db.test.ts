import { expect, it } from 'vitest'
import { openSnapshotReader } from '#platform/postgres'
import { keepSealedBooks } from '#testing'
import { journalTables } from '../sealing/journal.ts'
import { type RangeSizes, readJournal } from './journal-ranges.ts'

it('reads every row once and in order, however the journal is divided', async () => {
  const books = await keepSealedBooks()
  await books.copied(async (database) => {
    // Rows of batches that are not recorded.
    await books.run(database, 'delete from ledger.batches where position in ($back, $part, $other)')
    const reader = await openSnapshotReader(database.connection, { purpose: 'test' })
    const read = async (sizes?: RangeSizes) => {
      const rows = journalTables.map((): string[] => [])
      let ranges = 0
      let batches = 0
      for await (const range of readJournal(reader, sizes)) {
        ranges += 1
        batches += range.batches.length
        for (const [at, table] of range.rows.tables.entries()) {
          while (table.next()) rows[at]?.push(table.bytes({ from: table.start, to: table.end }).toString('hex'))
        }
      }
      return { rows, ranges, batches }
    }
    const whole = await read()
    expect(whole).toMatchObject({ ranges: 1, batches: 14 })
    expect(whole.rows.map((rows) => rows.length)).toEqual([7, 8, 12, 31, 4])
    const byBatch = await read({ operationsPerRange: 1, rangeBytesMax: 1_000_000 })
    expect(byBatch).toMatchObject({ ranges: 14, batches: 14, rows: whole.rows })
    const divided = await read({ operationsPerRange: 1_000, rangeBytesMax: 600 })
    expect(divided).toMatchObject({ batches: 14, rows: whole.rows })
    expect(divided.ranges).toBeGreaterThan(14)
    await reader.close()
  })
  await books.drop()
})
