import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { ensureFirstKey } from '#access'
import { newUuid } from '#platform/ids'
import { migrate, openDatabase } from '#platform/postgres'
import { createLogger } from '#platform/telemetry'
import { startRailSimulator } from '#rail-simulator'
import { type KafkaBrokers, migratedModules, slowed, startKafkaBrokers, until, verifyAll } from '#testing'
import { composeApplication } from '../src/compose.ts'
import { startSwitchingServers } from './support/switching-servers.ts'

// Payments whose messages topics of Kafka carry, when the database goes back to a copy that lacks the last seconds. What
// topics and offsets know of the lost future counts for nothing: the rows say what is to be handled.

let brokers: KafkaBrokers
beforeAll(async () => {
  brokers = await startKafkaBrokers()
})
afterAll(() => brokers.stop())

type Body = Record<string, unknown> & { readonly data?: readonly Record<string, unknown>[] }

async function startPlace() {
  const servers = await startSwitchingServers()
  const simulator = await startRailSimulator({ latencyMs: 2 })
  const database = openDatabase({ ...servers.connection, onIdleError: () => undefined })
  await migrate(database, await migratedModules())
  let key = ''
  await ensureFirstKey(database, async (text) => {
    key = text
  })
  const card = {
    name: 'card',
    adapter: 'simulator-card',
    url: simulator.url,
    timeout_ms: slowed(2_000),
    inquire_after_ms: 500,
  }
  const prefix = `m${newUuid().slice(-12)}`
  const application = composeApplication({
    ...{ database, logger: createLogger({ level: 'silent' }), modules: [] },
    configuration: {
      roles: new Set(['api', 'worker'] as const),
      ...{ docsUrl: undefined, ratePerSecond: undefined, rails: [{ ...card, adapter: 'simulator-card' as const }] },
      lanes: { kafka: { brokers: brokers.addresses }, prefix, partitions: 4, replicas: 1 },
    },
  })
  const url = await application.start({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await application.stop(5_000)
    await database.close()
    await simulator.stop()
    await servers.stop()
  })
  const ask = async (method: string, path: string, body?: object): Promise<Body> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const keyed = { ...headers, 'idempotency-key': newUuid() }
    let found: Body | undefined
    await until(async () => {
      const init = { method, headers: keyed, ...(body && { body: JSON.stringify(body) }) }
      const answer = await fetch(`${url}${path}`, init).catch(() => undefined)
      if (answer === undefined || answer.status >= 500) return false
      expect(answer.status).toBeLessThan(300)
      found = (await answer.json()) as Body
      return true
    }, 60_000)
    return found ?? {}
  }
  const pay = async (count: number, body: object) => {
    const paid = Array.from({ length: count }, () => ask('POST', '/v1/payments', { asset: 'USD', ...body }))
    return (await Promise.all(paid)).map(({ id }) => String(id))
  }
  const isQuiet = async () => {
    const text = 'select from lanes.outgoing join lanes.relayed using (lane) where id > sent'
    return (await database.query({ text })).length === 0
  }
  const states = async (ids: readonly string[]) => {
    const all = await Promise.all(ids.map(async (id) => String((await ask('GET', `/v1/payments/${id}`)).state)))
    return [...new Set(all)].toSorted()
  }
  return {
    ...{ servers, database, ask },
    byWallet: (count: number) => pay(count, { amount: '10', source: { wallet: 'world' }, destination: 'shop' }),
    byCard: (count: number) =>
      pay(count, { amount: '700', source: { rail: 'card', instrument: 'card_ok' }, destination: 'shop' }),
    /** A worker reads the settings and then reports, once a second: the second report is one of a round that knows. */
    pause: async () => {
      await database.query({ text: 'insert into lanes.pauses (lane) values (1), (2), (3) on conflict do nothing' })
      const report = async () => {
        const [row] = await database.query<{ at: string }>({
          text: 'select max(seen_at)::text as at from lanes.workers',
        })
        return row?.at
      }
      for (let reports = 0; reports < 2; reports += 1) {
        const known = await report()
        await until(async () => (await report()) !== known, 30_000)
      }
      const handled = 'select from lanes.workers where in_flight > 0'
      await until(async () => (await database.query({ text: handled })).length === 0, 30_000)
    },
    resume: () => database.query({ text: 'delete from lanes.pauses' }),
    relayed: () => until(isQuiet, 60_000),
    succeed: (ids: readonly string[]) =>
      until(async () => (await states(ids).catch(() => [])).join() === 'succeeded', 90_000),
    depth: async () => {
      const lanes = (await ask('GET', '/v1/lanes')).data ?? []
      return lanes.reduce((sum, { depth }) => sum + Number(depth), 0)
    },
    railNet: async () => {
      const { net } = (await fetch(`${simulator.url}/records`).then((answer) => answer.json())) as {
        net: readonly { rail: string; net: number }[]
      }
      return net.filter(({ rail }) => rail === 'card').map(({ net: amount }) => String(amount))
    },
  }
}

it('payments whose effects, rows or ids are lost in a switch take effect once, and none waits for ever', async () => {
  const place = await startPlace()
  const { ask, database } = place
  for (const code of ['world', 'shop']) {
    await ask('POST', '/v1/accounts', { code, asset: 'USD', ...(code === 'world' && { min_available: null }) })
  }
  await place.pause()
  const [cards, wallets] = [await place.byCard(5), await place.byWallet(40)]
  await place.relayed()
  // What waits in a topic is counted, and nothing is stranded.
  await until(async () => (await place.depth()) >= 45, 30_000)
  expect(await verifyAll(database)).toEqual([])
  await place.servers.copy()
  await place.resume()
  const both = [...cards, ...wallets]
  await place.succeed(both)
  expect(await place.railNet()).toEqual(['3500'])
  // These are lost, but for their records.
  await place.pause()
  const lost = await place.byWallet(60)
  await place.relayed()
  await place.servers.switchToCopy()
  const kept = await place.byWallet(60)
  expect(kept).not.toEqual(lost)
  await until(
    () =>
      place.resume().then(
        () => true,
        () => false,
      ),
    60_000,
  )
  await place.succeed([...both, ...kept])
  const posted = String(10 * (wallets.length + kept.length) + 3_500)
  expect(await ask('GET', '/v1/accounts/shop')).toMatchObject({ posted })
  expect(await place.railNet()).toEqual(['3500'])
  expect((await ask('GET', '/v1/dead-letters')).data).toEqual([])
  expect((await ask('GET', '/v1/cases')).data).toEqual([])
  expect(await database.query({ text: 'select from lanes.breakers' })).toEqual([])
  await until(async () => (await place.depth()) === 0, 30_000)
  expect(await verifyAll(database)).toEqual([])
})
