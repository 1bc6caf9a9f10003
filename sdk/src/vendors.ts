import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ChangeVendor, CreateVendor, Vendor } from './types.ts'
import type { WirePage, WireVendor } from './wire.ts'

/** The vendors for which payments are made: each has a lane and an SLA. `ref` is a vendor's id or its code. */
export type Vendors = {
  /** Refusals: `vendor_code_taken`, `sla_too_short`. */
  readonly create: (vendor: CreateVendor, options?: CallOptions) => Promise<Vendor>
  readonly get: (ref: string, options?: CallOptions) => Promise<Vendor>
  /** Newest first. */
  readonly list: (params?: PageParams, options?: CallOptions) => Pages<Vendor>
  /** Omitted fields stay unchanged. A change takes effect within seconds. */
  readonly update: (ref: string, change: ChangeVendor, options?: CallOptions) => Promise<Vendor>
}

export function createVendors(transport: Transport): Vendors {
  const path = '/v1/vendors'
  const pathOf = (ref: string) => `${path}/${encodeURIComponent(ref)}`
  return {
    create: (vendor, options) => transport.send<WireVendor>({ method: 'POST', path, body: vendor }, options),
    get: (ref, options) => transport.send<WireVendor>({ method: 'GET', path: pathOf(ref) }, options),
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireVendor>>({ method: 'GET', path, query: toQuery({ ...params, ...page }) }, call),
        (vendor) => vendor,
        params ?? {},
        options,
      ),
    update: (ref, change, options) =>
      transport.send<WireVendor>({ method: 'PATCH', path: pathOf(ref), body: change }, options),
  }
}
