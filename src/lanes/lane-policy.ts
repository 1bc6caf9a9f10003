import type { LaneName } from './lanes.ts'

/** What a lane is entitled to in every process that works. */
export type LanePolicy = {
  /** Within which time a message is to be begun, in milliseconds. */
  readonly slaMs: number
  /** Its share of what is not reserved, against the other lanes that have work. */
  readonly weight: number
  /** Messages that it may have in flight whatever the other lanes do. */
  readonly slotsReserved: number
  /** Transactions that it may have open whatever the other lanes do. */
  readonly sessionsReserved: number
  /** The part of the shared slots and of the shared sessions that it may fill: its ceiling. */
  readonly sharedMax: number
  /** Within which time a backlog is to be worked off, in seconds: what the need for processes is reckoned with. */
  readonly catchUpSeconds: number
}

/** `rollback` has no use for a weight: whenever it has work, it goes first. */
export const lanePolicies: Readonly<Record<LaneName, LanePolicy>> = {
  rollback: { slaMs: 100, weight: 16, slotsReserved: 128, sessionsReserved: 1, sharedMax: 0.7, catchUpSeconds: 5 },
  instant: { slaMs: 1_000, weight: 8, slotsReserved: 128, sessionsReserved: 1, sharedMax: 1, catchUpSeconds: 10 },
  standard: { slaMs: 10_000, weight: 4, slotsReserved: 64, sessionsReserved: 0, sharedMax: 1, catchUpSeconds: 60 },
  bulk: { slaMs: 600_000, weight: 1, slotsReserved: 32, sessionsReserved: 0, sharedMax: 0.7, catchUpSeconds: 600 },
}

/** What a process has to give. */
export type Capacity = {
  /** Messages in flight at once, from being taken until the work after their commit has settled. */
  readonly slots: number
  /** Transactions at once beside those that lanes have reserved. */
  readonly sessions: number
}

export const defaultCapacity: Capacity = { slots: 2_048, sessions: 3 }

/** The part of a lane's slots that one share of it may fill, unless the vendor has a ceiling of its own. */
export const shareOfLaneMax = 0.75
