import { BoundedCache } from '#kernel'
import type { Database, Queryable } from '#platform/postgres'
import { type Lanes, laneNames, type VendorPolicy } from './lanes.ts'

/** How long a policy is believed without asking, in milliseconds. */
const policyAgeMsMax = 2_000
const generationMax = 5_000

/** Finds vendors' policies by their codes, remembering them for a moment. */
export function createVendorPolicies(database: Pick<Database, 'onNewEpoch'>): Lanes['vendorPolicy'] {
  const known = new BoundedCache<string, { readonly policy: VendorPolicy | undefined; readonly untilMs: number }>(
    generationMax,
  )
  database.onNewEpoch(() => known.clear())
  return async (on, book, code) => {
    const key = `${book} ${code}`
    const now = performance.now()
    const remembered = known.get(key)
    if (remembered !== undefined && remembered.untilMs > now) return remembered.policy
    const policy = await readPolicy(on, book, code)
    // A vendor that is not there may be made at any moment, and whoever made it wants to use it.
    if (policy !== undefined) known.set(key, { policy, untilMs: now + policyAgeMsMax })
    return policy
  }
}

async function readPolicy(on: Queryable, book: number, code: string): Promise<VendorPolicy | undefined> {
  const rows = await on.query<{ number: number; lane: number }>({
    name: 'lanes-read-policy',
    text: 'select number, lane from lanes.vendors where book_id = $1 and code = $2',
    values: [book, code],
  })
  const row = rows[0]
  return row && { number: row.number, lane: laneNames[row.lane] ?? 'standard' }
}
