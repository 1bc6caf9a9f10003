import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseAmount } from '@munim/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { runCommand } from './support/command-line.ts'
import { launcher } from './support/launched-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await succeed('accounts', 'create', 'bank', '--asset', 'USD', '--min-available', 'none')
  await succeed('accounts', 'create', 'shop', '--asset', 'USD')
})
afterAll(() => server.stop())

async function succeed(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(server, ...args)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return stdout
}
const json = async (...args: string[]) => JSON.parse(await succeed(...args, '--json'))
const transfer = (source: string, destination: string, amount: string, ...more: string[]) =>
  json(
    'transfers',
    'create',
    '--source',
    source,
    '--destination',
    destination,
    '--amount',
    amount,
    '--asset',
    'USD',
    ...more,
  )

describe('the OAuth commands', () => {
  it('make a client, as which other commands run, and end it', async () => {
    const permissions = ['--permission', 'ledger:write', '--permission', 'ledger:read']
    const made = await json('oauth', 'clients', 'create', '--name', 'shop', ...permissions)
    const actWith = (secret: string, ...args: string[]) => {
      vi.stubEnv('MUNIM_CLIENT_SECRET', secret)
      return runCommand({ url: server.url }, ...args, '--client-id', made.id).finally(() => vi.unstubAllEnvs())
    }
    const act = () => actWith(made.client_secret, 'accounts', 'create', 'by:client', '--asset', 'USD')
    expect(await act()).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await actWith('', 'accounts', 'list')).stderr).toMatch(/a client needs its secret: set MUNIM_CLIENT_SECRET/)
    expect(await succeed('oauth', 'clients', 'rotate-secret', made.id)).toMatch(/^client secret +munim_secret_/m)
    expect((await act()).stderr).toMatch(/^munim: the server does not accept the client: /)
    expect((await succeed('oauth', 'rotate-keys')).match(/ES256/g)).toHaveLength(3)
    expect(await succeed('oauth', 'clients', 'revoke', made.id)).toMatch(/revoked$/m)
    expect(await succeed('oauth', 'clients', 'list')).toMatch(/ledger:write ledger:read +client_secret .*revoked$/m)
  })
})

describe('the account commands', () => {
  it('open, show, change and list accounts', async () => {
    const made = await json(
      'accounts',
      'create',
      'a:1',
      '--asset',
      'USD',
      '--min-available',
      '-5.50',
      '--metadata',
      'tier=gold',
    )
    expect(made).toMatchObject({ code: 'a:1', min_available: '-550', max_balance: null, metadata: { tier: 'gold' } })
    expect(await json('accounts', 'update', 'a:1', '--max-balance', '100')).toMatchObject({ max_balance: '10000' })
    expect(await json('accounts', 'freeze', 'a:1')).toMatchObject({ state: 'frozen' })
    expect(await json('accounts', 'unfreeze', made.id)).toMatchObject({ state: 'open' })
    expect(await json('accounts', 'close', 'a:1')).toMatchObject({ state: 'closed' })
    expect(await json('accounts', 'list', '--prefix', 'a:')).toMatchObject([{ id: made.id }])
    expect(await json('accounts', 'list', '--state', 'closed', '--metadata', 'tier=gold')).toHaveLength(1)
    const shown = await succeed('accounts', 'show', 'a:1')
    expect(shown).toMatch(/^code +a:1$/m)
    expect(shown).toMatch(/^min available +-5\.50$/m)
    expect(await succeed('accounts', 'list', '--limit', '1')).toMatch(
      /^code +asset +state +posted +pending +available\na:1 +USD +closed +0\.00 +0\.00 +0\.00\n$/,
    )
  })

  it('list more accounts than a page holds', async () => {
    const accounts = Array.from({ length: 230 }, (_, n) => ({ code: `many:${n}`, asset: 'JPY' }))
    await server.request('POST', '/v1/accounts/batch', { body: { accounts } })
    expect(await json('accounts', 'list', '--prefix', 'many:', '--limit', '220')).toHaveLength(220)
    expect(await json('accounts', 'list', '--asset', 'JPY', '--limit', '1000')).toHaveLength(230)
  })
})

describe('the transfer commands', () => {
  it('make, hold, post, void and list transfers', async () => {
    const made = await transfer('bank', 'shop', '12.50', '--reference', 'order-1', '--metadata', 'till=3')
    expect(made).toMatchObject({ amount: '1250', state: 'posted', reference: 'order-1', metadata: { till: '3' } })
    const held = await transfer('shop', 'bank', '10', '--pending')
    expect(held).toMatchObject({ state: 'pending', amount: '1000' })
    expect(await json('balance', 'shop')).toMatchObject({ posted: '1250', pending: '1000', available: '250' })
    expect(await json('transfers', 'post', held.id, '--amount', '2.50')).toMatchObject({ amount_posted: '250' })
    const other = await transfer('shop', 'bank', '1', '--pending')
    expect(await json('transfers', 'void', other.id)).toMatchObject({ state: 'voided' })
    expect(await json('transfers', 'show', made.id)).toEqual(made)
    expect(await json('transfers', 'list', '--reference', 'order-1')).toEqual([made])
    expect(await json('transfers', 'list', '--account', 'shop', '--state', 'voided')).toHaveLength(1)
    expect(await succeed('transfers', 'list', '--source', 'bank', '--limit', '1')).toMatch(
      /^id +state +source +destination +amount +asset +recorded at\ntrf_\w+ +posted +bank +shop +12\.50 +USD +20/,
    )
    expect(await json('transfers', 'list', '--destination', 'bank', '--limit', '1')).toHaveLength(1)
  })

  it('do nothing in a dry run', async () => {
    const before = await json('balance', 'shop')
    expect(await transfer('bank', 'shop', '1', '--dry-run')).toMatchObject({ amount: '100' })
    expect(await json('balance', 'shop')).toEqual(before)
  })
})

