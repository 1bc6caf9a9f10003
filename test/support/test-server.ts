import { createApiKey, ensureFirstKey, resolveBook } from '#access'
import type { Configuration } from '#platform/config'
import type { HttpModule, PermissionSet, Scope } from '#platform/http'
import type { Database } from '#platform/postgres'
import { createSecretSealing } from '#platform/sealing'
import { createLogger } from '#platform/telemetry'
import type { RailSettings } from '#rails'
import { type Application, composeApplication } from '../../src/compose.ts'
import { patience } from './patience.ts'
import { createTestDatabase } from './test-database.ts'

/** A real server on a free port, with a database of its own. */
export type TestServer = {
  readonly url: string
  readonly adminKey: string
  readonly application: Application
  readonly database: Database
  readonly createKey: (may: Scope | PermissionSet, book?: string) => Promise<string>
  readonly request: (method: string, path: string, options?: TestRequestOptions) => Promise<TestResponse>
  readonly stop: () => Promise<void>
}

export type TestRequestOptions = {
  readonly body?: unknown
  /** Given as undefined: no key. Otherwise that of the first start. */
  readonly key?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
export type TestResponse = { readonly status: number; readonly headers: Headers; readonly body: any }

export type TestServerOptions = {
  readonly modules?: readonly HttpModule[]
  readonly ratePerSecond?: number
  readonly rails?: readonly RailSettings[]
  readonly statementTimeoutMs?: number
  readonly secrets?: Configuration['secrets']
  readonly trustedGateways?: Configuration['trustedGateways']
  /** Whether API keys are taken; by default they are. */
  readonly takesKeys?: boolean
}

const ownKey = { versions: () => [Buffer.alloc(32, 7).toString('base64')] }
/** Opens the signing keys of test servers. */
export const testSealing = createSecretSealing(ownKey)

/** The whole program, without the process around it, on a database cloned for the test. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { statementTimeoutMs } = options
  const { database, drop } = await createTestDatabase(statementTimeoutMs ? { pool: { statementTimeoutMs } } : {})
  let adminKey = ''
  await ensureFirstKey(database, async (keyText) => {
    adminKey = keyText
  })
  const application = composeApplication({
    database,
    logger: createLogger({ level: 'silent' }),
    configuration: {
      roles: new Set(['api', 'worker'] as const),
      docsUrl: undefined,
      ratePerSecond: options.ratePerSecond,
      secrets: options.secrets,
      trustedGateways: options.trustedGateways,
      oauth: { issuer: undefined, takesKeys: options.takesKeys ?? true },
      ...(options.rails && { rails: options.rails.map(asConfigured) }),
    },
    ...(options.modules && { modules: options.modules }),
    ownKey,
  })
  const url = await application.start({ host: '127.0.0.1', port: 0 })
  return {
    url,
    adminKey,
    application,
    database,
    createKey: async (may, code = 'main') => {
      const book = await resolveBook(database, code)
      if (!book.ok) throw new Error(book.refusal.message)
      const grant = typeof may === 'string' ? { scope: may } : { permissions: may }
      const command = { ...grant, book: book.value, name: `test ${JSON.stringify(grant)}`, actor: undefined }
      return (await database.transaction((tx) => createApiKey(tx, command))).text
    },
    request: (method, path, also = {}) => send(`${url}${path}`, method, { key: adminKey, ...also }),
    stop: async () => {
      await application.stop(patience(5_000))
      await drop()
    },
  }
}

async function send(url: string, method: string, { body, key, headers }: TestRequestOptions): Promise<TestResponse> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
}

/** Tests may name settings in camel case, and give secrets as bytes. */
function asConfigured({ name, adapter, ...settings }: RailSettings): RailSettings {
  const textOf = (value: unknown) => (Buffer.isBuffer(value) ? `whsec_${value.toString('base64')}` : value)
  const entries = Object.entries(settings).map(([setting, value]) => [
    setting.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    Array.isArray(value) ? value.map(textOf) : value,
  ])
  return { name, adapter, ...Object.fromEntries(entries) }
}
