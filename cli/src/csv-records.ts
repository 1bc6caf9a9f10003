/** One record of a CSV file: a line, or several when a quoted field holds line breaks. */
export type CsvRecord = {
  /** The number of its first line in the file, from 1. */
  readonly line: number
  /** Its text, without the line end. */
  readonly text: string
  readonly fields: readonly string[]
  /** Why the text is no record; `fields` then holds the whole text. */
  readonly broken?: string
}

/** A record that grows beyond this without its quotes being closed is taken for a broken line. */
const recordCharsMax = 64 * 1024

/**
 * Reads CSV after RFC 4180 from UTF-8, in pieces as large as the chunks: LF or CRLF, a byte order
 * mark, quoted fields with doubled quotes and line breaks. A quote inside an unquoted field is a
 * character like any other. Blank lines are passed over, but counted. A line that is no record
 * comes with the reason, and reading goes on after it. Memory does not grow with the file.
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<CsvRecord[], void, void> {
  const decoder = new TextDecoder('utf-8')
  let text = ''
  let line = 1
  for await (const chunk of chunks) {
    const taken = takeRecords(text + decoder.decode(chunk, { stream: true }), { delimiter, line, ended: false })
    text = taken.rest
    line = taken.line
    yield taken.records
  }
  yield takeRecords(text + decoder.decode(), { delimiter, line, ended: true }).records
}

type Taken = { records: CsvRecord[]; rest: string; line: number }

function takeRecords(text: string, from: { delimiter: string; line: number; ended: boolean }): Taken {
  const records: CsvRecord[] = []
  let line = from.line
  let start = 0
  while (start < text.length) {
    const record = takeRecord(text, start, from)
    if (record === 'incomplete') break
    if (record.text.trim() !== '') {
      const { broken, fields } = record
      records.push(
        broken === undefined ? { line, text: record.text, fields } : { line, text: record.text, fields, broken },
      )
    }
    line += record.lines
    start = record.next
  }
  return { records, rest: text.slice(start), line }
}

type RawRecord = { text: string; fields: string[]; broken?: string; lines: number; next: number }

function takeRecord(
  text: string,
  start: number,
  from: { delimiter: string; ended: boolean },
): RawRecord | 'incomplete' {
  let first: RawRecord | undefined
  let lines = 0
  for (let lineStart = start; ; ) {
    const end = text.indexOf('\n', lineStart)
    if (end === -1 && !from.ended && text.length - start <= recordCharsMax) return 'incomplete'
    const stop = end === -1 ? text.length : end
    lines += 1
    const record = text.slice(start, text.charCodeAt(stop - 1) === carriageReturn && stop > start ? stop - 1 : stop)
    const fields = splitFields(record, from.delimiter)
    if (typeof fields !== 'string') return { text: record, fields, lines, next: stop + 1 }
    first ??= { text: record, fields: [record], broken: brokenBecause[fields], lines: 1, next: stop + 1 }
    if (fields === 'misplaced' || end === -1 || stop - start > recordCharsMax) return first
    lineStart = stop + 1
  }
}

const carriageReturn = 13
const brokenBecause = {
  open: 'a quoted field does not end',
  misplaced: 'after the closing quote of a field comes something other than the next field',
}

function splitFields(record: string, delimiter: string): string[] | 'open' | 'misplaced' {
  if (!record.includes('"')) return record.split(delimiter)
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (record.charAt(at) !== '"') {
      const end = record.indexOf(delimiter, at)
      if (end === -1) return [...fields, record.slice(at)]
      fields.push(record.slice(at, end))
      at = end + 1
      continue
    }
    const quote = closingQuote(record, at + 1)
    if (quote === -1) return 'open'
    fields.push(record.slice(at + 1, quote).replaceAll('""', '"'))
    if (quote + 1 === record.length) return fields
    if (record.charAt(quote + 1) !== delimiter) return 'misplaced'
    at = quote + 2
  }
}

function closingQuote(record: string, from: number): number {
  let quote = record.indexOf('"', from)
  while (quote !== -1 && record.charAt(quote + 1) === '"') quote = record.indexOf('"', quote + 2)
  return quote
}

/** Writes one line of CSV, with its line end; quotes what needs them. */
export function formatCsvLine(fields: readonly string[], delimiter = ','): string {
  const quoted = fields.map((field) =>
    /["\r\n]|^\s|\s$/.test(field) || field.includes(delimiter) ? `"${field.replaceAll('"', '""')}"` : field,
  )
  return `${quoted.join(delimiter)}\n`
}
