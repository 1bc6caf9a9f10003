import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rounds, startTestServer, type TestServer } from '#testing'
import { createRandom, type Random } from '../scripts/random.ts'
import { runCommand } from './support/command-line.ts'

let program: TestServer
/** Each test has a book of its own, by its key. */
let server: { readonly url: string; readonly adminKey: string }
let folder: string
let books = 0
beforeAll(async () => {
  program = await startTestServer()
  folder = mkdtempSync(join(tmpdir(), 'munim-import-files-'))
})
beforeEach(async () => {
  books += 1
  const book = `bank-${books}`
  const opened = await program.request('POST', '/v1/books', { body: { code: book, name: book } })
  expect(opened.status).toBe(201)
  server = { url: program.url, adminKey: await program.createKey('admin', book) }
})
afterAll(async () => {
  const { exitCode, stdout } = await runCommand(program, 'verify')
  await program.stop()
  rmSync(folder, { recursive: true })
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 })
})

async function openAccounts(...codes: readonly string[]): Promise<void> {
  for (const code of codes) {
    const { exitCode } = await runCommand(
      server,
      'accounts',
      'create',
      code,
      '--asset',
      'USD',
      '--min-available',
      'none',
    )
    expect(exitCode).toBe(0)
  }
}

async function importFile(content: string | Uint8Array, ...options: readonly string[]) {
  const path = join(folder, 'day.csv')
  writeFileSync(path, content)
  const { exitCode, stdout, stderr } = await runCommand(
    server,
    'import',
    ...options.slice(0, 1),
    path,
    ...options.slice(1),
  )
  expect(stderr.trimEnd().split('\n').length, stderr).toBe(1)
  return { exitCode, stdout, stderr, summary: stdout === '' ? undefined : JSON.parse(stdout) }
}

const byColumns = ['--asset', 'USD', '--source', 'bank', '--destination', 'to:{to}', '--amount', '{amount}', '--json']
const importTransfers = (content: string | Uint8Array, ...more: readonly string[]) =>
  importFile(content, 'transfers', ...byColumns, ...more)

/** The non-zero balances, without the account of origin. */
async function balances(without = 'bank'): Promise<Record<string, number>> {
  const { stdout } = await runCommand(server, 'export', 'balances', '--format', 'json')
  const rows: { code: string; posted: string }[] = JSON.parse(stdout)
  const nonZero = rows.filter(({ code, posted }) => posted !== '0' && code !== without)
  return Object.fromEntries(nonZero.map(({ code, posted }) => [code, Number(posted)]))
}

const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const

/** The lines as a file in a random format, and the options to read it. */
function writtenSomehow(random: Random, lines: readonly string[]): { bytes: Uint8Array; options: string[] } {
  const lineEnd = random.pick(['\n', '\r\n'])
  const blank = random.chance(0.3) ? lineEnd : ''
  const text = ['date,to,amount,memo', ...lines].join(`${blank}${lineEnd}`) + (random.chance(0.5) ? lineEnd : '')
  const encoding = random.pick(encodings)
  const marked = encoding !== 'windows-1252' && random.chance(0.5)
  // The CLI's own library, which other programs may write with.
  const iconv = createRequire(join(import.meta.dirname, '../cli/src/index.ts'))('iconv-lite')
  const bytes: Uint8Array = iconv.encode(text, encoding, { addBOM: marked })
  return { bytes, options: marked || encoding === 'utf-8' ? [] : ['--encoding', encoding] }
}

