import { afterAll, beforeAll, expect } from 'vitest'
import { startTestServer, type TestServer } from './test-server.ts'

export type MadeClient = { readonly id: string; readonly client_secret: string }

type Form = Readonly<Record<string, string>>

/** A server for the tests of a file, with OAuth clients that an administrator of the book makes. */
export function useOauthClients() {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer()
    await server.request('POST', '/v1/books', { body: { code: 'branch' } })
    admin = await server.createKey('admin')
  })
  afterAll(() => server.stop())

  const makeClient = async (also: object = {}): Promise<MadeClient> => {
    const body = { name: 'shop', permissions: ['ledger:write', 'ledger:read'], ...also }
    const made = await server.request('POST', '/v1/oauth-clients', { body, key: admin })
    expect([made.status, made.body.code]).toEqual([201, undefined])
    return made.body
  }
  const askToken = async (form: Form, headers: Form = {}) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', ...form })
    const response = await fetch(`${server.url}/oauth/token`, { method: 'POST', body, headers })
    const answered = (await response.json()) as { readonly error?: string; readonly access_token: string }
    return { status: response.status, headers: response.headers, body: answered }
  }
  const credentialsOf = ({ id, client_secret }: MadeClient) => ({ client_id: id, client_secret })
  return {
    server: () => server,
    admin: () => admin,
    makeClient,
    askToken,
    credentialsOf,
    tokenOf: async (client: MadeClient, form: Form = {}): Promise<string> => {
      const { status, body } = await askToken({ ...credentialsOf(client), ...form })
      expect([status, body.error]).toEqual([200, undefined])
      return body.access_token
    },
    statusWith: async (key: string) => (await server.request('GET', '/v1/accounts', { key })).status,
    change: (method: string, { client, what = '', body }: ChangedClient) =>
      server.request(method, `/v1/oauth-clients/${client.id}${what}`, { key: admin, ...(body && { body }) }),
  }
}

type ChangedClient = { readonly client: Pick<MadeClient, 'id'>; readonly what?: string; readonly body?: object }
