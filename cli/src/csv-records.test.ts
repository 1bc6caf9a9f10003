import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvRecord, formatCsvLine, readCsv } from './csv-records.ts'

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const feeds = ['\r\n', '\n']
const returns = ['\r']
type Reading = { size?: number; delimiter?: string; lineEnds?: readonly string[] }

/** The records up to the end of the file, or up to the fault that stops the reading. */
async function readAll(text: string, { size = 7, delimiter = ',', lineEnds = feeds }: Reading = {}) {
  const records: CsvRecord[] = []
  try {
    const format = { delimiter, lineEnds, headerLine: 1 }
    for await (const piece of readCsv(inPieces(Buffer.from(text), size), format)) records.push(...piece)
  } catch (error) {
    return { records, fault: (error as Error).message }
  }
  return { records, fault: undefined }
}

async function read(text: string, reading?: Reading): Promise<CsvRecord[]> {
  const { records, fault } = await readAll(text, reading)
  expect(fault).toBe(undefined)
  return records
}

const ab = [
  ['a', 'b'],
  ['1', '2'],
]

describe('reading CSV', () => {
  it.each([
    ['plain fields', 'a,b\n1,2\n', ab],
    ['CRLF', 'a,b\r\n1,2\r\n', ab],
    ['LF and CRLF', 'a,b\r\n1,2\n', ab],
    ['a last line without an end', 'a,b\n1,2', ab],
    ['quoted fields', '"a,x","b ""q"""\n', [['a,x', 'b "q"']]],
    [
      'blanks around quotes',
      'a, "b, c" ,d\n"e" ,\t"f",g\n',
      [
        ['a', 'b, c', 'd'],
        ['e', 'f', 'g'],
      ],
    ],
    [
      'line breaks in quotes',
      '"a\r\nb",c\nd,e\n',
      [
        ['a\r\nb', 'c'],
        ['d', 'e'],
      ],
    ],
    [
      'a carriage return in quotes',
      '"a\rb",c\nd,e\n',
      [
        ['a\rb', 'c'],
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
    [
      'a quote within a field',
      'pipe 5",x\n6" pipe, 7"\n',
      [
        ['pipe 5"', 'x'],
        ['6" pipe', '7"'],
      ],
    ],
    ['letters beyond ASCII', 'é,日本,😀\n', [['é', '日本', '😀']]],
    ['nothing', '', []],
  ])('reads %s, however the bytes are split', async (_name, text, fields) => {
    for (const size of [1, 2, 3, 1_000]) {
      expect((await read(text, { size })).map((record) => record.fields)).toEqual(fields)
    }
  })

  it('reads lines that end in a carriage return, and refuses a line feed outside quotes in them', async () => {
    const records = await read('a,b\r1,"2\n3"\r\r4,5\n6,7\r', { lineEnds: returns })
    expect(records.map(({ line, fields }) => [line, ...fields])).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2\n3'],
      [4, '4', '5\n6', '7'],
    ])
    expect(records.map(({ broken }) => broken !== undefined)).toEqual([false, false, true])
  })

  it('refuses a line with a carriage return outside quotes instead of reading the rest as a new line', async () => {
    const records = await read('to,amount,memo\nb,1.00,x\rmallory,500.00,y\nc,1.00,"z\rmallory,5,6"\n')
    expect(records.map(({ line, broken }) => [line, broken !== undefined])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ])
  })

  it('counts the lines of the file, including blank ones and those inside quotes', async () => {
    const text = 'h\n\na\n   \n"b\r\nc"\r\n\r\nd\n'
    const records = await read(text)
    expect(records.map(({ line, text: kept }) => [line, kept])).toEqual([
      [1, 'h'],
      [3, 'a'],
      [5, '"b\nc"'],
      [8, 'd'],
    ])
  })

  it('gives a line the same text whatever the line ends are, with or without a final one', async () => {
    const texts = await Promise.all(
      ['"a\nb", c\nd,e\n', '"a\r\nb", c\r\nd,e\r\n', '"a\nb", c\nd,e'].map(async (text) =>
        (await read(text)).map((record) => record.text),
      ),
    )
    expect(texts[0]).toEqual(['"a\nb", c', 'd,e'])
    expect(texts).toEqual([texts[0], texts[0], texts[0]])
  })

  it('gives different texts to lines that differ in a blank or a delimiter', async () => {
    const lines = [
      'x,\u00A0a',
      'x,\u2003a',
      'x,\u2002a',
      'x, a',
      'x,a\u3000',
      ' x,a',
      'x,"a" ',
      'x, "a"',
      'x,"a ""b"',
      'x§"é"§a',
    ]
    for (const size of [1, 1_000]) {
      expect((await read(lines.join('\n'), { size })).map(({ text }) => text)).toEqual(lines)
    }
    expect((await read(lines.join('\n'), { delimiter: '§' })).map(({ text }) => text)).toEqual(lines)
  })

  it('refuses a line with invalid bytes or NUL, and goes on', async () => {
    const records = await read('a,b\nx\uFFFF,1\ny\0,2\nz\uFFFD,3\n')
    expect(records.map(({ line, broken }) => [line, broken])).toEqual([
      [1, undefined],
      [2, expect.stringContaining('not valid')],
      [3, expect.stringContaining('NUL')],
      [4, undefined],
    ])
  })

  it.each([
    ['quoted', `"${'x\nm,500,y\n'.repeat(120_000)}"`],
    ['unquoted', 'x,500;'.repeat(200_000)],
  ])('refuses the whole of a record that is too long, and reads the next one: %s', async (_name, field) => {
    const records = await read(`a,b\n1,${field}\n2,3\n`, { size: 65_536 })
    expect(records.map(({ fields, broken }) => [fields.length === 2 && fields, broken])).toEqual([
      [['a', 'b'], undefined],
      [false, 'the record is longer than 1 MiB'],
      [['2', '3'], undefined],
    ])
    expect(records[2]?.line).toBe(3 + (field.match(/\n/g)?.length ?? 0))
  })

  it.each([200_000, 900_000])('reads a record of %i characters whole', async (length) => {
    const memo = `${'x'.repeat(length)}\nmallory,500.00,y\n`
    const records = await read(`to,memo\nb,"${memo}"\nc,z\n`, { size: 65_536 })
    expect(records.map(({ fields }) => fields)).toEqual([
      ['to', 'memo'],
      ['b', memo],
      ['c', 'z'],
    ])
  })

  it.each([
    [
      'a quote that does not end',
      'a,b\n"open,1\nmallory,2\nc,3\n',
      'line 2: a quoted field that begins here does not end',
    ],
    ['a quote that ends in a later one', 'a,b\n"open,1\nc,"d"\ne,f\n', 'line 2: after the closing quote'],
    ['a quote inside quotes', 'a,b\n1,"He said "hi\nmallory,500\n"\nc,3\n', 'line 2: after the closing quote'],
    ['a word after a quote', 'a,b\n1,"x" y\nc,3\n', 'line 2: after the closing quote'],
  ])('stops at %s and keeps the lines before it, as the rest may be text or lines', async (_name, text, sentence) => {
    for (const size of [1, 7, 1_000]) {
      const { records, fault } = await readAll(text, { size })
      expect(records.map(({ fields }) => fields)).toEqual([['a', 'b']])
      expect(fault).toContain(sentence)
      expect(fault).toContain('this line and those after it were not read')
    }
  })

  it('refuses a last line whose quote is not closed, as no other line is lost', async () => {
    const records = await read('a,b\n1,2\n"open,3\n')
    expect(records.map(({ line, broken }) => [line, broken])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 'a quoted field does not end'],
    ])
  })

  it('reports an unclosed quote before it has read the whole of a large file', async () => {
    let given = 0
    async function* endless() {
      yield Buffer.from('a,b\n"open,1\n')
      for (; given < 100; given += 1) yield Buffer.alloc(1024 * 1024, 'row,1\n')
    }
    const reading = async () => {
      for await (const _ of readCsv(endless(), { delimiter: ',', lineEnds: feeds, headerLine: 1 }));
    }
    await expect(reading()).rejects.toThrow('line 2: a record begins here that has not ended after 16 MiB')
    expect(given).toBeLessThan(20)
  })

  it('reads the same records however the bytes are split, and reports any fault in one sentence', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ',', '"', '""', '\n', '\r\n', '\r', ' ', 'é', '\uFFFF'),
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(feeds, returns), async (file, lineEnds) => {
        const whole = await readAll(file, { size: 1_000, lineEnds })
        for (const size of [1, 2, 5]) expect(await readAll(file, { size, lineEnds })).toEqual(whole)
        if (whole.fault !== undefined) expect(whole.fault).toMatch(/^line \d+: .* were not read\.$/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes another delimiter', async () => {
    expect((await read('a;"b;c"\n', { delimiter: ';' }))[0]?.fields).toEqual(['a', 'b;c'])
    expect((await read('a\t"b\tc"\t\n', { delimiter: '\t' }))[0]?.fields).toEqual(['a', 'b\tc', ''])
    expect((await read('a§ "b§c"§d\n', { delimiter: '§' }))[0]?.fields).toEqual(['a', 'b§c', 'd'])
  })

  it('reads the lines that it writes, as a parser of the whole file does', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r\n', ' ', 'é', ';') })
    const row = fc.array(field, { minLength: 2, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        async (rows, size) => {
          const text = rows.map((fields) => formatCsvLine(fields)).join('')
          const outcome = await readAll(text, { size })
          expect(outcome.records.map((record) => record.text)).toEqual(
            rows.map((fields) => formatCsvLine(fields).slice(0, -1).replaceAll('\r\n', '\n')),
          )
          const records = outcome.records.map((record) => record.fields)
          expect(records).toEqual(rows)
          expect(records).toEqual(parse(text, { relax_column_count: true, record_delimiter: '\n' }))
        },
      ),
    )
  })
})
