import { CopyDecoder, type SnapshotReader } from '#platform/postgres'
import { journalTables, positionsPerBatch } from '../sealing/journal.ts'

/** `number` is the position divided by `positionsPerBatch`. */
export type RecordedBatch = {
  readonly number: bigint
  readonly position: bigint
  readonly recordedAt: number
  readonly operations: number
  readonly hash: Buffer
}

type RangeRows = {
  readonly tables: readonly CopyDecoder[]
  /** The pending transfer that each resolution ended, in position order. */
  readonly endedHolds: CopyDecoder
}

/** Whole batches and all journal rows up to the next range. Valid until the next range is requested. */
export type JournalRange = { readonly batches: readonly RecordedBatch[]; readonly rows: RangeRows }

type Bounds = {
  readonly from: bigint
  /** Exclusive; undefined: no end. */
  readonly to: bigint | undefined
  readonly batches: readonly RecordedBatch[]
}

export type RangeSizes = {
  readonly operationsPerRange: number
  /** A larger range is divided, down to a single batch. */
  readonly rangeBytesMax: number
}

const usualSizes: RangeSizes = { operationsPerRange: 16_384, rangeBytesMax: 64 * 1024 * 1024 }
const keptBytesMax = 32 * 1024 * 1024
const batchesPerPage = 4_096
const perBatch = BigInt(positionsPerBatch)
const positionBits = BigInt(Math.log2(positionsPerBatch))
const positionMin = -(2n ** 63n)
const positionEnd = 2n ** 63n

/** The ranges leave no position out, so they also contain the rows of batches that are not recorded. */
export async function* readJournal(
  reader: SnapshotReader,
  sizes: RangeSizes = usualSizes,
): AsyncGenerator<JournalRange> {
  const spare: RangeRows[] = [createRows(), createRows()]
  const planned = planRanges(reader, sizes.operationsPerRange)
  const divided: Bounds[] = []
  const fetchNext = async (): Promise<JournalRange | undefined> => {
    for (;;) {
      const bounds = divided.pop() ?? (await planned.next()).value
      if (bounds === undefined) return undefined
      const rows = spare.pop() ?? createRows()
      if (await fetchRange(reader, bounds, rows, sizes.rangeBytesMax)) return { batches: bounds.batches, rows }
      spare.push(emptied(rows))
      divided.push(...halves(bounds))
    }
  }
  let ahead = fetchNext()
  for (;;) {
    const range = await ahead
    if (range === undefined) return
    ahead = fetchNext()
    // If the consumer stops early, no caller awaits this range.
    ahead.catch(() => {})
    yield range
    spare.push(emptied(range.rows))
  }
}

async function* planRanges(reader: SnapshotReader, operationsPerRange: number): AsyncGenerator<Bounds> {
  let from = positionMin
  let batches: RecordedBatch[] = []
  let operations = 0
  for await (const batch of readBatches(reader)) {
    const last = batches.at(-1)
    if (last !== undefined && operations >= operationsPerRange && batch.number > last.number) {
      const to = batch.number * perBatch
      yield { from, to, batches }
      from = to
      batches = []
      operations = 0
    }
    batches.push(batch)
    operations += Math.max(1, batch.operations)
  }
  yield { from, to: undefined, batches }
}

async function* readBatches(reader: SnapshotReader): AsyncGenerator<RecordedBatch> {
  const row = new CopyDecoder()
  let after = positionMin
  for (;;) {
    row.clear()
    await reader.copyOut(
      `copy (select position, recorded_at, operations, hash from ledger.batches
        where position > ${after} order by position limit ${batchesPerPage}) to stdout (format binary)`,
      (_, tuple) => row.append(tuple),
    )
    while (row.next()) {
      after = row.bigint8(0)
      yield {
        number: floorDivide(after),
        position: after,
        recordedAt: row.timestamp(1),
        operations: row.int4(2),
        hash: Buffer.from(row.field(3)),
      }
    }
    if (row.rows < batchesPerPage) return
  }
}

/** False when the rows were too many to keep and the range can be divided. */
async function fetchRange(
  reader: SnapshotReader,
  bounds: Bounds,
  rows: RangeRows,
  rangeBytesMax: number,
): Promise<boolean> {
  const outputs = [...rows.tables, rows.endedHolds]
  const bytesMax = isOneBatch(bounds) ? Number.POSITIVE_INFINITY : rangeBytesMax
  let bytes = 0
  await reader.copyOut(rangeSql(bounds), (statement, tuple) => {
    bytes += tuple.length
    if (bytes <= bytesMax) outputs[statement]?.append(tuple)
  })
  return bytes <= bytesMax
}

function rangeSql({ from, to }: Bounds): string {
  const within = (table: string) =>
    `${table}.position >= ${from}${to === undefined ? '' : ` and ${table}.position < ${to}`}`
  const copies = journalTables.map(({ table, columns, order }) => {
    const rows = `select ${columns.join(', ')} from ${table} as row where ${within('row')} order by ${order.join(', ')}`
    return `copy (${rows}) to stdout (format binary)`
  })
  const ended = `select resolution.position, hold.position, hold.source, hold.destination, hold.amount, hold.flags,
      hold.effective_at, hold.expires_at, hold.book_id
    from ledger.resolutions as resolution
    left join ledger.transfers as hold
      on hold.book_id = resolution.book_id and hold.position = resolution.transfer and hold.flags < 4
    where ${within('resolution')}
    order by resolution.position, resolution.transfer`
  return [...copies, `copy (${ended}) to stdout (format binary)`].join(';\n')
}

function isOneBatch({ from, to }: Bounds): boolean {
  return (to ?? positionEnd) - from <= perBatch
}

function halves(bounds: Bounds): Bounds[] {
  const { from, to, batches } = bounds
  const first = batches[0]
  const middleBatch = batches[batches.length >> 1]
  const middle =
    first !== undefined && middleBatch !== undefined && middleBatch.number > first.number
      ? middleBatch.number
      : floorDivide((from + (to ?? positionEnd)) / 2n)
  return [
    { from: middle * perBatch, to, batches: batches.filter(({ number }) => number >= middle) },
    { from, to: middle * perBatch, batches: batches.filter(({ number }) => number < middle) },
  ]
}

/** Rounds down below zero too. */
function floorDivide(position: bigint): bigint {
  return BigInt.asIntN(64, position) >> positionBits
}

function createRows(): RangeRows {
  return { tables: journalTables.map(() => new CopyDecoder()), endedHolds: new CopyDecoder() }
}

function emptied(rows: RangeRows): RangeRows {
  const all = [...rows.tables, rows.endedHolds]
  if (all.some((table) => table.length > keptBytesMax)) return createRows()
  for (const table of all) table.clear()
  return rows
}
