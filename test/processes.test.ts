import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CuttingProxy,
  createTestDatabase,
  patience,
  type RailSimulatorProcess,
  type ServerProcess,
  startCuttingProxy,
  startRailSimulatorProcess,
  startServerProcess,
  type TestDatabase,
  until,
} from '#testing'
import { findFreePort } from './support/launched-server.ts'
import { type Collector, startCollector } from './support/trace-collector.ts'

// Two processes for the API and two workers on one database. What happens to one of them is repaired by the others.

let directory: string
let test: TestDatabase
let rails: RailSimulatorProcess
let way: CuttingProxy
let collector: Collector
const running: ServerProcess[] = []

type Served = ServerProcess & { readonly url: string }

async function start(roles: string, databaseUrl = test.url): Promise<Served> {
  const settings = ['--data', directory, '--port', '0', '--log-level', 'trace', '--rail-simulator', rails.url]
  const traced = ['--otlp-endpoint', collector.url]
  const server = startServerProcess(...settings, ...traced, '--database-url', databaseUrl, '--roles', roles)
  running.push(server)
  return { ...server, url: await server.ready }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-processes-'))
  test = await createTestDatabase()
  rails = await startRailSimulatorProcess('--latency-ms', '10')
  way = await startCuttingProxy(test.connection, null)
  collector = await startCollector()
}, patience(60_000))
afterAll(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGCONT')
    child.kill('SIGKILL')
    await ended
  }
  await way.stop()
  await collector.stop()
  await rails.kill()
  await test.drop()
  await rm(directory, { recursive: true, force: true })
})

/** What clients write about people. */
const personal = {
  name: 'Asha Venkataraman',
  email: 'asha.v@mail.example',
  phone: '+919845012345',
  street: '7 Residency Rd',
}

const each = 100
const answerMs = 1_000
const amountOf = (payment: number) => 100 + payment
const isByCard = (payment: number) => payment % 4 === 0

