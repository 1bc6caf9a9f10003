import type { Static } from 'typebox'
import { decodeId, encodeId, formatTimestamp, idPrefix } from '#kernel'
import { answer, type Route, route } from '#platform/http'
import { answerPage, pageRequest, pageSchema, publicIdCursor } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { laneRefusals } from '../refusals.ts'
import { changeVendor } from '../vendors/change-vendor.ts'
import { createVendor } from '../vendors/create-vendor.ts'
import type { Vendor } from '../vendors/vendor.ts'
import { findVendor, listVendors, type VendorReference } from '../vendors/vendor-store.ts'
import {
  changeVendor as changeSchema,
  createVendor as createSchema,
  vendorParams,
  vendor as vendorSchema,
  vendorsQuery,
} from './schemas.ts'

const tag = 'Vendors'
const vendorCursor = publicIdCursor(idPrefix.vendor)

export function vendorRoutes(database: Queryable): Route[] {
  return [createVendorRoute, listVendorsRoute(database), getVendorRoute(database), changeVendorRoute]
}

const createVendorRoute = route({
  method: 'POST',
  path: '/v1/vendors',
  operation: 'create_vendor',
  summary: 'Make a vendor',
  description: 'A vendor has a lane and an SLA; payments that name it are done accordingly.',
  tag,
  permission: 'vendors:manage',
  body: createSchema,
  answers: { 201: vendorSchema },
  problems: ['vendor_code_taken', 'sla_too_short'],
  acts: ['vendor.created'],
  handleOnce: async ({ body, caller, refuse, record }, tx) => {
    const { code, name, lane, sla_ms: slaMs, in_flight_max: inFlightMax } = body
    const made = await createVendor(tx, { book: caller.book.number, code, name, lane, slaMs, inFlightMax })
    if (!made.ok) return refuse(made.refusal)
    const view = toJson(made.value)
    await record(tx, { subject: view.id, before: null, after: view })
    return answer(201, view)
  },
})

function listVendorsRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/vendors',
    operation: 'list_vendors',
    summary: 'List vendors',
    tag,
    permission: 'vendors:read',
    query: vendorsQuery,
    answers: { 200: pageSchema(vendorSchema) },
    handle: async ({ query, caller }) => {
      const page = await listVendors(database, { book: caller.book.number, ...pageRequest(query, vendorCursor) })
      return answerPage(page, vendorCursor, toJson)
    },
  })
}

function getVendorRoute(database: Queryable): Route {
  return route({
    method: 'GET',
    path: '/v1/vendors/:vendor',
    operation: 'get_vendor',
    summary: 'Read a vendor, by id or code',
    tag,
    permission: 'vendors:read',
    params: vendorParams,
    answers: { 200: vendorSchema },
    problems: ['vendor_not_found'],
    handle: async ({ params, caller, refuse }) => {
      const reference = readReference(params.vendor)
      const found = await findVendor(database, { book: caller.book.number, reference, lock: false })
      if (found !== undefined) return answer(200, toJson(found))
      return refuse({ code: 'vendor_not_found', message: laneRefusals.vendor_not_found })
    },
  })
}

const changeVendorRoute = route({
  method: 'PATCH',
  path: '/v1/vendors/:vendor',
  operation: 'change_vendor',
  summary: 'Change a vendor',
  description:
    'Changes what is given and leaves the rest. A new lane without `sla_ms` brings its own SLA; a new `sla_ms` without a ' +
    'lane chooses the lane. It takes effect within seconds, for work enqueued from then on.',
  tag,
  permission: 'vendors:manage',
  params: vendorParams,
  body: changeSchema,
  answers: { 200: vendorSchema },
  problems: ['vendor_not_found', 'sla_too_short'],
  acts: ['vendor.changed'],
  handleOnce: async ({ params, body, caller, refuse, record }, tx) => {
    const { name, lane, sla_ms: slaMs, in_flight_max: inFlightMax } = body
    const reference = readReference(params.vendor)
    const changed = await changeVendor(tx, { book: caller.book.number, reference, name, lane, slaMs, inFlightMax })
    if (!changed.ok) return refuse(changed.refusal)
    const { before, after } = changed.value
    const view = toJson(after)
    // The time of the change is that of the act.
    await record(tx, { subject: view.id, before: { ...toJson(before), updated_at: view.updated_at }, after: view })
    return answer(200, view)
  },
})

function readReference(text: string): VendorReference {
  const id = decodeId(idPrefix.vendor, text)
  return id === undefined ? { code: text } : { id }
}

function toJson(vendor: Vendor): Static<typeof vendorSchema> {
  return {
    id: encodeId(idPrefix.vendor, vendor.id),
    code: vendor.code,
    name: vendor.name ?? null,
    lane: vendor.lane,
    sla_ms: vendor.slaMs,
    in_flight_max: vendor.inFlightMax ?? null,
    created_at: formatTimestamp(vendor.createdAt),
    updated_at: formatTimestamp(vendor.updatedAt),
  }
}
