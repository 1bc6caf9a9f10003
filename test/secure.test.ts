import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type ConnectionOptions, connect } from 'node:tls'
import { run } from '@munim/cli'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpClient, type HttpClient } from '#platform/http-client'
import { openTls } from '#platform/tls'
import {
  createTestDatabase,
  patience,
  type ServerProcess,
  startServerProcess,
  type TestDatabase,
  until,
} from '#testing'
import { findFreePort } from './support/launched-server.ts'
import { startTlsSimulatorProcess } from './support/server-process.ts'
import { createTestAuthority } from './support/test-authority.ts'

// An API, a worker, a gateway and the rails as processes of their own, in secure mode. "munim certs" has made all that they use.

const strangers = createTestAuthority('Munim internal CA')
let directory: string
let database: TestDatabase
const running: ServerProcess[] = []
type Name = 'api' | 'worker' | 'rails' | 'gateway'
const processes: { [one in Name]?: ServerProcess } = {}
const ports: { [one in Name]?: number } = {}
const shop = { cert: '', key: '' }

const path = (...names: readonly string[]) => join(directory, 'certs', ...names)
const issued = (name: string, end: 'crt' | 'key') => readFile(path('issued', `${name}.${end}`), 'utf8')
const pairOf = async (name: string) => ({ cert: await issued(name, 'crt'), key: await issued(name, 'key') })

async function munim(...args: readonly string[]): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const exitCode = await run(args, { terminal: { stdout, stderr } })
  expect(exitCode, String(stderr.read())).toBe(0)
  return String(stdout.read())
}

const certs = (...args: readonly string[]) => munim('certs', ...args, '--dir', path())

const secure = (name: string) => [
  ...['--secure', '--tls-cert', path('issued', `${name}.crt`), '--tls-key', path('issued', `${name}.key`)],
  ...['--tls-ca', path('ca.crt'), '--tls-crl', path('ca.crl')],
]
const onDatabase = () => ['--data', directory, '--database-url', database.url]

async function start(name: Name, begin: () => ServerProcess): Promise<void> {
  const started = begin()
  running.push(started)
  processes[name] = started
  ports[name] = Number(new URL(await started.ready).port)
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-secure-'))
  database = await createTestDatabase()
  await certs('init')
  for (const name of ['api', 'worker', 'gateway', 'rails', 'lost']) {
    const role = name === 'rails' ? 'rail' : name === 'lost' ? 'operator' : name
    await certs('issue', name, '--role', role, '--host', '127.0.0.1')
  }
  for (const name of ['shop', 'shop-2']) await certs('issue', name, '--role', 'client')
  await certs('issue', 'operator', '--role', 'operator')
  await certs('issue', 'postgres', '--role', 'postgres', '--host', '127.0.0.1')
  await certs('revoke', 'lost')
  Object.assign(shop, await pairOf('shop'))
  const port = await findFreePort()
  const callbacks = ['--callback-url', `https://127.0.0.1:${port}/v1/rails/{rail}/callbacks`]
  await start('rails', () => startTlsSimulatorProcess(...secure('rails'), '--port', '0', ...callbacks))
  const rails = ['--rail-simulator', `https://127.0.0.1:${ports.rails}`]
  const [api, worker] = [
    ['--roles', 'api', '--port', String(port)],
    ['--roles', 'worker', '--port', '0'],
  ]
  await start('api', () => startServerProcess(...onDatabase(), ...rails, ...secure('api'), ...api))
  await start('worker', () => startServerProcess(...onDatabase(), ...rails, ...secure('worker'), ...worker))
  const upstream = ['--roles', 'gateway', '--port', '0', '--gateway-upstream', `https://127.0.0.1:${port}`]
  await start('gateway', () => startServerProcess(...secure('gateway'), ...upstream))
}, patience(60_000))
afterAll(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL')
    await ended
  }
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

async function client(name: Name, as: string): Promise<HttpClient> {
  const [ca, crl] = [await readFile(path('ca.crt'), 'utf8'), await readFile(path('ca.crl'), 'utf8')]
  const opened = openTls({ ...(await pairOf(as)), ca: [ca], crl: [crl] }, { isStrict: true })
  if (!opened.ok) throw new Error(opened.why)
  return createHttpClient({
    source: 'configuration',
    url: `https://127.0.0.1:${ports[name]}`,
    timeoutMs: patience(25_000),
    tls: opened.tls,
  })
}