it('kills, freezes and cuts lose no work and double none', { timeout: patience(180_000) }, async () => {
  const fault = join(directory, 'fault')
  const apis = [await start('api')]
  process.env.MUNIM_FAULT_FILE = fault
  apis.push(await start('api,relay,scheduler'))
  delete process.env.MUNIM_FAULT_FILE
  const key = (await readFile(join(directory, 'admin.key'), 'utf8')).trim()
  const { host, port } = way
  const remote = await start('worker', `postgres://${test.connection.user}@${host}:${port}/${test.connection.database}`)
  const doomed = await start('worker')

  let turns = 0
  // As a client behind a load balancer: a request without an answer is repeated, at another process.
  const ask = async (method: string, path: string, body?: object, asked = crypto.randomUUID()) => {
    turns += 1
    const first = turns
    for (let attempt = 0; attempt < 60; attempt += 1) {
      const answer = await fetch(`${apis[(first + attempt) % apis.length]?.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': asked },
        signal: AbortSignal.timeout(Math.ceil(patience(answerMs) / 4)),
        ...(body && { body: JSON.stringify(body) }),
      }).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        () => undefined,
      )
      if (answer !== undefined && answer.status < 300) return answer.text
      if (answer !== undefined && answer.status < 500 && !answer.text.includes('idempotency_key_in_use')) {
        throw new Error(answer.text)
      }
      await sleep(50)
    }
    throw new Error(`${method} ${path} was not answered`)
  }
  const posted = async (account: string) => Number(JSON.parse(await ask('GET', `/v1/accounts/${account}`)).posted)
  const ended = async () => {
    const text = `select count(*)::int as count from payments.payments where state = 'succeeded'`
    return (await test.database.query<{ count: number }>({ text }))[0]?.count ?? 0
  }
  let sent = 0
  const payMany = () => {
    const payments = Array.from({ length: each }, (_, at) => sent + at)
    sent += each
    return Promise.all(
      payments.map((payment) =>
        ask('POST', '/v1/payments', {
          ...{ amount: amountOf(payment), asset: 'USD', destination: 'merchant' },
          source: isByCard(payment) ? { rail: 'card', instrument: 'card_ok' } : { wallet: 'customer' },
          metadata: personal,
        }),
      ),
    )
  }
  const someEnded = (more: number, before: number) => until(async () => (await ended()) >= before + more, 60_000)

  await ask('POST', '/v1/accounts', { code: 'world', asset: 'USD', min_available: null })
  for (const code of ['customer', 'merchant']) await ask('POST', '/v1/accounts', { code, asset: 'USD' })
  await ask('POST', '/v1/transfers', { source: 'world', destination: 'customer', amount: 1_000_000, asset: 'USD' })

  const first = payMany()
  await someEnded(5, 0)
  doomed.child.kill('SIGKILL')
  const other = await start('worker')
  await first
  await someEnded(each, 0)

  const second = payMany()
  await someEnded(5, each)
  apis[0]?.child.kill('SIGSTOP')
  other.child.kill('SIGSTOP')
  await second
  await someEnded(each, each)
  apis[0]?.child.kill('SIGCONT')
  other.child.kill('SIGCONT')

  // It dies between a commit and the answers.
  await writeFile(fault, 'payments.accept.after')
  const third = payMany()
  await apis[1]?.ended
  apis[1] = await start('api,relay,scheduler')
  await someEnded(5, 2 * each)
  const { promise: back, resolve: comeBack } = Promise.withResolvers<void>()
  way.closeUntil(back)
  way.freeze()
  await third
  await someEnded(each, 2 * each)
  comeBack()
  await until(async () => (await fetch(`${remote.url}/readyz`)).status === 200, 30_000)

  const all = Array.from({ length: sent }, (_, payment) => payment)
  const sum = (payments: number[]) => payments.reduce((total, payment) => total + amountOf(payment), 0)
  expect(
    await test.database.query({ text: 'select state, count(*)::int from payments.payments group by state' }),
  ).toEqual([{ state: 'succeeded', count: sent }])
  expect(await posted('merchant')).toBe(sum(all))
  expect(await posted('customer')).toBe(1_000_000 - sum(all.filter((payment) => !isByCard(payment))))
  expect(await rails.counts('card')).toEqual({ 'charge succeeded': all.filter(isByCard).length })
  const { result } = JSON.parse((await ask('GET', '/v1/verification')).trim().split('\n').at(-1) ?? '')
  expect(result.checks.flatMap(({ findings }: { findings: string[] }) => findings)).toEqual([])
})

describe('of these processes', () => {
  it('the log has the ids of requests and payments, and nothing that clients wrote', async () => {
    const [api] = running
    const key = (await readFile(join(directory, 'admin.key'), 'utf8')).trim()
    for (const body of [JSON.stringify({ ...personal, amount: 'much' }), `{"metadata":${JSON.stringify(personal)}`]) {
      await fetch(`${await api?.ready}/v1/payments?${new URLSearchParams(personal)}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body,
      })
    }
    const answered = () => (api?.stderr() ?? '').split('\n').filter((line) => line.includes('"answered"'))
    await until(() => answered().some((line) => line.includes('"status":400')))
    const paid = answered()
      .map((line) => JSON.parse(line))
      .find(({ subject }) => subject?.startsWith('pay_'))
    expect(paid).toMatchObject({ requestId: expect.stringMatching(/^req_/), route: '/v1/payments', status: 201 })
    const logs = running.map(({ stderr }) => stderr()).join('')
    for (const value of [...Object.values(personal), key, 'card_ok']) expect(logs).not.toContain(value)
  })

  it('requests, lanes and calls of rails meet in the trace of their payment', async () => {
    const text = `select replace(id::text, '-', '') as id from payments.payments`
    const payments = new Set((await test.database.query<{ id: string }>({ text })).map(({ id }) => id))
    const names = ['POST /v1/payments', 'lane standard payment.input', 'rail card submit']
    // A process that was killed had not sent all of its spans.
    const whole = () =>
      [...Map.groupBy(collector.spans, ({ traceId }) => traceId)].find(
        ([id, spans]) => payments.has(id) && names.every((name) => spans.some((span) => span.name === name)),
      )
    await until(() => whole() !== undefined)
    const found = () => whole()?.[1] ?? []
    const [root] = found().filter(({ name }) => name === names[0])
    for (const { spanId, parentSpanId } of found()) expect([parentSpanId, spanId]).toContain(root?.spanId)
    expect(new Set(found().map(({ pid }) => pid)).size).toBeGreaterThan(1)
    expect(JSON.stringify(collector.spans)).not.toContain(personal.name)
  })

  it('a worker answers autoscalers, and others say whom to ask', async () => {
    const [api, worker] = await Promise.all([running[0], running[2]].map((one) => one?.ready))
    const answer = await fetch(`${worker}/scaling`)
    expect(await answer.json()).toMatchObject({
      recommended_workers: expect.any(Number),
      lanes: [{ lane: 'rollback' }, {}, {}, {}],
    })
    expect((await fetch(`${api}/scaling`)).status).toBe(503)
  })

  it('the metrics have everything that the rules and the dashboard use', async () => {
    const urls = await Promise.all([running[0], running[2]].map((one) => one?.ready))
    const servicePort = String(await findFreePort())
    const gateway = ['--roles', 'gateway', '--gateway-upstream', urls[0] ?? '', '--gateway-service-port', servicePort]
    running.push(startServerProcess('--port', '0', ...gateway))
    await running.at(-1)?.ready
    urls.push(`http://127.0.0.1:${servicePort}`)
    const pages = await Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text()))
    const known = new Set([...pages.join('\n').matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
    const files = ['prometheus/rules.yml', 'grafana/munim.json'].map(
      (name) => new URL(`../deploy/${name}`, import.meta.url),
    )
    const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
    const used = new Set([...text.matchAll(/\b(?:munim|process|nodejs)_\w+/g)].map(([name]) => name))
    expect(used.size).toBeGreaterThan(25)
    // As promtool wants it.
    for (const [, name] of pages.join('\n').matchAll(/^# TYPE (\S+_total) gauge/gm)) expect(name).toBe('no gauge')
    expect(
      [...used].filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, ''))),
    ).toEqual([])
  })
})
