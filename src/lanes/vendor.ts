import { accepted, type Result, refused, type Timestamp, type Uuid } from '#kernel'
import { lanePolicies } from './lane-policy.ts'
import { type LaneName, laneNames } from './lanes.ts'
import { laneRefusals } from './refusals.ts'

/** The lanes a vendor's work can be in; `rollback` is the program's own. */
export const vendorLanes = ['instant', 'standard', 'bulk'] as const satisfies readonly LaneName[]
export type VendorLane = (typeof vendorLanes)[number]

/** Who payments are made for, and what their work is entitled to. */
export type Vendor = {
  readonly id: Uuid
  readonly code: string
  readonly name: string | undefined
  readonly lane: VendorLane
  /** Within which time work of the vendor is to be begun, in milliseconds; the lane's own unless longer. */
  readonly slaMs: number
  /** The most messages that one process works on at once; undefined: the lane's own ceiling. */
  readonly inFlightMax: number | undefined
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
}

/** What a vendor is promised: a lane, an SLA, or both. */
export type Entitlement = { readonly lane?: VendorLane | undefined; readonly slaMs?: number | undefined }

/**
 * The lane and the SLA of a vendor. An SLA alone chooses the least urgent lane that keeps it; a lane
 * alone, or nothing (`standard`), has its own. Refuses sla_too_short when the lane does not keep it.
 */
export function entitle({ lane, slaMs }: Entitlement): Result<{ lane: VendorLane; slaMs: number }, 'sla_too_short'> {
  const chosen =
    lane ??
    (slaMs === undefined ? 'standard' : [...vendorLanes].reverse().find((each) => lanePolicies[each].slaMs <= slaMs))
  if (chosen === undefined || (slaMs !== undefined && lanePolicies[chosen].slaMs > slaMs)) {
    return refused('sla_too_short', laneRefusals.sla_too_short, 'sla_ms')
  }
  return accepted({ lane: chosen, slaMs: slaMs ?? lanePolicies[chosen].slaMs })
}

/** The vendor's lane by its number in the tables. */
export function vendorLane(number: number): VendorLane {
  const lane = laneNames[number]
  return lane === undefined || lane === 'rollback' ? 'standard' : lane
}
