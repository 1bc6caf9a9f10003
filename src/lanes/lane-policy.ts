import type { LaneName } from './lanes.ts'

export type LanePolicy = {
  /** The handling of a message must begin within this time. */
  readonly slaMs: number
  /** Divides the unreserved capacity among the lanes with work. */
  readonly weight: number
  /** Messages in flight and open transactions that other lanes cannot displace. */
  readonly slotsReserved: number
  readonly sessionsReserved: number
  /** The fraction of the shared slots, and of the shared sessions, that the lane may fill. */
  readonly sharedMax: number
  readonly catchUpSeconds: number
}

/** `rollback` goes first whenever it has work; its weight is not used. */
export const lanePolicies: Readonly<Record<LaneName, LanePolicy>> = {
  rollback: { slaMs: 100, weight: 16, slotsReserved: 128, sessionsReserved: 1, sharedMax: 0.7, catchUpSeconds: 5 },
  instant: { slaMs: 1_000, weight: 8, slotsReserved: 128, sessionsReserved: 1, sharedMax: 1, catchUpSeconds: 10 },
  standard: { slaMs: 10_000, weight: 4, slotsReserved: 64, sessionsReserved: 0, sharedMax: 1, catchUpSeconds: 60 },
  bulk: { slaMs: 600_000, weight: 1, slotsReserved: 32, sessionsReserved: 0, sharedMax: 0.7, catchUpSeconds: 600 },
}

export type Capacity = {
  /** Messages in flight: from their claim until the work after their commit has settled. */
  readonly slots: number
  /** Open transactions, in addition to the reserved ones. */
  readonly sessions: number
}

export const defaultCapacity: Capacity = { slots: 2_048, sessions: 3 }

/** The fraction of a lane's slots that one tenant may fill, unless its vendor has a ceiling of its own. */
export const tenantFractionMax = 0.75