describe('export balances', () => {
  it('writes minor units, or decimals on request, for every account', async () => {
    await succeed('accounts', 'create', 'export:gold', '--asset', 'JPY')
    const rows = (await succeed('export', 'balances')).trimEnd().split('\n')
    const decimals = (await succeed('export', 'balances', '--decimal')).trimEnd().split('\n')
    expect(rows[0]).toBe('code,asset,posted,pending,available')
    expect(rows[1]).toBe('export:gold,JPY,0,0,0')
    const bank = decimals.find((row) => row.startsWith('bank,'))?.split(',')[2] ?? ''
    expect(parseAmount(bank, 2)).toEqual({ ok: true, minor: BigInt((await json('balance', 'bank')).posted) })
    const sum = rows.slice(1).reduce((total, row) => total + BigInt(row.split(',')[2] ?? ''), 0n)
    expect(sum).toBe(0n)
    const list = JSON.parse(await succeed('export', 'balances', '--format', 'json'))
    expect(list.map(Object.values)).toEqual(rows.slice(1).map((row) => row.split(',')))
  })

  it('ends quietly when its reader stops reading', async () => {
    const connection = ['--url', server.url, '--key', server.adminKey]
    const child = spawn(process.execPath, [launcher, 'export', 'balances', ...connection], { stdio: 'pipe' })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const [exitCode] = await once(child, 'close')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })
})

describe('verify', () => {
  it('says that the books are in order, and exits with 1 and the reason when a row was changed', async () => {
    const untouched = await startTestServer()
    try {
      const make = (...args: string[]) => runCommand(untouched, ...args)
      await make('accounts', 'create', 'a', '--asset', 'USD', '--min-available', 'none')
      await make('accounts', 'create', 'b', '--asset', 'USD')
      await make('transfers', 'create', '--source', 'a', '--destination', 'b', '--amount', '1', '--asset', 'USD')
      const well = await make('verify')
      expect(well).toMatchObject({ exitCode: 0, stderr: '' })
      expect(well.stdout).toMatch(/^ok +conserved \(\d+ checked\)\n[\s\S]*The books are in order \(\d+\.\d s\)\.\n$/)
      await untouched.database.query({ text: 'update ledger.transfers set amount = amount + 1' })
      const wrong = await make('verify')
      expect(wrong).toMatchObject({ exitCode: 1, stderr: '' })
      expect(wrong.stdout).toMatch(/^WRONG .*\n {7}- \S/m)
      expect(wrong.stdout).toContain('The books are NOT in order')
      const report = await make('verify', '--json')
      expect(report.exitCode).toBe(1)
      expect(JSON.parse(report.stdout)).toMatchObject({ ok: false })
    } finally {
      await untouched.stop()
    }
  })
})

describe('a command that fails', () => {
  it.each([
    [
      'a refusal',
      ['transfers', 'create', '--source', 'shop', '--destination', 'bank', '--amount', '9999', '--asset', 'USD'],
      'insufficient_funds',
    ],
    [
      'an amount with too many decimals',
      ['transfers', 'create', '--source', 'shop', '--destination', 'bank', '--amount', '1.005', '--asset', 'USD'],
      '--amount: "1.005" has more than 2 decimals',
    ],
    ['an account that is not there', ['accounts', 'show', 'nobody'], 'account_not_found'],
    [
      'a file that is not there',
      ['import', 'transfers', 'nowhere.csv', '--asset', 'USD', '--source', 'a', '--destination', 'b', '--amount', '1'],
      'there is no file nowhere.csv',
    ],
    ['a key the server does not know', ['accounts', 'list', '--key', 'munim_wrong'], 'does not accept the API key'],
    ['an address that is none', ['accounts', 'list', '--url', 'nowhere'], '--url must be an address such as http'],
  ])('reports the reason in one line: %s', async (_name, args, sentence) => {
    const env = { ...process.env, MUNIM_URL: server.url, MUNIM_API_KEY: server.adminKey }
    const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'ignore', 'pipe'], env })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const [exitCode] = await once(child, 'close')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^munim: .*\n$/)
    expect(stderr).toContain(sentence)
  })

  it('reports it as JSON on request', async () => {
    const { exitCode, stderr } = await runCommand(server, 'accounts', 'show', 'nobody', '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'account_not_found', status: 404 } })
  })

  it('points to the help when the command line is wrong', async () => {
    const { exitCode, stderr } = await runCommand(server, 'accounts', 'create', 'x')
    expect(exitCode).toBe(1)
    expect(stderr).toContain("required option '--asset <code>' not specified")
    expect(stderr).toContain('--help')
  })
})

describe('--help', () => {
  it.each([
    [[], 'Examples:'],
    [['start'], '$ munim start --data'],
    [['import', 'accounts'], '--opening-from equity:opening'],
    [['import', 'transfers'], '--rejects refused.csv'],
    [['export', 'balances'], 'minor units'],
    [['verify'], 'Exit code 0'],
    [['accounts', 'create'], '--min-available none'],
    [['transfers', 'create'], '--pending'],
  ])('of %j gives examples', async (command, text) => {
    const { exitCode, stdout } = await runCommand(server, ...command, '--help')
    expect(exitCode).toBe(0)
    expect(stdout).toContain(text)
  })
})
