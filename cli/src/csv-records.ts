import { CsvError, parse } from 'csv-parse'
import type { CsvFormat } from './csv-preamble.ts'
import { CliFailure } from './failure.ts'
import { undecodable } from './file-encoding.ts'

export type CsvRecord = {
  /** The number of its first line in the file, from 1. */
  readonly line: number
  /** Without the final line break. Line breaks inside quotes are LF. */
  readonly text: string
  readonly fields: readonly string[]
  readonly broken?: string
  /** The last record, without a line break after it: its rest may still be missing. */
  readonly isOpen?: true
}

const recordCharsMax = 1024 * 1024
/** A record without an end up to here has a missing quote, and the reading stops. */
const unendedBytesMax = 16 * 1024 * 1024

/**
 * Reads CSV (RFC 4180) from UTF-8. Spaces around quotes are ignored; a quote inside an unquoted field is an ordinary
 * character. Blank lines are skipped, but counted. When quotes leave the structure ambiguous, earlier records are
 * returned and the reading fails: text is never read as a line. Memory does not grow with the file.
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  format: CsvFormat,
): AsyncGenerator<CsvRecord[], void, void> {
  const parsed: ParsedRecord[] = []
  const parser = createParser(format, parsed)
  let line = format.headerLine
  // The parser's own text omits some of these bytes.
  let held: Buffer = Buffer.alloc(0)
  let heldFrom = 0
  const takeRecords = () => {
    const records: CsvRecord[] = []
    let at = 0
    for (const { fields, end } of parsed.splice(0)) {
      const raw = held.toString('utf8', at, end - heldFrom)
      at = end - heldFrom
      const { record, linesCount } = readRecord(fields, raw, line, format.lineEnds)
      if (record.text.trim() !== '') records.push(record)
      line += linesCount
    }
    held = held.subarray(at)
    heldFrom += at
    return records
  }
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk])
    const failure = await parser.write(chunk)
    yield takeRecords()
    if (failure) throw describeFault(failure, line)
  }
  const failure = await parser.end()
  const isOpen = held.length > 0 && !/[\r\n]/.test(held.toString('latin1', held.length - 1))
  const last = takeRecords()
  const rest = withoutLineEnd(held.toString('utf8'))
  const final = last.at(-1)
  if (isOpen && final !== undefined) last.splice(-1, 1, { ...final, isOpen })
  const isLastLine = failure?.code === 'CSV_QUOTE_NOT_CLOSED' && !/[\r\n]/.test(rest)
  if (isLastLine) last.push({ line, text: rest, fields: [rest], broken: 'a quoted field does not end' })
  yield last
  if (failure && !isLastLine) throw describeFault(failure, line)
}

type ParsedRecord = { readonly fields: readonly string[]; readonly end: number }
type Parser = {
  readonly write: (chunk: Buffer) => Promise<CsvError | undefined>
  readonly end: () => Promise<CsvError | undefined>
}

/** Collects records in `parsed`, including those before a fault, which a stream of records would lose. */
function createParser(format: CsvFormat, parsed: ParsedRecord[]): Parser {
  const parser = parse({
    delimiter: format.delimiter,
    record_delimiter: [...format.lineEnds],
    relax_column_count: true,
    relax_quotes: true,
    trim: true,
    max_record_size: unendedBytesMax,
    on_record: (fields: string[], { bytes }) => {
      parsed.push({ fields, end: bytes })
      return null
    },
  })
  parser.on('error', () => undefined)
  const outcome = (call: (done: (error?: Error | null) => void) => void) =>
    new Promise<CsvError | undefined>((resolve, reject) =>
      call((error) => (error && !(error instanceof CsvError) ? reject(error) : resolve(error ?? undefined))),
    )
  return {
    write: (chunk) => outcome((done) => parser.write(chunk, done)),
    end: () => outcome((done) => parser.end(done)),
  }
}

function readRecord(
  fields: readonly string[],
  raw: string,
  line: number,
  lineEnds: readonly string[],
): { readonly record: CsvRecord; readonly linesCount: number } {
  const whole = withoutLineEnd(raw)
  const linesCount = whole.split(lineEnds.at(-1) ?? '\n').length
  if (whole.length > recordCharsMax) {
    const shown = `${whole.slice(0, 100)}…`
    return { record: { line, text: shown, fields: [shown], broken: 'the record is longer than 1 MiB' }, linesCount }
  }
  const text = whole.replaceAll('\r\n', '\n')
  const broken = whyBroken(whole, lineEnds)
  return { record: broken === undefined ? { line, text, fields } : { line, text, fields, broken }, linesCount }
}

function withoutLineEnd(raw: string): string {
  return raw.replace(/\r\n$|[\r\n]$/, '')
}

function whyBroken(text: string, lineEnds: readonly string[]): string | undefined {
  if (text.includes(undecodable)) {
    return "it holds bytes that are not valid in the file's encoding (UTF-8, unless --encoding names another)"
  }
  if (text.includes('\0')) return 'it holds a NUL character'
  if (/[\r\n]/.test(text) && /[\r\n]/.test(text.replaceAll(/"(?:[^"]|"")*"/g, ''))) {
    const other = lineEnds.includes('\r') ? 'a line feed' : 'a carriage return'
    return `it holds ${other} outside quotes, and the header's line ends otherwise`
  }
  return undefined
}

const faults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted field that begins here does not end. Close the quote',
  CSV_MAX_RECORD_SIZE: 'a record begins here that has not ended after 16 MiB; is a closing quote missing? Correct it',
}
const misplacedQuote =
  'after the closing quote of a field comes something other than the next field. Write a quote inside quotes twice'

function describeFault(error: CsvError, line: number): CliFailure {
  return new CliFailure(
    `line ${line}: ${faults[error.code] ?? misplacedQuote}; this line and those after it were not read.`,
  )
}

export function formatCsvLine(fields: readonly string[], delimiter = ','): string {
  const quoted = fields.map((field) =>
    /["\r\n]|^\s|\s$/.test(field) || field.includes(delimiter) ? `"${field.replaceAll('"', '""')}"` : field,
  )
  return `${quoted.join(delimiter)}\n`
}
