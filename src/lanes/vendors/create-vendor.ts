import { accepted, type Result } from '#kernel'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import { refuse } from '../refusals.ts'
import { type Entitlement, entitle, type Vendor } from './vendor.ts'
import { insertVendor } from './vendor-store.ts'

export type CreateVendor = Entitlement & {
  readonly book: number
  readonly code: string
  readonly name?: string | undefined
  readonly inFlightMax?: number | undefined
}

export async function createVendor(
  tx: Transaction,
  command: CreateVendor,
): Promise<Result<Vendor, 'sla_too_short' | 'vendor_code_taken'>> {
  const entitled = entitle(command)
  if (!entitled.ok) return entitled
  const { book, code, name, inFlightMax } = command
  const vendor = await insertVendor(tx, { id: newUuid(), book, code, name, inFlightMax, ...entitled.value })
  if (vendor === undefined) return refuse('vendor_code_taken', 'code')
  return accepted(vendor)
}
