import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#platform/postgres'
import type { KafkaBrokers } from '../../scripts/kafka-brokers.ts'
import type { Place, Served } from './place.ts'
import type { Disturbance } from './schedule.ts'

/** What was done to whom, and when. */
export type Done = {
  readonly second: number
  /** Requests that were answered by then. */
  readonly answered: number
  readonly what: Disturbance['what']
  readonly whom: string
  readonly seconds: number
  /** The process was the relay of the lanes, and another one took over. */
  readonly wasRelay?: boolean
}

export type Disturber = {
  /** Carries out the plan, until `stop` or its end. */
  readonly run: () => Promise<void>
  /** Requests up to which all that was planned has begun. Sending no more keeps work for what is to come. */
  readonly until: () => number
  readonly done: readonly Done[]
}

type DisturberOptions = {
  readonly plan: readonly Disturbance[]
  readonly place: Place
  readonly brokers: KafkaBrokers | undefined
  readonly answered: () => number
  readonly onDone: (done: Done) => void
}

const lookMs = 50
const startsMax = 5
/** A frozen relay loses its lock within four seconds. */
const takeoverMs = 8_000

export function createDisturber({ plan, place, brokers, answered, onDone }: DisturberOptions): Disturber {
  const done: Done[] = []
  const begunMs = performance.now()
  const disturbedBrokers = new Set<number>()
  let begun = 0

  /** The time at which something is done, and then how long it took. */
  const noting = (what: Disturbance['what'], whom: string) => {
    const fromMs = performance.now()
    const began = { second: seconds(fromMs - begunMs), answered: answered(), what, whom }
    return (more: Pick<Done, 'wasRelay'> = {}) => {
      const one = { ...began, seconds: seconds(performance.now() - fromMs), ...more }
      done.push(one)
      onDone(one)
    }
  }
  const freezeRelay = async ({ what, among, forMs }: Disturbance, onBegun: () => void) => {
    for (const name of among) {
      const one = await well(place, [name])
      const before = await relayOf(place.database)
      const { promise: isOver, resolve: end } = Promise.withResolvers<void>()
      const note = noting(what, name)
      const frozen = one.freeze(Promise.race([isOver, sleep(forMs)]))
      onBegun()
      const isRelay = before !== undefined && (await changes(place.database, before))
      const isLast = name === among.at(-1)
      if (!isRelay && !isLast) end()
      await frozen
      note({ wasRelay: isRelay })
      if (isRelay || isLast) return
    }
  }
  const carryOut = async (one: Disturbance, onBegun: () => void): Promise<void> => {
    const { what, among, forMs } = one
    if (one.ofRelay && brokers !== undefined) return freezeRelay(one, onBegun)
    if (what === 'kill' || what === 'freeze') {
      const served = await well(place, among)
      const note = noting(what, served.name)
      onBegun()
      await (what === 'kill' ? served.kill(forMs) : served.freeze(sleep(forMs)))
      return note()
    }
    if (brokers === undefined) return
    // One at a time, unless all are lost: so a majority is left.
    while (disturbedBrokers.size > 0) await sleep(lookMs)
    const whom = what === 'kill all brokers' ? brokers.addresses.map((_, at) => at) : [Number(among[0])]
    for (const at of whom) disturbedBrokers.add(at)
    const note = noting(what, whom.map((at) => `broker-${at + 1}`).join(', '))
    onBegun()
    await disturbBrokers(brokers, { what, whom, forMs })
    disturbedBrokers.clear()
    note()
  }
  return {
    done,
    until: () => plan[begun]?.at ?? Number.POSITIVE_INFINITY,
    run: async () => {
      const running: Promise<void>[] = []
      for (const one of plan) {
        while (answered() < one.at) await sleep(lookMs)
        const { promise: hasBegun, resolve: onBegun } = Promise.withResolvers<void>()
        const carried = carryOut(one, onBegun)
        running.push(carried)
        await Promise.race([hasBegun, carried])
        begun += 1
      }
      await Promise.all(running)
    },
  }
}

/** The first of them that is neither killed nor frozen. */
async function well({ processes }: Place, names: readonly string[]): Promise<Served> {
  for (;;) {
    const free = names
      .map((name) => processes.find((one) => one.name === name))
      .find((one) => one !== undefined && !one.isDisturbed())
    if (free !== undefined) return free
    await sleep(lookMs)
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10
}

type BrokersDisturbed = Pick<Disturbance, 'what' | 'forMs'> & { readonly whom: readonly number[] }

async function disturbBrokers(brokers: KafkaBrokers, { what, whom, forMs }: BrokersDisturbed): Promise<void> {
  if (what === 'freeze broker') {
    for (const at of whom) brokers.signal(at, 'SIGSTOP')
    await sleep(forMs)
    for (const at of whom) brokers.signal(at, 'SIGCONT')
    return
  }
  await Promise.all(whom.map((at) => brokers.kill(at)))
  await sleep(forMs)
  await Promise.all(whom.map((at) => startAgain(brokers, at)))
}

/** A broker may be too slow to start on a loaded machine, or while the others are away. */
async function startAgain(brokers: KafkaBrokers, at: number, startsLeft = startsMax): Promise<void> {
  try {
    await brokers.start(at)
  } catch (error) {
    if (startsLeft <= 1) throw error
    await brokers.kill(at)
    await startAgain(brokers, at, startsLeft - 1)
  }
}

/** The server process of the connection that has the lock of the relay. */
async function relayOf(database: Database): Promise<number | undefined> {
  const [row] = await database.query<{ pid: number }>({
    text: `select pid from pg_stat_activity join pg_locks using (pid)
      where datname = current_database() and application_name = 'munim lanes relay' and locktype = 'advisory' and granted`,
  })
  return row?.pid
}

async function changes(database: Database, before: number): Promise<boolean> {
  const deadline = performance.now() + takeoverMs
  while (performance.now() < deadline) {
    const now = await relayOf(database)
    if (now !== undefined && now !== before) return true
    await sleep(lookMs)
  }
  return false
}
