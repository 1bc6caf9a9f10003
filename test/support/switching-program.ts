import { afterEach, beforeEach } from 'vitest'
import { ensureFirstKey } from '#access'
import { type Database, openDatabase } from '#platform/postgres'
import { createLogger } from '#platform/telemetry'
import { type RailSimulator, startRailSimulator } from '#rail-simulator'
import { patience, slowed } from '#testing'
import { type Application, composeApplication } from '../../src/compose.ts'
import { type SwitchingServers, startSwitchingServers } from './switching-servers.ts'

/** The fields of answers that tests read. */
type AnswerFields = Readonly<
  Record<'id' | 'state' | 'code' | 'posted' | 'amount' | 'amount_captured' | 'amount_refunded', string>
>

/** For each test, the whole program on a server that another one can replace, and rails of these names. */
export function useSwitchingProgram(railNames: readonly string[]) {
  let servers: SwitchingServers
  let simulator: RailSimulator
  let database: Database
  let application: Application
  let url: string
  let key: string

  beforeEach(async () => {
    servers = await startSwitchingServers()
    simulator = await startRailSimulator({ latencyMs: 2 })
    database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
    await ensureFirstKey(database, async (text) => {
      key = text
    })
    const settings = { adapter: 'simulator-card', url: simulator.url, timeout_ms: slowed(4_000), inquire_after_ms: 500 }
    const rails = railNames.map((name) => ({ name, ...settings }))
    const roles = new Set(['api', 'worker'] as const)
    const configuration = { roles, docsUrl: undefined, ratePerSecond: undefined, rails }
    const logger = createLogger({ level: 'silent' })
    application = composeApplication({ database, logger, configuration, modules: [] })
    url = await application.start({ host: '127.0.0.1', port: 0 })
  }, patience(60_000))

  afterEach(async () => {
    await application.stop(5_000)
    await database.close()
    await simulator.stop()
    await servers.stop()
  })

  /** Sends the request once. */
  const send = async (method: string, path: string, body?: object, name: string = crypto.randomUUID()) => {
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': name, 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return { status: response.status, body: (await response.json()) as AnswerFields }
  }
  /** Repeats the request under one key until it is answered. */
  const ask = async (...request: Parameters<typeof send>): ReturnType<typeof send> => {
    const [method, path, body, name = crypto.randomUUID()] = request
    for (;;) {
      const answer = await send(method, path, body, name)
      if (answer.status < 500) return answer
    }
  }
  return {
    ...{ servers: () => servers, database: () => database, url: () => url, key: () => key, send, ask },
    posted: async (code: string) => (await ask('GET', `/v1/accounts/${code}/balance`)).body.posted,
    openCases: async (): Promise<string[]> => {
      const { body } = await ask('GET', '/v1/cases?state=open')
      const { data } = body as unknown as { data: { reason: string }[] }
      return data.map(({ reason }) => reason).sort()
    },
    control: (what: string, body: object) =>
      fetch(`${simulator.url}/control/${what}`, { method: 'POST', body: JSON.stringify(body) }),
    /** What each rail took and gave, of each asset. */
    net: async () => {
      const answered = await fetch(`${simulator.url}/records`)
      const { net } = (await answered.json()) as { net: { in: string; out: string }[] }
      return net.map(({ in: taken, out }) => [taken, out] as const)
    },
  }
}
