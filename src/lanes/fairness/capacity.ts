import { type Capacity, lanePolicies } from '../lane-policy.ts'
import { type LaneName, laneNames } from '../lanes.ts'

type Counts = Record<LaneName, number>

/** A lane fills its reserve first. Beyond it, all lanes draw on the shared part, each up to its ceiling. */
export type Occupancy = {
  readonly slotsFree: (lane: LaneName) => number
  readonly sessionFree: (lane: LaneName) => boolean
  readonly slotsMax: (lane: LaneName) => number
  readonly slotsReserved: (lane: LaneName) => number
  readonly sessionsMax: (lane: LaneName) => number
  readonly inFlight: (lane: LaneName) => number
  readonly takeSlots: (lane: LaneName, count: number) => void
  readonly freeSlots: (lane: LaneName, count: number) => void
  readonly takeSession: (lane: LaneName) => void
  readonly freeSession: (lane: LaneName) => void
  /** Sessions of the lane beyond its part of the capacity, up to `sessionsMoreMax`. */
  readonly lendSessions: (lane: LaneName, more: number) => void
}

/** What scaling may lend to lanes under pressure. */
export const sessionsMoreMax = 3

export function sessionsOf(capacity: Capacity): number {
  return laneNames.reduce((sum, lane) => sum + lanePolicies[lane].sessionsReserved, capacity.sessions)
}

export function createOccupancy(capacity: Capacity): Occupancy {
  const reserved = reservedSlots(capacity)
  const slots = createPart(reserved, capacity.slots - laneNames.reduce((sum, lane) => sum + reserved[lane], 0))
  const sessions = createPart(
    byLane((lane) => lanePolicies[lane].sessionsReserved),
    capacity.sessions,
  )
  return {
    slotsFree: slots.free,
    sessionFree: (lane) => sessions.free(lane) > 0,
    slotsMax: slots.most,
    slotsReserved: (lane) => reserved[lane],
    sessionsMax: sessions.most,
    inFlight: (lane) => slots.used[lane],
    takeSlots: slots.take,
    freeSlots: (lane, count) => slots.take(lane, -count),
    takeSession: (lane) => sessions.take(lane, 1),
    freeSession: (lane) => sessions.take(lane, -1),
    lendSessions: sessions.lend,
  }
}

function createPart(reserved: Counts, shared: number) {
  const used = byLane(() => 0)
  const lent = byLane(() => 0)
  const most = (lane: LaneName) =>
    reserved[lane] + Math.max(1, Math.floor(shared * lanePolicies[lane].sharedMax)) + lent[lane]
  const free = (lane: LaneName) => {
    const borrowed = laneNames.reduce((sum, each) => sum + Math.max(0, used[each] - reserved[each]), 0)
    const left =
      Math.max(0, reserved[lane] - used[lane]) + Math.max(0, shared + Math.max(...Object.values(lent)) - borrowed)
    return Math.max(0, Math.min(left, most(lane) - used[lane]))
  }
  const take = (lane: LaneName, count: number) => {
    used[lane] += count
  }
  const lend = (lane: LaneName, more: number) => {
    lent[lane] = more
  }
  return { used, most, free, take, lend }
}

/** A small process reserves at most half of its slots. */
function reservedSlots(capacity: Capacity): Counts {
  const all = laneNames.reduce((sum, lane) => sum + lanePolicies[lane].slotsReserved, 0)
  const scale = Math.min(1, capacity.slots / 2 / all)
  return byLane((lane) => Math.max(1, Math.floor(lanePolicies[lane].slotsReserved * scale)))
}

function byLane(value: (lane: LaneName) => number): Counts {
  return {
    rollback: value('rollback'),
    instant: value('instant'),
    standard: value('standard'),
    bulk: value('bulk'),
  }
}
