import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createTestDatabase,
  patience,
  type ServerProcess,
  sendRaw,
  startServerProcess,
  type TestDatabase,
  until,
} from '#testing'
import { bombs, zeros } from './attacks/bombs.ts'
import { encode, forgedAssertions, forgedTokens, type Genuine, type Json, partOf } from './attacks/forged-tokens.ts'
import { hiddenRequests } from './attacks/hidden-requests.ts'
import { signerOf } from './fuzz/sign-token.ts'

// Attacks against one process, whose log holds every request. Nothing of it may call the stranger's server.

const secrets: string[] = []
let directory: string
let database: TestDatabase
let server: ServerProcess
let url: string
let operator: string
let client: { readonly id: string; readonly client_secret: string }
let signer: { readonly id: string }
let token: string
let signAsServer: Genuine['signAsServer']
let stranger: Server
let strangersUrl: string
let calls = 0

beforeAll(async () => {
  stranger = createServer((_request, response) => response.end())
  stranger.on('connection', () => {
    calls += 1
  })
  stranger.listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  strangersUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  directory = await mkdtemp(join(tmpdir(), 'munim-attacks-'))
  database = await createTestDatabase()
  const flags = ['--data', directory, '--database-url', database.url, '--port', '0', '--log-level', 'trace']
  server = startServerProcess(...flags)
  url = await server.ready
  operator = readFileSync(join(directory, 'admin.key'), 'utf8').trim()
  client = await make({ name: 'with a secret', permissions: ['ledger:read'] })
  signer = await make({ name: 'with a key', permissions: ['ledger:read'], jwks: { keys: [rsaJwk] } })
  token = String((await askToken({ client_id: client.id, client_secret: client.client_secret })).access_token)
  signAsServer = signerOf(database.database)
  secrets.push(operator, client.client_secret, token)
}, patience(60_000))
afterAll(async () => {
  server.child.kill('SIGKILL')
  await server.ended
  stranger.close()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const rsaJwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'of the client' }

async function make(body: object) {
  const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
  const made = await fetch(`${url}/v1/oauth-clients`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(made.status).toBe(201)
  return (await made.json()) as typeof client
}

async function askToken(form: Record<string, string>): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...form })
  const answered = await fetch(`${url}/oauth/token`, { method: 'POST', body })
  return { status: answered.status, ...((await answered.json()) as object) }
}

const statusWith = async (key: string) =>
  (await fetch(`${url}/v1/accounts`, { headers: { authorization: `Bearer ${key}` } })).status

async function genuineToken(): Promise<Genuine> {
  const { keys } = (await (await fetch(`${url}/oauth/jwks`)).json()) as { readonly keys: readonly Json[] }
  const header = partOf(token, 0)
  return {
    ...{ header, payload: partOf(token, 1), signature: token.split('.')[2] ?? '', strangersUrl },
    publicKey: keys.find(({ kid }) => kid === header.kid) ?? {},
    signAsServer,
  }
}

describe('a token', () => {
  it('passes when it is genuine, also when it is signed as the forged ones are', async () => {
    expect(await statusWith(token)).toBe(200)
    const { header, payload } = await genuineToken()
    const another = await signAsServer(header, { ...payload, jti: 'another' })
    // The server reads its keys again for one that it does not know, but not for each.
    await until(async () => (await statusWith(another)) === 200)
  })

  it.each(forgedTokens)('is refused with %s', async (_what, forge) => {
    const forged = await forge(await genuineToken())
    const answered = await fetch(`${url}/v1/accounts`, { headers: { authorization: `Bearer ${forged}` } })
    const challenge = answered.headers.get('www-authenticate')
    expect([answered.status, challenge]).toEqual([401, expect.stringContaining('invalid_token')])
  })
})

describe('the assertion of a client', () => {
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const header = { alg: 'RS256', kid: rsaJwk.kid }
  const claims = () => {
    const seconds = Math.floor(Date.now() / 1000)
    const { id } = signer
    return { iss: id, sub: id, aud: url, jti: randomBytes(8).toString('hex'), iat: seconds, exp: seconds + 60 }
  }
  const ask = async (client_assertion: string) =>
    (await askToken({ client_id: signer.id, client_assertion_type, client_assertion })).status

  it('passes when the client has signed it', async () => {
    const text = `${encode(header)}.${encode(claims())}`
    expect(await ask(`${text}.${sign('sha256', Buffer.from(text), rsa.privateKey).toString('base64url')}`)).toBe(200)
  })

  it.each(forgedAssertions)('is refused with %s', async (_what, forge) => {
    const genuine = { ...(await genuineToken()), header, payload: claims(), publicKey: rsaJwk }
    expect(await ask(await forge(genuine))).toBe(401)
  })

  it('is no access token', async () => {
    expect([400, 401]).toContain(await ask(token))
  })
})

