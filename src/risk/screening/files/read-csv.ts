import { ListFileError } from './list-file.ts'

export type CsvRow = { readonly line: number; readonly fields: readonly string[] }

const fieldLengthMax = 65_536
const rowsMax = 2_000_000
/** Old systems put a sign of its own at the end of a file. */
const endOfFile = '\u001a'

type Source = { readonly file: string; readonly text: string; readonly fields: number }

/**
 * The rows of a CSV file with a fixed number of fields. Quotes are strict: a row that could be read in two ways is
 * refused, with its line.
 */
export function readCsv(source: Source): CsvRow[] {
  const reader = new CsvReader(source)
  const rows: CsvRow[] = []
  for (let row = reader.readRow(); row !== undefined; row = reader.readRow()) {
    rows.push(row)
    if (rows.length > rowsMax) reader.fail(`there are more than ${rowsMax} rows`)
  }
  return rows
}

class CsvReader {
  readonly #source: Source
  #at: number
  #line = 1

  constructor(source: Source) {
    this.#source = source
    this.#at = source.text.charCodeAt(0) === 0xfeff ? 1 : 0
  }

  fail(problem: string): never {
    throw new ListFileError({ file: this.#source.file, line: this.#line, problem })
  }

  /** Undefined: the file is at its end. */
  readRow(): CsvRow | undefined {
    const { text, fields: expected } = this.#source
    if (this.#at >= text.length) return undefined
    if (text.length - this.#at < 9 && text.slice(this.#at).replace(endOfFile, '').trim() === '') return undefined
    const line = this.#line
    const fields = [this.#readField()]
    while (text[this.#at] === ',' && fields.length <= expected) {
      this.#at += 1
      fields.push(this.#readField())
    }
    const next = text[this.#at]
    if (next !== undefined && next !== '\n') this.fail(`a field is followed by ${JSON.stringify(next)}`)
    if (fields.length !== expected) this.fail(`the row has ${fields.length} fields instead of ${expected}`)
    this.#line += 1 + fields.reduce((count, field) => count + field.split('\n').length - 1, 0)
    this.#at += 1
    return { line, fields }
  }

  #readField(): string {
    const value = this.#source.text[this.#at] === '"' ? this.#readQuoted() : this.#readPlain()
    if (value.length > fieldLengthMax) this.fail(`a field has more than ${fieldLengthMax} characters`)
    return value
  }

  #readQuoted(): string {
    const { text } = this.#source
    const opened = this.#at
    let value = ''
    do {
      this.#at += 1
      const quote = text.indexOf('"', this.#at)
      if (quote < 0 || quote - opened > fieldLengthMax) this.fail('a quoted field does not end')
      value += text.slice(this.#at, quote)
      this.#at = quote + 1
      if (text[this.#at] === '"') value += '"'
    } while (text[this.#at] === '"')
    while (text[this.#at] === ' ' || text[this.#at] === '\r') this.#at += 1
    return value
  }

  #readPlain(): string {
    const { text } = this.#source
    const start = this.#at
    while (this.#at < text.length && text[this.#at] !== ',' && text[this.#at] !== '\n') this.#at += 1
    const value = text.slice(start, this.#at)
    if (value.includes('"')) this.fail('a quote stands inside a field')
    return value.trim()
  }
}