describe('the next export of a bank', () => {
  it('books only the new lines, wherever they are', async () => {
    const names = ['a', 'b', 'c']
    await openAccounts('bank', ...names.map((name) => `to:${name}`))
    const seed = Date.now() % 100_000
    process.stdout.write(`exports by seed ${seed}\n`)
    const random = createRandom(seed)
    const history: string[] = []
    /** How often each line is booked: as often as the fullest export had it. */
    const booked = new Map<string, number>()
    for (let round = 0; round < rounds({ few: 5, all: 12 }); round += 1) {
      // Newest first, with equal lines among them, each of which is a payment of its own.
      for (let line = 0; line < 40; line += 1) {
        const memo = random.pick(['', 'é', '"two\nlines"', '"a, b"'])
        history.unshift(`2026-01-${10 + round},${random.pick(names)},${1 + random.below(3)}.00,${memo}`)
      }
      const lines = history.slice(0, 40 + random.below(200)).filter(() => random.chance(0.95))
      if (random.chance(0.3)) lines.reverse()
      const { bytes, options } = writtenSomehow(random, lines)
      const counts = Map.groupBy(lines, (line) => line)
      let isNew = 0
      for (const [line, { length }] of counts) {
        isNew += Math.max(0, length - (booked.get(line) ?? 0))
        booked.set(line, Math.max(length, booked.get(line) ?? 0))
      }
      const { exitCode, summary } = await importTransfers(bytes, ...options)
      expect({ exitCode, ...summary }).toMatchObject({
        exitCode: 0,
        booked: isNew,
        replayed: lines.length - isNew,
        refused: {},
      })
    }
    const expected: Record<string, number> = {}
    for (const [line, count] of booked) {
      const [, to, amount] = line.split(',')
      expected[`to:${to}`] = (expected[`to:${to}`] ?? 0) + Number(amount) * 100 * count
    }
    expect(await balances()).toEqual(expected)
  })
})

const thief = 'mallory,500.00,from within a memo'

describe('text inside a field', () => {
  it.each([
    ['in quotes', `b,1.00,"\n${thief}\n"\nc,1.00,next\n`, { 'to:b': 100, 'to:c': 100 }],
    [
      'in quotes, of many lines',
      `b,1.00,"${`x\n${thief}\n`.repeat(20_000)}"\nc,1.00,next\n`,
      { 'to:b': 100, 'to:c': 100 },
    ],
    ['of more than a record may have', `b,1.00,"${`x\n${thief}\n`.repeat(60_000)}"\nc,1.00,next\n`, { 'to:c': 100 }],
    ['not in quotes, after a carriage return', `b,1.00,x\r${thief}\nc,1.00,next\n`, { 'to:c': 100 }],
    ['after a quote that is not doubled', `c,1.00,x\nb,1.00,"so "he said\n${thief}\n"\n`, { 'to:c': 100 }],
    ['after a quote that does not end', `c,1.00,x\nb,1.00,"x\n${thief}\n`, { 'to:c': 100 }],
    [
      'of a line that ends in a blank and a quote',
      `b,1.00, "x\n${thief}\n" \nc,1.00,next\n`,
      { 'to:b': 100, 'to:c': 100 },
    ],
  ])('moves no money: %s', async (_name, lines, expected) => {
    await openAccounts('bank', 'to:b', 'to:c', 'to:mallory')
    const { exitCode, summary, stderr } = await importTransfers(`to,amount,memo\n${lines}`)
    expect(await balances()).toEqual(expected)
    const reported = exitCode === 0 ? Object.keys(summary.refused).length : stderr.includes('were not read')
    if (Object.keys(expected).length === 1) expect(reported).toBeTruthy()
  })
})