describe('guesses of keys', () => {
  it('are limited, and a valid key from the same address is not', async () => {
    const guess = () => statusWith(`munim_${randomBytes(32).toString('base64url')}`)
    const seen = new Set<number>()
    while (!seen.has(429)) for (const status of await Promise.all(Array.from({ length: 20 }, guess))) seen.add(status)
    expect([...seen].sort()).toEqual([401, 429])
    expect(await statusWith(operator)).toBe(200)
  })
})

/** Line ends, terminal codes and fields of the log, in the form that each place allows. */
const injected = 'x\r\nSet-Cookie: a=b\r\n\r\n{"level":"fatal","msg":"forged"}\u001b[2J\u2028'

describe('text of a request', () => {
  it('never becomes a header of the answer', async () => {
    const encoded = encodeURIComponent(injected)
    const auth = { authorization: `Bearer ${operator}` }
    const latin = Buffer.from([...injected].map((sign) => (sign < ' ' ? ' ' : sign)).join('')).toString('latin1')
    const asked: [string, RequestInit][] = [
      [`/v1/accounts/${encoded}`, { headers: auth }],
      [`/v1/accounts?cursor=${encoded}`, { headers: auth }],
      [`/v1/accounts?${encoded}=1`, { headers: auth }],
      [`/${encoded}`, { headers: auth }],
      [`/v1/assets/${encoded}/payment-days`, { headers: auth }],
      ['/v1/accounts', { headers: { ...auth, 'request-id': latin, 'munim-book': latin, traceparent: latin } }],
      ['/v1/accounts', { headers: { authorization: `Bearer ${latin}` } }],
      ['/v1/transfers', { headers: { ...auth, prefer: `wait=1, ${latin}`, 'user-agent': latin } }],
      ...['accounts', 'books', 'api-keys', 'vendors'].map((noun): [string, RequestInit] => [
        `/v1/${noun}`,
        {
          method: 'POST',
          headers: { ...auth, 'content-type': 'application/json' },
          body: JSON.stringify({ code: injected, name: injected, reference: injected, scope: injected }),
        },
      ]),
      [
        '/oauth/token',
        { method: 'POST', body: new URLSearchParams({ grant_type: injected, client_id: injected, scope: injected }) },
      ],
    ]
    for (const [path, init] of asked) {
      const { headers, status } = await fetch(url + path, init)
      expect([path, status < 500, headers.get('set-cookie')]).toEqual([path, true, null])
      expect([...headers.values()].join('\n')).not.toMatch(/forged|Set-Cookie/)
    }
  })

  it('is one field of one line of the log, which holds no secret', () => {
    const lines = server.stderr().trim().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.not.stringMatching('fatal'), pid: server.child.pid })
      expect([...line].filter((sign) => sign < ' ' || sign === '\u007f')).toEqual([])
      expect(secrets.filter((secret) => line.includes(secret))).toEqual([])
    }
  })
})

describe('a request with another hidden in it', () => {
  it.each(hiddenRequests)('by %s gets one refusal, and the hidden one no answer', async (_what, bytes) => {
    const { status, head, body } = await sendRaw(url, bytes(operator), patience(5_000))
    expect([status, `${head}${body}`.split('HTTP/1.1 ').length - 1]).toEqual([400, 1])
    expect(body).not.toContain('"ok"')
  })

  it('that is addressed to another server is not sent on', async () => {
    await sendRaw(url, `GET ${strangersUrl}/ HTTP/1.1\r\nHost: munim\r\nConnection: close\r\n\r\n`, patience(5_000))
    await sendRaw(
      url,
      `GET / HTTP/1.1\r\nHost: ${new URL(strangersUrl).host}\r\nConnection: close\r\n\r\n`,
      patience(5_000),
    )
    expect(calls).toBe(0)
  })
})

describe('a body', () => {
  it.each(bombs)('of $what to $path is refused, and the server goes on', async ({ path, body, encoding }) => {
    const headers = {
      authorization: `Bearer ${operator}`,
      'content-type': 'application/json',
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    }
    const { status } = await fetch(url + path, { method: 'POST', headers, body })
    expect([400, 413, 415]).toContain(status)
    expect(await statusWith(operator)).toBe(200)
  })

  it('of gzip is no form of a token request', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' }
    expect((await fetch(`${url}/oauth/token`, { method: 'POST', headers, body: zeros })).status).toBe(415)
  })
})

describe('after all of this', () => {
  it('the server has called no one, is the same process, and holds the same secrets back', async () => {
    expect(calls).toBe(0)
    expect(server.child.exitCode).toBe(null)
    const accounts = await fetch(`${url}/v1/accounts`, { headers: { authorization: `Bearer ${operator}` } })
    expect(((await accounts.json()) as { readonly data: unknown[] }).data).toEqual([])
    expect(secrets.filter((secret) => server.stderr().includes(secret))).toEqual([])
  })
})
