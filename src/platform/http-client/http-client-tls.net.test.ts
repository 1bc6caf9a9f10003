import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestAuthority, type TestAuthority } from '../../../test/support/test-authority.ts'
import { openTls, type TlsReferences } from '../tls/index.ts'
import { createHttpClient, type HttpClient } from './http-client.ts'

// A server that asks every client for a certificate of `authority`. It answers with the name in it.

const timeoutMs = 20_000
let authority: TestAuthority
let other: TestAuthority
let folder: string
let server: Server
let seen: string[] = []
let clients: HttpClient[] = []

beforeAll(() => {
  authority = createTestAuthority('Rail CA')
  other = createTestAuthority('Other CA')
  folder = mkdtempSync(join(tmpdir(), 'munim-tls-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(async () => {
  for (const client of clients) await client.close()
  clients = []
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function serve(
  of: { readonly hosts?: readonly string[]; readonly notAfter?: Date; readonly max?: 'TLSv1.2' } = {},
) {
  const { hosts = ['127.0.0.1'], max = 'TLSv1.3', ...also } = of
  const own = authority.issue({ name: 'rail', hosts, ...also })
  const options = { ...own, ca: authority.cert, requestCert: true, rejectUnauthorized: true, maxVersion: max } as const
  seen = []
  server = createServer(options, (request, response) => {
    const name = String((request.socket as TLSSocket).getPeerCertificate().subject.CN)
    seen.push(name)
    request.resume().on('end', () => response.end(name))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function client(references: TlsReferences): HttpClient {
  const opened = openTls(references)
  if (!opened.ok) throw new Error(opened.why)
  const { port } = server.address() as AddressInfo
  const made = createHttpClient({
    url: `https://127.0.0.1:${port}`,
    source: 'configuration',
    timeoutMs,
    connectTimeoutMs: timeoutMs,
    tls: opened.tls,
  })
  clients.push(made)
  return made
}

const post = { method: 'POST', path: '/', body: '{}' } as const
const inAnHourAgo = () => new Date(Date.now() - 3_600_000)
const good = (name = 'munim') => ({ ...authority.issue({ name }), ca: [authority.cert] })

it.each(['TLSv1.2', undefined] as const)('shows its certificate to a server that asks for one (%s)', async (max) => {
  await serve(max && { max })
  expect(await client(good()).call(post)).toMatchObject({ kind: 'answered', status: 200, body: 'munim' })
})

it.each([
  ['none', () => ({ ca: [authority.cert] })],
  ['one of another authority', () => ({ ...other.issue({ name: 'munim' }), ca: [authority.cert] })],
  ['an expired one', () => ({ ...authority.issue({ name: 'munim', notAfter: inAnHourAgo() }), ca: [authority.cert] })],
])('is refused with %s: in TLS 1.2 before the request, in TLS 1.3 perhaps after it', async (_what, references) => {
  await serve({ max: 'TLSv1.2' })
  expect(await client(references()).call(post)).toMatchObject({ kind: 'not_sent' })
  server.close()
  await serve()
  expect(await client(references()).call(post)).toMatchObject({ kind: expect.stringMatching(/^(not_sent|broken)$/) })
  expect(seen).toEqual([])
})

it.each([
  ['of an authority that it does not trust', {}, () => ({ ...good(), ca: [other.cert] })],
  ['of an authority that is not public, without a list', {}, () => authority.issue({ name: 'munim' })],
  ['that has expired', { notAfter: inAnHourAgo() }, good],
  ['of another host', { hosts: ['localhost', '127.0.0.2'] }, good],
])('sends nothing to a server with a certificate %s', async (_what, of, references) => {
  await serve(of)
  expect(await client(references()).call(post)).toMatchObject({ kind: 'not_sent' })
  expect(seen).toEqual([])
})

it('trusts each of several authorities, as while one replaces another', async () => {
  await serve()
  expect(await client({ ...good(), ca: [other.cert, authority.cert] }).call(post)).toMatchObject({ kind: 'answered' })
  expect(await client({ ...good(), ca: [other.cert + authority.cert] }).call(post)).toMatchObject({ kind: 'answered' })
})

it('uses a new certificate without a restart, while calls go on and none is lost', async () => {
  await serve()
  const paths = { cert: join(folder, 'munim.crt'), key: join(folder, 'munim.key') }
  let changes = 0
  const write = (which: 'cert' | 'key', text: string) => {
    writeFileSync(paths[which], text)
    changes += 60
    utimesSync(paths[which], changes, changes)
  }
  const [first, second] = [authority.issue({ name: 'first' }), authority.issue({ name: 'second' })]
  write('cert', first.cert)
  write('key', first.key)
  const { call } = client({ cert: `file:${paths.cert}`, key: `file:${paths.key}`, ca: [authority.cert] })
  const replies = new Map<string, number>()
  let isOver = false
  const traffic = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const reply = await call(post)
      const what = reply.kind === 'answered' ? reply.body : reply.why
      replies.set(what, (replies.get(what) ?? 0) + 1)
    }
  })
  await expect.poll(() => replies.get('first') ?? 0).toBeGreaterThan(0)
  write('cert', second.cert)
  // A key that does not fit yet: the known pair stays valid for as long as it takes.
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect([...replies.keys()]).toEqual(['first'])
  write('key', second.key)
  await expect.poll(() => replies.get('second') ?? 0).toBeGreaterThan(0)
  const { length } = seen
  await expect.poll(() => seen.length).toBeGreaterThan(length + 20)
  expect(new Set(seen.slice(-10))).toEqual(new Set(['second']))
  isOver = true
  await Promise.all(traffic)
  expect([...replies.keys()]).toEqual(['first', 'second'])
})
