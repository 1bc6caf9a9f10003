import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Munim } from '@munim/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenApiDocument, OpenApiOperation } from '#platform/openapi'
import { startTestServer, type TestServer } from '#testing'
import { sdkCalls } from '../src/sdk-calls.ts'

type Sample = { readonly lang: string; readonly source: string }
type Sampled = OpenApiOperation & { readonly 'x-codeSamples': readonly Sample[] }
type Request = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

const root = dirname(import.meta.dirname)
const key = 'munim_key_of_the_example'
let server: TestServer
let sampled: [id: string, curl: Request, typescript: string, needsKey: boolean][]

beforeAll(async () => {
  server = await startTestServer()
  const document: OpenApiDocument = (await server.request('GET', '/openapi.json')).body
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods)) as Sampled[]
  sampled = operations.map((operation) => {
    const [curl, typescript] = operation['x-codeSamples']
    expect([curl?.lang, typescript?.lang]).toEqual(['shell', 'typescript'])
    const request = readCurl(curl?.source ?? '')
    return [operation.operationId, request, typescript?.source ?? '', operation['x-permission'] !== 'none']
  })
})
afterAll(() => server.stop())

/** The request that a curl command sends. A shell splits the command, with a function in place of curl. */
function readCurl(command: string): Request {
  const script = `set -eu\ncurl() { printf '%s\\0' "$@"; }\n${command}`
  const { stdout, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { MUNIM_API_KEY: key } })
  expect(status).toBe(0)
  const words = stdout.split('\0').slice(0, -1)
  const headers: Record<string, string> = {}
  let [method, path, body] = ['GET', '', undefined as unknown]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X') method = words.shift() ?? ''
    else if (word === '-d') body = JSON.parse(words.shift() ?? '')
    else if (word === '-H') {
      const [name = '', value = ''] = (words.shift() ?? '').split(': ')
      headers[name.toLowerCase()] = value
    } else path = new URL(word).pathname
  }
  return { method, path, headers, ...(body !== undefined && { body }) }
}

/** Runs a TypeScript example, whose requests are recorded and answered by `answer`. */
async function runTypeScript(source: string, answer: object): Promise<Request[]> {
  const sent: Request[] = []
  const record = async (url: string | URL | globalThis.Request, init: RequestInit = {}) => {
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const headers = Object.fromEntries(new Headers(init.headers))
    const path = decodeURIComponent(new URL(String(url)).pathname)
    sent.push({ method: init.method ?? 'GET', path, headers, ...(body !== undefined && { body }) })
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } })
  }
  class Recording extends Munim {
    constructor(options: ConstructorParameters<typeof Munim>[0]) {
      super({ ...options, fetch: record })
    }
  }
  const statements = source.replace("import { Munim } from '@munim/sdk'\n", '')
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor
  const run = AsyncFunction('Munim', 'fetch', 'process', 'console', statements)
  // The recorded answer is not that of the operation, so the example may fail once it has it.
  await run(Recording, record, { env: { MUNIM_API_KEY: key } }, { log: () => undefined }).catch((error: unknown) => {
    if (sent.length === 0) throw error
  })
  return sent
}

test('the server refuses no curl example as not valid', async () => {
  const operatorKey = await server.createKey('operator')
  for (const [id, { method, path, headers, body }] of sampled) {
    const { authorization: _, ...rest } = headers
    const answered = await server.request(method, path, { key: operatorKey, body, headers: rest })
    const code = answered.status >= 400 ? answered.body?.code : undefined
    expect([id, /^(validation_|malformed_|unsupported_|internal_|unauthenticated)/.test(code ?? '')]).toEqual([
      id,
      false,
    ])
  }
})

test('every change has its own Idempotency-Key, and every request that needs an API key has it', () => {
  const keys = sampled
    .filter(([, { method }, , needsKey]) => needsKey && /POST|PATCH/.test(method))
    .map(([, { headers }]) => headers['idempotency-key'])
  expect(keys).not.toContain(undefined)
  expect(new Set(keys).size).toBe(keys.length)
  for (const [id, { headers }, , needsKey] of sampled)
    expect([id, headers.authorization]).toEqual([id, needsKey ? `Bearer ${key}` : undefined])
})

test('every TypeScript example sends the request of the curl example', async () => {
  for (const [id, { method, path, headers, body }, source, needsKey] of sampled) {
    const [sent] = await runTypeScript(source, { data: [], has_more: false, next_cursor: null })
    expect([id, sent]).toMatchObject([id, { method, path, ...(body !== undefined && { body }) }])
    expect([id, sent?.headers.authorization]).toEqual([id, headers.authorization])
    // The SDK makes a key for a POST only.
    if (needsKey && method === 'POST') expect(sent?.headers).toHaveProperty('idempotency-key')
  }
})

test('every call of the SDK belongs to an operation', () => {
  const ids = sampled.map(([id]) => id)
  expect(Object.keys(sdkCalls).filter((id) => !ids.includes(id))).toEqual([])
  for (const [id, , source] of sampled) expect([id, source.includes('@munim/sdk')]).toEqual([id, id in sdkCalls])
})

test('every TypeScript example compiles', () => {
  const place = mkdtempSync(join(root, 'node_modules', '.munim-samples-'))
  try {
    for (const [id, , source] of sampled) writeFileSync(join(place, `${id}.ts`), `${source}\nexport {}\n`)
    const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')] }
    const configuration = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [`${place}/*.ts`] }
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(configuration))
    const compiler = join(root, 'node_modules/typescript7/bin/tsc')
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', place], { cwd: root, encoding: 'utf8' })
    expect([stdout, status]).toEqual(['', 0])
  } finally {
    rmSync(place, { recursive: true })
  }
})
