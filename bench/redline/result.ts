import { laneNames, lanePolicies } from '#lanes'
import type { StageShare } from './profile.ts'

export type ByName = Readonly<Record<string, number>>

export type Sample = { readonly second: number; readonly lagMs: ByName; readonly depth: ByName }

export type StepResult = {
  readonly multiple: number
  readonly perSecond: number
  readonly seconds: number
  readonly sent: number
  readonly failed: number
  /** Of answers to requests. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly samples: readonly Sample[]
  /** The part of each lane's messages that began within its SLA. */
  readonly attainment: ByName
  readonly handled: ByName
  /** Processors used, by process. */
  readonly cores: ByName
}

export type WaitingStatement = { readonly what: string; readonly connections: number }

export type TopStatement = {
  readonly text: string
  readonly calls: number
  readonly seconds: number
  readonly meanMs: number
}

export type Breach = { readonly what: string; readonly second: number }

export type RedlineResult = {
  readonly engine: string
  readonly begunAt: string
  readonly machine: string
  readonly cores: number
  readonly normal: number
  readonly secondsAStep: number
  readonly railLatencyMs: number
  readonly steps: readonly StepResult[]
  /** Of the last step, in the order of time; empty when every step held. */
  readonly breaches: readonly Breach[]
  readonly heldPerSecond: number
  readonly drainedSeconds: number
  /** Findings of the verification after the run. */
  readonly findings: readonly string[]
  readonly stages: Readonly<Record<string, readonly StageShare[]>>
  readonly statements: readonly WaitingStatement[]
  readonly top: readonly TopStatement[]
  readonly advice: readonly string[]
}

const failedMax = 0.001
const p99MsMax = 1_000
const attainmentMin = 0.99

/** What broke in a step. A lane is late when two looks in a row find its oldest message beyond the SLA. */
export function breachesOf(step: StepResult): Breach[] {
  const breaches: Breach[] = []
  for (const lane of laneNames) {
    const { slaMs } = lanePolicies[lane]
    const late = step.samples.find(
      (sample, at) => (sample.lagMs[lane] ?? 0) > slaMs && (step.samples[at + 1]?.lagMs[lane] ?? 0) > slaMs,
    )
    const attained = step.attainment[lane] ?? 1
    if (late !== undefined)
      breaches.push({ what: `lane ${lane} is beyond its SLA of ${slaMs} ms`, second: late.second })
    else if (attained < attainmentMin) {
      const what = `only ${percent(attained)} of lane ${lane} began within its SLA of ${slaMs} ms`
      breaches.push({ what, second: step.seconds })
    }
  }
  if (step.failed > step.sent * failedMax) {
    breaches.push({ what: `${step.failed} of ${step.sent} requests failed`, second: step.seconds })
  }
  if (step.p99Ms > p99MsMax) {
    breaches.push({ what: `answers take ${Math.round(step.p99Ms)} ms (p99)`, second: step.seconds })
  }
  return breaches.sort((one, other) => one.second - other.second)
}

const busyMin = 0.85

type Used = Pick<RedlineResult, 'cores' | 'stages' | 'top'>

/** The statement with which processes take turns at accounts that several of them move. */
const takingTurns = /ledger\.accounts .*for no key upda/
const muchOfTheTime = 0.3

/** What to tune, by what was used up at the last step. */
export function adviceOn(last: StepResult, { cores, stages, top }: Used): string[] {
  const used = Object.values(last.cores).reduce((sum, each) => sum + each, 0)
  const busiest = Object.entries(last.cores).sort(([, one], [, other]) => other - one)
  const [most = '', mostCores = 0] = busiest[0] ?? []
  const advice: string[] = []
  if (used > cores * busyMin) {
    advice.push(
      `The machine is full: ${used.toFixed(1)} of ${cores} processors. ${most} uses most of it (${mostCores.toFixed(2)}); ` +
        'the load itself and the rails would be elsewhere.',
    )
  }
  for (const [name, processors] of busiest) {
    if (name === 'load' || name === 'rails' || name === 'postgres' || processors < busyMin) continue
    const [stage] = stages[name] ?? []
    advice.push(
      `${name} uses its processor fully: run another process of its role` +
        (stage ? `. Most of its time goes to ${stage.stage} (${percent(stage.share)}).` : '.'),
    )
  }
  const databaseSeconds = top.reduce((sum, { seconds }) => sum + seconds, 0)
  const turns = top.find(({ text }) => takingTurns.test(text))
  if (turns !== undefined && turns.seconds > databaseSeconds * muchOfTheTime) {
    advice.push(
      `Processes wait for each other at accounts that several of them move: ${turns.meanMs.toFixed(1)} ms each of ` +
        `${turns.calls} times. Fewer processes that book, larger batches or faster commits shorten it.`,
    )
  }
  if (advice.length === 0) {
    advice.push('No processor was used up: look at the waits of the database below, such as commits (WAL) and locks.')
  }
  return advice
}

export function percent(part: number): string {
  return `${(part * 100).toFixed(1)}%`
}
