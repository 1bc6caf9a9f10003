import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvRecord, formatCsvLine, readCsv } from './csv-records.ts'

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string | Uint8Array, { size = 7, delimiter = ',' } = {}): Promise<CsvRecord[]> {
  const records: CsvRecord[] = []
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for await (const piece of readCsv(inPieces(bytes, size), delimiter)) records.push(...piece)
  return records
}

describe('reading CSV', () => {
  it.each([
    [
      'plain fields',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a last line without an end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a byte order mark',
      '\uFEFFa,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['quoted fields', '"a,x","b ""q"""\n', [['a,x', 'b "q"']]],
    [
      'line breaks in quotes',
      '"a\r\nb",c\nd,e\n',
      [
        ['a\r\nb', 'c'],
        ['d', 'e'],
      ],
    ],
    [
      'empty fields',
      ',\n"",x\n',
      [
        ['', ''],
        ['', 'x'],
      ],
    ],
    ['a quote within a field', 'pipe 5",x\n', [['pipe 5"', 'x']]],
    ['letters beyond ASCII', 'é,日本,😀\n', [['é', '日本', '😀']]],
    ['nothing', '', []],
  ])('understands %s, however the bytes are cut', async (_name, text, fields) => {
    for (const size of [1, 2, 3, 1_000]) {
      expect((await read(text, { size })).map((record) => record.fields)).toEqual(fields)
    }
  })

  it('counts the lines of the file, blank ones and those inside quotes too', async () => {
    const records = await read('h\n\na\n   \n"b\nc"\r\n\r\nd\n')
    expect(records.map(({ line, text }) => [line, text])).toEqual([
      [1, 'h'],
      [3, 'a'],
      [5, '"b\nc"'],
      [8, 'd'],
    ])
  })

  it('goes on after a line that is no record, and says what is wrong with it', async () => {
    const records = await read('a,b\n"x"y,1\nc,d\n"open,1\ne,f\n')
    expect(records.map(({ line, broken }) => [line, broken])).toEqual([
      [1, undefined],
      [2, expect.stringContaining('closing quote')],
      [3, undefined],
      [4, 'a quoted field does not end'],
      [5, undefined],
    ])
  })

  it('takes a quote that does not end for a broken line before it has read the whole file', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `row,${n}`)
    const records = await read(`"open,1\n${rows.join('\n')}\n`, { size: 4_096 })
    expect(records).toHaveLength(20_001)
    expect(records[0]?.broken).toBe('a quoted field does not end')
    expect(records[20_000]).toEqual({ line: 20_001, text: 'row,19999', fields: ['row', '19999'] })
  })

  it('takes another delimiter', async () => {
    expect((await read('a;"b;c"\n', { delimiter: ';' }))[0]?.fields).toEqual(['a', 'b;c'])
  })

  it('reads what it writes, and reads it as another parser does', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r\n', ' ', 'é', ';') })
    const row = fc.array(field, { minLength: 2, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        async (rows, size) => {
          const text = rows.map((fields) => formatCsvLine(fields)).join('')
          const records = (await read(text, { size })).map((record) => record.fields)
          expect(records).toEqual(rows)
          expect(records).toEqual(parse(text, { relax_column_count: true, record_delimiter: '\n' }))
        },
      ),
    )
  })
})
