import { accepted, type Result, type Timestamp, type Uuid } from '#kernel'
import { lanePolicies } from '../lane-policy.ts'
import { type LaneName, laneNames } from '../lanes.ts'
import { refuse } from '../refusals.ts'

/** Without `rollback`, which only the program itself uses. */
export const vendorLanes = ['instant', 'standard', 'bulk'] as const satisfies readonly LaneName[]
export type VendorLane = (typeof vendorLanes)[number]

export type Vendor = {
  readonly id: Uuid
  readonly code: string
  readonly name: string | undefined
  readonly lane: VendorLane
  /** Never shorter than the lane's own SLA. */
  readonly slaMs: number
  /** In one process; undefined means the lane's own ceiling. */
  readonly inFlightMax: number | undefined
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
}

export type Entitlement = { readonly lane?: VendorLane | undefined; readonly slaMs?: number | undefined }

/** An SLA alone selects the least urgent lane that meets it. Defaults: the lane `standard`, the lane's own SLA. */
export function entitle({ lane, slaMs }: Entitlement): Result<{ lane: VendorLane; slaMs: number }, 'sla_too_short'> {
  const chosen =
    lane ??
    (slaMs === undefined ? 'standard' : [...vendorLanes].reverse().find((each) => lanePolicies[each].slaMs <= slaMs))
  if (chosen === undefined || (slaMs !== undefined && lanePolicies[chosen].slaMs > slaMs)) {
    return refuse('sla_too_short', 'sla_ms')
  }
  return accepted({ lane: chosen, slaMs: slaMs ?? lanePolicies[chosen].slaMs })
}

export function vendorLane(number: number): VendorLane {
  const lane = laneNames[number]
  return lane === undefined || lane === 'rollback' ? 'standard' : lane
}
