import { BoundedCache } from '#kernel'
import type { Head } from './working-set.ts'

/**
 * The heads of accounts as this process last saw them committed. A head may be stale: whoever
 * writes on a stale one meets the primary key of the entries, forgets it here and reads again.
 */
export type Heads = BoundedCache<number, Head>

/** How many heads are remembered, at most twice: some 250 bytes each. */
const headsMax = 100_000

export function createHeads(): Heads {
  return new BoundedCache(headsMax)
}
