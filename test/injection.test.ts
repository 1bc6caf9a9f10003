import { afterAll, beforeAll, expect, it } from 'vitest'
import { readContract, startTestServer, type TestServer } from '#testing'

// Texts that are SQL, in every place of the API that takes text. None of them may be run.

const texts = [
  "' or '1'='1",
  "'; drop table ledger.entries; --",
  "x' union select number::text from ledger.accounts --",
  '") or true --',
  "'||(select nextval($$injected$$))||'",
  "\\'; truncate ledger.transfers; --",
  '$1',
  '%s%%s',
  '{"a":1}',
  '{x,y}',
  "E'\\x27'",
  '/* */ select 1',
  'null',
  '%',
  '_____',
  "account' ::text",
]

let server: TestServer
let request: TestServer['request']
beforeAll(async () => {
  server = await startTestServer()
  request = server.request
  await server.database.query({ text: 'create sequence injected' })
  for (const [code, limit] of [
    ['world', null],
    ['till', '0'],
  ] as const) {
    await request('POST', '/v1/accounts', { body: { code, asset: 'USD', min_available: limit } })
  }
})
afterAll(() => server.stop())

async function rows(): Promise<unknown> {
  const tables = ['accounts', 'account_settings', 'transfers', 'entries', 'batches', 'metadata_terms', 'assets']
  const counts = tables.map((table) => `(select count(*) from ledger.${table}) as ${table}`)
  return server.database.query({ text: `select ${counts.join(', ')}` })
}

/** Whether a text was run: a sequence keeps what was drawn from it, even if the transaction is rolled back. */
async function drawn(): Promise<boolean> {
  const [row] = await server.database.query<{ is_called: boolean }>({ text: 'select is_called from injected' })
  return row?.is_called !== false
}

const operations = Object.entries(readContract().paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
)
const reads = operations.filter(({ method, path }) => method === 'GET' && path.startsWith('/v1/'))

it.each(reads)('$method $path reads every parameter literally', async ({ path }) => {
  const before = await rows()
  const parameters = readContract().paths[path]?.get?.parameters ?? []
  const names = parameters.filter((one) => one.in === 'query').map((one) => one.name)
  const filled = (text: string) => path.replaceAll(/\{[a-z]+\}/g, encodeURIComponent(text))
  const plain = path.includes('{account}') ? path.replace('{account}', 'till') : filled('till')
  const asked = [
    ...(path.includes('{') ? texts.map(filled) : []),
    ...names.flatMap((name) => texts.map((text) => `${plain}?${new URLSearchParams({ [name]: text })}`)),
    ...names
      .filter((name) => name === 'metadata')
      .flatMap(() =>
        texts.flatMap((text) => [
          `${plain}?${new URLSearchParams({ [`metadata[${text}]`]: 'a' })}`,
          `${plain}?${new URLSearchParams({ 'metadata[a]': text })}`,
        ]),
      ),
  ]
  for (const url of asked) {
    const { status, body } = await request('GET', url)
    expect([url, status < 500, await drawn()]).toEqual([url, true, false])
    if (status === 200 && Array.isArray(body.data) && !/types=|limit=|by=/.test(url)) expect(body.data).toEqual([])
  }
  expect(await rows()).toEqual(before)
})

it.each(texts)('%s is stored as reference and metadata, and found by them alone', async (text) => {
  const transfer = { source: 'world', destination: 'till', amount: 1, asset: 'USD' }
  const body = { ...transfer, reference: text, metadata: { [text.slice(0, 40)]: text } }
  const made = await request('POST', '/v1/transfers', { body, headers: { 'idempotency-key': `key ${text}` } })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ reference: text, metadata: body.metadata })
  const again = await request('POST', '/v1/transfers', { body, headers: { 'idempotency-key': `key ${text}` } })
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
  expect((await request('POST', '/v1/transfers', { body })).body.code).toBe('reference_taken')
  for (const filter of [{ reference: text }, { [`metadata[${text.slice(0, 40)}]`]: text }]) {
    const found = await request('GET', `/v1/transfers?${new URLSearchParams(filter)}`)
    expect(found.body.data).toEqual([made.body])
  }
})

const codePattern = /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,127}$/

it.each(texts.filter((text) => !codePattern.test(text)))('refuses %s as account, asset, id or code', async (text) => {
  const before = await rows()
  const transfer = { source: 'world', destination: 'till', amount: 1, asset: 'USD' }
  const bodies: [string, object][] = [
    ...Object.keys(transfer).map((field): [string, object] => ['/v1/transfers', { ...transfer, [field]: text }]),
    ['/v1/transfers', { ...transfer, id: text }],
    ['/v1/transfers', { ...transfer, effective_at: text }],
    ['/v1/transfers', { ...transfer, balancing: text }],
    ['/v1/transfers/batch', { transfers: [{ ...transfer, source: text }] }],
    ['/v1/accounts', { code: text, asset: 'USD' }],
    ['/v1/accounts', { code: 'fine', asset: text }],
    ['/v1/assets', { code: text, scale: 2, name: 'Asset' }],
    ['/v1/books', { code: text }],
  ]
  for (const [path, body] of bodies) {
    const { status } = await request('POST', path, { body })
    expect([path, body, status]).toEqual([path, body, 400])
  }
  const elsewhere = await request('GET', '/v1/accounts/till', { headers: { 'munim-book': text } })
  expect([400, 403, 404]).toContain(elsewhere.status)
  expect(await rows()).toEqual(before)
})
