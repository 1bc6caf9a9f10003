import { InvalidRequest } from '#platform/http'

/** The most metadata pairs of a batch: each is indexed, and other requests wait while the batch is written. */
export const pairsMax = 125_000

/** Throws InvalidRequest when the items of a batch have more metadata pairs than one may have. */
export function requireFewPairs(items: readonly { readonly metadata?: object }[], param: string): void {
  let pairs = 0
  for (const { metadata } of items) for (const _ in metadata) pairs += 1
  if (pairs <= pairsMax) return
  throw new InvalidRequest(
    `${param} may have ${pairsMax} pairs of metadata together, and have ${pairs}. Divide the batch.`,
    param,
  )
}
