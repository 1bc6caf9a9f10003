import { InvalidRequest } from '#platform/http'

/** Limit per batch: each pair is indexed, and other requests wait while the batch is written. */
export const pairsMax = 125_000

/** Throws InvalidRequest for more than `pairsMax`. */
export function requireFewPairs(items: readonly { readonly metadata?: object }[], param: string): void {
  let pairs = 0
  for (const { metadata } of items) for (const _ in metadata) pairs += 1
  if (pairs <= pairsMax) return
  throw new InvalidRequest(
    `${param} may have ${pairsMax} pairs of metadata together, and have ${pairs}. Divide the batch.`,
    { param },
  )
}
