/** Unused calls accumulate up to `burst`. */
export type RatePolicy = { readonly requests: number; readonly windowSeconds: number; readonly burst: number }

export type RateDecision = {
  readonly allowed: boolean
  readonly headers: Readonly<Record<string, string>>
}

/** A bucket unused for long is full, so it can be dropped. */
const bucketsMax = 10_000

/**
 * Headers follow draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` has the rate, `RateLimit` the remaining
 * quota and the seconds until more is available. `nowMs` must be a monotonic clock.
 */
export function createRateLimit(policy: RatePolicy, nowMs: () => number = () => performance.now()) {
  const perMs = policy.requests / (policy.windowSeconds * 1000)
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  const policyHeader = `"default";q=${policy.requests};w=${policy.windowSeconds}`

  return {
    take: (key: string): RateDecision => {
      const atMs = nowMs()
      const before = buckets.get(key) ?? { tokens: policy.burst, atMs }
      const tokens = Math.min(policy.burst, before.tokens + (atMs - before.atMs) * perMs)
      const allowed = tokens >= 1
      const left = allowed ? tokens - 1 : tokens
      // Reinserted, so that the map's first bucket is the least recently used.
      buckets.delete(key)
      buckets.set(key, { tokens: left, atMs })
      if (buckets.size > bucketsMax) buckets.delete(buckets.keys().next().value ?? key)
      const waitSeconds = Math.ceil(Math.max(0, 1 - left) / perMs / 1000)
      const headers = {
        'ratelimit-policy': policyHeader,
        ratelimit: `"default";r=${Math.floor(left)};t=${waitSeconds}`,
      }
      return { allowed, headers: allowed ? headers : { ...headers, 'retry-after': String(Math.max(1, waitSeconds)) } }
    },
  }
}

export type RateLimit = ReturnType<typeof createRateLimit>
