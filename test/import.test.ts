import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { runCommand } from './support/command-line.ts'
import { createMarket } from './support/market.ts'

let server: TestServer
let folder: string
beforeEach(async () => {
  server = await startTestServer()
  folder = mkdtempSync(join(tmpdir(), 'munim-import-'))
})
afterEach(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

const file = (name: string, text?: string) => {
  const path = join(folder, name)
  if (text !== undefined) writeFileSync(path, text)
  return path
}
const accountOptions = [
  '--asset',
  'USD',
  '--code',
  'node:{id}',
  '--opening',
  '{opening}',
  '--opening-from',
  'equity:opening',
]
const transferOptions = [
  '--asset',
  'USD',
  '--source',
  'node:{from}',
  '--destination',
  'node:{to}',
  '--amount',
  '{value}',
]

const importAccounts = (path: string, ...more: string[]) =>
  summaryOf('import', 'accounts', path, ...accountOptions, ...more)
const importTransfers = (path: string, ...more: string[]) =>
  summaryOf('import', 'transfers', path, ...transferOptions, ...more)

async function summaryOf(...args: string[]) {
  const { exitCode, stdout, stderr } = await runCommand(server, ...args, '--json')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const { seconds, ...summary } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  expect(seconds).toBeGreaterThan(0)
  return summary
}

async function balances(): Promise<Map<string, bigint>> {
  const { stdout } = await runCommand(server, 'export', 'balances')
  const [header, ...rows] = stdout.trimEnd().split('\n')
  expect(header).toBe('code,asset,posted,pending,available')
  return new Map(rows.map((row) => row.split(',')).map(([code = '', , posted = '']) => [code, BigInt(posted)]))
}

const threeAccounts = 'id,opening\na,10.00\nb,0.00\nc,0\n'

describe('an import', () => {
  it('ends as single transfers in sequence would, and a second import changes nothing', async () => {
    const market = createMarket({ accounts: 300, transfers: 12_000, seed: 7 })
    const accounts = file('accounts.csv', market.accountsCsv)
    const transfers = file('transfers.csv', market.transfersCsv)
    expect(await importAccounts(accounts)).toEqual({ lines: 300, booked: 300, replayed: 0, refused: {} })
    const first = { lines: 12_000, booked: market.booked, replayed: 0, refused: market.refused }
    expect(await importTransfers(transfers)).toEqual(first)
    const { 'equity:opening': equity = 0n, ...nodes } = Object.fromEntries(await balances())
    expect(new Map(Object.entries(nodes))).toEqual(market.balances)
    expect(equity).toBe(-[...market.balances.values()].reduce((sum, balance) => sum + balance, 0n))

    expect(await importAccounts(accounts)).toEqual({ lines: 300, booked: 0, replayed: 300, refused: {} })
    expect(await importTransfers(transfers)).toEqual({ ...first, booked: 0, replayed: market.booked })
    expect(await balances()).toEqual(new Map([...market.balances, ['equity:opening', equity]]))
  })

  it('recognizes a file that was moved, renamed and extended', async () => {
    await importAccounts(file('accounts.csv', threeAccounts))
    const before = file('before.csv', 'from,to,value\na,b,1.00\na,b,1.00\n')
    expect(await importTransfers(before)).toMatchObject({ booked: 2 })
    appendFileSync(before, 'b,c,0.50\n')
    const after = file('after.csv')
    renameSync(before, after)
    expect(await importTransfers(after)).toEqual({ lines: 3, booked: 1, replayed: 2, refused: {} })
    expect(await importTransfers(after, '--run', 'again')).toMatchObject({ booked: 3, replayed: 0 })
    expect((await balances()).get('a')).toBe(undefined)
    expect((await balances()).get('node:a')).toBe(600n)
  })

  it('keeps refused lines refused, even if funds have come since', async () => {
    await importAccounts(file('accounts.csv', threeAccounts))
    const path = file('transfers.csv', 'from,to,value\nb,c,5.00\na,b,9.00\n')
    expect(await importTransfers(path)).toMatchObject({ booked: 1, refused: { insufficient_funds: 1 } })
    expect(await importTransfers(path)).toMatchObject({ booked: 0, replayed: 1, refused: { insufficient_funds: 1 } })
    expect((await balances()).get('node:b')).toBe(900n)
  })

  it('goes on after unreadable lines, and records every refused line with its reason', async () => {
    await importAccounts(file('accounts.csv', threeAccounts))
    const rejects = file('rejects.csv')
    const lines = [
      'from,to,value',
      'a,b,1.234',
      'a,b',
      'a,"b",x',
      '',
      'a,a,1',
      'a,"b""",1',
      'a,b,"1,5"',
      'a,b,1.50',
      'zz,b,1',
      '"a,b,1',
    ]
    const summary = await importTransfers(file('transfers.csv', lines.join('\r\n')), '--rejects', rejects)
    expect(summary).toEqual({
      lines: 9,
      booked: 1,
      replayed: 0,
      refused: {
        invalid_amount: 3,
        invalid_line: 2,
        accounts_must_differ: 1,
        invalid_account: 1,
        account_not_found: 1,
      },
    })
    const written = readFileSync(rejects, 'utf8').trimEnd().split('\n')
    expect(written[0]).toBe('line,code,reason,from,to,value')
    expect(written.slice(1).map((row) => row.split(',').slice(0, 2).join())).toEqual([
      '2,invalid_amount',
      '3,invalid_line',
      '4,invalid_amount',
      '6,accounts_must_differ',
      '7,invalid_account',
      '8,invalid_amount',
      '10,account_not_found',
      '11,invalid_line',
    ])
    expect(written[1]).toBe('2,invalid_amount,"--amount: ""1.234"" has more than 2 decimals",a,b,1.234')
  })

  it('books a line that was corrected in its place, and nothing else', async () => {
    await importAccounts(file('accounts.csv', threeAccounts))
    const path = file('transfers.csv', 'from,to,value\na,b,1.005\na,b,2.00\n')
    expect(await importTransfers(path)).toMatchObject({ booked: 1, refused: { invalid_amount: 1 } })
    writeFileSync(path, 'from,to,value\na,b,1.05\na,b,2.00\n')
    expect(await importTransfers(path)).toMatchObject({ booked: 1, replayed: 1 })
    expect((await balances()).get('node:b')).toBe(305n)
  })

  it('does not book the opening balance of an account that is refused', async () => {
    await runCommand(server, 'accounts', 'create', 'node:a', '--asset', 'USD')
    const summary = await importAccounts(file('accounts.csv', threeAccounts))
    expect(summary).toEqual({ lines: 3, booked: 2, replayed: 0, refused: { account_code_taken: 1 } })
    expect((await balances()).get('node:a')).toBe(0n)
  })

  it('keeps references and metadata, and lets accounts go below zero that may', async () => {
    const path = file('accounts.csv', 'id,opening,tier,least\na,1.00,gold,none\nb,0,,-5.00\n')
    await importAccounts(path, '--min-available', '{least}', '--metadata', 'tier={tier}')
    const transfers = file('transfers.csv', 'from,to,value,ref\na,b,7.00,r-1\nb,a,12.00,\nb,a,0.01,\n')
    const summary = await importTransfers(transfers, '--reference', '{ref}', '--metadata', 'of=day 1')
    expect(summary).toMatchObject({ booked: 2, refused: { insufficient_funds: 1 } })
    const { stdout } = await runCommand(server, 'transfers', 'list', '--reference', 'r-1', '--json')
    expect(JSON.parse(stdout)).toMatchObject([{ reference: 'r-1', amount: '700', metadata: { of: 'day 1' } }])
    const gold = await runCommand(server, 'accounts', 'list', '--metadata', 'tier=gold', '--json')
    expect(JSON.parse(gold.stdout)).toMatchObject([{ code: 'node:a', min_available: null, posted: '600' }])
  })

  it.each([
    ['an unknown column', ['--amount', '{worth}'], '--amount: the file has no column "worth"'],
    ['an unknown asset', ['--asset', 'ZZZ'], 'asset_not_found'],
    ['a rejects file that is the file itself', ['--rejects', 'SELF'], '--rejects: that is the file being imported'],
  ])('sends nothing when there is %s, and says so in one line', async (_name, options, sentence) => {
    await importAccounts(file('accounts.csv', threeAccounts))
    const text = 'from,to,value\na,b,1.00\n'
    const path = file('transfers.csv', text)
    const given = options.map((option) => (option === 'SELF' ? path : option))
    const result = await runCommand(server, 'import', 'transfers', path, ...transferOptions, ...given)
    expect(result.exitCode).toBe(1)
    expect(result.stderr).toContain(sentence)
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect((await balances()).get('node:b')).toBe(0n)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('ends with one readable line', async () => {
    const path = file('accounts.csv', `${threeAccounts}d,x\n`)
    const { stdout } = await runCommand(server, 'import', 'accounts', path, ...accountOptions)
    expect(stdout).toMatch(/^4 lines in \d+\.\d s, 3 booked, 0 there already, 1 refused \(invalid_amount 1\)\n$/)
  })
})
