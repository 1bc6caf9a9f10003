import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { run } from '@munim/cli'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  loginRequest,
  openBrowser,
  passLogin,
  setUpPerson,
  startTestServer,
  type TestPerson,
  type TestServer,
} from '#testing'
import { findBarriers } from './support/barriers.ts'
import { hasBrowser, startBrowser } from './support/browser.ts'
import { type CommandResult, runCommand } from './support/command-line.ts'
import { totpOf } from './support/totp.ts'

let server: TestServer
let folder: string
let person: TestPerson
const environment = { ...process.env }

beforeAll(async () => {
  server = await startTestServer()
  folder = mkdtempSync(join(tmpdir(), 'munim-login-'))
  process.env.MUNIM_LOGIN_FILE = join(folder, 'logins', 'logins.json')
  const invited = await json('people', 'invite', 'ada@example.com', '--name', 'Ada', '--role', 'administrator')
  person = await setUpPerson(server, { body: invited })
})
afterAll(async () => {
  process.env = environment
  rmSync(folder, { recursive: true })
  await server?.stop()
})

const file = () => process.env.MUNIM_LOGIN_FILE ?? ''
const json = async (...args: string[]) => {
  const { exitCode, stdout, stderr } = await runCommand(server, ...args, '--json')
  expect([args, exitCode, stderr]).toEqual([args, 0, ''])
  return JSON.parse(stdout)
}
/** As the person who has logged in. */
const asPerson = (...args: string[]): Promise<CommandResult> => runCommand({ url: server.url }, ...args)
const logins = () => JSON.parse(readFileSync(file(), 'utf8'))
const change = (also: object) => {
  const known = logins()
  writeFileSync(file(), JSON.stringify({ [server.url]: { ...known[server.url], ...also } }))
}

/** Runs the command, and hands the address that it prints to `visit`. */
async function logIn(visit: (address: string) => Promise<unknown>) {
  let [stdout, stderr] = ['', '']
  const visited = Promise.withResolvers<unknown>()
  const collect = (add: (text: string) => void) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        add(chunk.toString())
        done()
      },
    })
  const terminal = {
    stdout: collect((text) => {
      stdout += text
    }),
    stderr: collect((text) => {
      stderr += text
      const [, address] = /Log in here: (\S+)\n/.exec(stderr) ?? []
      if (address !== undefined) visit(address).then(visited.resolve, visited.reject)
    }),
  }
  const exitCode = await run(['login', '--no-browser', '--url', server.url], { terminal })
  return { exitCode, stdout, stderr, visited: await visited.promise }
}

