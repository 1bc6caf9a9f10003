import { type Capacity, lanePolicies } from './lane-policy.ts'
import { type LaneName, laneNames } from './lanes.ts'

type Counts = Record<LaneName, number>

const zero = (): Counts => ({ rollback: 0, instant: 0, standard: 0, bulk: 0 })

/**
 * How much of what a process has is in use, by lane. A lane fills its reserve first; beyond it all
 * lanes draw on what is shared.
 */
export type Occupancy = {
  /** Messages the lane may take now. */
  readonly slotsFree: (lane: LaneName) => number
  /** Whether the lane may open one more transaction. */
  readonly sessionFree: (lane: LaneName) => boolean
  /** All the slots that the lane could have. */
  readonly slotsMax: (lane: LaneName) => number
  readonly inFlight: (lane: LaneName) => number
  readonly takeSlots: (lane: LaneName, count: number) => void
  readonly freeSlots: (lane: LaneName, count: number) => void
  readonly takeSession: (lane: LaneName) => void
  readonly freeSession: (lane: LaneName) => void
}

/** All the transactions that a process of this capacity may have open. */
export function sessionsOf(capacity: Capacity): number {
  return laneNames.reduce((sum, lane) => sum + lanePolicies[lane].sessionsReserved, capacity.sessions)
}

export function createOccupancy(capacity: Capacity): Occupancy {
  const slots = zero()
  const sessions = zero()
  const slotsShared = capacity.slots - laneNames.reduce((sum, lane) => sum + reservedSlots(capacity, lane), 0)
  const beyond = (used: Counts, reserved: (lane: LaneName) => number) =>
    laneNames.reduce((sum, lane) => sum + Math.max(0, used[lane] - reserved(lane)), 0)
  const slotsOf = (lane: LaneName) => reservedSlots(capacity, lane)
  const sessionsOfLane = (lane: LaneName) => lanePolicies[lane].sessionsReserved
  return {
    slotsFree: (lane) => Math.max(0, slotsOf(lane) - slots[lane]) + Math.max(0, slotsShared - beyond(slots, slotsOf)),
    sessionFree: (lane) => {
      if (sessions[lane] < sessionsOfLane(lane)) return true
      const most = sessionsOfLane(lane) + Math.max(1, capacity.sessions - lanePolicies[lane].sessionsSpared)
      return sessions[lane] < most && beyond(sessions, sessionsOfLane) < capacity.sessions
    },
    slotsMax: (lane) => slotsOf(lane) + slotsShared,
    inFlight: (lane) => slots[lane],
    takeSlots: (lane, count) => {
      slots[lane] += count
    },
    freeSlots: (lane, count) => {
      slots[lane] -= count
    },
    takeSession: (lane) => {
      sessions[lane] += 1
    },
    freeSession: (lane) => {
      sessions[lane] -= 1
    },
  }
}

/** A small process reserves less: never more than half of what it has. */
function reservedSlots(capacity: Capacity, lane: LaneName): number {
  const all = laneNames.reduce((sum, each) => sum + lanePolicies[each].slotsReserved, 0)
  const scale = Math.min(1, capacity.slots / 2 / all)
  return Math.max(1, Math.floor(lanePolicies[lane].slotsReserved * scale))
}
