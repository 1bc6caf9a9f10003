import { BoundedCache } from '#kernel'
import type { Database, Queryable } from '#platform/postgres'
import { type Lanes, laneNames, type VendorPolicy } from '../lanes.ts'

const policyAgeMsMax = 2_000
const generationMax = 5_000

type Named = { readonly book: number; readonly code: string }

export function createVendorPolicies(
  database: Pick<Database, 'onNewEpoch'>,
): Pick<Lanes, 'vendorPolicy' | 'vendorPolicies' | 'knownLane'> {
  const known = new BoundedCache<string, { readonly policy: VendorPolicy; readonly untilMs: number }>(generationMax)
  database.onNewEpoch(() => known.clear())

  const vendorPolicies: Lanes['vendorPolicies'] = async (on, named) => {
    const found = new Map<string, VendorPolicy>()
    const unknown = new Map<string, Named>()
    const now = performance.now()
    for (const one of named) {
      const key = keyOf(one)
      const remembered = known.get(key)
      if (remembered !== undefined && remembered.untilMs > now) found.set(key, remembered.policy)
      else unknown.set(key, one)
    }
    // A missing vendor is not cached: it may be created at any moment and used at once.
    for (const row of unknown.size === 0 ? [] : await readPolicies(on, [...unknown.values()])) {
      const policy = { number: row.number, lane: laneNames[row.lane] ?? 'standard' }
      found.set(keyOf(row), policy)
      known.set(keyOf(row), { policy, untilMs: now + policyAgeMsMax })
    }
    return (book, code) => found.get(keyOf({ book, code }))
  }
  return {
    vendorPolicies,
    knownLane: (book, code) => known.get(keyOf({ book, code }))?.policy.lane,
    vendorPolicy: async (on, book, code) => (await vendorPolicies(on, [{ book, code }]))(book, code),
  }
}

function keyOf({ book, code }: Named): string {
  return `${book} ${code}`
}

/** The lateral join looks up each vendor by the index, even in books with many vendors. */
function readPolicies(on: Queryable, named: readonly Named[]) {
  return on.query<Named & { number: number; lane: number }>({
    name: 'lanes-read-policies',
    text: `select named.book, named.code, vendor.number, vendor.lane
      from unnest($1::integer[], $2::text[]) as named (book, code)
      cross join lateral (
        select number, lane from lanes.vendors where book_id = named.book and code = named.code offset 0
      ) vendor`,
    values: [named.map(({ book }) => book), named.map(({ code }) => code)],
  })
}
