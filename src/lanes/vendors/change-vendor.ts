import { accepted, assert, type Result } from '#kernel'
import type { Transaction } from '#platform/postgres'
import { refuse } from '../refusals.ts'
import { type Entitlement, entitle, type Vendor } from './vendor.ts'
import { findVendor, updateVendor, type VendorReference } from './vendor-store.ts'

/** Undefined leaves a field unchanged; null removes the name or the ceiling. */
export type ChangeVendor = Entitlement & {
  readonly book: number
  readonly reference: VendorReference
  readonly name?: string | null | undefined
  readonly inFlightMax?: number | null | undefined
}

/** A new lane without an SLA takes the lane's own SLA. A new SLA without a lane chooses the lane. */
export async function changeVendor(
  tx: Transaction,
  command: ChangeVendor,
): Promise<Result<{ readonly before: Vendor; readonly after: Vendor }, 'vendor_not_found' | 'sla_too_short'>> {
  const { book, reference, lane, slaMs } = command
  const known = await findVendor(tx, { book, reference, lock: true })
  if (known === undefined) return refuse('vendor_not_found')
  const entitled = lane === undefined && slaMs === undefined ? accepted(known) : entitle({ lane, slaMs })
  if (!entitled.ok) return entitled
  const changed = await updateVendor(tx, known.id, {
    name: command.name === undefined ? known.name : (command.name ?? undefined),
    inFlightMax: command.inFlightMax === undefined ? known.inFlightMax : (command.inFlightMax ?? undefined),
    lane: entitled.value.lane,
    slaMs: entitled.value.slaMs,
  })
  assert(changed !== undefined, 'a locked vendor is there to be changed')
  return accepted({ before: known, after: changed })
}
