import { expect, it } from 'vitest'
import { ensureFirstKey } from '#access'
import type { HttpModule } from '#platform/http'
import { newUuid } from '#platform/ids'
import { openDatabase } from '#platform/postgres'
import { createLogger, type Logger } from '#platform/telemetry'
import { systemClock } from '#platform/time'
import { signWebhook } from '#platform/webhooks'
import { patience } from '#testing'
import { composeApplication } from '../src/compose.ts'
import { startSwitchingServers } from './support/switching-servers.ts'

// Every kind of acknowledged write that can be lost with its server.

const secret = Buffer.alloc(32, 5)
const card = {
  name: 'card',
  adapter: 'simulator-card',
  url: 'http://127.0.0.1:1',
  callback_secrets: [`whsec_${secret.toString('base64')}`],
}

/** A callback that reports a dispute. */
function disputed() {
  const [id, reference, taken] = [newUuid(), newUuid(), newUuid()].map((each) => `x_${each}`)
  const about = { asset: 'USD', originalReference: taken, idempotency_key: null, response_code: '00' }
  const data = { id: reference, operation: 'dispute', status: 'succeeded', amount: '2500', ...about }
  const when = { sequence: 1, occurred_at: '2026-01-31T09:30:00.050000Z' }
  const body = JSON.stringify({ id, type: 'dispute.opened', rail: 'card', ...when, data })
  const seconds = Math.floor(systemClock.now() / 1_000_000)
  const signature = signWebhook(secret, { id: id ?? '', seconds, body: Buffer.from(body) })
  return {
    body,
    headers: { 'webhook-id': id ?? '', 'webhook-timestamp': `${seconds}`, 'webhook-signature': signature },
  }
}

it(
  'a callback, a change and a revocation that were answered and are lost with their server are reported',
  async () => {
    const servers = await startSwitchingServers()
    try {
      const database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
      let key = ''
      await ensureFirstKey(database, async (text) => {
        key = text
      })
      const faults: { code?: string; units?: number }[] = []
      const warn = ({ err }: { err?: object }) => void (err && faults.push(err))
      const logger = Object.assign(createLogger({ level: 'silent' }), { warn }) as unknown as Logger
      const roles = new Set(['api'] as const)
      const configuration = { roles, docsUrl: undefined, ratePerSecond: undefined, rails: [card] }
      const modules: HttpModule[] = []
      const application = composeApplication({ database, logger, configuration, modules })
      const url = await application.start({ host: '127.0.0.1', port: 0 })
      const ask = async (method: string, path: string, body?: object) => {
        const authorization = `Bearer ${key}`
        const headers = { authorization, ...(body && { 'content-type': 'application/json' }) }
        const response = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
        return { status: response.status, body: (await response.json()) as { id: string; min_available?: string } }
      }
      expect((await ask('POST', '/v1/accounts', { code: 'alice', asset: 'USD' })).status).toBe(201)
      const other = await ask('POST', '/v1/api-keys', { scope: 'read', name: 'other' })
      await servers.copy()
      const { body, headers } = disputed()
      const path = `${url}/v1/rails/card/callbacks`
      const callback = await fetch(path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      })
      expect(callback.status).toBe(200)
      expect((await ask('PATCH', '/v1/accounts/alice', { min_available: -500 })).status).toBe(200)
      expect((await ask('DELETE', `/v1/api-keys/${other.body.id}`)).status).toBe(200)
      expect((await ask('POST', '/v1/accounts', { code: 'bob', asset: 'USD' })).status).toBe(201)
      await servers.switchToCopy()
      const isThere = () => database.query({ text: 'select 1' }).then(Boolean, () => false)
      await expect.poll(isThere, { timeout: patience(20_000) }).toBe(true)
      const reported = () => faults.filter(({ code }) => code === 'units_lost').map(({ units }) => units)
      await expect.poll(reported, { timeout: patience(20_000) }).toEqual([4])
      expect((await ask('GET', '/v1/accounts/alice')).body.min_available).toBe('0')
      await application.stop(5_000)
      await database.close()
    } finally {
      await servers.stop()
    }
  },
  patience(120_000),
)
