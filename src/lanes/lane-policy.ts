import type { LaneName } from './lanes.ts'

export type LanePolicy = {
  /** A message's handling must begin within this time, in milliseconds. */
  readonly slaMs: number
  /** Its weight, against the other lanes with work, in dividing the unreserved capacity. */
  readonly weight: number
  /** Messages that it may always have in flight, whatever the other lanes use. */
  readonly slotsReserved: number
  /** Transactions that it may always have open, whatever the other lanes use. */
  readonly sessionsReserved: number
  /** Its ceiling: the fraction of the shared slots and of the shared sessions that it may fill. */
  readonly sharedMax: number
  /** A backlog should be worked off within this time, in seconds; used to compute the processes needed. */
  readonly catchUpSeconds: number
}

/** `rollback` does not use its weight: whenever it has work, it goes first. */
export const lanePolicies: Readonly<Record<LaneName, LanePolicy>> = {
  rollback: { slaMs: 100, weight: 16, slotsReserved: 128, sessionsReserved: 1, sharedMax: 0.7, catchUpSeconds: 5 },
  instant: { slaMs: 1_000, weight: 8, slotsReserved: 128, sessionsReserved: 1, sharedMax: 1, catchUpSeconds: 10 },
  standard: { slaMs: 10_000, weight: 4, slotsReserved: 64, sessionsReserved: 0, sharedMax: 1, catchUpSeconds: 60 },
  bulk: { slaMs: 600_000, weight: 1, slotsReserved: 32, sessionsReserved: 0, sharedMax: 0.7, catchUpSeconds: 600 },
}

export type Capacity = {
  /** Messages in flight at once, from their claim until the work after their commit has settled. */
  readonly slots: number
  /** Transactions at once, in addition to those that lanes have reserved. */
  readonly sessions: number
}

export const defaultCapacity: Capacity = { slots: 2_048, sessions: 3 }

/** The fraction of a lane's slots that one share may fill, unless its vendor has a ceiling of its own. */
export const shareOfLaneMax = 0.75
