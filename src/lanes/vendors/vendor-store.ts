import type { Timestamp, Uuid } from '#kernel'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { laneNumber } from '../dispatching/enqueue.ts'
import { type Vendor, type VendorLane, vendorLane } from './vendor.ts'

type VendorRow = {
  id: string
  code: string
  name: string | null
  lane: number
  sla_ms: number
  in_flight_max: number | null
  created_at: bigint
  updated_at: bigint
}

const columns = `id, code, name, lane, sla_ms, in_flight_max,
  ${micros('created_at')} as created_at,
  ${micros('updated_at')} as updated_at`

export type VendorFields = {
  readonly name: string | undefined
  readonly lane: VendorLane
  readonly slaMs: number
  readonly inFlightMax: number | undefined
}

/** Undefined when the book already has that code. */
export async function insertVendor(
  queryable: Queryable,
  vendor: VendorFields & { readonly id: Uuid; readonly book: number; readonly code: string },
): Promise<Vendor | undefined> {
  const rows = await queryable.query<VendorRow>({
    text: `insert into lanes.vendors (id, book_id, code, name, lane, sla_ms, in_flight_max)
      values ($1, $2, $3, $4, $5, $6, $7) on conflict (book_id, code) do nothing
      returning ${columns}`,
    values: [vendor.id, vendor.book, vendor.code, ...fieldValues(vendor)],
  })
  return toVendor(rows[0])
}

export async function updateVendor(queryable: Queryable, id: Uuid, fields: VendorFields): Promise<Vendor | undefined> {
  const rows = await queryable.query<VendorRow>({
    text: `update lanes.vendors
      set name = $2, lane = $3, sla_ms = $4, in_flight_max = $5, updated_at = now()
      where id = $1 returning ${columns}`,
    values: [id, ...fieldValues(fields)],
  })
  return toVendor(rows[0])
}

function fieldValues({ name, lane, slaMs, inFlightMax }: VendorFields): unknown[] {
  return [name ?? null, laneNumber(lane), slaMs, inFlightMax ?? null]
}

export type VendorReference = { readonly id: Uuid } | { readonly code: string }

/** With `lock`, no other transaction changes the vendor until this one ends. */
export async function findVendor(
  queryable: Queryable,
  { book, reference, lock }: { readonly book: number; readonly reference: VendorReference; readonly lock: boolean },
): Promise<Vendor | undefined> {
  const byId = 'id' in reference
  const rows = await queryable.query<VendorRow>({
    text: `select ${columns} from lanes.vendors where book_id = $1 and ${byId ? 'id' : 'code'} = $2
      ${lock ? 'for update' : ''}`,
    values: [book, byId ? reference.id : reference.code],
  })
  return toVendor(rows[0])
}

export async function listVendors(
  queryable: Queryable,
  page: { readonly book: number; readonly before: Uuid | undefined; readonly limit: number },
): Promise<Vendor[]> {
  const rows = await queryable.query<VendorRow>({
    text: `select ${columns} from lanes.vendors
      where book_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    values: [page.book, page.before ?? null, page.limit],
  })
  return rows.flatMap((row) => toVendor(row) ?? [])
}

function toVendor(row: VendorRow | undefined): Vendor | undefined {
  if (row === undefined) return undefined
  const micros = (value: bigint): Timestamp => Number(value)
  return {
    id: toUuid(row.id),
    code: row.code,
    name: row.name ?? undefined,
    lane: vendorLane(row.lane),
    slaMs: row.sla_ms,
    inFlightMax: row.in_flight_max ?? undefined,
    createdAt: micros(row.created_at),
    updatedAt: micros(row.updated_at),
  }
}
