import { accepted, type Result, refused, type Timestamp, type Uuid } from '#kernel'
import { lanePolicies } from '../lane-policy.ts'
import { type LaneName, laneNames } from '../lanes.ts'
import { laneRefusals } from '../refusals.ts'

/** The lanes for a vendor's work; only the program itself uses `rollback`. */
export const vendorLanes = ['instant', 'standard', 'bulk'] as const satisfies readonly LaneName[]
export type VendorLane = (typeof vendorLanes)[number]

/** A party for which payments are made, and the entitlements of its work. */
export type Vendor = {
  readonly id: Uuid
  readonly code: string
  readonly name: string | undefined
  readonly lane: VendorLane
  /** The vendor's work must begin within this time, in milliseconds; never shorter than the lane's own SLA. */
  readonly slaMs: number
  /** The most messages in flight in one process; undefined means the lane's own ceiling. */
  readonly inFlightMax: number | undefined
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
}

export type Entitlement = { readonly lane?: VendorLane | undefined; readonly slaMs?: number | undefined }

/**
 * The lane and the SLA of a vendor. An SLA alone selects the least urgent lane that meets it. A lane alone, or nothing
 * (`standard`), uses the lane's own SLA. Refuses sla_too_short when the lane does not meet the SLA.
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

export function vendorLane(number: number): VendorLane {
  const lane = laneNames[number]
  return lane === undefined || lane === 'rollback' ? 'standard' : lane
}
