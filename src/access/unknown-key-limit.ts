import { networkOf } from '#platform/addresses'

const ofAddress = { burst: 50, perSecond: 10 }
const ofAll = { burst: 500, perSecond: 100 }
/** Beside the limit for all, for those who have been here before: strangers do not use it up. */
const ofKnown = { burst: 250, perSecond: 50 }
const namesMax = 10_000

type Bucket = { tokens: number; atMs: number }

export type NamedLimit = { readonly take: (name: string) => boolean; readonly giveBack: (name: string) => void }

function createBucket(nowMs: () => number, { burst, perSecond }: typeof ofAll) {
  const bucket: Bucket = { tokens: burst, atMs: nowMs() }
  return {
    take: (): boolean => {
      const atMs = nowMs()
      bucket.tokens = Math.min(burst, bucket.tokens + ((atMs - bucket.atMs) * perSecond) / 1000)
      bucket.atMs = atMs
      if (bucket.tokens < 1) return false
      bucket.tokens -= 1
      return true
    },
    giveBack: (): void => {
      bucket.tokens += 1
    },
  }
}

/** Each name has as much as one address has of unknown keys. */
export function createNamedLimit(nowMs: () => number): NamedLimit {
  const buckets = new Map<string, ReturnType<typeof createBucket>>()
  const bucketOf = (name: string) => {
    const bucket = buckets.get(name) ?? createBucket(nowMs, ofAddress)
    // Reinserted, so that the map's first bucket is the least recently used.
    buckets.delete(name)
    buckets.set(name, bucket)
    if (buckets.size > namesMax) buckets.delete(buckets.keys().next().value ?? name)
    return bucket
  }
  return { take: (name) => bucketOf(name).take(), giveBack: (name) => bucketOf(name).giveBack() }
}

type NameOf<Name> = (name: Name) => string

function createSharedLimit<Name>(
  nowMs: () => number,
  { share, nameOf }: { share: typeof ofAll; nameOf: NameOf<Name> },
) {
  const all = createBucket(nowMs, share)
  const names = createNamedLimit(nowMs)
  return {
    take: (name: Name): boolean => {
      if (!names.take(nameOf(name))) return false
      if (all.take()) return true
      names.giveBack(nameOf(name))
      return false
    },
    giveBack: (name: Name): void => {
      names.giveBack(nameOf(name))
      all.giveBack()
    },
  }
}

/** One address gets a tenth of the limit for all, so no client can exhaust it. A valid key returns its token. */
export function createUnknownKeyLimit(nowMs: () => number) {
  const nameOf = (address: string | undefined) => networkOf({ remoteAddress: address })
  return createSharedLimit(nowMs, { share: ofAll, nameOf })
}

/** For those who show that they have been here before. One of them gets a fifth. */
export function createKnownLimit(nowMs: () => number): NamedLimit {
  return createSharedLimit(nowMs, { share: ofKnown, nameOf: (name: string) => name })
}