describe('a file that is not understood', () => {
  it.each([
    ['nothing', '', 'it is empty'],
    ['a header alone', 'to,amount\n', 'no line follows'],
    ['a header and blank lines', 'to,amount\n\n  \n', 'no line follows'],
    ['line ends that are none', 'to,amount\u2028a,1.00\u2028b,1.00', 'the file has no column "amount"'],
    ['another delimiter', 'to;amount\na;1.00\n', "say --delimiter ';'"],
    ['other columns', 'to,worth\na,1.00\n', '--amount: the file has no column "amount"'],
    ['no text', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'cannot be read as the header'],
    ['UTF-16 without a mark', Buffer.from('to,amount\na,1.00\n', 'utf16le'), 'if it is UTF-16'],
  ])('imports nothing and says so: %s', async (_name, content, sentence) => {
    await openAccounts('bank', 'to:a')
    const { exitCode, stdout, stderr } = await importTransfers(content)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(JSON.parse(stderr).error.message).toContain(sentence)
    expect(await balances()).toEqual({})
  })

  it('refuses lines with invalid bytes, by their number, and treats different ones as different', async () => {
    await openAccounts('bank', 'to:a')
    const rejects = join(folder, 'rejects.csv')
    const bytes = Buffer.from('to,amount,memo\na,1.00,caf\xe9\na,1.00,caf\xe8\na,2.00,cafe\n', 'latin1')
    const first = await importTransfers(bytes, '--rejects', rejects)
    expect(first.summary).toMatchObject({ lines: 3, booked: 1, refused: { invalid_line: 2 } })
    const second = await importTransfers(bytes, '--encoding', 'windows-1252')
    expect(second.summary).toMatchObject({ lines: 3, booked: 2, replayed: 1, refused: {} })
    expect(await balances()).toEqual({ 'to:a': 400 })
  })

  it('ends with exit code 2 when every line is refused, and with 0 when one is not', async () => {
    await openAccounts('bank', 'to:a')
    expect(await importTransfers('to,amount\na,x\na,-1\n')).toMatchObject({
      exitCode: 2,
      summary: { refused: { invalid_amount: 2 } },
    })
    expect(await importTransfers('to,amount\na,x\na,1\n')).toMatchObject({ exitCode: 0, summary: { booked: 1 } })
    expect(await importTransfers('to,amount\na,x\na,1\n')).toMatchObject({ exitCode: 0, summary: { replayed: 1 } })
    expect(await balances()).toEqual({ 'to:a': 100 })
  })

  it('stops at a line whose end is ambiguous, and resumes there when it is corrected', async () => {
    await openAccounts('bank', 'to:a')
    const { exitCode, stderr } = await importTransfers('to,amount,memo\na,1.00,x\na,2.00,"so "he\na,4.00,y\n')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stderr).error).toMatchObject({
      message: expect.stringMatching(
        /^line 3: .* Stopped\. Lines done before: 1 \(1 booked, 0 there already, 0 refused\)/,
      ),
      done: { lines: 1, booked: 1, replayed: 0, refused: {} },
    })
    const corrected = await importTransfers('to,amount,memo\na,1.00,x\na,2.00,"so ""he"\na,4.00,y\n')
    expect(corrected.summary).toMatchObject({ booked: 2, replayed: 1 })
    expect(await balances()).toEqual({ 'to:a': 700 })
  })
})

describe('a file of refused lines that cannot be written', () => {
  it.each([
    ['a full disk', () => '/dev/full', 'ENOSPC'],
    ['a folder that is missing', () => join(folder, 'none', 'rejects.csv'), 'ENOENT'],
    ['a folder', () => folder, 'EISDIR'],
  ])('is reported in one line before anything is booked: %s', async (_name, path, code) => {
    await openAccounts('bank', 'to:a')
    const { exitCode, stdout, stderr } = await importTransfers('to,amount\na,1.00\nb,x\n', '--rejects', path())
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    const { message } = JSON.parse(stderr).error
    expect(message).toContain(`--rejects: ${path()} cannot be written: ${code}`)
    expect(await balances()).toEqual({})
  })
})

