import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import { type ConnectionOptions, serverOf, withServer } from './connection.ts'
import { CliFailure } from './failure.ts'
import { readLogin, storeLogin, withLogins } from './login-file.ts'
import { askTokens, cliClientId, personTokens, posted } from './person-tokens.ts'
import { formatPairs, type Terminal, toJson, write } from './terminal.ts'

type ServerOptions = Pick<ConnectionOptions, 'url' | 'tlsCert' | 'tlsKey' | 'tlsCa' | 'json'>
type LoginOptions = ServerOptions & { readonly browser: boolean }

/** The person has this long to log in. */
const waitMs = 10 * 60_000

/** For people. Programs have API keys or OAuth clients. */
export function addLoginCommands(program: Command, terminal: Terminal): void {
  withServer(program.command('login'))
    .description('log in as a person, in a browser; later commands act as that person')
    .option('--no-browser', 'only print the address')
    .addHelpText('after', '\nExample:\n  $ munim login --url https://pay.example.com')
    .action(async (options: LoginOptions) => {
      await logIn(terminal, options)
    })
  withServer(program.command('logout'))
    .description('end the login, at the server too')
    .addHelpText('after', '\nExample:\n  $ munim logout')
    .action(async (options: ServerOptions) => {
      await logOut(terminal, options)
    })
  withServer(program.command('whoami'))
    .description('show who has logged in')
    .addHelpText('after', '\nExample:\n  $ munim whoami')
    .action(async (options: ServerOptions) => {
      await show(terminal, options)
    })
}

async function logIn(terminal: Terminal, options: LoginOptions): Promise<void> {
  const server = serverOf(options)
  const metadata = await readMetadata(server)
  const [verifier, state] = [randomBytes(32).toString('base64url'), randomBytes(16).toString('base64url')]
  const back = await awaitReturn({ state, issuer: metadata.issuer })
  try {
    const parameters = new URLSearchParams({
      ...{ response_type: 'code', client_id: cliClientId, redirect_uri: back.address, scope: 'openid profile email' },
      ...{ state, code_challenge: createHash('sha256').update(verifier).digest('base64url') },
      code_challenge_method: 'S256',
    })
    const address = `${metadata.authorization_endpoint}?${parameters}`
    await write(terminal.stderr, `Log in here: ${address}\n`)
    if (options.browser) openBrowser(address)
    const form = { grant_type: 'authorization_code', code: await back.code, code_verifier: verifier }
    const login = await askTokens(server, { ...form, redirect_uri: back.address })
    if (login === 'ended') throw new CliFailure('the server did not accept its own code; log in again')
    await withLogins(async () => storeLogin(server.url, login))
  } finally {
    back.close()
  }
  await show(terminal, options)
}

type Metadata = { readonly issuer: string; readonly authorization_endpoint: string }

async function readMetadata({ url, fetch }: ReturnType<typeof serverOf>): Promise<Metadata> {
  const response = await fetch(`${url}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(30_000) })
  const body = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>
  const { issuer, authorization_endpoint } = body
  if (typeof issuer === 'string' && typeof authorization_endpoint === 'string')
    return { issuer, authorization_endpoint }
  throw new CliFailure(`${url} does not say where people log in`)
}

type Expected = { readonly state: string; readonly issuer: string }
type Return = { readonly address: string; readonly code: Promise<string>; readonly close: () => void }

/** Listens on this machine alone for the browser that comes back (RFC 8252). */
async function awaitReturn({ state, issuer }: Expected): Promise<Return> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>()
  const server = createServer((request, response) => {
    // Not a URL of its own: anyone on this machine, such as a page in a browser, can ask for anything, like "//".
    const [path, query] = (request.url ?? '').split('?')
    const searchParams = new URLSearchParams(query)
    const isReturn = path === '/callback' && searchParams.get('state') === state
    // An answer of another server must not be taken for one of this (RFC 9207).
    const isOurs = isReturn && searchParams.get('iss') === issuer
    response.writeHead(isOurs ? 200 : 400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    response.end(
      isOurs ? 'You can close this window, and go on in the terminal.\n' : 'This is not the answer to a login.\n',
    )
    if (!isOurs) return
    const given = searchParams.get('code')
    const why = searchParams.get('error_description') ?? searchParams.get('error') ?? 'no code'
    if (given === null) reject(new CliFailure(`the login was refused: ${why}`))
    else resolve(given)
  })
  const timer = setTimeout(() => reject(new CliFailure('no one has logged in; run "munim login" again')), waitMs)
  code.catch(() => undefined)
  await new Promise<void>((resolveListen, rejectListen) => {
    server.once('error', rejectListen)
    server.listen(0, '127.0.0.1', () => resolveListen())
  })
  const close = () => {
    clearTimeout(timer)
    server.close()
    server.closeAllConnections()
  }
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, code, close }
}

const openers: Readonly<Record<string, string>> = { darwin: 'open', linux: 'xdg-open' }

/** The address was printed already, so it is no failure when there is no browser. */
function openBrowser(address: string): void {
  const opener = openers[process.platform]
  if (opener === undefined) return
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

async function logOut(terminal: Terminal, options: ServerOptions): Promise<void> {
  const { url, fetch } = serverOf(options)
  const login = readLogin(url)
  if (login === undefined) throw new CliFailure(`no one is logged in at ${url}`)
  await withLogins(async () => {
    const { refresh_token: token } = readLogin(url) ?? login
    const form = { token, token_type_hint: 'refresh_token', client_id: cliClientId }
    const response = await fetch(`${url}/oauth/revoke`, posted(form))
    if (!response.ok) throw new CliFailure(`${url} did not end the login (${response.status}); try again`)
    storeLogin(url, undefined)
  })
  if (options.json) return write(terminal.stdout, `${toJson({ logged_out: url })}\n`)
  await write(terminal.stdout, `logged out of ${url}\n`)
}

async function show(terminal: Terminal, options: ServerOptions): Promise<void> {
  const server = serverOf(options)
  const tokens = personTokens(server)
  const ask = async (token: string) => ({
    token,
    response: await server.fetch(`${server.url}/oauth/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
    }),
  })
  const first = await ask(await tokens(undefined))
  const { response } = first.response.status === 401 ? await ask(await tokens(first.token)) : first
  if (!response.ok) throw new CliFailure(`${server.url} does not know who you are (${response.status})`)
  const who = (await response.json()) as Readonly<Record<string, string>>
  if (options.json) return write(terminal.stdout, `${toJson(who)}\n`)
  const rows = [
    ['id', who.sub ?? ''],
    ['login', who.preferred_username ?? ''],
    ['name', who.name ?? ''],
    ['role', who.munim_role ?? ''],
    ['book', who.munim_book ?? ''],
  ] as const
  await write(terminal.stdout, formatPairs(rows))
}
