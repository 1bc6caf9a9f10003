import { lanePolicies } from '../lane-policy.ts'
import { type LaneName, laneNames } from '../lanes.ts'

/** Messages that a lane may still take in this round; negative when it took too many. */
export type Deficits = Record<LaneName, number>

/** Messages per round for each unit of a lane's weight. */
const quantum = 32
/** The most by which waiting multiplies a lane's weight. */
const ageingMax = 4

export function newDeficits(): Deficits {
  return { rollback: 0, instant: 0, standard: 0, bulk: 0 }
}

/**
 * A lane's weight after its oldest message has waited: it grows by the base weight with each SLA, up to four times it.
 */
export function agedWeight(lane: LaneName, waitedMs: number): number {
  const { weight, slaMs } = lanePolicies[lane]
  return weight * Math.min(ageingMax, 1 + Math.max(0, waitedMs) / slaMs)
}

/**
 * The lane whose turn it is, among the lanes that have work and room, by deficit round robin; undefined for none.
 * `rollback` always goes first. Otherwise the most urgent lane with a positive deficit goes. When there is none, a new
 * round gives each lane its aged weight. A batch is never cut to the deficit: a lane that takes more sits out that many
 * rounds.
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

/** Charges a lane for the messages it took. A drained lane loses its unused deficit. */
export function chargeLane(deficits: Deficits, lane: LaneName, messages: number, drained: boolean): void {
  deficits[lane] -= messages
  if (drained && deficits[lane] > 0) deficits[lane] = 0
}
