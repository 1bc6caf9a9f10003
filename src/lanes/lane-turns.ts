import { lanePolicies } from './lane-policy.ts'
import { type LaneName, laneNames } from './lanes.ts'

/** What a lane is owed: messages that it may still take in this round; below zero, took too many. */
export type Deficits = Record<LaneName, number>

/** Messages a round for each unit of a lane's weight. */
const quantum = 32
/** How many times its weight a lane comes to count at most, by waiting. */
const ageingMax = 4

export function newDeficits(): Deficits {
  return { rollback: 0, instant: 0, standard: 0, bulk: 0 }
}

/** A lane's weight after its oldest message has waited so long: it doubles with each SLA gone by, up to four times. */
export function agedWeight(lane: LaneName, waitedMs: number): number {
  const { weight, slaMs } = lanePolicies[lane]
  return weight * Math.min(ageingMax, 1 + Math.max(0, waitedMs) / slaMs)
}

/**
 * Whose turn it is among lanes that have work and could be served, by deficit round robin; undefined
 * for none. `rollback` always goes first. Otherwise it is the most urgent lane that is still owed
 * something in this round; when none is, a new round gives each of them its aged weight. A batch is
 * never cut to what is owed: a lane that takes more sits out that many rounds.
 */
export function nextLane(
  deficits: Deficits,
  ready: ReadonlySet<LaneName>,
  waitedMs: (lane: LaneName) => number,
): LaneName | undefined {
  if (ready.has('rollback')) return 'rollback'
  const lanes = laneNames.filter((lane) => ready.has(lane))
  if (lanes.length === 0) return undefined
  for (;;) {
    const owed = lanes.find((lane) => deficits[lane] > 0)
    if (owed !== undefined) return owed
    for (const lane of lanes) deficits[lane] += quantum * agedWeight(lane, waitedMs(lane))
  }
}

/** Books what a lane has taken. A lane that has nothing left keeps no claim on what it did not use. */
export function chargeLane(deficits: Deficits, lane: LaneName, messages: number, drained: boolean): void {
  deficits[lane] -= messages
  if (drained && deficits[lane] > 0) deficits[lane] = 0
}
