import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Munim } from '@munim/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CloudEvent } from '#platform/event-topics'
import {
  createTestDatabase,
  type KafkaBrokers,
  type ServerProcess,
  startKafkaBrokers,
  startServerProcess,
  type TestDatabase,
  until,
} from '#testing'
import { deviationOf } from './support/event-schemas.ts'
import { readTopics } from './support/read-topics.ts'

// Two processes publish the events of one database, one at a time. One is killed while it publishes, and the broker is
// away for a while.

const root = fileURLToPath(new URL('..', import.meta.url))
const topics = ['account', 'transfer', 'payment', 'refund'].map((noun) => `munim.events.${noun}`)

let directory: string
let test: TestDatabase
let brokers: KafkaBrokers
let munim: Munim
const running: ServerProcess[] = []
const reading: ChildProcess[] = []

async function start(roles: string, engine: 'kafka' | 'postgres' = 'kafka'): Promise<string> {
  const kafka = ['--kafka-brokers', brokers.addresses.join(), '--kafka-replicas', '1', '--kafka-partitions', '3']
  const settings = ['--data', directory, '--port', '0', '--database-url', test.url, '--roles', roles]
  const server = startServerProcess(...settings, '--events', engine, ...(engine === 'kafka' ? kafka : []))
  running.push(server)
  return server.ready
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'munim-events-'))
  test = await createTestDatabase()
  brokers = await startKafkaBrokers()
  const url = await start('api')
  await start('worker', 'postgres')
  munim = new Munim({ url, apiKey: (await readFile(join(directory, 'admin.key'), 'utf8')).trim() })
  await munim.accounts.create({ code: 'world', asset: 'USD', min_available: null })
  for (const code of ['customer', 'merchant']) await munim.accounts.create({ code, asset: 'USD' })
  await munim.transfers.create({ source: 'world', destination: 'customer', amount: 1_000_000n, asset: 'USD' })
})
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  for (const child of reading) child.kill('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await test.drop()
  await brokers.stop()
  await rm(directory, { recursive: true, force: true })
})

/** A wallet pays another, and gets a part of it back. */
async function pay(): Promise<string> {
  const { id } = await munim.payments.create({
    ...{ amount: 500n, asset: 'USD', source: { wallet: 'customer' }, destination: 'merchant' },
  })
  await until(async () => (await munim.payments.get(id)).state === 'succeeded')
  await munim.refunds.create({ payment: id, amount: 200n })
  return id
}

const state = async () => {
  const found = (await munim.consumers.list()).find(({ name }) => name === 'event-topics')
  if (found === undefined) throw new Error('there is no such consumer')
  return found
}
const isPublished = () => until(async () => (await state()).lag_events === 0)

/** The process that publishes. */
async function holder(): Promise<string | undefined> {
  const text = `select holder::text as id from platform.consumers where name = 'event-topics'`
  return (await test.database.query<{ id: string }>({ text }))[0]?.id
}

/** Events of the feed, oldest first. */
async function feed(): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of munim.events.list()) ids.unshift(id)
  return ids
}

const firstCopies = (events: readonly CloudEvent[]) => [
  ...new Map(events.toReversed().map((one) => [one.id, one])).values(),
]

it('publishes every event, in order by key, through a kill and the loss of its broker', async () => {
  await start('relay')
  await Promise.all(Array.from({ length: 5 }, pay))
  await isPublished()
  await start('relay')

  const before = await holder()
  const made = Promise.all(Array.from({ length: 20 }, pay))
  running[2]?.child.kill('SIGKILL')
  await made
  await isPublished()
  expect(await holder()).not.toBe(before)

  await brokers.kill(0)
  await pay()
  await until(async () => (await state()).state === 'failing')
  const { fault, lag_events: lag, lag_seconds: seconds } = await state()
  expect(fault).toMatch(/^Records could not be sent: /)
  expect([lag > 0, seconds > 0]).toEqual([true, true])
  await brokers.start(0)
  await isPublished()
  expect(await state()).toMatchObject({ state: 'running', fault: null })

  const records = await readTopics({ brokers: brokers.addresses }, topics)
  expect(new Set(records.map(({ contentType }) => contentType))).toEqual(
    new Set(['application/cloudevents+json; charset=utf-8']),
  )
  expect(records.filter(({ key, value }) => key !== value.partitionkey)).toEqual([])
  const published = records.map(({ value }) => value)
  expect(published.flatMap((event) => deviationOf(event) ?? [])).toEqual([])
  const ids = new Set(published.map(({ id }) => id))
  expect([...ids].toSorted()).toEqual((await feed()).toSorted())
  for (const events of Map.groupBy(
    published,
    ({ type, partitionkey }) => `${type.split('.')[0]} ${partitionkey}`,
  ).values()) {
    const positions = firstCopies(events)
      .toReversed()
      .map(({ position }) => Number(position))
    expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  }
})

it('repeats them from a position on, with the same ids', async () => {
  const before = await readTopics({ brokers: brokers.addresses }, topics)
  await munim.consumers.replay('event-topics', { from_position: '3' })
  await isPublished()
  const after = await readTopics({ brokers: brokers.addresses }, topics)
  const again = after.length - before.length
  expect(again).toBe((await feed()).length - 2)
  expect(new Set(after.map(({ value }) => value.id)).size).toBe((await feed()).length)
})

it('is read by the consumer that the documentation shows', async () => {
  const page = await readFile(join(root, 'docs/reference/events.md'), 'utf8')
  const [, code = ''] = /```js\n([\s\S]+?)```/.exec(page) ?? []
  const file = join(directory, 'consumer.mjs')
  await writeFile(file, code)
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'))
  const child = spawn(process.execPath, [file], { env: { ...process.env, KAFKA_BROKERS: brokers.addresses.join() } })
  reading.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const id = await pay()
  const line = `payment.succeeded ${id} succeeded 500 USD`
  await until(() => said.includes(line) || child.exitCode !== null)
  const lines = said.trim().split('\n')
  expect(lines).toContain(line)
  expect(new Set(lines).size).toBe(lines.length)
})
