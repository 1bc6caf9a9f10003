import { lanePolicies } from '../lane-policy.ts'
import { type LaneName, laneNames } from '../lanes.ts'

/** Messages that a lane may still take in this round; negative when it took too many. */
export type Deficits = Record<LaneName, number>

/** Messages per round and unit of weight. */
const quantum = 32
const agingMax = 4

export function newDeficits(): Deficits {
  return { rollback: 0, instant: 0, standard: 0, bulk: 0 }
}

/** A lane's weight grows by its base weight with each SLA of waiting, up to `agingMax` times the base weight. */
export function agedWeight(lane: LaneName, waitedMs: number): number {
  const { weight, slaMs } = lanePolicies[lane]
  return weight * Math.min(agingMax, 1 + Math.max(0, waitedMs) / slaMs)
}

/**
 * Deficit round robin among the lanes that have work and room. `rollback` always goes first. Otherwise the most urgent
 * lane with a positive deficit goes; when there is none, a new round adds each lane's aged weight. A batch is never cut
 * to the deficit: a lane that overdraws sits out rounds until its deficit is positive.
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

/** A drained lane loses its unused deficit. */
export function chargeLane(deficits: Deficits, lane: LaneName, messages: number, drained: boolean): void {
  deficits[lane] -= messages
  if (drained && deficits[lane] > 0) deficits[lane] = 0
}
