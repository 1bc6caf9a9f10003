import { addressOf } from '#platform/http'

const ofAddress = { burst: 50, perSecond: 10 }
const ofAll = { burst: 500, perSecond: 100 }
const addressesMax = 10_000

type Bucket = { tokens: number; atMs: number }

/** One address gets a tenth of the limit for all, so no client can exhaust it. A valid key returns its token. */
export function createUnknownKeyLimit(nowMs: () => number) {
  const all: Bucket = { tokens: ofAll.burst, atMs: nowMs() }
  const addresses = new Map<string, Bucket>()

  const bucketOf = (address: string | undefined): Bucket => {
    const name = addressOf({ remoteAddress: address })
    const bucket = addresses.get(name) ?? { tokens: ofAddress.burst, atMs: nowMs() }
    // Reinserted, so that the map's first bucket is the least recently used.
    addresses.delete(name)
    addresses.set(name, bucket)
    if (addresses.size > addressesMax) addresses.delete(addresses.keys().next().value ?? name)
    return bucket
  }
  const fill = (bucket: Bucket, { burst, perSecond }: typeof ofAll) => {
    const atMs = nowMs()
    bucket.tokens = Math.min(burst, bucket.tokens + ((atMs - bucket.atMs) * perSecond) / 1000)
    bucket.atMs = atMs
    return bucket.tokens >= 1
  }
  return {
    take: (address: string | undefined): boolean => {
      const own = bucketOf(address)
      if (!fill(own, ofAddress) || !fill(all, ofAll)) return false
      own.tokens -= 1
      all.tokens -= 1
      return true
    },
    giveBack: (address: string | undefined): void => {
      bucketOf(address).tokens += 1
      all.tokens += 1
    },
  }
}
