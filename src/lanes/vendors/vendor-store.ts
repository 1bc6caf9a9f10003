import type { Uuid } from '#kernel'
import { byId, equals, type ListTable, type Page, type PageRequest, readItem, readPage } from '#platform/lists'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { laneNumber } from '../engines/enqueue.ts'
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

const vendors: ListTable<VendorRow, Vendor> = {
  from: 'lanes.vendors',
  columns: `id, code, name, lane, sla_ms, in_flight_max, ${micros('created_at')} as created_at,
    ${micros('updated_at')} as updated_at`,
  toItem: toVendor,
  order: byId('id'),
}

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
      returning ${vendors.columns}`,
    values: [vendor.id, vendor.book, vendor.code, ...fieldValues(vendor)],
  })
  return rows.map(toVendor)[0]
}

export async function updateVendor(queryable: Queryable, id: Uuid, fields: VendorFields): Promise<Vendor | undefined> {
  const rows = await queryable.query<VendorRow>({
    text: `update lanes.vendors
      set name = $2, lane = $3, sla_ms = $4, in_flight_max = $5, updated_at = clock_timestamp()
      where id = $1 returning ${vendors.columns}`,
    values: [id, ...fieldValues(fields)],
  })
  return rows.map(toVendor)[0]
}

function fieldValues({ name, lane, slaMs, inFlightMax }: VendorFields): unknown[] {
  return [name ?? null, laneNumber(lane), slaMs, inFlightMax ?? null]
}

export type VendorReference = { readonly id: Uuid } | { readonly code: string }

/** With `lock`, no other transaction changes the vendor until this one ends. */
export function findVendor(
  queryable: Queryable,
  { book, reference, lock }: { readonly book: number; readonly reference: VendorReference; readonly lock: boolean },
): Promise<Vendor | undefined> {
  const [column, value] = 'id' in reference ? ['id', reference.id] : ['code', reference.code]
  const text = `where book_id = $1 and ${column} = $2 ${lock ? 'for update' : ''}`
  return readItem(queryable, vendors, { text, values: [book, value] })
}

export function listVendors(
  queryable: Queryable,
  { book, ...request }: PageRequest<Uuid> & { readonly book: number },
): Promise<Page<Vendor, Uuid>> {
  return readPage(queryable, vendors, { ...request, where: equals('book_id', book) })
}

function toVendor(row: VendorRow): Vendor {
  return {
    id: toUuid(row.id),
    code: row.code,
    name: row.name ?? undefined,
    lane: vendorLane(row.lane),
    slaMs: row.sla_ms,
    inFlightMax: row.in_flight_max ?? undefined,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  }
}