describe('the files of banks', () => {
  it('are read with their encoding, preamble, marks, dates and signs', async () => {
    await openAccounts('bank', 'to:m', 'to:b')
    const lines = [
      'Kontoauszug für "Müller',
      'Buchung;Konto;Betrag;Währung;Zweck;',
      '31.01.2026;m;1.234,50;USD; "Größe; rot" ;',
      '01.02.2026;m;-34,50;USD;zurück;',
      '02.02.2026;b;0,00;USD;nichts;',
      '03.02.2026;b;12.34,00;USD;falsch;',
      '31.02.2026;b;1,00;USD;kein Tag;',
      '04.02.2026;b;1,00;XXX;kein Geld;',
    ]
    const options = [
      ...['transfers', '--encoding', 'windows-1252', '--skip', '1', '--delimiter', ';', '--asset', '{Währung}'],
      ...['--source', 'bank', '--destination', 'to:{Konto}', '--sign', 'swap', '--amount', '{Betrag}'],
      ...['--decimal-mark', ',', '--thousands-mark', '.', '--effective-at', '{Buchung}', '--date-format', 'dd.MM.yyyy'],
      ...['--zone', 'Europe/Berlin', '--metadata', 'memo={Zweck}', '--json'],
    ]
    const content = Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
    const refused = { invalid_amount: 2, invalid_date: 1, asset_not_found: 1 }
    expect((await importFile(content, ...options)).summary).toMatchObject({ lines: 6, booked: 2, refused })
    expect((await importFile(content, ...options)).summary).toMatchObject({ lines: 6, replayed: 2, refused })
    expect(await balances()).toEqual({ 'to:m': 120_000 })
    const { stdout } = await runCommand(server, 'transfers', 'list', '--json')
    expect(JSON.parse(stdout)).toMatchObject([
      { amount: '3450', effective_at: '2026-01-31T23:00:00.000000Z', metadata: { memo: 'zurück' } },
      { amount: '123450', effective_at: '2026-01-30T23:00:00.000000Z', metadata: { memo: 'Größe; rot' } },
    ])
  })

  it('do not book a line again because its sign, marks or dates are read differently', async () => {
    await openAccounts('bank', 'to:a')
    const content = 'date,to,amount\n2026-01-02,a,5.00\n'
    expect((await importTransfers(content)).summary).toMatchObject({ booked: 1 })
    const again = await importTransfers(content, '--effective-at', '{date}')
    expect(again).toMatchObject({ exitCode: 2, summary: { booked: 0, refused: { id_already_used: 1 } } })
    expect(await balances()).toEqual({ 'to:a': 500 })
  })

  it('open accounts in several assets, with balances below zero', async () => {
    const content = 'id,currency,balance\n1,USD,100.00\n2,USD,-40.50\n3,JPY,-700\n4,JPY,7.5\n5,EUR,0.00\n'
    const options = [
      ...['accounts', '--asset', '{currency}', '--code', 'loans:{id}', '--min-available', 'none', '--json'],
      ...['--opening', '{balance}', '--opening-from', 'opening:{currency}', '--effective-at', '2026-01-01'],
    ]
    const first = await importFile(content, ...options)
    expect(first.summary).toMatchObject({ lines: 5, booked: 4, refused: { invalid_amount: 1 } })
    expect((await importFile(content, ...options)).summary).toMatchObject({ booked: 0, replayed: 4 })
    expect(await balances()).toEqual({
      'loans:1': 10_000,
      'loans:2': -4_050,
      'loans:3': -700,
      'opening:USD': -5_950,
      'opening:JPY': 700,
    })
    const shown = await runCommand(
      server,
      'balance',
      'loans:2',
      '--at',
      '2026-01-01T00:00:00Z',
      '--by',
      'effective',
      '--json',
    )
    expect(JSON.parse(shown.stdout)).toMatchObject({ posted: '-4050' })
  })

  it('refuse a balance below zero of an account that may not have one', async () => {
    const options = [
      'accounts',
      '--asset',
      'USD',
      '--code',
      'w:{id}',
      '--opening',
      '{b}',
      '--opening-from',
      'o',
      '--json',
    ]
    const { exitCode, summary } = await importFile('id,b\n1,-5.00\n', ...options)
    expect({ exitCode, ...summary }).toMatchObject({ exitCode: 2, refused: { insufficient_funds: 1 } })
    expect(await balances()).toEqual({})
  })
})
