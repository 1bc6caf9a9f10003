import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureFirstKey } from '#access'
import { createLanes } from '#lanes'
import { createLedger } from '#ledger'
import { createPayments } from '#payments'
import { createConfirmedUnits, type Database, openDatabase } from '#platform/postgres'
import { createLogger } from '#platform/telemetry'
import { type RailSimulator, startRailSimulator } from '#rail-simulator'
import { byCard, opening, patience, share, slowed, soon, verifyAll } from '#testing'
import { type Application, composeApplication } from '../src/compose.ts'
import { type SwitchingServers, startSwitchingServers } from './support/switching-servers.ts'
import { scriptedRails } from './support/test-payments.ts'

// A server that takes over lacks the last moments. It asks the rails again for what it does not know of, under the same
// keys, so that they do it once.

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

it('money that comes after a cancel is returned once', { timeout: patience(120_000) }, async () => {
  const onFault = () => undefined
  const confirmed = createConfirmedUnits(database, onFault)
  const ledger = createLedger({ database, onFault })
  const lanes = createLanes({ database, onFault, lookIntervalMs: 20 })
  const { rails, script } = scriptedRails(soon)
  const moved = new Map<string, bigint>()
  let isCharged = false
  script.answer = ({ id, operation, amount }, ask) => {
    const railReference = `ref-${id}`
    if (operation === 'charge' && !isCharged) return { kind: 'pending', railReference }
    if (ask === 'inquire' && operation === 'refund' && !moved.has(id)) return { kind: 'not_found' }
    moved.set(id, operation === 'refund' ? -amount : amount)
    return { kind: 'succeeded', railReference, amount }
  }
  const payments = createPayments({ database, ledger, lanes, rails, onFault })
  for (const part of [ledger, payments, lanes]) await part.start()
  closers.push(
    () => confirmed.stop(),
    () => ledger.stop(5_000),
    () => payments.stop(5_000),
    () => lanes.stop(5_000),
  )
  await database.transaction((tx) => ledger.createAccounts(tx, [opening('shop')]))
  const paid = await database.transaction((tx) =>
    payments.acceptPayment(tx, {
      ...{ book: 1, amount: 100n, asset: 'USD', capture: 'automatic', metadata: {} },
      ...{ source: byCard, destinations: [share('shop', 100n)] },
    }),
  )
  if (!paid.ok) throw new Error('the payment was refused')
  payments.wake()
  const { id } = paid.value
  const read = async () => {
    const text = 'select state, reason, phase from payments.payments where id = $1'
    const rows = await database.query<{ state: string; phase: string }>({ text, values: [id] }).catch(() => [])
    return rows[0]
  }
  await expect.poll(read, wait).toMatchObject({ phase: 'awaiting' })
  await database.transaction((tx) => payments.cancel(tx, { book: 1, payment: id }))
  payments.wake()
  await expect.poll(read, wait).toMatchObject({ reason: 'cancel_requested' })
  await servers.copy()
  isCharged = true
  await expect.poll(read, wait).toMatchObject({ state: 'canceled', phase: 'ended' })
  await servers.switchToCopy()
  const refunds = () => script.calls.filter((call) => call.operation === 'refund' && call.ask === 'submit')
  await expect.poll(() => refunds().length, wait).toBe(2)
  await expect.poll(read, wait).toMatchObject({ state: 'canceled', phase: 'ended' })
  expect(new Set(refunds().map((refund) => refund.id)).size).toBe(1)
  expect([...moved.values()].reduce((sum, one) => sum + one, 0n)).toBe(0n)
  expect(await verifyAll(database)).toEqual([])
})

/** The program on the switching servers, with the bundled simulator as its card rail. */
async function startProgram() {
  let key = ''
  await ensureFirstKey(database, async (text) => {
    key = text
  })
  const simulator: RailSimulator = await startRailSimulator({ latencyMs: 2 })
  const timings = { timeout_ms: slowed(2_000), inquire_after_ms: 500 }
  const card = { name: 'card', adapter: 'simulator-card', url: simulator.url, ...timings } as const
  const roles = new Set(['api', 'worker'] as const)
  const configuration = { roles, docsUrl: undefined, ratePerSecond: undefined, rails: [card] }
  const logger = createLogger({ level: 'silent' })
  const application: Application = composeApplication({ database, logger, configuration })
  const url = await application.start({ host: '127.0.0.1', port: 0 })
  closers.push(
    () => simulator.stop(),
    () => application.stop(5_000),
  )
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
  const ask = async (method: string, path: string, body?: object, name: string = crypto.randomUUID()): Promise<any> => {
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': name, 'content-type': 'application/json' }
    for (;;) {
      const response = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
      const answer = await response.json()
      if (response.status < 400) return answer
      if (response.status < 500) throw new Error(JSON.stringify(answer))
    }
  }
  const records = async (path: string) => (await fetch(`${simulator.url}${path}`)).json()
  await ask('POST', '/v1/accounts', { code: 'shop', asset: 'USD' })
  const posted = async (code: string) => (await ask('GET', `/v1/accounts/${code}/balance`)).posted
  const pay = { amount: 100, asset: 'USD', destination: 'shop' }
  return { ask, records, posted, pay }
}

it('the excess of a charge is returned once', { timeout: patience(200_000) }, async () => {
  const { ask, records, posted, pay } = await startProgram()
  const source = { rail: 'card', instrument: 'card_over_amount' }
  const { id } = await ask('POST', '/v1/payments', { ...pay, source })
  const state = async () => (await ask('GET', `/v1/payments/${id}`)).state
  const net = async () => {
    const { net: nets } = (await records('/records')) as { net: { in: string; out: string }[] }
    return nets.map(({ in: taken, out }) => [taken, out])
  }
  await expect.poll(state, wait).toBe('requires_review')
  await servers.copy()
  const deliver = async () => {
    const { data } = await ask('GET', '/v1/cases')
    await ask('POST', `/v1/cases/${data[0].id}/force`, { outcome: 'succeeded', evidence: 'Deliver 100.' })
    await expect.poll(state, wait).toBe('succeeded')
    await expect.poll(() => posted('rails:card:clearing:USD'), wait).toBe('-100')
  }
  await deliver()
  expect(await net()).toEqual([['110', '10']])
  await servers.switchToCopy()
  await expect.poll(state, wait).toBe('requires_review')
  await deliver()
  expect([await net(), await posted('shop'), await posted('suspense:USD')]).toEqual([[['110', '10']], '100', '0'])
  expect(await verifyAll(database)).toEqual([])
})

it('a repeated increment is held once', { timeout: patience(200_000) }, async () => {
  const { ask, records, pay } = await startProgram()
  await servers.copy()
  const authorizeAndIncrement = async () => {
    const source = { rail: 'card', instrument: 'card_ok' }
    const { id } = await ask('POST', '/v1/payments', { ...pay, capture: 'manual', source }, 'authorize')
    await expect.poll(async () => (await ask('GET', `/v1/payments/${id}`)).state, wait).toBe('authorized')
    await ask('POST', `/v1/payments/${id}/increment`, { amount: 50 }, 'increment')
    await expect.poll(async () => (await ask('GET', `/v1/payments/${id}`)).amount, wait).toBe('150')
  }
  await authorizeAndIncrement()
  await servers.switchToCopy()
  await authorizeAndIncrement()
  const { data } = (await records('/records/operations?limit=100')) as { data: { operation: string; amount: string }[] }
  expect(data.filter(({ operation }) => operation === 'increment').map(({ amount }) => amount)).toEqual(['50'])
})