describe('the command line', () => {
  it('logs a person in, who then acts as such, and renews tokens by itself', async () => {
    const done = await logIn(async (address) => {
      const browser = openBrowser(server)
      const begun = await browser.get(address)
      const passed = await passLogin(browser, begun.location, { ...person, code: person.recoveryCodes[0] ?? '' })
      const back = new URL(passed.location)
      const forged = new URL(back)
      forged.searchParams.set('state', 'another')
      const foreign = new URL(back)
      foreign.searchParams.set('iss', 'https://evil.example')
      const odd = `${back.origin}//`
      for (const wrong of [forged, foreign, odd]) expect((await fetch(wrong)).status).toBe(400)
      return (await fetch(back)).status
    })
    expect([done.exitCode, done.visited]).toEqual([0, 200])
    expect(done.stdout).toMatch(/login +ada@example\.com\nname +Ada\nrole +administrator\nbook +main\n/)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    const first = logins()[server.url]
    expect((await asPerson('accounts', 'list')).exitCode).toBe(0)
    expect(logins()[server.url]).toEqual(first)
    chmodSync(file(), 0o644)
    change({ expires_ms: 0 })
    const many = await Promise.all([1, 2, 3].map(() => asPerson('accounts', 'list', '--json')))
    expect(many.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([1, 2, 3].map(() => [0, '']))
    const second = logins()[server.url]
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    change({ access_token: `${first.access_token}x` })
    const made = await asPerson('keys', 'create', '--name', 'mine', '--permissions', 'ledger:read')
    expect(made.exitCode).toBe(0)
    const acts = await server.database.query<{ actor_kind: string }>({
      text: `select actor_kind from access.audit_log where action = 'api_key.created' order by number desc limit 1`,
    })
    expect(acts).toEqual([{ actor_kind: 'person' }])
    expect(JSON.parse((await asPerson('whoami', '--json')).stdout)).toMatchObject({
      sub: person.id,
      munim_book: 'main',
    })
  })

  it('says what to do once the login has ended, and logs out at the server', async () => {
    const { refresh_token } = logins()[server.url]
    const out = await asPerson('logout')
    expect([out.exitCode, out.stdout]).toEqual([0, `logged out of ${server.url}\n`])
    const form = { client_id: 'munim-cli', grant_type: 'refresh_token', refresh_token }
    const refused = await fetch(`${server.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    expect(refused.status).toBe(400)
    expect((await asPerson('whoami')).stderr).toContain('run "munim login"')
    writeFileSync(file(), JSON.stringify({ [server.url]: { access_token: 'x', refresh_token, expires_ms: 0 } }))
    expect((await asPerson('accounts', 'list')).stderr).toContain('has ended: run "munim login" again')
    expect(logins()).toEqual({})
  })

  it('manages people', async () => {
    const { id } = await json('people', 'invite', 'bob', '--name', 'Bob', '--role', 'viewer', '--all-books')
    expect(await json('people', 'change', id, '--role', 'analyst')).toMatchObject([{ role: 'analyst', book: null }])
    for (const [verb, state] of [
      ['disable', 'disabled'],
      ['enable', 'invited'],
    ] as const) {
      expect(await json('people', verb, id)).toMatchObject([{ id, state }])
    }
    expect((await json('people', 'reset', id)).setup_code).toMatch(/^munim_setup_/)
    expect(await json('people', 'sessions', id)).toEqual([])
    expect(await json('people', 'end-sessions', id)).toMatchObject([{ id }])
    const listed = await runCommand(server, 'people', 'list')
    expect(listed.stdout).toMatch(/bob +Bob +analyst +all +invited/)
    const printed = await runCommand(server, 'people', 'reset', id)
    expect(printed.stdout).toContain(`${server.url}/oauth/setup`)
  })
})

describe.runIf(hasBrowser)('in a browser', () => {
  it('a person sets up an account and logs in, without any script', async () => {
    const invited = await json('people', 'invite', 'eve@example.com', '--name', 'Eve', '--role', 'viewer')
    const client = createServer((_request, response) => response.end('back at the client'))
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(client.address() as AddressInfo).port}`
    const browser = await startBrowser()
    try {
      const context = await browser.newContext({ javaScriptEnabled: false })
      const page = await context.newPage()
      const requested = new Set<string>()
      page.on('request', (request) => requested.add(new URL(request.url()).origin))
      await page.goto(`${server.url}/oauth/setup`)
      await page.getByLabel('Setup code').fill(invited.setup_code)
      await page.keyboard.press('Enter')
      const link = await page.getByRole('link', { name: 'open the app' }).getAttribute('href')
      const secret = new URL(link ?? '').searchParams.get('secret') ?? ''
      expect(await findBarriers(page)).toEqual([])
      await page.getByLabel('New password').fill('correct horse battery')
      await page.getByLabel('Code').fill(totpOf(secret, 1))
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Your account is ready' }).waitFor()
      const recovery = (await page.locator('li').first().textContent()) ?? ''
      await page.goto(`${server.url}${loginRequest({ redirect: `${origin}/callback` }).url}`)
      await page.getByLabel('Email or name').fill('eve@example.com')
      await page.keyboard.press('Tab')
      await page.keyboard.type('wrong horse battery')
      await page.keyboard.press('Tab')
      await page.keyboard.type(recovery)
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      expect(await findBarriers(page)).toEqual([])
      await page.getByLabel('Password').fill('correct horse battery')
      await page.getByLabel('Code').fill(recovery)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.getByText('back at the client').waitFor()
      expect(new URL(page.url()).searchParams.get('code')).toBeTruthy()
      expect([...requested]).toEqual([server.url, origin])
    } finally {
      await browser.close()
      client.closeAllConnections()
      client.close()
    }
  })
})
