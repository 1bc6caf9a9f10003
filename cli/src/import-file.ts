import { createReadStream, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type PreambleOptions, readPreamble } from './csv-preamble.ts'
import { type CsvRecord, readCsv } from './csv-records.ts'
import { CliFailure } from './failure.ts'
import { decodeToUtf8 } from './file-encoding.ts'

export type ImportFile = {
  readonly header: readonly string[]
  readonly delimiter: string
  readonly records: AsyncGenerator<readonly CsvRecord[], void, void>
  readonly bytesTotal: number
  readonly bytesRead: () => number
}

export type ImportFileOptions = PreambleOptions & { readonly encoding?: string | undefined }

const chunkBytes = 128 * 1024
/** A file without a change for this long is complete. */
const restMs = 2_000

export async function openImportFile(path: string, options: ImportFileOptions): Promise<ImportFile> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new CliFailure(`there is no file ${path}`)
  if (stats.isDirectory()) throw new CliFailure(`${path} is a directory`)
  const stream = createReadStream(path, { highWaterMark: chunkBytes })
  try {
    const { rest, ...format } = await readPreamble(decodeToUtf8(stream, options.encoding), options)
    const pieces = readCsv(rest, format)
    const first = await readFirst(pieces)
    if (first === undefined) throw new CliFailure('it is empty; its first line must name the columns')
    const [top, ...others] = first
    const header = readHeader(top, format.delimiter)
    const bytesRead = () => stream.bytesRead
    async function* records() {
      yield others
      for await (const piece of pieces) {
        const open = piece.at(-1)?.isOpen === true ? piece.at(-1) : undefined
        if (open === undefined || !(await isGrowing(path, bytesRead()))) yield piece
        else {
          yield piece.slice(0, -1)
          throw new CliFailure(
            `line ${open.line} has no end, and the file is still being written: this line was not read. Import the file when it is complete.`,
          )
        }
      }
    }
    return { header, delimiter: format.delimiter, records: records(), bytesTotal: stats.size, bytesRead }
  } catch (error) {
    stream.destroy()
    throw error instanceof CliFailure ? new CliFailure(`${path}: ${error.message}`) : error
  }
}

/**
 * Whether another program is writing the file, which may end in half an amount. A recent change is watched for a while.
 */
async function isGrowing(path: string, bytesRead: number): Promise<boolean> {
  const before = statSync(path, { throwIfNoEntry: false })
  if (before?.isFile() !== true) return false
  const youngMs = restMs - (Date.now() - before.mtimeMs)
  if (youngMs > 0) await sleep(Math.min(youngMs, restMs))
  const after = statSync(path, { throwIfNoEntry: false })
  return after !== undefined && (after.size !== bytesRead || after.mtimeMs !== before.mtimeMs)
}

async function readFirst(
  pieces: AsyncGenerator<CsvRecord[], void, void>,
): Promise<[CsvRecord, ...CsvRecord[]] | undefined> {
  for (;;) {
    const piece = await pieces.next()
    if (piece.done) return undefined
    const [top, ...others] = piece.value
    if (top !== undefined) return [top, ...others]
  }
}

function readHeader(top: CsvRecord, delimiter: string): string[] {
  if (top.text.startsWith('PK\u0003\u0004')) throw new CliFailure('this is a workbook or an archive; save it as CSV')
  if (top.text.includes('\0')) {
    throw new CliFailure('this is not text; if it is UTF-16 without a byte order mark, say --encoding utf-16le')
  }
  if (top.broken !== undefined) throw new CliFailure(`line ${top.line} cannot be read as the header: ${top.broken}`)
  const names = top.fields.map((name) => name.trim())
  // A delimiter at the end of each line does not add a column.
  if (names.length > 1 && names.at(-1) === '') names.pop()
  const other = [';', '\t', '|', ','].find((mark) => mark !== delimiter && names[0]?.includes(mark))
  if (names.length === 1 && other !== undefined) {
    const shown = other === '\t' ? '\\t' : other
    throw new CliFailure(`the header "${names[0]?.slice(0, 100)}" has one column; say --delimiter '${shown}'`)
  }
  return names
}