describe('secure processes', () => {
  it('make a payment over a rail, whose callback comes with a certificate of its own', async () => {
    const key = (await readFile(join(directory, 'admin.key'), 'utf8')).trim()
    const api = await client('gateway', 'shop')
    const post = async (at: string, body: object) => {
      const headers = ['authorization', `Bearer ${key}`, 'content-type', 'application/json', 'prefer', 'wait=20']
      const keyed = [...headers, 'idempotency-key', `${at} ${JSON.stringify(body).length}`]
      const reply = await api.call({ method: 'POST', path: at, headers: keyed, body: JSON.stringify(body) })
      return reply.kind === 'answered' ? JSON.parse(reply.body) : reply
    }
    await post('/v1/accounts', { code: 'merchants:1', asset: 'INR' })
    const source = { rail: 'upi', instrument: 'payer@upi' }
    const payment = await post('/v1/payments', { amount: 1000, asset: 'INR', source, destination: 'merchants:1' })
    expect(payment).toMatchObject({ state: 'succeeded', amount_captured: '1000' })
    await api.close()
    const rails = await client('rails', 'operator')
    await until(async () => {
      const reply = await rails.call({ method: 'GET', path: '/records' })
      return reply.kind === 'answered' && JSON.parse(reply.body).callbacks.delivered > 0
    })
    await rails.close()
  })

  it('are operated by the command line, with the certificate of an operator', async () => {
    const key = (await readFile(join(directory, 'admin.key'), 'utf8')).trim()
    const files = ['--tls-cert', path('issued', 'operator.crt'), '--tls-key', path('issued', 'operator.key')]
    const server = ['--url', `https://127.0.0.1:${ports.api}`, '--key', key, ...files, '--tls-ca', path('ca.crt')]
    expect(JSON.parse(await munim('verify', '--json', ...server))).toMatchObject({ ok: true })
  })

  it('answer to what watches them', async () => {
    for (const name of ['api', 'worker', 'gateway'] as const) {
      const watcher = await client(name, 'operator')
      expect(await watcher.call({ method: 'GET', path: '/healthz' })).toMatchObject({ kind: 'answered', status: 200 })
      await watcher.close()
    }
  })
})

const request = 'GET /healthz HTTP/1.1\r\nhost: munim\r\n\r\n'

/** What a client gets that trusts every server. */
function ask(port: number | undefined, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port: port ?? 0, host: '127.0.0.1', rejectUnauthorized: false, ...options })
    let text = ''
    socket.on('secureConnect', () => socket.write(request))
    socket.on('data', (data) => {
      text += data
      socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
}

const inThePast = new Date(Date.now() - 60_000)
const bad: Readonly<Record<string, readonly [() => Promise<ConnectionOptions>, string]>> = {
  'no certificate': [async () => ({}), 'it has no certificate'],
  'a revoked certificate': [() => pairOf('lost'), 'its certificate is revoked'],
  'a certificate of another authority': [
    async () => strangers.issue({ name: 'shop', roles: ['client', 'operator'] }),
    'its certificate is of another authority',
  ],
  'an expired certificate': [
    async () => {
      const authority = createTestAuthority('Munim internal CA', await readFile(path('ca.key'), 'utf8'))
      return authority.issue({ name: 'old', roles: ['operator'], notAfter: inThePast })
    },
    'its certificate has expired',
  ],
  'a certificate of another role': [() => pairOf('postgres'), 'its certificate has the role postgres'],
}

describe.each(['api', 'worker', 'gateway', 'rails'] as const)('the port of %s', (name) => {
  it.each(Object.entries(bad))(
    'refuses %s, and the log has one line that says why',
    async (_what, [options, reason]) => {
      expect(await ask(ports[name], await options())).toBe('')
      const lines = () => (processes[name]?.stderr() ?? '').split('\n').filter((line) => line.includes(reason))
      await until(() => lines().length > 0)
      expect(lines()[0]).not.toMatch(/stack|\n\s+at /)
    },
  )

  it('refuses TLS 1.2', async () => {
    expect(await ask(ports[name], { ...(await pairOf('operator')), maxVersion: 'TLSv1.2' })).toBe('')
  })
})

it('a certificate that is revoked is refused at once, without a restart', async () => {
  const options = await pairOf('shop-2')
  expect(await ask(ports.api, options)).toContain('200 OK')
  await certs('revoke', 'shop-2', '--reason', 'key-compromise')
  await until(async () => (await ask(ports.api, options)) === '')
  expect(await ask(ports.api, shop)).toContain('200 OK')
})

it('a renewed certificate is shown without a restart, and a broken file is not used', async () => {
  const before = await issued('api', 'crt')
  await certs('renew', 'api')
  const shown = () =>
    new Promise<string>((resolve) => {
      const socket = connect({ port: ports.api ?? 0, host: '127.0.0.1', rejectUnauthorized: false, ...shop }, () => {
        resolve(String(socket.getPeerX509Certificate()))
        socket.destroy()
      })
    })
  await until(async () => (await shown()) !== before)
  const renewed = await issued('api', 'crt')
  expect(await shown()).toBe(renewed)
  await writeFile(path('issued', 'api.crt'), 'broken')
  await until(() => processes.api?.stderr().includes('The changed TLS files are not used') === true)
  expect(await shown()).toBe(renewed)
})

it.each<[string, () => readonly string[], string]>([
  [
    'the list of revoked certificates',
    () => secure('worker').slice(0, -2),
    '--secure needs mutual TLS, for which --tls-crl is missing.',
  ],
  [
    'a PostgreSQL with TLS',
    () => [...secure('worker'), '--database-url', `postgres://munim@127.0.0.1:${ports.rails}/munim`],
    'The PostgreSQL of DATABASE_URL (127.0.0.1',
  ],
])('a secure process does not start without %s', async (_what, args, sentence) => {
  const refused = startServerProcess('--data', directory, '--port', '0', ...args())
  running.push(refused)
  expect(await refused.ended).toMatchObject({ code: 1 })
  expect(refused.stderr()).toMatch(/^munim: .+\n$/)
  expect(refused.stderr()).toContain(sentence)
})
