import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaClassPath } from './kafka.ts'
import { poll } from './poll.ts'

/** A cluster of Apache Kafka on loopback, with its data in a temporary folder. */
export type KafkaBrokers = {
  /** `host:port` of each broker. */
  readonly addresses: readonly string[]
  readonly kill: (broker: number) => Promise<void>
  readonly start: (broker: number) => Promise<void>
  /** Such as SIGSTOP, which freezes it until SIGCONT. */
  readonly signal: (broker: number, signal: NodeJS.Signals) => void
  readonly stop: () => Promise<void>
}

export type KafkaBrokersOptions = {
  readonly brokers?: 1 | 3
  /** Further lines of `server.properties`, which override those above them. */
  readonly settings?: readonly string[]
}

const heap = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
const clusterId = 'munimmunimmunimmunimmg'
const startMs = 120_000

type Place = { readonly id: number; readonly port: number; readonly controller: number; readonly directory: string }

export async function startKafkaBrokers({
  brokers = 1,
  settings = [],
}: KafkaBrokersOptions = {}): Promise<KafkaBrokers> {
  const root = await mkdtemp(join(tmpdir(), 'munim-kafka-'))
  const ports = await freePorts(brokers * 2)
  const places = Array.from({ length: brokers }, (_, index): Place => {
    const [port = 0, controller = 0] = ports.slice(index * 2)
    return { id: index + 1, port, controller, directory: join(root, String(index + 1)) }
  })
  const running = new Map<number, ChildProcess>()
  const killAll = () => {
    for (const child of running.values()) child.kill('SIGKILL')
  }
  process.once('exit', killAll)
  const placeOf = (broker: number) => {
    const place = places[broker]
    if (place === undefined) throw new RangeError(`there is no broker ${broker}`)
    return place
  }
  const end = async (broker: number, signal: NodeJS.Signals) => {
    const child = running.get(broker)
    running.delete(broker)
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill(signal)
    await ended
  }
  const start = async (broker: number) => {
    const { id, port } = placeOf(broker)
    const child = java(['kafka.Kafka', fileOf(root, id)])
    running.set(broker, child)
    const said = keepOutput(child)
    const isUp = () => child.exitCode !== null || answers(port)
    await poll(isUp, Boolean, { withinMs: startMs, everyMs: 50 })
    if (child.exitCode !== null || !(await answers(port))) throw new Error(`a broker did not start:\n${said()}`)
  }
  const stop = async () => {
    process.removeListener('exit', killAll)
    await Promise.all(places.map((_, broker) => end(broker, 'SIGKILL')))
    await rm(root, { recursive: true, force: true })
  }
  try {
    for (const place of places) {
      await writeFile(fileOf(root, place.id), propertiesOf(place, places, settings).join('\n'))
      await format(fileOf(root, place.id))
    }
    await Promise.all(places.map((_, broker) => start(broker)))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    addresses: places.map(({ port }) => `127.0.0.1:${port}`),
    kill: (broker) => end(broker, 'SIGKILL'),
    start,
    signal: (broker, signal) => void running.get(broker)?.kill(signal),
    stop,
  }
}

function propertiesOf(place: Place, places: readonly Place[], settings: readonly string[]): string[] {
  const copies = places.length
  return [
    'process.roles=broker,controller',
    `node.id=${place.id}`,
    `controller.quorum.voters=${places.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join()}`,
    `listeners=PLAINTEXT://127.0.0.1:${place.port},CONTROLLER://127.0.0.1:${place.controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${place.port}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${place.directory}`,
    `default.replication.factor=${copies}`,
    `min.insync.replicas=${Math.min(2, copies)}`,
    `offsets.topic.replication.factor=${copies}`,
    'offsets.topic.num.partitions=3',
    `transaction.state.log.replication.factor=${copies}`,
    'auto.create.topics.enable=false',
    'group.initial.rebalance.delay.ms=0',
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    'num.network.threads=2',
    'num.io.threads=2',
    'log.cleaner.enable=false',
    ...settings,
  ]
}

async function format(file: string): Promise<void> {
  const child = java(['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', file])
  const said = keepOutput(child)
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the storage of a broker could not be formatted:\n${said()}`)
}

function java(args: readonly string[]): ChildProcess {
  return spawn('java', [...heap, '-cp', kafkaClassPath, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

const keptCharacters = 4_000

function keepOutput(child: ChildProcess): () => string {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-keptCharacters)
    })
  }
  child.on('error', (error) => {
    said += error.message
  })
  return () => said
}

function fileOf(root: string, id: number): string {
  return join(root, `${id}.properties`)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** All are held until all are known, so that none is given twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address !== null && typeof address === 'object') ports.push(address.port)
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
