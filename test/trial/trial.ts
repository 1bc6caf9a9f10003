import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPeriodic } from '#platform/background'
import { startEmbeddedPostgres } from '#platform/embedded-postgres'
import type { Database } from '#platform/postgres'
import { type KafkaBrokers, startKafkaBrokers } from '../../scripts/kafka-brokers.ts'
import { createClients, createSender, prepare } from './clients.ts'
import { createDisturber, type Done } from './disturb.ts'
import { differences, type EndState, readEndState, subjects } from './end-state.ts'
import type { TrialOptions } from './options.ts'
import { openPlace, type PlaceOptions } from './place.ts'
import { type Planned, planRequests } from './plan.ts'
import { type Disturbance, planDisturbances } from './schedule.ts'

export type TrialResult = Pick<TrialOptions, 'seed' | 'payments' | 'lanes' | 'workers' | 'apis'> & {
  readonly requests: number
  readonly held: boolean
  /** What was lost, doubled or is otherwise not as in the undisturbed run. */
  readonly findings: readonly string[]
  /** How many ended in which state, by kind. */
  readonly ends: Readonly<Record<string, number>>
  readonly undisturbedSeconds: number
  readonly disturbedSeconds: number
  readonly repeatedRequests: number
  readonly failedStarts: number
  readonly disturbances: readonly Done[]
}

const drainMs = 600_000
const lookMs = 500

/** Sends the same requests to an undisturbed process and to many disturbed ones, and compares the ends. */
export async function runTrial(options: TrialOptions, say: (sentence: string) => void): Promise<TrialResult> {
  const requests = planRequests(options)
  const directory = await mkdtemp(join(tmpdir(), 'munim-trial-'))
  const postgres = await startEmbeddedPostgres({ directory, settings: { max_connections: '300' }, onLog: say })
  let brokers: KafkaBrokers | undefined
  try {
    const common = { directory, server: postgres.connection, retain: requests.length * 4 }
    const alone = { ...common, name: 'undisturbed', processes: new Map([['api-1', undefined]]), flags: [] }
    const undisturbed = await runOnce({ place: alone, requests, plan: [], brokers, say })
    if (options.lanes === 'kafka') brokers = await startKafkaBrokers({ brokers: 3 })
    const processes = processesOf(options)
    const world = { requests: requests.length, processes: [...processes.keys()], brokers: brokers ? 3 : 0 }
    const many = { ...common, name: 'disturbed', processes, flags: flagsOf(brokers) }
    const plan = planDisturbances(options, world)
    const disturbed = await runOnce({ place: many, requests, plan, brokers, say })
    const findings = compare(disturbed, undisturbed)
    const { seed, payments, lanes, workers, apis } = options
    return {
      ...{ seed, payments, lanes, workers, apis, requests: requests.length, held: findings.length === 0, findings },
      ends: countEnds(disturbed.end),
      undisturbedSeconds: undisturbed.seconds,
      disturbedSeconds: disturbed.seconds,
      repeatedRequests: disturbed.repeated,
      failedStarts: disturbed.failedStarts,
      disturbances: disturbed.done.toSorted((one, other) => one.second - other.second),
    }
  } finally {
    await brokers?.stop()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function processesOf({ apis, workers, lanes }: TrialOptions): Map<string, string> {
  const number = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
  return new Map([
    ...number(apis).map((at) => [`api-${at}`, lanes === 'kafka' ? 'api' : 'api,relay,scheduler'] as const),
    ...number(workers).map((at) => [`worker-${at}`, 'worker'] as const),
  ])
}

function flagsOf(brokers: KafkaBrokers | undefined): string[] {
  return brokers === undefined ? [] : ['--lanes', 'kafka', '--kafka-brokers', brokers.addresses.join()]
}

type Run = {
  readonly place: PlaceOptions
  readonly requests: readonly Planned[]
  readonly plan: readonly Disturbance[]
  readonly brokers: KafkaBrokers | undefined
  readonly say: (sentence: string) => void
}

type Outcome = {
  readonly end: EndState
  readonly seconds: number
  readonly repeated: number
  readonly failedStarts: number
  readonly complaints: readonly string[]
  readonly done: readonly Done[]
}

async function runOnce({ place: options, requests, plan, brokers, say }: Run): Promise<Outcome> {
  const place = await openPlace(options)
  const ended = watchEnded(place)
  try {
    const clients = createClients(place)
    await prepare(clients)
    let allowed = () => Number.POSITIVE_INFINITY
    const sender = createSender({ clients, requests, ended: ended.count, allowed: () => allowed() })
    const progress = () =>
      `${options.name}: ${sender.answered()} of ${requests.length} answered, ${ended.count()} ended`
    const saying = setInterval(() => say(progress()), 5_000)
    const begunMs = performance.now()
    const disturber = createDisturber({
      ...{ plan, place, brokers, answered: sender.answered },
      onDone: ({ second, what, whom, seconds }) => say(`at ${second} s: ${what} ${whom}, for ${seconds} s`),
    })
    allowed = disturber.until
    const disturbedRequests = plan.length === 0 ? requests.length : Math.floor(requests.length * 0.9)
    await Promise.all([sender.sendTo(disturbedRequests), disturber.run()])
    await sender.sendTo(requests.length)
    const left = await drained(ended.count, requests.length)
    clearInterval(saying)
    const seconds = Math.round((performance.now() - begunMs) / 100) / 10
    say(`${progress()} in ${seconds} s`)
    const end = await readEndState({ ...place, clients, sender })
    const stuck = left === 0 ? [] : [`${left} of ${requests.length} have not ended`]
    return {
      end: { ...end, findings: [...stuck, ...end.findings] },
      ...{ seconds, repeated: clients.repeated(), failedStarts: place.failedStarts(), complaints: place.complaints() },
      done: disturber.done,
    }
  } finally {
    await ended.stop()
    await place.stop()
  }
}

function watchEnded({ database }: { readonly database: Database }) {
  let count = 0
  const text = subjects.map((one) => `(select count(*) from payments.${one} where state <> 'processing')`).join(' + ')
  const periodic = createPeriodic({
    ...{ name: 'counting what has ended', restMs: lookMs, onFault: () => undefined },
    work: async () => {
      const [row] = await database.query<{ count: number }>({ text: `select (${text})::int as count` })
      count = row?.count ?? 0
      return undefined
    },
  })
  periodic.start()
  return { count: () => count, stop: () => periodic.stop() }
}

/** Returns how many have not ended although nothing is disturbed any more. */
async function drained(ended: () => number, wanted: number): Promise<number> {
  let best = ended()
  let deadline = performance.now() + drainMs
  while (ended() < wanted && performance.now() < deadline) {
    await sleep(lookMs)
    if (ended() <= best) continue
    best = ended()
    deadline = performance.now() + drainMs
  }
  return wanted - ended()
}

function compare({ end, complaints }: Outcome, { end: wanted, ...undisturbed }: Outcome): string[] {
  return [
    ...undisturbed.complaints.map((one) => `undisturbed: ${one}`),
    ...wanted.findings.map((one) => `undisturbed: ${one}`),
    ...complaints,
    ...end.findings,
    ...differences('ended as', end.ends, wanted.ends),
    ...differences('the balance is', end.balances, wanted.balances),
    ...differences('the rail did', end.rails, wanted.rails),
  ]
}

function countEnds({ ends }: EndState): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [name, said] of ends) {
    const what = `${name.split(' ')[0]} ${said.split(' ')[0]}`
    counts[what] = (counts[what] ?? 0) + 1
  }
  return counts
}
