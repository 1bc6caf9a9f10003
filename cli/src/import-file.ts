import { createReadStream, statSync } from 'node:fs'
import { type CsvRecord, readCsv } from './csv-records.ts'
import { CliFailure } from './failure.ts'

/** A CSV file whose header has been read; the records after it come in pieces. */
export type ImportFile = {
  readonly header: readonly string[]
  readonly records: AsyncGenerator<readonly CsvRecord[], void, void>
  readonly bytesTotal: number
  readonly bytesRead: () => number
}

const chunkBytes = 128 * 1024

/** Opens the file and reads its header; fails with one sentence when there is none. */
export async function openImportFile(path: string, delimiter: string): Promise<ImportFile> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new CliFailure(`there is no file ${path}`)
  if (stats.isDirectory()) throw new CliFailure(`${path} is a directory`)
  const stream = createReadStream(path, { highWaterMark: chunkBytes })
  const pieces = readCsv(stream, delimiter)
  const first: CsvRecord[] = []
  while (first.length === 0) {
    const piece = await pieces.next()
    if (piece.done) throw new CliFailure(`${path} is empty; its first line must name the columns`)
    first.push(...piece.value)
  }
  const [top, ...rest] = first
  if (top === undefined || top.broken !== undefined) throw new CliFailure(`${path}, line 1: ${top?.broken}`)
  async function* records() {
    yield rest
    yield* pieces
  }
  return {
    header: top.fields.map((name) => name.trim()),
    records: records(),
    bytesTotal: stats.size,
    bytesRead: () => stream.bytesRead,
  }
}
