import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase, type KafkaBrokers, startKafkaBrokers, startServerProcess, until } from '#testing'
import { type CrashPlace, compileOnce, startCrashPlace } from './support/crash-place.ts'
import { paymentFlows, runFlow } from './support/payment-flows.ts'

// Two processes for the API and two workers, on one database and on topics of Kafka. A payment ends as it does with one
// of each on PostgreSQL alone, also when a process is killed between the commit of its effect and that of the offset, or
// while it relays messages.

const points = ['lanes.batch.after-commit', 'lanes.relay.sent', 'lanes.batch.before-commit']
const flows = paymentFlows.filter((_, index) => index % 5 === 0).slice(0, 4)

let brokers: KafkaBrokers
let alone: CrashPlace
let onKafka: CrashPlace

beforeAll(async () => {
  await compileOnce()
  brokers = await startKafkaBrokers()
  alone = await startCrashPlace('apart')
  const lanes = ['--lanes', 'kafka', '--kafka-brokers', brokers.addresses.join(), '--kafka-replicas', '1']
  onKafka = await startCrashPlace('apart', { each: 2, flags: [...lanes, '--kafka-partitions', '4'] })
})
afterAll(async () => {
  await alone?.stop()
  await onKafka?.stop()
  await brokers?.stop()
})

describe('a payment whose lanes are on Kafka', () => {
  it.each(flows.map((flow, index) => ({ flow, name: flow.name, point: points[index % points.length] ?? '' })))(
    'ends as on PostgreSQL alone: $name, undisturbed and with a process killed at $point',
    async ({ flow, point }) => {
      const end = await runFlow(alone, flow)
      expect(await runFlow(onKafka, flow)).toEqual(end)
      onKafka.arm(point)
      expect(await runFlow(onKafka, flow)).toEqual(end)
      expect(onKafka.disarm()).toBe(true)
    },
  )
})

/** Accepts connections, and never answers. Says how many it has accepted. */
async function startSilentBroker() {
  let accepted = 0
  const server = createServer((socket) => {
    accepted += 1
    socket.on('error', () => undefined)
    onTestFinished(() => void socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return { at: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, accepted: () => accepted }
}

describe('while no broker can be reached', () => {
  it('an API does not wait for brokers that never answer, and says that they have not', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'munim-silent-'))
    const shared = await createTestDatabase()
    const silent = [await startSilentBroker(), await startSilentBroker()]
    const settings = ['--data', directory, '--port', '0', '--log-level', 'fatal', '--database-url', shared.url]
    const kafka = ['--kafka-brokers', silent.map(({ at }) => at).join()]
    const server = startServerProcess(...settings, ...kafka, '--lanes', 'kafka', '--events', 'kafka')
    onTestFinished(async () => {
      server.child.kill('SIGKILL')
      await server.ended
      await shared.drop()
      await rm(directory, { recursive: true, force: true })
    })
    const url = await server.ready
    // The second one is asked when the first has not answered for long.
    expect(silent.map(({ accepted }) => accepted() > 0)).toEqual([true, false])
    const answer = await fetch(`${url}/readyz`)
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'ok', lacks: ['Kafka has not answered yet.'] },
    ])
  })

  it('an API is ready, accepts payments and says what it lacks; a worker is not ready; both go on', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'munim-lacking-'))
    const [shared, other] = [await createTestDatabase(), await createTestDatabase()]
    const launch = (roles: string, { url } = shared) => {
      const settings = ['--data', directory, '--port', '0', '--log-level', 'fatal', '--database-url', url]
      const lanes = ['--lanes', 'kafka', '--kafka-brokers', brokers.addresses.join(), '--kafka-replicas', '1']
      const server = startServerProcess(...settings, ...lanes, '--kafka-prefix', 'lacking', '--roles', roles)
      onTestFinished(async () => {
        server.child.kill('SIGKILL')
        await server.ended
      })
      return server
    }
    const start = (roles: string) => launch(roles).ready
    onTestFinished(async () => {
      await shared.drop()
      await other.drop()
      await rm(directory, { recursive: true, force: true })
    })
    const [worker, api] = [await start('worker'), await start('api')]
    const ready = async (url: string) => {
      const answer = await fetch(`${url}/readyz`)
      return `${answer.status} ${await answer.text()}`
    }
    const key = (await readFile(join(directory, 'admin.key'), 'utf8')).trim()
    const ask = async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const keyed = { ...headers, 'idempotency-key': crypto.randomUUID() }
      const answer = await fetch(`${api}${path}`, {
        method,
        headers: keyed,
        ...(body && { body: JSON.stringify(body) }),
      })
      expect(answer.status).toBeLessThan(300)
      return answer.json() as Promise<Record<string, unknown>>
    }
    for (const code of ['from', 'to']) await ask('POST', '/v1/accounts', { code, asset: 'USD', min_available: null })
    const pay = () =>
      ask('POST', '/v1/payments', { amount: 100, asset: 'USD', source: { wallet: 'from' }, destination: 'to' })
    const isPaid = async ({ id }: Record<string, unknown>) =>
      (await ask('GET', `/v1/payments/${id}`)).state === 'succeeded'
    const before = await pay()
    await until(() => isPaid(before), 60_000)
    for (const url of [api, worker]) await until(async () => (await ready(url)) === '200 {"status":"ok"}', 30_000)

    await brokers.kill(0)
    await until(async () => (await ready(worker)).startsWith('503'), 30_000)
    expect(await ready(worker)).toContain('no answer from Kafka')
    await until(async () => (await ready(api)).includes('no answer from Kafka'), 30_000)
    expect(await ready(api)).toMatch(/^200 \{"status":"ok","lacks":\["/)
    const meanwhile = await pay()
    // An API may also start meanwhile, and be a worker once the brokers are back.
    const another = await start('api,worker')
    await until(async () => (await ready(another)).includes('lacks'), 30_000)

    // The topics are not those of its database, which only the brokers can tell.
    const refused = launch('api,worker', other)
    const refusedUrl = await refused.ready
    await until(async () => (await ready(refusedUrl)).includes('no answer from Kafka'), 30_000)

    await brokers.start(0)
    expect(await refused.ended).toEqual({ code: 1, signal: null })
    expect(refused.stderr()).toMatch(/^munim: The topics lacking\.lanes\.\* belong to another database/m)
    await until(() => isPaid(meanwhile), 60_000)
    for (const url of [api, worker]) await until(async () => (await ready(url)) === '200 {"status":"ok"}', 30_000)
    await until(async () => (await (await fetch(`${another}/scaling`)).text()).includes('"workers":2'), 60_000)
    expect(await ask('GET', '/v1/accounts/to')).toMatchObject({ posted: '200' })
  })
})
