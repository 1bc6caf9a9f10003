import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CliFailure } from './failure.ts'
import { type ImportFileOptions, openImportFile } from './import-file.ts'

let path: string
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-import-file-'))
  path = join(folder, 'day.csv')
})
afterAll(() => rmSync(folder, { recursive: true }))

async function read(content: string | Uint8Array, options: Partial<ImportFileOptions> = {}) {
  writeFileSync(path, content)
  const { header, records } = await openImportFile(path, { skip: 0, ...options })
  const lines: (readonly [number, ...string[]])[] = []
  for await (const piece of records) for (const { line, fields } of piece) lines.push([line, ...fields])
  return { header, lines }
}

const header = ['to', 'amount']

describe('a file to import', () => {
  it.each<[name: string, content: string | Uint8Array, options: Partial<ImportFileOptions>, line: number]>([
    ['as it should be', 'to,amount\na,1\n', {}, 2],
    ['with a byte order mark', '\uFEFFto,amount\na,1\n', {}, 2],
    ['in UTF-16', iconv.encode('to,amount\r\na,1\r\n', 'utf-16le', { addBOM: true }), {}, 2],
    ['with carriage returns', 'to,amount\ra,1\r', {}, 2],
    ['with blank lines', '\r\n\r\nto,amount\r\n\r\na,1\r\n', {}, 5],
    ['whose lines end with a delimiter', 'to,amount,\na,1,\n', {}, 2],
    ["with Excel's line", 'sep=;\r\nto;amount\r\na;1\r\n', {}, 3],
    ["with Excel's line, quoted", '\uFEFF"sep=\t"\r\nto\tamount\r\na\t1\r\n', {}, 3],
    ["with Excel's line and carriage returns", 'sep=;\rto;amount\ra;1\r', {}, 3],
    ['with lines to skip', 'Account "1\nfrom; to\n\nto,amount\na,1\n', { skip: 3 }, 5],
    ['with lines to skip that end otherwise', 'Account\r\rto,amount\na,1\n', { skip: 2 }, 4],
    ['with a given delimiter', 'to;amount\na;1\n', { delimiter: ';' }, 2],
    ['with quoted names', '"to" , "amount"\na,1\n', {}, 2],
  ])('is read: %s', async (_name, content, options, line) => {
    expect(await read(content, options)).toEqual({
      header,
      lines: [[line, 'a', '1', ...(_name.includes('end with') ? [''] : [])]],
    })
  })

  it('takes its line ends from outside the quotes of the header', async () => {
    expect(await read('"to\n(account)",amount\r1,2\r3,4\r')).toEqual({
      header: ['to\n(account)', 'amount'],
      lines: [
        [2, '1', '2'],
        [3, '3', '4'],
      ],
    })
  })

  it('may have a header of up to 1 MiB', async () => {
    const names = Array.from({ length: 100_000 }, (_, n) => `c${n}`)
    expect((await read(`${names.join(',')}\n`)).header).toEqual(names)
    await expect(read('x'.repeat(1_300_000))).rejects.toThrow('no end within 1024 KiB')
  })

  it.each<[name: string, content: string | Uint8Array, options: Partial<ImportFileOptions>, sentence: string]>([
    ['nothing in it', '', {}, 'it is empty'],
    ['a byte order mark alone', '\uFEFF', {}, 'it is empty'],
    ['blank lines', '\n \n\n', {}, 'it is empty'],
    ['more lines to skip than it has', 'to,amount\na,1\n', { skip: 9 }, 'it is empty'],
    ['another delimiter', 'to;amount\na;1\n', {}, "has one column; say --delimiter ';'"],
    ['tabs', 'to\tamount\na\t1\n', {}, "has one column; say --delimiter '\\t'"],
    ['commas where semicolons were given', 'to,amount\na,1\n', { delimiter: ';' }, "say --delimiter ','"],
    ['another encoding', Buffer.from('to,betr\xe4ge\n', 'latin1'), {}, 'line 1 cannot be read as the header'],
    ['UTF-16 without a mark', iconv.encode('to,amount\na,1\n', 'utf-16le'), {}, 'if it is UTF-16'],
    ['a workbook', Buffer.from('PK\u0003\u0004\u0014\0\u0006\0\n'), {}, 'a workbook or an archive'],
    ['a header whose quote does not end', 'to,"amount\na,1\n', {}, 'line 1: a quoted field'],
    ["two marks in Excel's line", 'sep=;,\nto;amount\n', {}, 'give --delimiter'],
  ])('is refused when it has %s', async (_name, content, options, sentence) => {
    await expect(read(content, options)).rejects.toThrow(CliFailure)
    await expect(read(content, options)).rejects.toThrow(sentence)
  })

  it('is read up to its last line when that has no line end and is still being written', async () => {
    writeFileSync(path, 'to,amount\na,1\nb,10')
    const { records } = await openImportFile(path, { skip: 0 })
    const lines: string[] = []
    const reading = async () => {
      for await (const piece of records) for (const { text } of piece) lines.push(text)
    }
    const writing = setInterval(() => appendFileSync(path, '0'), 50)
    const read = await reading().catch((error: unknown) => error)
    clearInterval(writing)
    expect(read).toEqual(expect.objectContaining({ message: expect.stringContaining('line 3 has no end') }))
    expect(lines).toEqual(['a,1'])
  })

  it.each([0, 60])('is read whole when no process writes its unended last line, after %i s', async (seconds) => {
    writeFileSync(path, 'to,amount\na,1\nb,10')
    const then = Date.now() / 1000 - seconds
    utimesSync(path, then, then)
    const { records } = await openImportFile(path, { skip: 0 })
    const lines: string[] = []
    for await (const piece of records) for (const { text } of piece) lines.push(text)
    expect(lines).toEqual(['a,1', 'b,10'])
  })
})
