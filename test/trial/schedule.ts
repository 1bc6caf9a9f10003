import { createRandom } from '../../scripts/random.ts'
import type { TrialOptions } from './options.ts'

export type Disturbance = {
  /** Begins when so many requests have been answered. */
  readonly at: number
  readonly what: 'kill' | 'freeze' | 'kill broker' | 'freeze broker' | 'kill all brokers'
  /** Names of processes, or numbers of brokers; the first that is well is taken. */
  readonly among: readonly string[]
  /** After this, a killed process is started again, and a frozen one goes on. */
  readonly forMs: number
  /** Of the relay of the lanes, while there is one. */
  readonly ofRelay?: true
}

type World = { readonly requests: number; readonly processes: readonly string[]; readonly brokers: number }

/** The last part of the requests is sent when everything is well again. */
const disturbedPart = 0.9

/** The same for the same seed. Every kind is in it, spread evenly over the run. */
export function planDisturbances(
  { seed, disturbances, longFreezeMs }: Pick<TrialOptions, 'seed' | 'disturbances' | 'longFreezeMs'>,
  { requests, processes, brokers }: World,
): Disturbance[] {
  const random = createRandom(seed ^ 0x5eed)
  const shuffled = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => [random.next(), item] as const)
      .sort(([one], [other]) => one - other)
      .map(([, item]) => item)
  const kinds = brokers > 0 ? [...ofProcesses, ...ofBrokers] : ofProcesses
  const whats: Disturbance['what'][] = []
  while (whats.length < disturbances - 1) whats.push(...shuffled(kinds))
  const workers = processes.filter((name) => name.startsWith('worker'))
  const long: Omit<Disturbance, 'at'> = { what: 'freeze', among: shuffled(workers), forMs: longFreezeMs, ofRelay: true }
  const planned: Omit<Disturbance, 'at'>[] = whats.slice(0, disturbances - 1).map((what) => ({
    what,
    among: what === 'kill all brokers' ? [] : shuffled(what.endsWith('broker') ? numbers(brokers) : processes),
    forMs: random.between(durations[what]),
  }))
  // Early, so that much happens meanwhile.
  planned.splice(Math.min(planned.length, 1), 0, long)
  const step = (requests * disturbedPart) / (planned.length + 1)
  return planned.map((one, index) => ({ ...one, at: Math.round(step * (index + 0.5 + random.next())) }))
}

const ofProcesses = ['kill', 'freeze', 'kill', 'freeze', 'kill'] as const
const ofBrokers = ['kill broker', 'freeze broker', 'kill broker', 'kill all brokers'] as const

const durations = {
  kill: { least: 0, most: 2_000 },
  freeze: { least: 500, most: 9_000 },
  'kill broker': { least: 500, most: 6_000 },
  'freeze broker': { least: 500, most: 9_000 },
  'kill all brokers': { least: 500, most: 4_000 },
} as const

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, at) => String(at))
}
