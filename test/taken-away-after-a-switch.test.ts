import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureFirstKey } from '#access'
import { type Database, openDatabase } from '#platform/postgres'
import { createLogger } from '#platform/telemetry'
import { makePerson, openBrowser, patience, tokensOf } from '#testing'
import { composeApplication } from '../src/compose.ts'
import { type SwitchingServers, startSwitchingServers } from './support/switching-servers.ts'

// A server that takes over lacks the last moments. What was taken away in them stays so, and is written again there.

let servers: SwitchingServers
let database: Database
let closers: (() => unknown)[] = []
const wait = { timeout: patience(30_000) }

beforeEach(async () => {
  servers = await startSwitchingServers()
  database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
  closers = [() => servers.stop(), () => database.close()]
}, patience(60_000))
afterEach(async () => {
  for (const close of closers.reverse()) await close()
})

async function startProgram() {
  let admin = ''
  await ensureFirstKey(database, async (text) => {
    admin = text
  })
  const logger = createLogger({ level: 'silent' })
  const ownKey = { versions: () => [Buffer.alloc(32, 7).toString('base64')] as const }
  const roles = new Set(['api', 'worker'] as const)
  const configuration = { roles, docsUrl: undefined, ratePerSecond: undefined }
  const application = composeApplication({ database, logger, ownKey, configuration })
  const url = await application.start({ host: '127.0.0.1', port: 0 })
  closers.push(() => application.stop(5_000))
  const send = async (path: string, init: RequestInit) => {
    for (;;) {
      const response = await fetch(url + path, init)
      // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
      const body: any = await response.json()
      if (response.status < 500 && response.status !== 429) return { status: response.status, body }
    }
  }
  const request = (method: string, path: string, { key = admin, body }: { key?: string; body?: object } = {}) => {
    const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
    return send(path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  }
  const form = async (path: string, values: Record<string, string>) =>
    (await send(path, { method: 'POST', body: new URLSearchParams(values) })).body
  return { server: { url, request }, request, form }
}

it('what an administrator has taken away', { timeout: patience(200_000) }, async () => {
  const { server, request, form } = await startProgram()
  const client = async (name: string) =>
    (await request('POST', '/v1/oauth-clients', { body: { name, permissions: ['ledger:read'] } })).body
  const tokenWith = async (id: string, client_secret: string) =>
    (await form('/oauth/token', { grant_type: 'client_credentials', client_id: id, client_secret })).access_token
  const [rotated, listed] = [await client('rotated'), await client('listed')]
  const listedToken = await tokenWith(listed.id, listed.client_secret)
  const person = async (role: string) => {
    const made = await makePerson(server, { role })
    return { ...made, ...(await tokensOf(server, made)) }
  }
  const [leaver, robbed, other, changer] = [
    await person('operations'),
    await person('operations'),
    await person('operations'),
    await person('operations'),
  ]
  const [demoted, renewing] = [await person('administrator'), await person('operations')]
  const renew = (refresh_token: string) =>
    form('/oauth/token', { grant_type: 'refresh_token', client_id: 'munim-cli', refresh_token })
  const status = async (key: string, path = '/v1/accounts') => (await request('GET', path, { key })).status
  const changed = (code: string, password: string) =>
    openBrowser(server).submit('/oauth/password', { login: changer.login, password, code, new_password: newPassword })
  const newPassword = 'another good password 12'
  const standing = async () => ({
    secret: (await tokenWith(rotated.id, rotated.client_secret)) !== undefined,
    elsewhere: await status(listedToken),
    disabled: await status(leaver.access_token),
    ended: await status(robbed.access_token),
    one: await status(other.access_token),
    password: await status(changer.access_token),
    demoted: await status(demoted.access_token, '/v1/api-keys'),
  })
  expect(await standing()).toEqual({
    ...{ secret: true, elsewhere: 200, disabled: 200, ended: 200, one: 200, password: 200, demoted: 200 },
  })
  await servers.copy()
  const { body: sessions } = await request('GET', `/v1/people/${other.id}/sessions`)
  const rotation = await request('POST', `/v1/oauth-clients/${rotated.id}/rotate-secret`, { body: {} })
  const acts = [
    await request('PATCH', `/v1/oauth-clients/${listed.id}`, { body: { allowed_addresses: ['203.0.113.7'] } }),
    await request('POST', `/v1/people/${leaver.id}/disable`),
    await request('POST', `/v1/people/${robbed.id}/end-sessions`, { body: {} }),
    await request('POST', `/v1/people/${other.id}/end-sessions`, { body: { session: sessions.data[0].id } }),
    await request('PATCH', `/v1/people/${demoted.id}`, { body: { role: 'viewer' } }),
    await changed(changer.recoveryCodes[5] ?? '', changer.password),
  ]
  expect(acts.map((act) => act.status)).toEqual([200, 200, 200, 200, 200, 200])
  expect((await renew(renewing.refresh_token)).access_token).toBeDefined()
  const taken = { secret: false, elsewhere: 403, disabled: 401, ended: 401, one: 401, password: 401, demoted: 401 }
  expect(await standing()).toEqual(taken)
  await servers.switchToCopy()
  expect(await standing()).toEqual(taken)
  const rows = async <Row extends Record<string, string | number>>(text: string) =>
    (await database.query<Row>({ text }).catch(() => [])).map((row) => Object.values(row)[0])
  const again = `select distinct action from access.audit_log where actor is null and details like '%took over%' order by 1`
  await expect
    .poll(() => rows(again), wait)
    .toEqual(['oauth_client.changed', 'person.changed', 'person.sessions_ended'])
  expect(await standing()).toEqual(taken)
  // What was given instead is in force, there too.
  expect(await tokenWith(rotated.id, rotation.body.client_secret)).toBeDefined()
  const people = 'select role from access.people where disabled_at is not null or generation > 2 order by role'
  expect(await rows(people)).toEqual(['operations', 'operations', 'operations', 'viewer'])
  // A recovery code and a refresh token that were used count no more, whoever saw them.
  expect((await changed(changer.recoveryCodes[5] ?? '', newPassword)).status).toBe(400)
  expect((await changed(changer.recoveryCodes[6] ?? '', newPassword)).status).toBe(200)
  expect((await renew(renewing.refresh_token)).error).toBe('invalid_grant')
})
