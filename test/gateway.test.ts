import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHttpClient, type HttpClient } from '#platform/http-client'
import { openTls } from '#platform/tls'
import {
  createTestDatabase,
  patience,
  type ServerProcess,
  startServerProcess,
  type TestDatabase,
  until,
  verifyAll,
} from '#testing'
import { createTestAuthority } from './support/test-authority.ts'

// Two gateways, two APIs and a worker as processes of their own, in secure mode, on one database. A client behind them
// pays, while one process of each kind is killed.

const authority = createTestAuthority('Munim internal CA')
let directory: string
let database: TestDatabase
const running: ServerProcess[] = []
const clients: HttpClient[] = []

const path = (name: string) => join(directory, name)

async function start(
  name: string,
  role: string,
  ...args: readonly string[]
): Promise<ServerProcess & { readonly url: string }> {
  const { cert, key } = authority.issue({ name, hosts: ['127.0.0.1'], roles: [role] })
  await writeFile(path(`${name}.crt`), cert)
  await writeFile(path(`${name}.key`), key)
  const files = ['--tls-cert', path(`${name}.crt`), '--tls-key', path(`${name}.key`)]
  const trusted = ['--tls-ca', path('ca.crt'), '--tls-crl', path('ca.crl')]
  const server = startServerProcess('--port', '0', '--roles', role, '--secure', ...files, ...trusted, ...args)
  running.push(server)
  return { ...server, url: await server.ready }
}

const startWithDatabase = (name: string, role: string) =>
  start(name, role, '--data', path('data'), '--database-url', database.url)

function clientOf(url: string, name = 'shop'): HttpClient {
  const pair = authority.issue({ name, roles: ['client'] })
  const opened = openTls({ ...pair, ca: [authority.cert], crl: [authority.revoke([])] }, { isStrict: true })
  if (!opened.ok) throw new Error(opened.why)
  const client = createHttpClient({ url, source: 'configuration', timeoutMs: patience(25_000), tls: opened.tls })
  clients.push(client)
  return client
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-gateway-'))
  database = await createTestDatabase()
  await writeFile(path('ca.crt'), authority.cert)
  await writeFile(path('ca.crl'), authority.revoke([]))
})
afterAll(async () => {
  for (const client of clients) await client.close()
  for (const { child, ended } of running) {
    child.kill('SIGKILL')
    await ended
  }
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

it(
  'kills of a gateway and of an API lose no acknowledged payment, and no client sees what can be avoided',
  async () => {
    const [api, doomedApi] = [await startWithDatabase('api-1', 'api'), await startWithDatabase('api-2', 'api')]
    await startWithDatabase('worker-1', 'worker')
    const upstreams = ['--gateway-upstream', `${api.url},${doomedApi.url}`, '--data', path('none')]
    const gateway = await start('gateway-1', 'gateway', ...upstreams)
    const doomedGateway = await start('gateway-2', 'gateway', ...upstreams)
    const key = (await readFile(path('data/admin.key'), 'utf8')).trim()
    const [first, second] = [clientOf(gateway.url), clientOf(doomedGateway.url)]

    const refused: unknown[] = []
    let acknowledged = 0
    /** As a client with two addresses does: one that does not answer is left for the other, under the same key. */
    const ask = async (at: string, body: object, idempotencyKey: string) => {
      for (let tries = 0; ; tries += 1) {
        const gate = (acknowledged + tries) % 2 === 0 ? first : second
        const headers = ['authorization', `Bearer ${key}`, 'idempotency-key', idempotencyKey]
        const typed = [...headers, 'content-type', 'application/json']
        const reply = await gate.call({ method: 'POST', path: at, headers: typed, body: JSON.stringify(body) })
        if (reply.kind !== 'answered') continue
        if (reply.status === 201) return JSON.parse(reply.body)
        refused.push([reply.status, reply.body])
        return undefined
      }
    }
    await ask('/v1/accounts', { code: 'world', asset: 'USD', min_available: null }, 'world')
    for (const code of ['customer', 'merchant']) await ask('/v1/accounts', { code, asset: 'USD' }, code)
    await ask('/v1/transfers', { source: 'world', destination: 'customer', amount: 1_000_000, asset: 'USD' }, 'money')

    let isOver = false
    let paid = 0
    const pay = async (payer: number) => {
      for (let count = 0; !isOver; count += 1) {
        const body = { amount: 1, asset: 'USD', source: { wallet: 'customer' }, destination: 'merchant' }
        if ((await ask('/v1/payments', body, `${payer} ${count}`)) !== undefined) acknowledged += 1
        paid += 1
      }
    }
    const payers = Promise.all(Array.from({ length: 8 }, (_, payer) => pay(payer)))
    const more = (count: number) => {
      const from = acknowledged
      return until(() => acknowledged >= from + count, 60_000)
    }
    await more(40)
    doomedApi.child.kill('SIGKILL')
    await doomedApi.ended
    await more(40)
    doomedGateway.child.kill('SIGKILL')
    await doomedGateway.ended
    await more(40)
    isOver = true
    await payers

    expect(refused).toEqual([])
    expect(paid).toBe(acknowledged)
    const read = async (at: string) => {
      const reply = await first.call({ method: 'GET', path: at, headers: ['authorization', `Bearer ${key}`] })
      return reply.kind === 'answered' ? JSON.parse(reply.body) : {}
    }
    await until(async () => (await read('/v1/accounts/merchant')).posted === String(acknowledged), 60_000)
    expect((await read('/v1/accounts/customer')).posted).toBe(String(1_000_000 - acknowledged))
    expect(await verifyAll(database.database)).toEqual([])
    // A gateway has nothing of a database: no login, no directory, no embedded server.
    expect(existsSync(path('none'))).toBe(false)
  },
  patience(120_000),
)

it('a gateway does not start with the login of a database, or with another role', async () => {
  const upstream = ['--gateway-upstream', 'http://127.0.0.1:1']
  for (const [args, sentence] of [
    [['--roles', 'gateway', '--database-url', 'postgres://munim@127.0.0.1/munim'], 'leave out --database-url'],
    [['--roles', 'gateway,api'], 'a gateway is a process of its own'],
  ] as const) {
    const server = startServerProcess('--port', '0', ...args, ...upstream)
    running.push(server)
    expect(await server.ended).toMatchObject({ code: 1 })
    expect(server.stderr()).toContain(sentence)
  }
})
