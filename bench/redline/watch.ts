import { readFileSync } from 'node:fs'
import { type LaneName, laneNames } from '#lanes'
import { createPeriodic } from '#platform/background'
import { summarize } from '../bench.ts'
import { serverCpuSeconds } from '../server-cpu.ts'
import type { Answers } from './load.ts'
import type { StepResult, WaitingStatement } from './result.ts'
import type { System } from './system.ts'

/** Looks at the system while it is under load. */
export type Watch = {
  readonly begin: () => Promise<void>
  readonly end: (step: Pick<StepResult, 'multiple' | 'perSecond'>, answers: Answers) => Promise<StepResult>
  /** What connections of the database were seen at, most often first. */
  readonly statements: () => readonly WaitingStatement[]
  readonly stop: () => Promise<void>
}

type LaneRow = { readonly lane: LaneName; readonly oldest_ms: number; readonly depth: number }
type Counters = Readonly<Record<'handled' | 'inTime', Map<string, number>>>

/** Longer than the time for which counts of the lanes are shared. */
const everyMs = 1_100
const ticksPerSecond = 100
const statementsShown = 15

export function startWatch(system: System, onFault: (fault: unknown) => void): Watch {
  const { database } = system
  const seen = new Map<string, number>()
  let looks = 0
  let samples: StepResult['samples'][number][] = []
  let begunMs = 0
  let before: { readonly cpu: ReadonlyMap<string, number>; readonly counters: Counters } | undefined

  const readLanes = async (): Promise<readonly LaneRow[]> => {
    const headers = { authorization: `Bearer ${system.key}` }
    const answer = await fetch(`${system.url}/v1/lanes`, { headers, signal: AbortSignal.timeout(5_000) })
    return ((await answer.json()) as { data: readonly LaneRow[] }).data
  }
  const look = async () => {
    const rows = await readLanes()
    samples.push({
      second: (performance.now() - begunMs) / 1000,
      lagMs: Object.fromEntries(rows.map(({ lane, oldest_ms }) => [lane, oldest_ms])),
      depth: Object.fromEntries(rows.map(({ lane, depth }) => [lane, depth])),
    })
    for (const { what } of await database.query<{ what: string }>({ text: activityText })) {
      seen.set(what, (seen.get(what) ?? 0) + 1)
    }
    looks += 1
    return undefined
  }
  const periodic = createPeriodic({ name: 'looking at the system', restMs: everyMs, work: look, onFault })
  periodic.start()
  const readCpu = async () => {
    const own = process.cpuUsage()
    const cpu = new Map([...system.pids].map(([name, pid]) => [name, cpuSecondsOf(pid)]))
    cpu.set('postgres', await serverCpuSeconds(database))
    cpu.set('load', (own.user + own.system) / 1e6)
    return cpu
  }
  return {
    begin: async () => {
      samples = []
      before = { cpu: await readCpu(), counters: await readCounters(system.workerUrls) }
      begunMs = performance.now()
    },
    end: async (step, { sent, failed, latenciesMs }) => {
      const seconds = (performance.now() - begunMs) / 1000
      const [cpu, counters] = [await readCpu(), await readCounters(system.workerUrls)]
      const { p50_ms, p99_ms, max_ms } = summarize(latenciesMs)
      const gained = (which: keyof Counters, lane: string) =>
        (counters[which].get(lane) ?? 0) - (before?.counters[which].get(lane) ?? 0)
      const attainment = laneNames.flatMap((lane): [string, number][] => {
        const handled = gained('handled', lane)
        return handled > 0 ? [[lane, gained('inTime', lane) / handled]] : []
      })
      return {
        ...{ ...step, seconds, sent, failed, p50Ms: p50_ms, p99Ms: p99_ms, maxMs: max_ms, samples },
        attainment: Object.fromEntries(attainment),
        handled: Object.fromEntries(laneNames.map((lane) => [lane, gained('handled', lane)])),
        cores: Object.fromEntries(
          [...cpu].map(([name, used]) => [name, (used - (before?.cpu.get(name) ?? 0)) / seconds]),
        ),
      }
    },
    statements: () =>
      [...seen]
        .sort(([, one], [, other]) => other - one)
        .slice(0, statementsShown)
        .map(([what, times]) => ({ what, connections: times / Math.max(1, looks) })),
    stop: () => periodic.stop(),
  }
}

/** What each busy connection does or waits for, by the purpose that its name states. */
const activityText = `
  select application_name || ', ' || coalesce(wait_event_type || ' ' || wait_event, 'on a processor') || ': ' ||
    left(regexp_replace(query, '\\s+', ' ', 'g'), 70) as what
  from pg_stat_activity
  where state = 'active' and pid <> pg_backend_pid() and backend_type = 'client backend'`

function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    // The process has ended, or the system has no /proc.
    return 0
  }
}

async function readCounters(urls: readonly string[]): Promise<Counters> {
  const counters = { handled: new Map<string, number>(), inTime: new Map<string, number>() }
  const names = {
    handled: 'munim_lane_handled_messages_total',
    inTime: 'munim_lane_begun_in_time_messages_total',
  } as const
  for (const url of urls) {
    const page = await (await fetch(`${url}/metrics`)).text()
    for (const which of ['handled', 'inTime'] as const) {
      for (const [, lane = '', value] of page.matchAll(
        new RegExp(`^${names[which]}\\{lane="(\\w+)"\\} (\\S+)$`, 'gm'),
      )) {
        counters[which].set(lane, (counters[which].get(lane) ?? 0) + Number(value))
      }
    }
  }
  return counters
}
