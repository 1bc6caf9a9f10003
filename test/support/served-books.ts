import { afterAll, beforeAll, expect } from 'vitest'
import { contractClient } from './contract-client.ts'
import { startTestServer, type TestServer } from './test-server.ts'

type Served = {
  /** Accounts that are opened before the tests of the file. */
  readonly opened?: readonly string[]
  /** Funded accounts are `prefix:1` and so on. */
  readonly prefix?: string
}

/** A server for the tests of a file, whose answers are checked against the contract. Money comes from `world`. */
export function useServedBooks({ opened = [], prefix = 'funded' }: Served = {}) {
  let server: TestServer
  let client: TestServer['request']
  let made = 0
  const request: TestServer['request'] = (method, path, options) => client(method, path, options)
  const openAccount = async (code: string, also: object = {}) => {
    const { status, body } = await request('POST', '/v1/accounts', { body: { code, asset: 'USD', ...also } })
    expect(status).toBe(201)
    return body
  }
  const move = (source: string, destination: string, amount: number | string, also: object = {}) =>
    request('POST', '/v1/transfers', { body: { source, destination, amount, asset: 'USD', ...also } })
  /** A new account with `amount` from `world`. */
  const openFunded = async (amount: number, also: object = {}): Promise<string> => {
    made += 1
    const code = `${prefix}:${made}`
    await openAccount(code, also)
    if (amount > 0) expect((await move('world', code, amount)).status).toBe(201)
    return code
  }
  beforeAll(async () => {
    server = await startTestServer()
    client = contractClient(server)
    await openAccount('world', { min_available: null })
    for (const code of opened) await openAccount(code)
  })
  afterAll(() => server.stop())
  return { server: () => server, request, openAccount, openFunded, move }
}
