import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type { ChangeVendor, CreateVendor, ListVendors, Vendor } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** The vendors for which payments are made: each has a lane and an SLA. `ref` is a vendor's id or its code. */
export type Vendors = {
  /** Refusals: `vendor_code_taken`, `sla_too_short`. */
  readonly create: (vendor: CreateVendor, options?: CallOptions) => Promise<Vendor>
  readonly get: (ref: string, options?: CallOptions) => Promise<Vendor>
  /** Newest first. */
  readonly list: (params?: ListVendors, options?: CallOptions) => Pages<Vendor>
  /** Omitted fields stay unchanged. A change takes effect within seconds. */
  readonly update: (ref: string, change: ChangeVendor, options?: CallOptions) => Promise<Vendor>
}

export function createVendors({ call, list }: Api): Vendors {
  return {
    create: (body, options) => call('create_vendor', { body }, options),
    get: (vendor, options) => call('get_vendor', { params: { vendor } }, options),
    list: (query, options) => list('list_vendors', { query }, options),
    update: (vendor, body, options) => call('change_vendor', { params: { vendor }, body }, options),
  }
}
